"""Rate limits of one process and of several."""
