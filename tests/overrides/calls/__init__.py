"""Credentials, connections, drivers and retries."""
