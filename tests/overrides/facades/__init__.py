"""The facades, and whole runs of any client."""
