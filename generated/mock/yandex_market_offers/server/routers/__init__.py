# Generated from specs/yandex_market_offers.yaml; do not edit. Change the spec and run make generate.

"""Router groups of this package."""
