"""What the `x-client-*` extensions of the spec say, as frozen tables. Times are seconds.

`Expression` is an OpenAPI runtime expression split into its parts: `$response.body#/result/id` is
`Expression("response", "body", ("result", "id"))`, and `$response.body`, the body itself, `Expression("response", "body", ())`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from msgspec import Struct  # not dataclasses, which take several times as long to define when the package is imported

Ignored = Literal["letter-case", "separators", "leading-zeros"]
"""What does not count when identifiers are compared: capital or small letters; hyphens and white space; zeros at the beginning."""

Epoch = Literal["epoch-seconds", "epoch-milliseconds"]
"""What the number of a header counts since 1970; without it, a number is seconds from now."""

Value = str | int | float | bool | tuple[str, ...]
"""A value of a request."""


class Expression(NamedTuple):
    """A value in a request or a response, by its path."""

    message: Literal["request", "response"]
    part: Literal["body", "query", "path", "header"]
    path: tuple[str, ...]


class Rejections(Struct, frozen=True, kw_only=True):
    """Where a response lists the items that were refused, or the outcome of each item.

    Attributes:
        items: the list, or a map by the keys of the items.
        key: path of the item's key within an element of the list; None if that has the item's index, and in a map.
        store: path of the second part of the item's key within an element, or None.
        index: path, within an element, of the item's index in the request, or of a path with it, such as `/items/3/sku`, or None.
        first: index of the first item.
        reason: path of the vendor's reason within an element, or None if the vendor gives no reason.
        status: path of the item's status within an element; None if only refused items are listed.
        success, failures: the values of the status that confirm and that reject an item; any other value says nothing.
        refused: how many items are refused, in the response with the list or, of work, in that with the status; or None.
        informational: fields of these responses that say nothing of an item which the list does not say.
        never_null: the paths of the list, and of the objects that have it, at which the spec does not allow null.
    """

    items: Expression
    key: tuple[str, ...] | None = None
    store: tuple[str, ...] | None = None
    index: tuple[str, ...] | None = None
    first: int = 0
    reason: tuple[str, ...] | None = None
    status: tuple[str, ...] | None = None
    success: tuple[str | int | bool, ...] = ()
    failures: tuple[str | int | bool, ...] = ()
    refused: Expression | None = None
    informational: tuple[Expression, ...] = ()
    never_null: tuple[tuple[str, ...], ...] = ()


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
    """How items are split over several requests.

    Attributes:
        array, item: the list that is split, or where the one item of a request is; the other one is None.
        size: largest number of items in one request.
        key: paths of what identifies an item; an empty path is the item itself.
        normalize: how the server normalizes a key before it compares.
        ignore: what does not count when a key in a response or a report is compared with that of an item.
        keep: which of several items with the same key is sent.
        max_body_bytes: largest request body, or None if there is no limit.
        rejections: where the response lists refused items, so that all others have succeeded, or the outcome of each item.
        alone: text that separates the items in the request, so that an item with it is the only one of its request; or None.
        refusals: responses after which the items of a request are divided and sent again; the first that fits counts.
        parameters: paths, within the one item of a request, of the values that parameters of the path have, by the names of these.
    """

    array: Expression | None = None
    item: Expression | None = None
    size: int
    key: tuple[tuple[str, ...], ...]
    normalize: Literal["none", "trim"]
    ignore: tuple[Ignored, ...] = ()
    keep: Literal["first", "last"]
    max_body_bytes: int | None = None
    rejections: Rejections | None = None
    alone: str | None = None
    refusals: tuple[Refusal, ...] = ()
    parameters: Mapping[str, tuple[str, ...]] = {}


class Identifiers(Struct, frozen=True, kw_only=True):
    """Where an item has its identifiers.

    Attributes:
        items: path of a list of them within the item; it may lead through lists, each element of which has such a list.
        value: path of the identifier within an element of the list.
        kind: path of its kind within an element, or None if all are of the kind that is requested.
    """

    items: tuple[str, ...]
    value: tuple[str, ...]
    kind: tuple[str, ...] | None = None


class Matching(Struct, frozen=True, kw_only=True):
    """How the items that a response has found are matched to the identifiers that were requested.

    Attributes:
        items: where a response has the items that it has found.
        key: path, within an item, of what no other item has.
        kind: the parameter that has the kind of the identifiers, or None if there is one kind only.
        key_kind: the kind whose identifier is the key, or None if there is none.
        identifiers: where an item has its other identifiers.
        parameters: values that each request has, by name; elements of a list are added to those of the caller.
        spellings: what does not count in two spellings of one identifier, by kind; a kind that is missing has one spelling only.
        ignore: the same where identifiers have no kind.
    """

    items: Expression
    key: tuple[str, ...]
    kind: Expression | None = None
    key_kind: str | None = None
    identifiers: Identifiers | None = None
    parameters: Mapping[str, str | int | float | bool | tuple[str, ...]] = {}
    spellings: Mapping[str, tuple[Ignored, ...]] = {}
    ignore: tuple[Ignored, ...] = ()


class Report(Struct, frozen=True, kw_only=True):
    """The per-item report of finished work.

    Attributes:
        link: where its URL is.
        lifetime: how long the URL is valid.
        success: the word that confirms an item.
        origins: scheme and host that the URL may have; `*` matches any characters.
        failures: the words that reject an item.
        columns: the names of its columns, as far as they are known, by `sku`, `status`, `store` and `message`.
        expired: the statuses by which the server of the report says that the URL is not valid any more.
    """

    link: Expression
    lifetime: float
    success: str
    origins: tuple[str, ...]
    failures: tuple[str, ...] = ()
    columns: Mapping[str, str] = {}
    expired: tuple[int, ...] = ()


class Polling(Struct, frozen=True, kw_only=True):
    """How to find out when asynchronous work has ended.

    Attributes:
        operation: operationId of the operation that returns the status.
        body: fields of that operation's request body, from the response that started the work.
        arguments: parameters of that operation, likewise.
        status: where its response has the status.
        pending, succeeded, failed: what the status values mean.
        interval, max_interval, deadline: shortest and longest time between two polls, and how long to poll at most.
        report: the report of the finished work, if there is one.
        results: where the response with the status, or that of another operation, lists the outcomes of the items of finished work.
        constants: parameters of the request for the status that are always the same.
        results_operation, results_arguments: that other operation, or this one if it pages its list, and where its parameters are.
        location: where the response that started the work has the URL of the status; None if it has the parameters themselves.
        path, wait: path of that URL, with its parameters in braces; header with the time until the next poll, if there is one.
        confirms: whether the end of the work confirms each item, if there is neither a report nor such a list.
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
    results: Rejections | None = None
    results_operation: str | None = None
    results_arguments: Mapping[str, Expression] = {}
    constants: Mapping[str, str | int | bool] = {}
    location: Expression | None = None
    path: str = ""
    wait: str | None = None
    confirms: bool = True


