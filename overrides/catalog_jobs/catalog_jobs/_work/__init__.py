"""How jobs are staged and sent."""
