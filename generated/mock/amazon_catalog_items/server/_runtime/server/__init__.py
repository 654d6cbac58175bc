# Generated from specs/amazon_catalog_items.yaml; do not edit. Change the spec and run make generate.

"""FastAPI server runtime of a generated package: request adapters, response dispatch, and HTTP results."""
