"""What all mock vendors share: the way of a call from the socket to the operation and back.

A call is read whole, then the vendor refuses it (credentials, limits), or runs the operation. Measuring and chaos happen around
`Vendor.response`, outside of the vendors.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Iterable, Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import msgspec

from scripts.mock.engine.call import Call, MockResponse, Respond
from scripts.mock.engine.clock import Clock
from scripts.mock.engine.journal import Journal
from scripts.mock.engine.limits import Limits, Use, whole
from scripts.mock.settings import Options, Settings
from scripts.runtime.behaviour import Behaviour, Expression, RateLimit


class Vendor(ABC):
    """A vendor: the behaviour of an API, and the checks before it.

    Attributes:
        api: name of the API, as in `scripts.apis`.
        kind_of_options, options: the type of this vendor's options, and their current values.
        tables: every documented limit and time of the API, by operationId.
        beside: handlers of what the vendor offers beside its API, such as a token or a report, by the prefix of their paths.
    """

    api: ClassVar[str]
    kind_of_options: ClassVar[type[Options]]
    options: Options
    tables: Mapping[str, Behaviour]

    def __init__(self, settings: Settings, clock: Clock, base_url: str) -> None:
        self.settings = settings
        self.clock = clock
        self.base_url = base_url
        self.journal = Journal(clock)
        self.limits = Limits(clock)
        self.beside: dict[str, Respond] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        try:
            self.options = msgspec.convert(settings.options.get(self.api, {}), self.kind_of_options)
        except msgspec.ValidationError as error:
            raise ValueError(f"options of {self.api}: {error}") from error

    @abstractmethod
    def refuse(self, call: Call) -> MockResponse | None:
        """Refuse a call for its credentials or a limit, before its content is checked, and set `call.credential`."""

    @abstractmethod
    def find(self, call: Call) -> None:
        """Set the operation that a call is for, and the parameters of its path."""

    @abstractmethod
    async def operate(self, call: Call) -> MockResponse:
        """Check a call that is not refused, and run its operation."""

    @abstractmethod
    def error(self, status: int, text: str = "", *, call: Call | None = None) -> MockResponse:
        """Return the vendor's response with a status of 400 or above; default of the text: the documented one."""

    def throttled(self, call: Call, text: str = "") -> MockResponse:
        """Return the vendor's response to a call above its limit; default: a 429."""
        return self.error(429, text, call=call)

    def limit(self, operation: str) -> RateLimit | None:
        """Return the limit of an operation: the documented one, or that of the options `rate` (in a second) and `burst`.

        Its further limits are the documented ones.
        """
        limit = self.tables.get(operation, Behaviour()).rate_limit
        if limit is None:
            return None
        rate, burst = getattr(self.options, "rate", None), getattr(self.options, "burst", None)
        return msgspec.structs.replace(
            limit, rate=limit.rate if rate is None else rate * limit.period, burst=limit.burst if burst is None else burst
        )

    def uses(self, call: Call) -> list[Use]:
        """Return the limits of a call's operation, with what has each of them: the caller, the operation, or both, by name."""
        limit, names = self.limit(call.operation), {"credential": call.credential, "operation": call.operation}
        limits = limit.all if limit else ()
        return [Use(each, place, tuple(names[part] for part in each.scope)) for place, each in enumerate(limits)]

    def over_limit(self, call: Call, usage: str) -> MockResponse | None:
        """Take the units of a call from the limits of its operation; refuse it above one of them, or with too large a body.

        Args:
            call: the request of a caller that the vendor has identified.
            usage: by what name the journal counts the units of the first limit.
        """
        chunking = self.tables.get(call.operation, Behaviour()).chunking
        largest = (chunking and chunking.max_body_bytes) or len(call.body)
        is_too_large = len(call.body) > largest
        uses = self.uses(call)
        units = [1 if is_too_large else self._units(call, each.limit, chunking.size if chunking else 1) for each in uses]
        for use, cost in zip(uses, units, strict=True):
            self.journal.spend(f"{usage}{use.named}", cost, use.limit.period)
        crowded = self.limits.begin(call, uses)
        if not self.limits.take(list(zip(uses, units, strict=True))):
            return self.throttled(call)
        if crowded:
            return self.throttled(call, f"More than {crowded.concurrency} requests run in parallel.")
        if is_too_large:
            return self.error(400, f"The body has more than {largest} bytes.", call=call)
        return None

    def _units(self, call: Call, limit: RateLimit, most: int) -> int:
        """Return how many units a call takes: one for each element of an array, as far as it is readable, up to the most."""
        if isinstance(limit.cost, int):
            return limit.cost
        found = self.sent(call, limit.cost)
        return min(max(len(found), 1), most) if isinstance(found, list) else 1

    def sent(self, call: Call, expression: Expression) -> Any:
        """Return a value in the body of a request, which may not be checked yet; None if there is none."""
        found = call.json()
        for name in expression.path:
            found = found.get(name) if isinstance(found, dict) else None
        return found

    def key(self, call: Call) -> str:
        """Return the key by which the request of a call is executed once, checked or not; empty if it has none."""
        retry = self.tables.get(call.operation, Behaviour()).retry
        place = retry.idempotency_key if retry else None
        if place is None:
            return ""
        if place.part == "body":
            found = self.sent(call, place)
            return "" if found is None else str(found)
        given = call.headers.get(place.path[0]) if place.part == "header" else dict(parse_qsl(call.query)).get(place.path[0])
        return given or ""

    def held(self) -> Iterator[dict[str, Any]]:
        """Yield the products that have changed since the start, for the admin endpoint; default: none, as none can change."""
        return iter(())

    @abstractmethod
    def look_up(self, identifiers: Iterable[str]) -> list[dict[str, Any]]:
        """Return the state of some products, changed or not, in the order of the identifiers."""

    @abstractmethod
    def credentials(self) -> dict[str, str]:
        """Return the credentials of a client, by the names of environment variables."""

    @abstractmethod
    def known(self) -> dict[str, Any]:
        """Return values that the vendor accepts, by location (`body.allApplicableStores`, `path.businessId`, ...)."""

    @abstractmethod
    def example(self) -> str:
        """Return lines of shell to try the vendor with: one or several commands of curl."""

    def headers(self, call: Call) -> Mapping[str, str]:
        """Return the headers, in lower case, that the vendor sends with every response; default: those that report its limit."""
        found: dict[str, str] = {}
        for each in self.uses(call):
            until = each.limit.until
            in_seconds = until is not None and (";" in until or self.is_number(call, until))
            found |= self.limits.headers(each, in_seconds=in_seconds)
        return whole(found)

    @abstractmethod
    def is_number(self, call: Call, header: str) -> bool:
        """Return whether a header of a response to a call can only be a number."""

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine in the background, until it ends or the vendor is stopped."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Cancel what runs in the background."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def response(self, call: Call) -> MockResponse:
        """Respond to a call as the vendor does."""
        for path, respond in self.beside.items():
            if call.path.startswith(path):
                call.operation = path
                return await respond(call)
        self.find(call)
        try:
            response = self.refuse(call) or await self.operate(call)
            response.headers.update(self.headers(call))
        finally:
            self.limits.end(call)
        return response
