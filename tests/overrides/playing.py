"""Play a vendor to flows: a function stands for it, time is a number, and nothing is sent anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx2

import catalog_clients
from catalog_clients import Limits, Retries
from catalog_clients._engine.calls.call import Api
from catalog_clients._engine.calls.retries import Attempts
from catalog_clients._engine.facades import Facade
from catalog_clients._engine.flows.effects import Call, CallResult, Effect, Flow, Receive, Send, Sleep
from catalog_clients._engine.plans import Plans
from scripts.apis import client, tables

T = TypeVar("T")
_PUBLIC = [getattr(catalog_clients, name) for name in catalog_clients.__all__]
_KINDS = [each for each in _PUBLIC if isinstance(each, type) and issubclass(each, Facade)]
FACADES = {kind._package.__name__: kind.__name__ for kind in _KINDS}
"""The APIs that have a facade, and its name; other APIs need nothing that facades need, such as a retry table."""
APIS = {name: client(name) for name in FACADES}
API_OF = {operation: name for name in APIS for operation in tables(name)}
TABLES: Mapping[str, Any] = {operation: table for name in APIS for operation, table in tables(name).items()}
PLANS = {name: Plans(Api(package, Limits(), Retries(), {}, 60)) for name, package in APIS.items()}
"""What is done with the items of an operation, by API."""
_REQUEST = httpx2.Request("POST", "https://vendor.test")


@dataclass
class Player:
    """A driver with a function as the vendor and a number as the time.

    Attributes:
        vendor: responds to each `Call`, or each `Send` where calls are flows themselves.
        arrivals: when notifications come, by their keys.
        now: the time.
        lasting: how long a call takes.
        calls, began: the calls so far, and when they began.
        slept, received: what was slept for, with the largest random part, and for how long notifications were waited for.
    """

    vendor: Callable[[Any], Any]
    arrivals: Mapping[str, float] = field(default_factory=dict)
    now: float = 1000.0
    lasting: float = 0
    calls: list[Any] = field(default_factory=list)
    began: list[float] = field(default_factory=list)
    slept: list[tuple[float, float]] = field(default_factory=list)
    received: list[float] = field(default_factory=list)

    def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end as drivers do."""
        with closing(flow):
            try:
                effect = next(flow)
                while True:
                    try:
                        result = self.perform(effect)
                    except Exception as error:  # noqa: BLE001 - whatever it is, it is the flow's
                        effect = flow.throw(error)
                    else:
                        effect = flow.send(result)
            except StopIteration as ended:
                value: T = ended.value
                return value

    def perform(self, effect: Effect) -> Any:
        assert len(self.calls) + len(self.slept) + len(self.received) < 10_000, "it does not come to an end"
        match effect:
            case Call() | Send():
                if effect.before:
                    effect.before()
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
            case Receive(_, key, seconds):
                self.received.append(seconds)
                arrival = self.arrivals.get(key, float("inf"))
                comes = arrival <= self.now + seconds
                self.now = max(self.now, arrival) if comes else self.now + seconds
                return comes
        raise AssertionError(f"nobody plays {effect}")


def respond(call: Call, status: int, body: Any = None, *, lost: bool = False) -> CallResult[Any]:
    """Return the response to a call, as drivers give it when no attempt is left; `lost`: that of an earlier one was lost."""
    operation = call.request.operation
    attempts = Attempts(TABLES[operation.name].retry, APIS[API_OF[operation.name]].errors, Retries())
    if lost:
        attempts.begin()
        attempts.pause(httpx2.ReadTimeout("lost"))
    attempts.begin()
    response = httpx2.Response(status, json=body, request=_REQUEST)
    try:
        parsed = operation.read(response)
        return replace(attempts.succeeded(parsed.value, response, parsed.breaches), operation=operation)
    except attempts.expected as error:
        attempts.pause(error)
        return attempts.failed(error)


def query_of(call: Call) -> dict[str, str]:
    """Return the query of a request."""
    query = parse_qs(urlsplit(call.request.target).query, keep_blank_values=True)
    return {name: value for name, (value,) in query.items()}
