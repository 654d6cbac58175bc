"""Generate typed clients, and skeletons of mock servers, from OpenAPI documents (`make generate`)."""
