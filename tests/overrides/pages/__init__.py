"""Pages and lookups."""
