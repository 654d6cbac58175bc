"""Ledgers, results and runs that go on."""
