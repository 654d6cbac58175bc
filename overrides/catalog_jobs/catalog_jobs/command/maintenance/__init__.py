"""The commands of what is there already: `jobs`, `worker`, `config` and `apis`."""
