"""Determine the outcome of each item by responses, statuses and reports."""
