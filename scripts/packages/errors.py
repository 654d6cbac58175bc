"""What the commands about packages raise."""

from __future__ import annotations


class PackageError(Exception):
    """A package cannot be read, compared, built or published; the message says why in one line, and what to do."""
