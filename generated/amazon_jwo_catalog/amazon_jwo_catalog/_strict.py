# Generated from specs/amazon_jwo_catalog.yaml; do not edit. Change the spec and run make generate.
"""What every request is checked against before it is sent."""
