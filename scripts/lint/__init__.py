"""Lint of the specs: validity, what generation needs of them, and that their `x-client-*` extensions hold."""
