"""Read responses: JSON and headers."""
