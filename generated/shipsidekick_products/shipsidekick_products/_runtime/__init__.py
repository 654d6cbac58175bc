# Generated from specs/shipsidekick_products.yaml; do not edit. Change the spec and run make generate.
"""The part of this client that is the same for every API."""
