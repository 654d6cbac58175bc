"""Request pages, and match their items to identifiers."""
