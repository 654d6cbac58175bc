"""The tables of a generated client that the engine reads, as protocols: each generated client has its own classes."""
