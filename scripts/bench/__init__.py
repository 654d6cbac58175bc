"""Measure the generated packages and the generator beside their peers (`make bench`)."""
