"""The part of a generated client that the engine uses, as protocols: each generated client has its own classes.

`_runtime/behaviour.py` of a generated client documents their fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Any, Protocol, TypeVar

import httpx2

from .chunks import Chunking, Rejections
from .expressions import Expression
from .pages import Pagination

T_co = TypeVar("T_co", covariant=True)


class Identifiers(Protocol):
    """Where an item has its identifiers."""

    @property
    def items(self) -> tuple[str, ...]: ...
    @property
    def value(self) -> tuple[str, ...]: ...
    @property
    def kind(self) -> tuple[str, ...] | None: ...


class Matching(Protocol):
    """How items of a response are matched to identifiers."""

    @property
    def items(self) -> Expression: ...
    @property
    def key(self) -> tuple[str, ...]: ...
    @property
    def kind(self) -> Expression | None: ...
    @property
    def key_kind(self) -> str | None: ...
    @property
    def identifiers(self) -> Identifiers | None: ...
    @property
    def parameters(self) -> Mapping[str, object]: ...
    @property
    def spellings(self) -> Mapping[str, tuple[str, ...]]: ...
    @property
    def ignore(self) -> tuple[str, ...]: ...


class Report(Protocol):
    """The per-item report of an ingestion."""

    @property
    def link(self) -> Expression: ...
    @property
    def success(self) -> str: ...
    @property
    def failures(self) -> tuple[str, ...]: ...
    @property
    def origins(self) -> tuple[str, ...]: ...
    @property
    def columns(self) -> Mapping[str, str]: ...
    @property
    def expired(self) -> tuple[int, ...]: ...


class Polling(Protocol):
    """How the end of an ingestion is detected."""

    @property
    def operation(self) -> str: ...
    @property
    def body(self) -> Mapping[str, Expression]: ...
    @property
    def arguments(self) -> Mapping[str, Expression]: ...
    @property
    def status(self) -> Expression: ...
    @property
    def pending(self) -> tuple[str, ...]: ...
    @property
    def succeeded(self) -> tuple[str, ...]: ...
    @property
    def failed(self) -> tuple[str, ...]: ...
    @property
    def interval(self) -> float: ...
    @property
    def max_interval(self) -> float: ...
    @property
    def deadline(self) -> float: ...
    @property
    def report(self) -> Report | None: ...
    @property
    def results(self) -> Rejections | None: ...
    @property
    def results_operation(self) -> str | None: ...
    @property
    def results_arguments(self) -> Mapping[str, Expression]: ...
    @property
    def constants(self) -> Mapping[str, str | int | bool]: ...
    @property
    def location(self) -> Expression | None: ...
    @property
    def path(self) -> str: ...
    @property
    def wait(self) -> str | None: ...
    @property
    def confirms(self) -> bool: ...


class Condition(Protocol):
    """What a value of a success response must be."""

    @property
    def value(self) -> Expression: ...
    @property
    def values(self) -> tuple[str | int | bool, ...]: ...
    @property
    def failures(self) -> tuple[str | int | bool, ...]: ...
    @property
    def time(self) -> str | None: ...
    @property
    def item(self) -> tuple[str, ...] | None: ...
    @property
    def ignore(self) -> tuple[str, ...]: ...
    @property
    def optional(self) -> bool: ...


class Since(Protocol):
    """The time since which an item has had the requested state."""

    @property
    def value(self) -> Expression: ...
    @property
    def words(self) -> str: ...


class Confirmation(Protocol):
    """What confirms or rejects items."""

    @property
    def statuses(self) -> tuple[int, ...]: ...
    @property
    def conditions(self) -> Sequence[Condition]: ...
    @property
    def count(self) -> Expression | None: ...
    @property
    def since(self) -> Since | None: ...
    @property
    def retires(self) -> bool: ...
    @property
    def stores(self) -> Expression | None: ...
    @property
    def rejects(self) -> tuple[int, ...]: ...


class RateLimit(Protocol):
    """A rate limit, as a token bucket."""

    @property
    def rate(self) -> float: ...
    @property
    def period(self) -> float: ...
    @property
    def burst(self) -> float: ...
    @property
    def cost(self) -> int | Expression: ...
    @property
    def scope(self) -> Sequence[str]: ...
    @property
    def concurrency(self) -> int | None: ...
    @property
    def rate_per_second(self) -> str | None: ...
    @property
    def limit(self) -> str | None: ...
    @property
    def remaining(self) -> str | None: ...
    @property
    def until(self) -> str | None: ...
    @property
    def until_format(self) -> str | None: ...
    @property
    def also(self) -> Sequence[RateLimit]: ...
    @property
    def all(self) -> Sequence[RateLimit]: ...


class RetryResponse(Protocol):
    """A retryable response."""

    @property
    def status(self) -> int: ...
    @property
    def wait(self) -> float | str: ...
    @property
    def wait_format(self) -> str | None: ...
    @property
    def text(self) -> str | None: ...
    @property
    def value(self) -> Expression | None: ...
    @property
    def values(self) -> Sequence[object]: ...


class Retry(Protocol):
    """Which responses are retryable."""

    @property
    def responses(self) -> Sequence[RetryResponse]: ...
    @property
    def attempts(self) -> int: ...
    @property
    def max_wait(self) -> float: ...
    @property
    def idempotent(self) -> bool: ...
    @property
    def idempotency_key(self) -> Expression | None: ...
    @property
    def done(self) -> str | None: ...


class Check(Protocol):
    """A request that checks credentials and changes nothing."""

    @property
    def parameters(self) -> Mapping[str, object]: ...
    @property
    def body(self) -> Mapping[str, object]: ...
    @property
    def accepted(self) -> Sequence[int]: ...


class Behaviour(Protocol):
    """The tables of an operation."""

    @property
    def chunking(self) -> Chunking | None: ...
    @property
    def matching(self) -> Matching | None: ...
    @property
    def polling(self) -> Polling | None: ...
    @property
    def confirmation(self) -> Confirmation | None: ...
    @property
    def pagination(self) -> Pagination | None: ...
    @property
    def rate_limit(self) -> RateLimit | None: ...
    @property
    def retry(self) -> Retry | None: ...
    @property
    def check(self) -> Check | None: ...


class Breach(Protocol):
    """Where a response breaks the spec."""

    @property
    def path(self) -> str: ...
    @property
    def rule(self) -> str: ...
    @property
    def left_out(self) -> str: ...


class Parsed(Protocol[T_co]):
    """The content of a success response."""

    @property
    def value(self) -> T_co: ...
    @property
    def breaches(self) -> Sequence[Breach]: ...


class Operation(Protocol[T_co]):
    """An operation, which reads its responses."""

    @property
    def name(self) -> str: ...
    @property
    def responses(self) -> Mapping[str, object]: ...
    def read(self, response: httpx2.Response, /, *, exact: bool = ...) -> Parsed[T_co]: ...
    def hidden(self, text: str, response: httpx2.Response, /) -> str: ...


class Request(Protocol[T_co]):
    """A checked request that has not been sent."""

    @property
    def operation(self) -> Operation[T_co]: ...
    @property
    def target(self) -> str: ...
    @property
    def content(self) -> bytes | None: ...


class Response(Protocol):
    """A response, before it is parsed."""

    @property
    def raw(self) -> httpx2.Response: ...


class Client(Protocol):
    """A generated client."""

    @property
    def base_url(self) -> str: ...
    # Any: each client accepts only requests of its own class.
    def send(
        self,
        request: Any,
        /,
        *,
        extra_headers: Mapping[str, str] | None = None,
        total_timeout: float | None = None,
        before_sending: Callable[[], object] | None = None,
    ) -> Response: ...
    def fetch(
        self, url: str, /, *, headers: Mapping[str, str], total_timeout: float | None = None
    ) -> AbstractContextManager[httpx2.Response]: ...
    def close(self) -> None: ...


class AsyncClient(Protocol):
    """The same, async."""

    @property
    def base_url(self) -> str: ...
    # Any: as above.
    async def send(
        self,
        request: Any,
        /,
        *,
        extra_headers: Mapping[str, str] | None = None,
        total_timeout: float | None = None,
        before_sending: Callable[[], object] | None = None,
    ) -> Response: ...
    def fetch(
        self, url: str, /, *, headers: Mapping[str, str], total_timeout: float | None = None
    ) -> AbstractAsyncContextManager[httpx2.Response]: ...
    async def aclose(self) -> None: ...


class Errors(Protocol):
    """The module `errors`."""

    @property
    def ResponseError(self) -> type[Exception]: ...  # noqa: N802 - a class
    @property
    def StatusError(self) -> type[Exception]: ...  # noqa: N802 - a class


class Tables(Protocol):
    """The module `behaviour`."""

    @property
    def OPERATIONS(self) -> Mapping[str, Behaviour]: ...  # noqa: N802 - a constant


class Package(Protocol):
    """A generated client, which is a package."""

    __name__: str

    @property
    def behaviour(self) -> Tables: ...
    @property
    def errors(self) -> Errors: ...
    @property
    def Client(self) -> Callable[..., Client]: ...  # noqa: N802 - a class
    @property
    def AsyncClient(self) -> Callable[..., AsyncClient]: ...  # noqa: N802
