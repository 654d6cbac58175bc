"""Keep within the vendors' rate limits: units in a time window, and requests at the same time, of one or several processes."""

from __future__ import annotations

from .joint import JointLimiter
from .limiter import Limiter, RateLimiter, Tally
from .opening import store_of
from .shared import SharedLimiter
from .store import Scope
from .terms import Bound, Terms, check_limit
from .waiting import LOG, Longest, Ticket, TooExpensive, TurnOver
from .worker import Worker

__all__ = [
    "LOG",
    "Bound",
    "JointLimiter",
    "Limiter",
    "Longest",
    "RateLimiter",
    "Scope",
    "SharedLimiter",
    "Tally",
    "Terms",
    "Ticket",
    "TooExpensive",
    "TurnOver",
    "Worker",
    "check_limit",
    "store_of",
]
