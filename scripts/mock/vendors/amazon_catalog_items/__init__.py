"""The mock of Amazon Catalog Items."""
