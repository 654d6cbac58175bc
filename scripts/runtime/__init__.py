"""The part of a generated client that is the same for every API; the generator copies it into each package."""
