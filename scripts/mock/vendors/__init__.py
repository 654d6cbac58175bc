"""One folder for each API whose vendor does what its spec cannot say, with the API's name."""
