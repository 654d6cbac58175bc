"""Change copies of the generated packages, one change at a time, and see whether the property tests fail."""
