"""Options of facades. Times are in seconds."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ._engine.flows.forks import renewed_after_fork
from ._engine.limits import JointLimiter, Limiter, RateLimiter, Scope, SharedLimiter, Tally, Terms, Worker, check_limit, store_of
from ._engine.tables.behaviour import RateLimit
from .errors import check_number

_ORIGIN = re.compile(r"https?://[\w.*\[\]:-]+/?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """Maximum attempts and waits of a request.

    Attributes:
        attempts: maximum number of attempts; default: the spec's.
        max_wait: maximum seconds between two attempts; default: the spec's. If the vendor requests more, `WaitTooLong` is raised.
        budget: seconds after the first failure in which the last attempt must begin. If responses state a lower rate limit than the
            documented one, it is also the maximum total wait for that limit; if more is needed, `WaitTooLong` is raised.
        attempt_time: maximum seconds of an attempt, up to the last byte of the response. Default: ten times the read timeout of the
            httpx2 client, which is 60 by default.

    Raises:
        ValueError: a number is too small, or not a number.
    """

    attempts: int | None = None
    max_wait: float | None = None
    budget: float = 900
    attempt_time: float | None = None

    def __post_init__(self) -> None:
        check_number("attempts", self.attempts, least=1, whole=True)
        check_number("max_wait", self.max_wait, least=0)
        check_number("budget", self.budget, least=0)
        check_number("attempt_time", self.attempt_time, least=0.001)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """How the per-item reports of ingestions are fetched and read.

    Attributes:
        folder: folder for all reports; it is created if it does not exist. Default: only reports that cannot be read are kept, each
            in a temporary folder.
        origins: allowed schemes and hosts of links to reports, with `*` for any characters; default: the spec's.
        most_bytes: maximum size of a report in bytes, before and after decompression; default: 1 GiB.
        sku, status, store, message: names of the columns; default: recognized. An item is not confirmed if its row has a success
            status together with a message, or with a word of failure in an unknown column; `message=""` turns this check off.
        encoding: encoding of the text, such as `cp1252`; default: UTF-8 or UTF-16, as detected.
        separator: separator of the columns; default: comma, semicolon, tab or `|`, as detected.

    Raises:
        OSError: the folder cannot be created.
        LookupError: there is no such text encoding.
        TypeError: `origins` is not a list of texts; or a column name, the encoding or the separator is not a text.
        ValueError: an origin has no scheme or host, or has a path; `most_bytes` is below 1; the separator is not one character.
    """

    folder: str | Path | None = None
    origins: Sequence[str] = ()
    most_bytes: int = 1 << 30
    sku: str | None = None
    status: str | None = None
    store: str | None = None
    message: str | None = None
    encoding: str | None = None
    separator: str | None = None

    def __post_init__(self) -> None:
        if not _is_list_of_texts(self.origins):
            raise TypeError(f"origins: must be a list such as ['https://reports.example.com'], and not {self.origins!r}")
        if wrong := [each for each in self.origins if not _ORIGIN.fullmatch(each)]:
            raise ValueError(
                f"origins: each must have a scheme and a host, such as https://reports.example.com, and not {wrong[0]!r}"
            )
        for name in ("sku", "status", "store", "message", "encoding", "separator"):
            if not isinstance(value := getattr(self, name), str | None):
                raise TypeError(f"{name}: must be a text, and not {value!r}")
        if self.most_bytes is None:
            raise ValueError("most_bytes: must be a number of bytes")
        check_number("most_bytes", self.most_bytes, least=1, whole=True)
        if self.separator is not None and (len(self.separator) != 1 or self.separator in '"\r\n'):
            raise ValueError(f"separator: must be one character, such as '|', and not {self.separator!r}")
        if self.encoding is not None:
            io.TextIOWrapper(io.BytesIO(), self.encoding)  # which refuses also what encodes something else than text
        if self.folder:
            Path(self.folder).mkdir(parents=True, exist_ok=True)


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(each, str) for each in value)


class Limits:
    """The rate limits of one credential. Facades share them if they are given the same object, in any threads and event loops.

    Processes share limits through a store: give the `Limits` of each process the same store, or send them a pickled `Limits`. In a
    store, each pair of credential and base URL has its own limits. The store's clock counts. If a process is killed, the share of
    a limit that it has used is released after 15 seconds. If the store stops working, requests wait for it for 15 seconds, then the
    run ends with `LimitsError`. No request is sent without the store.

    A request counts as in progress until its response has arrived, or its thread or event loop has ended. The requests of an event
    loop that was stopped, but neither closed nor garbage-collected, count for up to a minute longer than `Retries.attempt_time`: 11
    minutes by default.

    Args:
        overrides: limits that replace the spec's, by operationId. To change one, take its `rate_limit` from `behaviour.OPERATIONS`,
            and change it with `msgspec.structs.replace`; its `also` has further limits of the operation. None removes the limit.
        store: path of a SQLite file, for the processes of one machine; or URL of a PostgreSQL database, such as
            `postgresql://user@host/database`, for many machines. It gets one table, `catalog_clients_limits`. Default: limits are
            kept in the memory of this process.
        credential: name of the credential in the store; not a secret. Required if the secrets change, like temporary AWS keys, and
            for an `httpx2.Auth` of your own. Default: a salted, slow digest of the secrets. Callers without credentials share the
            limits of a base URL.

    Raises:
        TypeError: `store` is neither a text nor a path; `credential` is not a text.
        ValueError: `store` is another kind of URL; `credential` is empty, or given without a store.
        ImportError: a PostgreSQL database needs `catalog-clients[postgresql]`.
    """

    def __init__(
        self,
        overrides: Mapping[str, RateLimit | None] | None = None,
        *,
        store: str | Path | None = None,
        credential: str | None = None,
    ) -> None:
        self._overrides, self._store, self._credential = overrides or {}, store, credential
        if credential is not None and not isinstance(credential, str):
            raise TypeError(f"credential: must be a name of the credential, and not {credential!r}")
        if credential is not None and (store is None or not credential):
            raise ValueError("credential: must be a name, and needs a store")
        self._worker = None if store is None else Worker(store_of(store))
        self._lock = threading.Lock()
        self._limiters = dict[tuple[str, str, tuple[str, ...]], Limiter]()  # by API, operation and caller
        self._terms, self._tallies = dict[Scope, Terms](), dict[Scope, Tally]()
        self._shared = dict[tuple[tuple[Scope, int | None], ...], SharedLimiter]()  # by scopes, and costs of a request
        renewed_after_fork(self)

    def renew(self) -> None:
        """Replace the lock in a forked process."""
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[object, ...]:
        if self._store is None:
            raise TypeError("Limits without a store cannot be shared with other processes: give it one, as in Limits(store=...)")
        return _limits, (self._overrides, self._store, self._credential)

    def check(self, operations: Collection[str]) -> None:
        """Check the overrides for an API.

        Args:
            operations: operationIds of the API.

        Raises:
            ValueError: the API has no such operation; or a limit has a number that is too small, or a cost above its burst.
            TypeError: a limit is not a `rate_limit` of the spec's tables.
        """
        if unknown := self._overrides.keys() - set(operations):
            raise ValueError(f"limits: there is no operation {min(unknown)}; the operations are {', '.join(operations)}")
        if wrong := [name for name, limit in self._overrides.items() if limit is not None and not hasattr(limit, "burst")]:
            raise TypeError(f"limits: {wrong[0]} must be a changed `rate_limit` of the spec's tables, or None")
        for name, limit in self._overrides.items():
            if limit is not None:
                check_limit(name, limit)

    def caller(self, base_url: str, identity: Sequence[str] | None) -> tuple[str, ...]:
        """Return what identifies a caller in the store; empty without a store.

        Args:
            base_url: base URL of the API.
            identity: the parts of its credentials that never change; empty if there are none; None without credentials.

        Raises:
            ValueError: no part of the credentials is known to stay the same, and `credential` is not given.
        """
        if self._worker is None:
            return ()
        if self._credential:
            return (base_url, "named", self._credential)
        if identity is None:
            return (base_url,)
        if not identity:
            raise ValueError(
                "limits: a store identifies callers by the parts of their credentials that never change, and these have none:"
                " name them with `credential`, as in Limits(store=..., credential='shop')"
            )
        return (base_url, *identity)

    def limiter(self, api: str, operation: str, documented: RateLimit | None, caller: tuple[str, ...] = ()) -> Limiter | None:
        """Return the limiter of an operation; None if it has no limit.

        Args:
            api: name of the API.
            operation: operationId.
            documented: the spec's limit.
            caller: what identifies the caller; see `caller`.
        """
        limit = self._overrides.get(operation, documented)
        if limit is None:
            return None
        with self._lock:
            key = api, operation, caller
            if key not in self._limiters:
                self._limiters[key] = self._new(api, operation, limit, caller)
            return self._limiters[key]

    def _new(self, api: str, operation: str, limit: RateLimit, caller: tuple[str, ...]) -> Limiter:
        """Return the limiter of an operation.

        The scopes of its limits say with which operations they are shared; what a request costs is its own.
        """
        documented = Terms.of(limit, only_lower=operation in self._overrides)
        names = [operation if "operation" in each.limit.scope else "" for each in documented]
        scopes = tuple(Scope(api, name, caller, place) for place, name in enumerate(names))
        terms = [self._terms.setdefault(scope, each).shared_by(each) for scope, each in zip(scopes, documented, strict=True)]
        if self._worker:
            costs = tuple((scope, each.cost) for scope, each in zip(scopes, terms, strict=True))
            return self._shared.setdefault(costs, SharedLimiter(terms, self._worker, scopes))
        tallies = [self._tallies.setdefault(each, Tally(each.place)) for each in scopes]
        limiters = [RateLimiter(each, tally) for each, tally in zip(terms, tallies, strict=True)]
        return limiters[0] if len(limiters) == 1 else JointLimiter(limiters)


def _limits(overrides: Mapping[str, RateLimit | None], store: str | Path, credential: str | None) -> Limits:
    return Limits(overrides, store=store, credential=credential)
