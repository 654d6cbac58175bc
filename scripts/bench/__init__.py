"""Measure the generated packages, the facades above them, and the generator, beside their peers and bounds (`make bench`)."""
