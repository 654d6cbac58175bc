"""How a vendor was used, as the vendor itself has measured it."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from typing import Any

from scripts.mock.engine.clock import Clock


class Journal:
    """Counts of responses and of the keys of requests, and peaks: of units within any period, and of requests at the same time.

    Args:
        clock: the vendor's time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._responses: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()
        self._recent: dict[str, deque[tuple[float, float]]] = {}
        self._within: defaultdict[str, float] = defaultdict(float)
        self._most: dict[str, dict[str, float]] = {}
        self._keys: dict[tuple[str, str], list[int]] = {}
        self._parallel = 0
        self._most_parallel = 0

    def begin(self) -> None:
        """Count a request that begins."""
        self._parallel += 1
        self._most_parallel = max(self._most_parallel, self._parallel)

    def end(self, operation: str, status: int | None, fault: str | None) -> None:
        """Count the response to a request; no status means that the connection was dropped."""
        self._parallel -= 1
        self._responses[f"{operation} {status or 'dropped'}"] += 1
        if fault:
            self._faults[fault] += 1

    def spend(self, what: str, units: float, period: float) -> None:
        """Count units that a request takes from a limit, and all of them within the period that ends now."""
        now = self._clock.now()
        recent = self._recent.setdefault(what, deque())
        recent.append((now, units))
        self._within[what] += units
        while recent[0][0] <= now - period:
            self._within[what] -= recent.popleft()[1]
        most = self._most.setdefault(what, {"period": period, "most": 0, "total": 0})
        most["most"] = max(most["most"], self._within[what])
        most["total"] += units

    def key_sent(self, operation: str, key: str) -> None:
        """Count a request with a key by which it is executed once, whatever its response is."""
        self._keys.setdefault((operation, key), [0, 0])[0] += 1

    def key_executed(self, operation: str, key: str) -> None:
        """Count that a request with a key was executed."""
        self._keys.setdefault((operation, key), [0, 0])[1] += 1

    def keys(self) -> list[dict[str, Any]]:
        """Return the keys of requests, and how often a request with each was sent and executed, for JSON."""
        return [
            {"operation": operation, "key": key, "sent": sent, "executed": executed}
            for (operation, key), (sent, executed) in self._keys.items()
        ]

    def counts(self) -> dict[str, Any]:
        """Return all counts, for JSON."""
        return {
            "responses": dict(sorted(self._responses.items())),
            "faults": dict(sorted(self._faults.items())),
            "units": self._most,
            "parallel": {"most": self._most_parallel},
        }
