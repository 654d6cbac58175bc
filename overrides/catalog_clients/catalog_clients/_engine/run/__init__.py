"""What the parts of a run share, and how it ends early."""
