"""Carry out a call: within its limit, and again where that may help, by the spec's table and by what the response says."""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import httpx2
import stamina
from msgspec.structs import replace

from .effects import Call, CallResult, Flow, Send, Sleep
from .errors import AccessRefused, CredentialsError, WaitTooLong, check_number
from .limits import Limiter, Limits, moment_of, seconds_until

LOG = logging.getLogger("catalog_clients")
_STAMINA = logging.getLogger("stamina")
_STAMINA.addHandler(logging.NullHandler())  # what it logs of our calls is told here, with more detail; of others it is not ours
_STAMINA.addFilter(lambda record: getattr(record, "stamina.callable", "") != LOG.name)

_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
# By RFC 9110 and RFC 6585, also where it is a gateway that responses, of which no vendor's document tells.
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

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        check_number("attempts", self.attempts, least=1, whole=True)
        check_number("max_wait", self.max_wait, least=0)
        check_number("budget", self.budget, least=0)


@dataclass(frozen=True, slots=True)
class Api:
    """An API: its generated client, how the caller wants it to be used, and what each request tells of the caller."""

    module: ModuleType
    limits: Limits
    retries: Retries
    headers: Sequence[tuple[str, str]]

    def table(self, operation: str) -> Any:
        """Return what the spec says of the use of an operation."""
        return self.module.behaviour.OPERATIONS[operation]

    def limiter(self, operation: str) -> Limiter | None:
        """Return the limiter of an operation, if it has a limit."""
        return self.limits.of(self.module.__name__, operation, self.table(operation).rate_limit)

    def call(self, call: Call) -> Flow[CallResult[Any]]:
        """Send a request, again where that may help, and return how that has ended."""
        name = call.request.operation.name
        attempts = Attempts(name, self.table(name).retry, self.module.errors, self.retries)
        try:
            return (yield from self._attempt(call, attempts))
        except attempts.expected as error:
            first = error
        again = stamina.retry_context(attempts.judge, attempts=attempts.most, timeout=attempts.budget)
        try:
            for attempt in again.with_name(LOG.name, (), {}):
                with attempt:
                    if attempt.num == 1:
                        raise first  # which stamina judges now, as it costs much for a call that succeeds at once
                    yield Sleep(attempts.pause)
                    return (yield from self._attempt(call, attempts))
        except attempts.expected as error:
            return attempts.failed(error)
        raise AssertionError("stamina ends with a result or with an error")

    def _attempt(self, call: Call, attempts: Attempts) -> Flow[CallResult[Any]]:
        """Send a request once, within its limit. What goes wrong is raised, for stamina to judge."""
        operation, response = call.request.operation, None
        limiter = self.limiter(operation.name)
        ticket = (yield from limiter.enter(operation.name, call.items)) if limiter else None
        attempts.begin()
        try:
            response = yield Send(replace(call.request, headers=[*call.request.headers, *self.headers]))
        finally:
            if limiter and ticket:
                limiter.leave(ticket, response)
        return attempts.answered(operation.parse(response), response)


class Attempts:
    """The attempts at one request; `judge` is the hook by which stamina learns whether to try again.

    Attributes:
        expected: what an attempt may fail with.
        most, budget: when stamina gives up.
        pause: seconds before the next attempt.
    """

    def __init__(self, operation: str, table: Any, errors: ModuleType, retries: Retries) -> None:
        self._operation, self._table, self._errors = operation, table, errors
        self._max_wait = table.max_wait if retries.max_wait is None else retries.max_wait
        self.most, self.budget = retries.attempts or table.attempts, retries.budget
        self.expected = (httpx2.TransportError, errors.ResponseError, errors.CredentialsError, CredentialsError)
        self._made, self.pause = 0, 0.0
        self._lost = self._lost_now = self._refused = False
        self._too_long: WaitTooLong | None = None
        self._first = self._shortest = min((each.wait for each in table.responses if not isinstance(each.wait, str)), default=1.0)

    def begin(self) -> None:
        """Note that an attempt begins."""
        self._made += 1
        self._lost |= self._lost_now

    def answered(self, value: Any, response: httpx2.Response) -> CallResult[Any]:
        """Return how a call has ended whose last attempt has succeeded."""
        return CallResult(value=value, response=response, attempts=self._made, lost=self._lost)

    def failed(self, error: Exception) -> CallResult[Any]:
        """Return how a call has ended whose last attempt has failed."""
        response = getattr(error, "response", None)
        if isinstance(error, self._errors.CredentialsError):
            error = CredentialsError(str(error))
        if response is not None and response.status_code in _NO_ACCESS:
            date = moment_of(response, "Date")
            skew = (date - datetime.now(UTC)).total_seconds() if date else 0
            error = AccessRefused(str(error), response, skew if abs(skew) > _SKEW else 0)
        return CallResult(
            error=self._too_long or error, response=response, attempts=self._made, lost=self._lost, refused=self._refused
        )

    def judge(self, error: Exception) -> bool | float:
        """Tell stamina to try again at once, or not at all: the flow waits for `pause`, as stamina would hold up an event loop."""
        told = self._told(error)
        if told is None:
            return False
        if told > self._max_wait:
            self._too_long = WaitTooLong(f"the vendor asks to wait {told:.0f} s, and the most is {self._max_wait:g} s: {error}")
            return False
        most = min(self._max_wait, self._first * 2 ** (self._made - 1))
        self.pause = told + random.uniform(0, most)  # noqa: S311 - full jitter, and no secret
        if self._made < self.most:
            known, why = getattr(error, "request_id", None), getattr(error, "status", type(error).__name__)
            request = f" request {known}:" if known else ""
            text = "%s:%s attempt %d has failed (%s), the next one follows in %.2f s"
            LOG.info(text, self._operation, request, self._made, why, self.pause)
        return 0.0

    def _told(self, error: Exception) -> float | None:
        """Return how long the vendor asks to wait, None for ever; and note what the failure says of what the vendor has done."""
        response: httpx2.Response | None = getattr(error, "response", None)
        self._lost_now, self._refused, self._first = False, False, self._shortest
        if isinstance(error, httpx2.TransportError):
            self._lost_now = not isinstance(error, _NEVER_SENT)
            return 0 if self._table.idempotent or not self._lost_now else None
        if response is None:
            return None
        self._lost_now = response.is_success or response.status_code >= _SERVER_ERROR
        if isinstance(error, self._errors.StatusError):
            for listed in self._table.responses:
                if listed.status == response.status_code and (listed.text or "").casefold() in response.text.casefold():
                    header = listed.wait if isinstance(listed.wait, str) else "Retry-After"
                    if (told := seconds_until(response, header)) is None and header != listed.wait:
                        self._first = listed.wait
                    return told or 0
            self._refused = response.is_client_error
            return None
        if response.status_code == _TOO_MANY or (self._lost_now and self._table.idempotent):
            return seconds_until(response, "Retry-After") or 0
        return None
