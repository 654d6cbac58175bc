"""Builds the packages, and publishes them to a package index."""
