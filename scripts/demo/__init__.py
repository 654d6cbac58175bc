"""The demonstration of the `catalog` command."""
