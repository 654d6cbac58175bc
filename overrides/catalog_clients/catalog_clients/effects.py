"""What flows ask for. A flow is a generator that yields effects and is sent their results; a driver performs them.

A flow has no clock, no socket and no thread. So it is tested by playing a vendor to it, and the same text runs in threads, in an
event loop, or on an engine that performs each `Call`, `Sleep`, `Receive` and `Fetch` as a durable step. Times are seconds.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, cast

import httpx2
import msgspec

T = TypeVar("T")
Request: TypeAlias = Any
"""A request that a generated client has checked and built; each of them has a class of its own for it."""


@dataclass(frozen=True, slots=True)
class Call:
    """Send a request within its limits, again where that may help; `items`, which some vendors count. Gives an `CallResult`."""

    request: Request
    items: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResult(Generic[T]):
    """How a call has ended: with a typed result, or with an error.

    Attributes:
        response: the response as it came, if one did.
        attempts: how often the request was sent.
        lost: whether an attempt before the last one may have been carried out although its response says nothing of it.
        refused: whether the error is a documented refusal of the request, of which nothing was carried out.
    """

    value: T | None = None
    error: Exception | None = None
    response: httpx2.Response | None = None
    attempts: int = 1
    lost: bool = False
    refused: bool = False

    def get(self) -> T:
        """Return the result, or raise the error."""
        if self.error is not None:
            raise self.error
        return cast("T", self.value)

    def find(self, path: Sequence[str]) -> Any:
        """Return what stands at a path of the response's JSON, or None where nothing does."""
        return None if self.error or self.response is None else find(msgspec.json.decode(self.response.content), path)


@dataclass(frozen=True, slots=True)
class Send:
    """Put a request on the wire once. Gives the response; a `httpx2.TransportError` is thrown into the flow."""

    request: Request


@dataclass(frozen=True, slots=True)
class Sleep:
    """Let some time pass, less a random share of it up to `jitter`. Gives the time of a clock that never goes back."""

    seconds: float
    jitter: float = 0


class Queue(Protocol):
    """Where a vendor's notifications come in."""

    def expect(self, key: str) -> Future[None]:
        """Return a future that is done when the message about `key` has come."""


@dataclass(frozen=True, slots=True)
class Receive:
    """Wait for the notification about `key`, at most some seconds. Gives whether it has come."""

    queue: Queue
    key: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """Download a file to a path, from where the attempt with `etag` broke off, if there was one. Gives a `Fetched`."""

    url: str = field(repr=False)
    path: Path
    etag: str = ""
    most_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """How a download has ended: HTTP status, 0 without a response; why it is not complete; and the version of what has come."""

    status: int = 0
    error: str = ""
    etag: str = ""


Effect: TypeAlias = Call | Send | Sleep | Receive | Fetch
Flow: TypeAlias = Generator[Effect, Any, T]


def find(body: Any, path: Sequence[str]) -> Any:
    """Return what stands at a path of decoded JSON, or of a model, or None where nothing does."""
    for name in path:
        known = getattr(body, name, None) if isinstance(body, msgspec.Struct) else None
        body = body.get(name) if isinstance(body, Mapping) else known
    return body
