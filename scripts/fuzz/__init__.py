"""Fuzzing of the mock vendors, or of real endpoints, with Schemathesis."""
