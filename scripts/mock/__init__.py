"""Mock vendors: four servers that behave as the documents say, for trying clients and for tests."""
