"""Decide whether and when a request is sent again, by the spec's table and the response."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import SystemRandom

import httpx2
import msgspec

from catalog_clients._engine.flows.effects import CallResult, T, is_one
from catalog_clients._engine.responses.doubling import decoded
from catalog_clients._engine.responses.headers import date_of, seconds_until
from catalog_clients._engine.run.state import is_unreached
from catalog_clients._engine.tables.behaviour import Breach, Errors, Retry, RetryResponse
from catalog_clients._engine.tables.expressions import Expression
from catalog_clients._engine.tables.operations import credentials_errors
from catalog_clients.errors import AccessRefused, CredentialsError, RetryRequested, WaitTooLong
from catalog_clients.options import Retries

# RFC 9110 and RFC 6585; also for gateways, which no vendor's document mentions.
_NO_ACCESS, _TOO_MANY, _SERVER_ERROR = (401, 403), 429, 500
_ONLY_NOW = (408, 425, _TOO_MANY)  # RFC 9110, 8470 and 6585: of the time of a request, and not of what it is for
_CONFLICT = 409  # draft-ietf-httpapi-idempotency-key-header: a request with the same key has not ended
RANDOM = SystemRandom()  # has no state that a caller could seed, or that forked processes would share
_MOST_SKEW = 60  # seconds that a clock may be wrong before it is reported


@dataclass(frozen=True, slots=True)
class _Once:
    """The retry table of an operation without one: no retries."""

    responses: Sequence[RetryResponse] = ()
    attempts: int = 1
    max_wait: float = 60.0
    idempotent: bool = False
    idempotency_key: Expression | None = None
    done: str | None = None


class Attempts:
    """The attempts at one request, and the decision about another one.

    Args:
        table: says what is retryable; None if nothing is.
        errors: the error classes of the client.
        retries: the caller's options.
        credentials: where the credentials come from, in words.
        looks_up: whether the request only looks items up.
        responses: the statuses and ranges of the documented responses; default: each is documented that has a class of its own.

    Attributes:
        expected: errors with which an attempt can fail.
        made: number of attempts.
        max_wait: longest wait between two attempts.
    """

    def __init__(
        self,
        table: Retry | None,
        errors: Errors,
        retries: Retries,
        credentials: str = "",
        *,
        looks_up: bool = False,
        responses: Collection[str] | None = None,
    ) -> None:
        table, self._credentials = table or _Once(), f"; {credentials}" if credentials else ""
        self._looks_up, self._responses = looks_up, responses
        self._table, self._errors, self._budget = table, errors, retries.budget
        self.max_wait = table.max_wait if retries.max_wait is None else retries.max_wait
        self._most = retries.attempts or table.attempts
        self._has_key = table.idempotency_key is not None
        self._is_repeatable = table.idempotent or self._has_key
        self.expected: tuple[type[Exception], ...] = (
            *(httpx2.TransportError, errors.ResponseError, RetryRequested),
            *credentials_errors(errors),
        )
        self.made = 0
        self._lost = self._lost_now = self._refused = self._was_unexplained = False
        self._unexecuted = True
        self._began: float | None = None
        self._too_long: WaitTooLong | None = None
        self._first = self._shortest = min((each.wait for each in table.responses if not isinstance(each.wait, str)), default=1.0)

    @property
    def may_have_succeeded(self) -> bool:
        """Whether the vendor may have executed an attempt."""
        return self._lost or self._lost_now

    def begin(self) -> None:
        """Count an attempt."""
        self.made += 1
        self._lost |= self._lost_now

    def succeeded(self, value: T, response: httpx2.Response, breaches: Sequence[Breach] = ()) -> CallResult[T]:
        """Return the result of a call whose last attempt has succeeded."""
        return CallResult(value=value, response=response, attempts=self.made, lost=self._lost, breaches=breaches)

    def failed(self, error: Exception) -> CallResult[object]:
        """Return the result of a call whose last attempt has failed."""
        response: httpx2.Response | None = getattr(error, "response", None)
        if isinstance(error, credentials_errors(self._errors)) and not isinstance(error, CredentialsError):
            error = CredentialsError(str(error))
        if response is not None and response.status_code in _NO_ACCESS:
            date = date_of(response)
            skew = (date - datetime.now(UTC)).total_seconds() if date else 0
            error = AccessRefused(f"{error}{self._credentials}", response, skew if abs(skew) > _MOST_SKEW else 0)
        error, lost = self._too_long or error, self._lost and not self._is_of_all(response)
        return CallResult(
            error=error,
            response=response,
            attempts=self.made,
            lost=lost,
            refused=self._refused,
            unexecuted=self._unexecuted,
        )

    def _is_of_all(self, response: httpx2.Response | None) -> bool:
        """Return whether a refusal applies to all attempts, as all of them had the same key.

        A conflict does not: it may be with an attempt in progress.
        """
        return self._has_key and self._refused and response is not None and response.status_code != _CONFLICT

    def asks_again(self, response: httpx2.Response) -> str:
        """Return what a success response has by which the vendor asks for another attempt; empty if it does not."""
        rows = (row for row in self._table.responses if response.is_success and self._is_listed(row, response))
        return next((f"{'.'.join(row.value.path)} = {_value(row.value, response)!r}" for row in rows if row.value), "")

    def pause(self, error: Exception) -> float | None:
        """Return how long to wait before the next attempt; None if the failure is final or the attempts are used up.

        The wait is what the vendor requests, plus a random part of a back-off that doubles with each attempt.
        """
        wait = self._requested_wait(error)
        self._unexecuted &= not self._lost_now and (wait is not None or self._is_unexecuted(error))
        if wait is None:
            return None
        if wait > self.max_wait:
            self._too_long = WaitTooLong(f"the vendor requests a wait of {wait:.0f} s; the maximum is {self.max_wait:g} s: {error}")
            return None
        if self.made >= self._most:
            return None
        most = min(self.max_wait, self._first * 2 ** (self.made - 1))
        return wait + RANDOM.uniform(0, most)

    def is_in_time(self, now: float, pause: float) -> bool:
        """Return whether the next attempt would begin within the budget, which is counted from the first failure on."""
        if self._began is None:
            self._began = now
        return now + pause - self._began <= self._budget

    def _requested_wait(self, error: Exception) -> float | None:
        """Return the wait that the vendor requests; None if the failure is final. Keep whether the vendor may have executed it."""
        response: httpx2.Response | None = getattr(error, "response", None)
        self._lost_now, self._refused, self._first = False, False, self._shortest
        if isinstance(error, httpx2.TransportError):
            self._lost_now = not reached_nobody(error)
            return 0 if self._is_repeatable or not self._lost_now else None
        if response is None:
            return None
        self._lost_now = response.is_success or response.status_code >= _SERVER_ERROR
        if isinstance(error, (self._errors.StatusError, RetryRequested)):
            wait = self._documented_wait(error, response)
            if wait is not None or self._is_named(response.status_code):
                return wait
        if response.status_code == _TOO_MANY or (self._lost_now and self._is_repeatable):
            return seconds_until(response, "Retry-After") or 0
        return None

    def _is_unexecuted(self, error: Exception) -> bool:
        """Return whether the vendor has certainly not executed an attempt whose failure is final, and that was not lost."""
        response: httpx2.Response | None = getattr(error, "response", None)
        return response is None or response.status_code in _NO_ACCESS or (self._refused and not is_unexplained(error))

    def _is_named(self, status: int) -> bool:
        """Return whether a document names a status or its range; `default` only says what the body of any other one is.

        A range says nothing of the statuses that are of the time of a request.
        """
        names = {str(status)} if status in _ONLY_NOW else {str(status), f"{status // 100}XX"}
        return self._responses is None or not names.isdisjoint(self._responses)

    def _documented_wait(self, error: Exception, response: httpx2.Response) -> float | None:
        """Return the wait for a documented error; None if it is not in the table, and so is final.

        One of a lookup without its body, which may not be the vendor's, is final the second time.
        """
        for row in self._table.responses:
            if self._is_listed(row, response):
                self._lost_now &= self._is_repeatable and row.value is None  # otherwise it says that nothing was executed
                wait = seconds_until(response, row.wait, row.wait_format) if isinstance(row.wait, str) else None
                if wait is None:
                    wait = seconds_until(response, "Retry-After")
                if wait is None and not isinstance(row.wait, str):
                    self._first = row.wait
                return wait or 0
        is_page = response.content.lstrip().startswith(b"<")  # from a gateway, which says nothing about items
        is_of_request = response.is_client_error and response.status_code not in _ONLY_NOW
        self._refused = is_of_request and not (is_page and getattr(error, "data", None) is None)
        is_unclear = self._refused and response.status_code not in _NO_ACCESS and is_unexplained(error)
        if is_unclear and self._looks_up and not self._was_unexplained:
            self._was_unexplained = True
            return 0
        return None

    def _is_listed(self, row: RetryResponse, response: httpx2.Response) -> bool:
        """Return whether a row lists a response.

        Where a second execution may do harm, a status that may follow an execution, such as 500, is listed only by its words or by
        a value.
        """
        says_so = row.text is not None or row.value is not None
        if row.status != response.status_code or not (says_so or self._is_repeatable or not self._lost_now):
            return False
        has_value = row.value is None or is_one(_value(row.value, response), row.values)
        return has_value and (row.text or "").casefold() in response.text.casefold()


def _value(place: Expression, response: httpx2.Response) -> object:
    """Return the value at a place in the body of a response; None if there is none, or if it is not certain."""
    body = decoded(response.content)
    return CallResult(value=body.value, doubled=body.doubled).find(place.path)


def is_unexplained(error: Exception | None) -> bool:
    """Return whether an error has nothing of the body that the spec describes."""
    data = getattr(error, "data", None)
    if isinstance(data, msgspec.Struct):
        return all(getattr(data, each) in (None, msgspec.UNSET) for each in data.__struct_fields__)
    return data is None and bool(getattr(error, "breaches", ()))


def reached_nobody(error: Exception | None) -> bool:
    """Return whether it is certain that an attempt has sent nothing to the vendor."""
    return is_unreached(error) or isinstance(error, httpx2.PoolTimeout)
