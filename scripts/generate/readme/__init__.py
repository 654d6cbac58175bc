"""The README of a generated package."""
