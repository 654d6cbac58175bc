"""Effects. A flow is a generator that yields effects and receives their results; a driver performs the effects.

A flow has no clock, no socket and no thread. So it is tested with a function as the vendor, and the same code runs sync, async, or
on an engine that performs each `Call`, `Sleep`, `Receive` and `Fetch` as a durable step. Times are seconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, cast, runtime_checkable

import httpx2
import msgspec

from catalog_clients._engine.responses.doubling import decoded
from catalog_clients._engine.responses.json_paths import is_element, is_within, json_path
from catalog_clients._engine.tables.behaviour import Breach, Operation, Request
from catalog_clients._engine.tables.expressions import Expression

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Call:
    """Send a request within its limits, with retries. Its result is a `CallResult`.

    Attributes:
        request: the request.
        items: number of its items, which some vendors count.
        seconds: time within which the last attempt must have ended.
        halted: done when nothing more may be sent, except attempts after one that the vendor may have executed.
        before: called when its limits have admitted the first attempt; if it raises an error, nothing is sent, and the call ends.
    """

    request: Request[object]
    items: int = 1
    seconds: float = math.inf
    halted: Future[None] | None = None
    before: Callable[[], object] | None = None


class Halted(Exception):
    """The error of a call of which nothing was sent, as nothing more may be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResult(Generic[T_co]):
    """The end of a call: a typed result, or an error.

    Attributes:
        value: the typed result.
        error: the error instead of it.
        response: the HTTP response, if there was one.
        attempts: how often the request was sent.
        lost: whether the vendor may have executed an attempt before the last one, although no response says so.
        refused: whether the error is a documented refusal: the vendor has executed nothing of the request.
        unexecuted: whether the vendor has certainly executed no attempt, by the table of retries and the documented refusals.
        breaches: where the response breaks the spec; the result may be incomplete there.
        body: the decoded body of the response, if it was searched for names that are there twice.
        doubled: JSON paths of names that an object of the response has twice; either value may be meant.
        operation: the operation that was called.
    """

    value: T_co | None = None
    error: Exception | None = None
    response: httpx2.Response | None = None
    attempts: int = 1
    lost: bool = False
    refused: bool = False
    unexecuted: bool = False
    breaches: Sequence[Breach] = ()
    body: object = None
    doubled: Sequence[str] = ()
    operation: Operation[T_co] | None = None

    def get(self) -> T_co:
        """Return the result, or raise the error."""
        if self.error is not None:
            raise self.error
        return cast("T_co", self.value)

    def find(self, path: Sequence[str]) -> object:
        """Return the value at a path of wire names in the result; None if there is none, or if it is not certain."""
        if self.is_doubled(path):
            return None
        found = find(self.value, path)
        return found.value if isinstance(found, Enum) else found

    def at(self, place: Expression) -> object:
        """Return the value at a place in the response; None if there is none, or if it is not certain."""
        if place.part == "header":
            return self.response.headers.get(place.path[0]) if self.response is not None else None
        return self.find(place.path)

    def is_doubled(self, path: Sequence[str]) -> bool:
        """Return whether the response has the value at a path, or one around it, twice."""
        at = json_path(path)
        return any(is_within(at, each) for each in self.doubled)

    def json(self) -> object:
        """Return the decoded body of the response; None if there is none, or if it is not JSON."""
        if self.body is not None or self.response is None:
            return self.body
        return decoded(self.response.content).value

    def text(self) -> str:
        """Return the body of the response in one line."""
        return " ".join(self.response.text.split()) if self.response is not None else ""

    def hidden(self, text: str) -> str:
        """Return what the response says without the credentials of the request."""
        return self.operation.hidden(text, self.response) if text and self.operation and self.response is not None else text

    def breach(self, path: Sequence[str]) -> str:
        """Return how the response breaks the spec in or around the value at a path; empty if it does not."""
        at = json_path(path)
        near = (each for each in self.breaches if is_within(each.path, at) or is_within(at, each.left_out or each.path))
        return next((f"the response breaks the spec at {each}" for each in near), self.twice(path))

    def twice(self, path: Sequence[str]) -> str:
        """Return which name the response has twice, in or around the value at a path; empty if there is none."""
        at = json_path(path)
        near = (each for each in self.doubled if is_within(each, at) or is_within(at, each))
        return next((f"the response has {each} twice: {self.text()}" for each in near), "")

    def unreadable(self, path: Sequence[str]) -> int:
        """Return how many elements of the array at a path cannot be read."""
        return sum(is_element(each, json_path(path)) for each in {each.left_out for each in self.breaches})


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request once. Its result is the HTTP response; a `httpx2.TransportError` is raised in the flow.

    Attributes:
        request: the request.
        headers: headers that it has in addition.
        seconds: time for the request and the whole response, however its bytes arrive.
        before: called immediately before it is written to a connection; its error is raised in the flow, and nothing is sent.
    """

    request: Request[object]
    headers: Mapping[str, str]
    seconds: float
    before: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait some seconds, minus a random share of up to `jitter`. Its result is the time of a monotonic clock.

    Attributes:
        until: ends the wait, or soon after it is done.
    """

    seconds: float
    jitter: float = 0
    until: Future[None] | None = None


