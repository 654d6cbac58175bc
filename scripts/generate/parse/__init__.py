"""An OpenAPI document in the one form that the generator reads."""
