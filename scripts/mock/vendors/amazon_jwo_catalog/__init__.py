"""The mock of the Just Walk Out catalog."""
