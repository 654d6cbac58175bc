"""Play a vendor to flows: a function stands for it, time is a number, and nothing is sent anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx2

from catalog_clients import Retries
from catalog_clients._engine.effects import Call, CallResult, Effect, Flow, Receive, Sleep
from catalog_clients._engine.retries import Attempts
from scripts.apis import apis, client, tables

T = TypeVar("T")
Vendor = Callable[[Call], CallResult[Any]]
APIS = {name: client(name) for name in apis()}
_REQUEST = httpx2.Request("POST", "https://vendor.test")
TABLES: Mapping[str, Mapping[str, Any]] = {name: tables(name) for name in APIS}


def play(flow: Flow[T], perform: Callable[[Effect], Any]) -> T:
    """Run a flow to its end as drivers do; `perform` does what an effect says."""
    with closing(flow):
        try:
            effect = next(flow)
            while True:
                try:
                    result = perform(effect)
                except Exception as error:  # noqa: BLE001 - whatever it is, it is the flow's
                    effect = flow.throw(error)
                else:
                    effect = flow.send(result)
        except StopIteration as ended:
            value: T = ended.value
            return value


@dataclass
class Player:
    """A driver that has a vendor and a time of its own.

    Attributes:
        vendor: responses calls.
        now: the time.
        lasting: how long a call takes.
        calls, waits, slept: the calls so far, when they began, and what was slept for, with the largest random part.
    """

    vendor: Vendor
    now: float = 1000.0
    lasting: float = 0
    calls: list[Call] = field(default_factory=list)
    began: list[float] = field(default_factory=list)
    slept: list[tuple[float, float]] = field(default_factory=list)
    received: list[float] = field(default_factory=list)

    def run(self, flow: Flow[T]) -> T:
        return play(flow, self.perform)

    def perform(self, effect: Effect) -> Any:
        assert len(self.calls) + len(self.slept) + len(self.received) < 10_000, "it does not come to an end"
        match effect:
            case Call():
                self.calls.append(effect)
                self.began.append(self.now)
                self.now += self.lasting
                return self.vendor(effect)
            case Sleep(seconds, jitter):
                assert seconds >= 0
                assert 0 <= jitter < 1
                if seconds:
                    self.slept.append((seconds, jitter))
                self.now += seconds
                return self.now
            case Receive(queue, key, seconds):
                self.received.append(seconds)
                arrival = getattr(queue, "arrivals", {}).get(key)
                came = arrival is not None and arrival <= self.now + seconds
                self.now = max(self.now, arrival) if came and arrival is not None else self.now + seconds
                return came
        raise AssertionError(f"nobody plays {effect}")


@dataclass
class AsyncPlayer:
    """The same, to be awaited."""

    player: Player

    async def run(self, flow: Flow[T]) -> T:
        return self.player.run(flow)


@dataclass
class Arrivals:
    """A queue in which messages come at set times."""

    arrivals: Mapping[str, float]

    def expect(self, key: str) -> Future[None]:
        raise AssertionError(f"the player waits for {key}")


def respond(
    call: Call, status: int, body: Any = None, *, lost: bool = False, headers: Mapping[str, str] | None = None
) -> CallResult[Any]:
    """Return the response to a call, as drivers give it when no attempt is left; `lost`: that of an earlier one was lost."""
    operation = call.request.operation
    attempts = _attempts(operation.name)
    if lost:
        attempts.begin()
        attempts.pause(httpx2.ReadTimeout("lost"))
    attempts.begin()
    response = httpx2.Response(status, json=body, headers=headers, request=_REQUEST)
    try:
        return attempts.succeeded(operation.parse(response), response)
    except attempts.expected as error:
        attempts.pause(error)
        return attempts.failed(error)


def _attempts(operation: str) -> Attempts:
    (api,) = (name for name, operations in TABLES.items() if operation in operations)
    return Attempts(TABLES[api][operation].retry, APIS[api].errors, Retries())


def query_of(call: Call) -> dict[str, str]:
    """Return the query of a request."""
    query = parse_qs(urlsplit(call.request.target).query, keep_blank_values=True)
    return {name: value for name, (value,) in query.items()}


def drain(stream: Iterable[T]) -> tuple[list[T], Exception | None]:
    """Return all elements of an iterable, and what it ends with."""
    found: list[T] = []
    try:
        found.extend(stream)
    except Exception as error:  # noqa: BLE001 - it is returned
        return found, error
    return found, None
