"""The commands of operations: `run`, `validate`, and the short names such as `archive` and `search`."""
