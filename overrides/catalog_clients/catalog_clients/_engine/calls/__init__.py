"""Perform calls with retries, and perform the effects of flows, sync and async."""
