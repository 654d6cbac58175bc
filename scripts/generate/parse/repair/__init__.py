"""Make a foreign document valid, and say what was changed or left out."""
