"""A mock of any API, from its spec and the tables in it alone."""
