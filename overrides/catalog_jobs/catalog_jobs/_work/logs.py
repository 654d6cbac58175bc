"""What a worker logs while something fails again and again, such as each use of a database that is not available."""

from __future__ import annotations

import logging
import threading
import time

_EVERY = 60.0  # seconds


class Unrepeated(logging.Filter):
    """Leaves out a message that was logged less than a minute ago."""

    def __init__(self) -> None:
        super().__init__()
        self._logged, self._lock = dict[str, float](), threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a record is to be logged."""
        text, now = record.getMessage(), time.monotonic()
        with self._lock:
            self._logged = {text: moment for text, moment in self._logged.items() if now - moment < _EVERY}
            return self._logged.setdefault(text, now) == now
