"""Inputs, and what is checked of items."""