class Condition(Struct, frozen=True, kw_only=True):
    """What a value of a success response must be.

    Attributes:
        value, values, failures: where it is; what it may be, and what rejects the items, both empty with `time` or `item`.
        time: `past` if it must be a date and time that is not in the future.
        item: path, within the one item of the request, of what it must be; an empty path is the item itself.
        ignore: what does not count when it is compared with that of the item.
        optional: whether the condition is met, too, without a value.
    """

    value: Expression
    values: tuple[str | int | bool, ...] = ()
    failures: tuple[str | int | bool, ...] = ()
    time: Literal["past"] | None = None
    item: tuple[str, ...] | None = None
    ignore: tuple[Ignored, ...] = ()
    optional: bool = False


class Since(Struct, frozen=True, kw_only=True):
    """Since when an item has had the state that was requested.

    Attributes:
        value: where a success response has the date and time.
        words: what is said if that is before the request; the date and time follow.
    """

    value: Expression
    words: str


class Confirmation(Struct, frozen=True, kw_only=True):
    """What confirms or rejects the items of a request.

    Attributes:
        statuses: those of a success that confirms them; if empty, all of the 200 class but 202 and, without `rejections`, 207.
        conditions: what a success response must have to confirm them; all of them must be met.
        count: where a success response has the number of items, without which it confirms none that it does not name, or None.
        since: where it says since when they have had the state that was requested, or None.
        retires: whether the vendor takes an item out of use that it confirms, so that it may be deleted elsewhere.
        stores: the list of stores in a request for which a report that names stores must confirm each of its items, or None.
        rejects: statuses that reject them; empty: the documented 400 class but 401, 403, 408, 425, 429 and retryable ones.
    """

    statuses: tuple[int, ...] = ()
    conditions: tuple[Condition, ...] = ()
    count: Expression | None = None
    since: Since | None = None
    retires: bool = False
    stores: Expression | None = None
    rejects: tuple[int, ...] = ()


