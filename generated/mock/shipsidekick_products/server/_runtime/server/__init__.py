# Generated from specs/shipsidekick_products.yaml; do not edit. Change the spec and run make generate.

"""FastAPI server runtime of a generated package: request adapters, response dispatch, and HTTP results."""
