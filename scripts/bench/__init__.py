"""Measure the generated packages, the facades and the generator, and compare them with peers and bounds (`make bench`)."""