class Pagination(Struct, frozen=True, kw_only=True):
    """How to request the next page, in one of four ways, and which page is the last one.

    Attributes:
        token, link: where a response has the token or the URL of the next page; the last page has none.
        parameter: the parameter that takes it.
        page, offset: the parameter that takes the number of a page, or of the items before it.
        items: where a response has the items of its page.
        first: number of the first page, or offset of the first item; None if pages are not counted.
        more: where a response says whether there is another page, or None.
        pages, total: where a response has the number of pages, and of items on all pages together, or None.
        last_page: the last page where no response says which it is: the first with fewer items than requested, or without any.
        beyond: status of the response to the request for a page after the last one; None if that is a page without items.
        size: the parameter that has the number of items of a page, or None.
        largest: largest number of items of a page, or None if it is not known.
        default: number of items of a page where the request does not say it, or None if it is not known.
        limit: largest number of items on all pages together, or None if there is no limit.
    """

    token: Expression | None = None
    parameter: Expression | None = None
    page: Expression | None = None
    offset: Expression | None = None
    link: Expression | None = None
    items: Expression
    first: int | None = None
    more: Expression | None = None
    pages: Expression | None = None
    total: Expression | None = None
    last_page: Literal["short", "empty"] = "empty"
    beyond: int | None = None
    size: Expression | None = None
    largest: int | None = None
    default: int | None = None
    limit: int | None = None

    @property
    def changing(self) -> Expression | None:
        """The parameter that each page has another value of: token, number or offset; None if links lead to pages."""
        return self.parameter or self.page or self.offset


class RateLimit(Struct, frozen=True, kw_only=True):
    """How often the vendor may be called, as a token bucket; with further limits, a request needs the leave of each of them.

    Attributes:
        rate, period: units that become available in one period, and its length.
        burst: largest number of units at once.
        cost: units of one request, or the array whose length it is.
        scope: what has a separate bucket.
        concurrency: largest number of simultaneous requests, or None if there is no limit.
        rate_per_second, limit: response headers, or parts as `Name;key`, with the units from then on, in a second and in a period.
        remaining: response header with the units that are left in the current period.
        until, until_format: response header with the end of that period (default: one period later), and what its number counts.
        also: further limits of the same requests, which have none themselves.
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
    until_format: Epoch | None = None
    also: tuple[RateLimit, ...] = ()

    @property
    def all(self) -> tuple[RateLimit, ...]:
        """This limit, and the further ones."""
        return (self, *self.also)


class RetryResponse(Struct, frozen=True, kw_only=True):
    """A retryable response.

    Attributes:
        status: HTTP status.
        text: text that its body contains, or None for any body.
        value, values: where its body has a value, and what that is; None and empty for any body.
        wait, wait_format: time before the first retry, or the response header that has it; what the number of that header counts.
    """

    status: int
    wait: float | str
    text: str | None = None
    value: Expression | None = None
    values: tuple[str | int | bool, ...] = ()
    wait_format: Epoch | None = None


class Retry(Struct, frozen=True, kw_only=True):
    """Which responses are retryable; any other is final.

    Attributes:
        responses: the retryable responses.
        attempts, max_wait: how often a request is sent at most, the first attempt included; longest wait between two attempts.
        idempotent: whether a request may be sent again when its response was lost, also by a run or a job that is resumed.
        idempotency_key: the parameter or the field of the body whose value lets the vendor execute a request once, or None.
        done: text of an error which means that the item already is as the request wants it, or None if there is no such text.
    """

    responses: tuple[RetryResponse, ...]
    attempts: int
    max_wait: float
    idempotent: bool
    idempotency_key: Expression | None = None
    done: str | None = None


class Check(Struct, frozen=True, kw_only=True):
    """A request that changes nothing, and shows whether credentials are accepted: by a success, and not by 401 or 403.

    Attributes:
        parameters: values of parameters, by their names in the spec.
        body: values of fields of the body, by their names in the spec.
        accepted: statuses of errors that say that the credentials are accepted, too.
    """

    parameters: Mapping[str, Value] = {}
    body: Mapping[str, Value] = {}
    accepted: tuple[int, ...] = ()


class Behaviour(Struct, frozen=True, kw_only=True):
    """How an operation is used, as far as the spec says; None or empty where it says nothing."""

    chunking: Chunking | None = None
    matching: Matching | None = None
    polling: Polling | None = None
    confirmation: Confirmation | None = None
    pagination: Pagination | None = None
    rate_limit: RateLimit | None = None
    retry: Retry | None = None
    rules: tuple[str, ...] = ()
    check: Check | None = None
