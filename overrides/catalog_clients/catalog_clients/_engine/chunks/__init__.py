"""Split items into chunks."""
