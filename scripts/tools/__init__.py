"""Thin wrappers of outside programs, and the lock files of everything that is installed."""
