# Generated from specs/yandex_market_offers.yaml; do not edit. Change the spec and run make generate.
"""Operations without I/O: build a request, read a response."""