@runtime_checkable
class Queue(Protocol):
    """A queue in which a vendor's notifications arrive, such as `SqsQueue`."""

    @property
    def exclusive(self) -> bool:
        """Whether nothing else reads it; otherwise it is not used."""

    def expect(self, key: str) -> Future[None]:
        """Return a future that is done when the message about `key` has arrived."""


@dataclass(frozen=True, slots=True)
class Receive:
    """Wait for the notification about `key`, at most some seconds. Its result is whether it has arrived."""

    queue: Queue
    key: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """Download a file to a path. Its result is a `Fetched`.

    Attributes:
        url: where it is.
        path: of the file to write.
        etag: version of the attempt that is resumed, if there was one.
        most_bytes: maximum size.
        seconds: time for the whole response, however its bytes arrive.
        is_name: whether the host is allowed by a pattern only; then its address must not be an internal one.
    """

    url: str = field(repr=False)
    path: Path
    etag: str = ""
    most_bytes: int
    seconds: float
    is_name: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The end of an attempt at a download.

    Attributes:
        status: HTTP status; 0 without a response.
        error: why the file is not complete; empty if it is.
        etag: version of the file.
    """

    status: int = 0
    error: str = ""
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Compute:
    """Call a slow function, or one that reads files, outside of the event loop. Its result is that of the function."""

    function: Callable[[], object]


Effect: TypeAlias = Call | Send | Sleep | Receive | Fetch | Compute
Flow: TypeAlias = Generator[Effect, Any, T]  # Any: a flow is sent what the effect that it has yielded gives


def find(body: object, path: Sequence[str]) -> object:
    """Return the value at a path of names in decoded JSON, or of wire names in a model; None if there is none."""
    for name in path:
        if isinstance(body, msgspec.Struct):
            body = getattr(body, attributes(type(body)).get(name, ""), None)
        else:
            body = body.get(name) if isinstance(body, Mapping) else None
    return None if body is msgspec.UNSET else body


def has(body: object, path: Sequence[str]) -> bool:
    """Return whether decoded JSON or a model has a value at a path of names; null is a value."""
    outer, name = find(body, path[:-1]), path[-1]
    if isinstance(outer, msgspec.Struct):
        return getattr(outer, attributes(type(outer)).get(name, ""), msgspec.UNSET) is not msgspec.UNSET
    return isinstance(outer, Mapping) and name in outer


def is_one(value: object, values: Sequence[object]) -> bool:
    """Return whether a value is one of some others. The number 1 does not equal `true`."""
    return any(type(value) is type(each) and value == each for each in values)


def texts_in(value: object) -> Iterator[str]:
    """Yield all texts and names in decoded JSON, without white space around them, and the whole numbers in its lists."""
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from (name.strip(), *texts_in(each))
    elif isinstance(value, list):
        for each in value:
            yield from (str(each),) if type(each) is int else texts_in(each)


@cache
def attributes(model: type[msgspec.Struct]) -> Mapping[str, str]:
    """Return the attributes of a model by their wire names."""
    return dict(zip(model.__struct_encode_fields__, model.__struct_fields__, strict=True))
