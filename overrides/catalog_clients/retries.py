"""Which failures are worth another attempt, and after how long: by the spec's table, and by what the answer says."""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import ModuleType
from typing import Any

import httpx2

from .effects import Answer
from .errors import AccessRefused, CredentialsError, WaitTooLong

LOG = logging.getLogger("catalog_clients")
logging.getLogger("stamina").addHandler(logging.NullHandler())  # what it logs is told here, with more detail

_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
# By RFC 9110 and RFC 6585, also where it is a gateway that answers, of which no vendor's document tells.
_NO_ACCESS, _TOO_MANY, _SERVER_ERROR = (401, 403), 429, 500
_SKEW = 60  # seconds that a clock may be off without being told of


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How often and for how long a request is tried.

    Attributes:
        attempts: most times it is sent; the spec's number if not set.
        max_wait: longest wait between two attempts, the spec's if not set; `WaitTooLong` where the vendor asks for more.
        budget: seconds after the first attempt in which the last one may begin.
    """

    attempts: int | None = None
    max_wait: float | None = None
    budget: float = 900


class Attempts:
    """The attempts at one request; `wait` is the hook by which stamina learns whether and when to try again.

    Attributes:
        expected: what an attempt may fail with.
        most, budget: when stamina gives up.
    """

    def __init__(self, operation: str, table: Any, errors: ModuleType, retries: Retries) -> None:
        self._operation, self._table, self._errors = operation, table, errors
        self._max_wait = table.max_wait if retries.max_wait is None else retries.max_wait
        self.most, self.budget = retries.attempts or table.attempts, retries.budget
        self.expected = (httpx2.TransportError, errors.ResponseError, CredentialsError)
        self._made = 0
        self._lost = self._lost_now = self._refused = False
        self._too_long: WaitTooLong | None = None
        self._first = self._shortest = min((each.wait for each in table.answers if not isinstance(each.wait, str)), default=1.0)

    @property
    def more(self) -> bool:
        """Whether another attempt may follow."""
        return self._made < self.most

    def begin(self) -> None:
        """Note that an attempt begins."""
        self._made += 1
        self._lost |= self._lost_now

    def answered(self, value: Any, response: httpx2.Response) -> Answer[Any]:
        """Return how a call has ended whose last attempt has succeeded."""
        return Answer(value=value, response=response, attempts=self._made, lost=self._lost)

    def failed(self, error: Exception) -> Answer[Any]:
        """Return how a call has ended whose last attempt has failed."""
        response = getattr(error, "response", None)
        if response is not None and response.status_code in _NO_ACCESS:
            error = AccessRefused(str(error), response, _skew(response))
        error = self._too_long or error
        return Answer(error=error, response=response, attempts=self._made, lost=self._lost, refused=self._refused)

    def wait(self, error: Exception) -> bool | float:
        """Return the seconds before the next attempt, or False if none is worth it."""
        told = self._told(error)
        if told is None:
            return False
        if told > self._max_wait:
            self._too_long = WaitTooLong(f"the vendor asks to wait {told:.0f} s, and the most is {self._max_wait:g} s: {error}")
            return False
        wait = told + self._backoff(self._first)
        if self.more:
            who = (self._operation, getattr(error, "request_id", None), self._made, getattr(error, "status", type(error).__name__))
            LOG.info("%s: request %s: attempt %d has failed (%s), the next one follows in %.2f s", *who, wait)
        return wait

    def _told(self, error: Exception) -> float | None:
        """Return how long the vendor asks to wait, None for ever; and note what the failure says of what the vendor has done."""
        response: httpx2.Response | None = getattr(error, "response", None)
        self._lost_now, self._refused, self._first = False, False, self._shortest
        if isinstance(error, httpx2.TransportError):
            self._lost_now = not isinstance(error, _NEVER_SENT)
            return 0 if self._table.repeatable or not self._lost_now else None
        if response is None:
            return None
        self._lost_now = response.is_success or response.status_code >= _SERVER_ERROR
        if isinstance(error, self._errors.StatusError):
            for answer in self._table.answers:
                if answer.status == response.status_code and (answer.text or "").casefold() in response.text.casefold():
                    header = answer.wait if isinstance(answer.wait, str) else "Retry-After"
                    if (told := seconds_until(response, header)) is None and header != answer.wait:
                        self._first = answer.wait
                    return told or 0
            self._refused = response.is_client_error
            return None
        if response.status_code == _TOO_MANY or (self._lost_now and self._table.repeatable):
            return seconds_until(response, "Retry-After") or 0
        return None

    def _backoff(self, first: float) -> float:
        """Return a random wait, at most one that doubles with each attempt (full jitter)."""
        return random.uniform(0, min(self._max_wait, first * 2 ** (self._made - 1)))  # noqa: S311 - no secret


def seconds_until(response: httpx2.Response, header: str) -> float | None:
    """Return the wait that a header tells in seconds or as an HTTP date, by the vendor's clock; None without one."""
    value = response.headers.get(header, "")
    if value.isascii() and value.isdecimal():
        return float(value)
    moment, now = _date(value), _date(response.headers.get("Date", "")) or datetime.now(UTC)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def _skew(response: httpx2.Response) -> float:
    date = _date(response.headers.get("Date", ""))
    skew = 0.0 if date is None else (date - datetime.now(UTC)).total_seconds()
    return skew if abs(skew) > _SKEW else 0.0


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
