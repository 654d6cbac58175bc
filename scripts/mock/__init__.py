"""Mock vendors: servers that behave as the vendors' documents say, for trying clients and for tests."""
