"""Plant defects in copies of the generated packages, one at a time, and see whether the property tests find them."""
