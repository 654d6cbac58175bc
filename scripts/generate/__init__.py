"""Generate typed clients from OpenAPI documents (`make generate`)."""
