"""What the `x-client-*` extensions of the spec say, as frozen tables. Times are seconds.

`Expression` is an OpenAPI runtime expression split into its parts: `$response.body#/result/id` is
`Expression("response", "body", ("result", "id"))`, `$request.query.ids` is `Expression("request", "query", ("ids",))`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple


class Expression(NamedTuple):
    """A place in a request or a response."""

    message: Literal["request", "response"]
    part: Literal["body", "query", "path", "header"]
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejections:
    """Where a response lists the items that were refused.

    Attributes:
        items: the list.
        key: place of the item's key in a refusal.
        reason: place of the vendor's reason in a refusal, if it gives one.
    """

    items: Expression
    key: tuple[str, ...]
    reason: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunking:
    """How a long list is split over several requests.

    Attributes:
        array: the list that is split.
        size: most items in one request.
        key: places of what identifies an item; an empty place is the item itself.
        normalize: how the server reads a key before it compares.
        keep: which of several items with the same key is sent.
        max_body_bytes: largest request body, if there is a limit.
        rejections: where the response lists refused items; what is not listed has succeeded.
    """

    array: Expression
    size: int
    key: tuple[tuple[str, ...], ...]
    normalize: Literal["none", "trim"]
    keep: Literal["first", "last"]
    max_body_bytes: int | None = None
    rejections: Rejections | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The per-item report of finished work.

    Attributes:
        link: where its URL is.
        lifetime: for how long the URL is valid.
        success: the word that confirms an item.
        origins: scheme and host that the URL may have; `*` stands for any characters.
    """

    link: Expression
    lifetime: float
    success: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Polling:
    """How the end of asynchronous work is learned.

    Attributes:
        operation: operationId of the operation that tells the status.
        body: fields of that operation's request body, from the response that started the work.
        arguments: parameters of that operation, likewise.
        status: where its response has the status.
        pending, succeeded, failed: what the status values mean.
        interval, max_interval: shortest and longest time between two questions.
        deadline: when the wait is given up.
    """

    operation: str
    body: Mapping[str, Expression]
    arguments: Mapping[str, Expression]
    status: Expression
    pending: tuple[str, ...]
    succeeded: tuple[str, ...]
    failed: tuple[str, ...]
    interval: float
    max_interval: float
    deadline: float
    report: Report | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pagination:
    """How the next page is asked for.

    Attributes:
        token: where a response has the token of the next page.
        parameter: the parameter that takes it.
        items: where a response has the items of its page.
        limit: most items that can be paged through, if there is a limit.
    """

    token: Expression
    parameter: Expression
    items: Expression
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """How much may be asked of the vendor, as a token bucket.

    Attributes:
        rate: units that become available in one period.
        period: length of the period.
        burst: most units at once.
        cost: units of one request, or the array whose length it is.
        scope: what has a bucket of its own.
        concurrency: most requests at the same time, if there is a limit.
        rate_per_second, limit, remaining, until: response headers that tell the limit in force.
    """

    rate: float
    period: float
    burst: float
    cost: int | Expression
    scope: tuple[Literal["credential", "operation"], ...]
    concurrency: int | None = None
    rate_per_second: str | None = None
    limit: str | None = None
    remaining: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryResponse:
    """A response that is worth repeating.

    Attributes:
        status: HTTP status.
        text: text that its body contains, or None for any body.
        wait: time before the first repetition, or the response header that has the date or the seconds.
    """

    status: int
    wait: float | str
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Which responses are worth repeating; any other is final.

    Attributes:
        responses: those responses.
        attempts: most times a request is sent, the first included.
        max_wait: longest wait between two attempts.
        idempotent: whether a request may be sent again when its response was lost.
        done: text by which an item is refused because it is already as the request wants it, if there is such a text.
    """

    responses: tuple[RetryResponse, ...]
    attempts: int
    max_wait: float
    idempotent: bool
    done: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """All that the spec says of how an operation is used. What is None or empty, the spec does not say."""

    chunking: Chunking | None = None
    polling: Polling | None = None
    pagination: Pagination | None = None
    rate_limit: RateLimit | None = None
    retry: Retry | None = None
    rules: tuple[str, ...] = field(default=())
