"""The memory of this process; it imports nothing that would need memory itself."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak() -> float:
    """Return the most memory that this process has had, in MB.

    On Linux, `ru_maxrss` also counts memory of the parent process, so that /proc is read instead, where it exists.
    """
    return _of_status("VmHWM") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1024**2 if sys.platform == "darwin" else 1024
    )


def held() -> float:
    """Return the memory that this process has now, in MB; the most that it has had, where the system does not say."""
    return _of_status("VmRSS") or peak()


def _of_status(name: str) -> float:
    """Return a figure of /proc, or 0."""
    found = _STATUS.exists() and re.search(rf"{name}:\s*(\d+) kB", _STATUS.read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else 0
