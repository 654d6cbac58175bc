"""Perform a call within its rate limit, with retries."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace

import httpx2

from catalog_clients._engine.flows.effects import Call, CallResult, Effect, Flow, Halted, Send, Sleep, T
from catalog_clients._engine.limits import LOG, Limiter, Longest, TurnOver
from catalog_clients._engine.responses.doubling import decoded
from catalog_clients._engine.tables.behaviour import Behaviour, Breach, Operation, Package
from catalog_clients.errors import LimitsError, RetryRequested, WaitTooLong
from catalog_clients.options import Limits, Retries

from .polling import accepted
from .retries import Attempts

_GRACE = 60.0  # seconds past its timeout after which an attempt no longer counts at its limit


@dataclass(frozen=True, slots=True)
class Api:
    """An API, and the caller's options for it.

    Attributes:
        package: its generated client.
        limits: rate limiters of the credential.
        retries: how often and for how long requests are tried.
        headers: headers that each request has in addition.
        attempt_time: seconds that an attempt at a request may take, with its whole response.
        credentials: where the credentials come from, in words.
        caller: what identifies the caller in a store of shared limits.
    """

    package: Package
    limits: Limits
    retries: Retries
    headers: Mapping[str, str]
    attempt_time: float
    credentials: str = ""
    caller: tuple[str, ...] = field(default=(), repr=False)

    def table(self, operation: str) -> Behaviour:
        """Return what the spec says of how an operation is used."""
        return self.package.behaviour.OPERATIONS[operation]

    def limiter(self, operation: str) -> Limiter | None:
        """Return the rate limiter of an operation, if it has a limit."""
        return self.limits.limiter(self.package.__name__, operation, self.table(operation).rate_limit, self.caller)

    def call(self, call: Call, has_ended: Callable[[], bool]) -> Flow[CallResult[object]]:
        """Send a request, with retries, and return its result or the last error.

        Args:
            call: what is sent.
            has_ended: returns whether the thread or event loop that runs this flow has ended.

        Raises:
            WaitTooLong, LimitsError: a limit does not admit it, and the vendor has executed no attempt.
            Exception: that of `before`, and nothing was sent.
        """
        operation, end = call.request.operation, (yield Sleep(0)) + call.seconds
        table = self.table(operation.name)
        attempts = Attempts(
            table.retry,
            self.package.errors,
            self.retries,
            self.credentials,
            looks_up=table.matching is not None,
            responses=operation.responses,
        )
        failure: Exception = Halted()
        while True:
            try:
                response = yield from self._send(call, attempts, end, has_ended)
                return self._succeeded(operation, attempts, response)
            except Halted:
                return attempts.failed(failure)
            except attempts.expected as error:
                failure = error
            except (WaitTooLong, LimitsError) as error:
                is_timeout = call.seconds < math.inf and type(error) is WaitTooLong  # which the caller handles
                if not (is_timeout or attempts.may_have_succeeded):
                    raise
                return CallResult(error=error, attempts=attempts.made, lost=attempts.may_have_succeeded)
            pause, now = attempts.pause(failure), (yield Sleep(0))
            if pause is None or now + pause >= end or not attempts.is_in_time(now, pause):
                return attempts.failed(failure)
            _log(operation.name, attempts.made, failure, pause)
            call = replace(call, halted=None) if attempts.may_have_succeeded else call
            yield Sleep(pause, until=call.halted)

    def _succeeded(self, operation: Operation[object], attempts: Attempts, response: httpx2.Response) -> CallResult[object]:
        """Return the result of a success response, and names that its body has twice. Raise the error of any other response.

        Raises:
            RetryRequested: by the table, a value of the success response asks for another attempt.
        """
        if asked := attempts.asks_again(response):
            text = f"the response has {asked}, and asks for another attempt: {' '.join(response.text.split())}"
            raise RetryRequested(operation.hidden(text, response), response)
        table, body = self.table(operation.name), decoded(response.content)
        try:
            parsed = operation.read(response, exact=True)
            value, breaches = parsed.value, parsed.breaches
        except self.package.errors.ResponseError as error:
            breaches = getattr(error, "breaches", ())
            value = accepted(table, response)
            if value is None:
                raise
        _log_breaches(operation.name, breaches)
        result = attempts.succeeded(value, response, breaches)
        return replace(result, body=body.value, doubled=body.doubled, operation=operation)

    def _send(self, call: Call, attempts: Attempts, end: float, has_ended: Callable[[], bool]) -> Flow[httpx2.Response]:
        """Send a request once, within its limit and until a time.

        Raises:
            Halted: nothing more may be sent.
        """
        limiter = self.limiter(call.request.operation.name)
        while limiter:
            with suppress(TurnOver):
                return (yield from self._send_within(limiter, call, attempts, end, has_ended))
        _check(call.halted)
        attempts.begin()
        return (yield from self._send_now(call, attempts, end))

    def _send_within(
        self, limiter: Limiter, call: Call, attempts: Attempts, end: float, has_ended: Callable[[], bool]
    ) -> Flow[httpx2.Response]:
        """Send a request when a limit admits it."""
        longest = Longest(attempts.max_wait, self.retries.budget, end - (yield Sleep(0)), self.attempt_time + _GRACE)
        ticket = yield from _unless(call.halted, limiter.enter(call.request.operation.name, call.items, longest, has_ended))
        response: httpx2.Response | None = None

        def check() -> None:
            _check(call.halted)
            limiter.check(ticket)

        attempts.begin()
        try:
            response = yield from self._send_now(call, attempts, end, check)
        except (TurnOver, Halted):
            attempts.made -= 1  # nothing was sent
            raise
        finally:
            limiter.leave(ticket, response)
        return response

    def _send_now(
        self, call: Call, attempts: Attempts, end: float, before: Callable[[], object] | None = None
    ) -> Flow[httpx2.Response]:
        if call.before and attempts.made == 1:
            call.before()
        seconds = min(self.attempt_time, end - (yield Sleep(0)))
        response: httpx2.Response = yield Send(call.request, self.headers, max(0, seconds), before)
        return response


def _unless(halted: Future[None] | None, flow: Flow[T]) -> Flow[T]:
    """Wait for a limit as `flow` does, until nothing more may be sent.

    Raises:
        Halted: nothing more may be sent.
    """
    given: object = None
    with closing(flow):
        while True:
            try:
                effect: Effect = flow.send(given)
            except StopIteration as ended:
                admitted: T = ended.value
                return admitted
            given = yield replace(effect, until=halted) if isinstance(effect, Sleep) else effect
            _check(halted)


def _check(halted: Future[None] | None) -> None:
    if halted and halted.done():
        raise Halted


def _log(operation: str, attempt: int, error: Exception, pause: float) -> None:
    request_id, why = getattr(error, "request_id", None), getattr(error, "status", type(error).__name__)
    request = f" request {request_id}:" if request_id else ""
    LOG.info("%s:%s attempt %d failed (%s); next attempt in %.2f s", operation, request, attempt, why, pause)


def _log_breaches(operation: str, breaches: Sequence[Breach]) -> None:
    if breaches:
        LOG.warning("%s: the response breaks the spec in %d places, first at %s", operation, len(breaches), breaches[0])
