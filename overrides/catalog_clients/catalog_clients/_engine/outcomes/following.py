"""How ingestions are followed: by the caller's options, and by those of the spec."""

from __future__ import annotations

from dataclasses import dataclass, field

from catalog_clients._engine.flows.effects import Queue
from catalog_clients._engine.tables.behaviour import Polling
from catalog_clients.errors import check_number
from catalog_clients.options import Reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """How ingestions are followed.

    Attributes:
        queue: queue of notifications, if there is one; it is used only if it is exclusive.
        reports: how reports are fetched and read.
        interval, deadline: seconds; default: the spec's.
        silence: seconds without a notification, after which the status is polled.
    """

    queue: Queue | None = None
    reports: Reports = field(default_factory=Reports)
    interval: float | None = None
    deadline: float | None = None
    silence: float = 300

    def __post_init__(self) -> None:
        for name in ("interval", "deadline", "silence"):
            check_number(name, getattr(self, name), least=0)
        _check_options(self.queue, self.reports)

    def first_interval(self, polling: Polling) -> float:
        """Return the seconds before the first request for a status: the caller's (also 0), otherwise the spec's."""
        return polling.interval if self.interval is None else self.interval

    def longest(self, polling: Polling) -> float:
        """Return the maximum seconds to wait for an ingestion."""
        return polling.deadline if self.deadline is None else self.deadline


def following(
    interval: float | None, deadline: float | None, queue: Queue | None, silence: float, reports: Reports | None
) -> Following:
    """Return how ingestions are followed, from options that can be absent."""
    return Following(
        interval=interval, deadline=deadline, queue=queue, silence=silence, reports=Reports() if reports is None else reports
    )


def _check_options(queue: object, reports: object) -> None:
    if not isinstance(queue, Queue | None) or not isinstance(reports, Reports):
        raise TypeError("queue must be an SqsQueue(...), and reports must be Reports(...)")
