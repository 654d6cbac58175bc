"""How items become chunks."""
