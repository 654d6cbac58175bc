"""Request one page after the other."""
