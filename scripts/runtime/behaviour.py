"""What the `x-client-*` extensions of the spec say, as frozen tables. Times are seconds.

`Expression` is an OpenAPI runtime expression split into its parts: `$response.body#/result/id` is
`Expression("response", "body", ("result", "id"))`, `$request.query.ids` is `Expression("request", "query", ("ids",))`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from msgspec import Struct  # not dataclasses, which take several times as long to define when the package is imported


class Expression(NamedTuple):
    """A value in a request or a response, by its path."""

    message: Literal["request", "response"]
    part: Literal["body", "query", "path", "header"]
    path: tuple[str, ...]


class Rejections(Struct, frozen=True, kw_only=True):
    """Where a response lists the items that were refused.

    Attributes:
        items: the list.
        key: path of the item's key within an element of the list.
        reason: path of the vendor's reason within an element, or None if the vendor gives no reason.
    """

    items: Expression
    key: tuple[str, ...]
    reason: tuple[str, ...] | None = None


class Spellings(Struct, frozen=True, kw_only=True):
    """Which identifiers are two spellings of one.

    Attributes:
        kind: the parameter that has their kind.
        forms: what does not count, by kind; a kind that is missing has one spelling only.
    """

    kind: Expression
    forms: Mapping[str, tuple[Literal["letter-case", "separators", "leading-zeros"], ...]]


class Refusal(Struct, frozen=True, kw_only=True):
    """A response that refuses a whole request although only some of its items may be the reason.

    Attributes:
        status: HTTP status.
        by: path, within an item, of what may be the reason; an empty path is the item itself.
        text: text that its body contains, or None for any body.
    """

    status: int
    by: tuple[str, ...]
    text: str | None = None


class Chunking(Struct, frozen=True, kw_only=True):
    """How a long list is split over several requests.

    Attributes:
        array: the list that is split.
        size: largest number of items in one request.
        key: paths of what identifies an item; an empty path is the item itself.
        normalize: how the server normalizes a key before it compares.
        keep: which of several items with the same key is sent.
        max_body_bytes: largest request body, or None if there is no limit.
        rejections: where the response lists refused items; items that it does not list have succeeded.
        alone: text that separates the items in the request, so that an item with it is the only one of its request; or None.
        spellings: which identifiers are two spellings of one.
        refusals: responses after which the items of a request are divided and sent again; the first that fits counts.
    """

    array: Expression
    size: int
    key: tuple[tuple[str, ...], ...]
    normalize: Literal["none", "trim"]
    keep: Literal["first", "last"]
    max_body_bytes: int | None = None
    rejections: Rejections | None = None
    alone: str | None = None
    spellings: Spellings | None = None
    refusals: tuple[Refusal, ...] = ()


class Report(Struct, frozen=True, kw_only=True):
    """The per-item report of finished work.

    Attributes:
        link: where its URL is.
        lifetime: how long the URL is valid.
        success: the word that confirms an item.
        origins: scheme and host that the URL may have; `*` matches any characters.
        failures: the words that reject an item.
    """

    link: Expression
    lifetime: float
    success: str
    origins: tuple[str, ...]
    failures: tuple[str, ...] = ()


class Polling(Struct, frozen=True, kw_only=True):
    """How to find out when asynchronous work has ended.

    Attributes:
        operation: operationId of the operation that returns the status.
        body: fields of that operation's request body, from the response that started the work.
        arguments: parameters of that operation, likewise.
        status: where its response has the status.
        pending, succeeded, failed: what the status values mean.
        interval, max_interval: shortest and longest time between two polls.
        deadline: how long to poll at most.
        report: the report of the finished work, if there is one.
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


class Condition(Struct, frozen=True, kw_only=True):
    """What a value of a success response must be.

    Attributes:
        value: where it is.
        values: the texts that it may be; empty if `time` says what it must be.
        time: `past` if it must be a date and time that is not in the future.
    """

    value: Expression
    values: tuple[str, ...] = ()
    time: Literal["past"] | None = None


class Confirmation(Struct, frozen=True, kw_only=True):
    """What a success response must have, so that it confirms the items of its request.

    Attributes:
        conditions: all of them must be met.
    """

    conditions: tuple[Condition, ...]


class Pagination(Struct, frozen=True, kw_only=True):
    """How to request the next page.

    Attributes:
        token: where a response has the token of the next page.
        parameter: the parameter that takes it.
        items: where a response has the items of its page.
        limit: largest number of items on all pages together, or None if there is no limit.
    """

    token: Expression
    parameter: Expression
    items: Expression
    limit: int | None = None


class RateLimit(Struct, frozen=True, kw_only=True):
    """How often the vendor may be called, as a token bucket.

    Attributes:
        rate: units that become available in one period.
        period: length of the period.
        burst: largest number of units at once.
        cost: units of one request, or the array whose length it is.
        scope: what has a separate bucket.
        concurrency: largest number of simultaneous requests, or None if there is no limit.
        rate_per_second, limit, remaining, until: response headers that report the limit in force.
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


class RetryResponse(Struct, frozen=True, kw_only=True):
    """A retryable response.

    Attributes:
        status: HTTP status.
        text: text that its body contains, or None for any body.
        wait: time before the first retry, or the response header that has the date or the seconds.
    """

    status: int
    wait: float | str
    text: str | None = None


class Retry(Struct, frozen=True, kw_only=True):
    """Which responses are retryable; any other is final.

    Attributes:
        responses: the retryable responses.
        attempts: how often a request is sent at most, the first attempt included.
        max_wait: longest wait between two attempts.
        idempotent: whether a request may be sent again when its response was lost.
        done: text of an error which means that the item already is as the request wants it, or None if there is no such text.
    """

    responses: tuple[RetryResponse, ...]
    attempts: int
    max_wait: float
    idempotent: bool
    done: str | None = None


class Behaviour(Struct, frozen=True, kw_only=True):
    """How an operation is used, as far as the spec says; None or empty where it says nothing."""

    chunking: Chunking | None = None
    polling: Polling | None = None
    confirmation: Confirmation | None = None
    pagination: Pagination | None = None
    rate_limit: RateLimit | None = None
    retry: Retry | None = None
    rules: tuple[str, ...] = ()
