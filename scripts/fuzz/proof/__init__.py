"""Faults injected into the mock vendors, to prove that fuzzing finds them."""
