"""Schemas in the one form of `parse.api`: named, merged, and with the keywords of OpenAPI 3.1."""
