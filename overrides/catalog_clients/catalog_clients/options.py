"""Options of facades. Times are seconds."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ._engine.forks import renewed_after_fork
from ._engine.limits import JointLimiter, Limiter, RateLimiter, Scope, SharedLimiter, Terms, Worker, check_limit, store_of
from ._engine.tables import RateLimit
from .errors import check_number

_ORIGIN = re.compile(r"https?://[\w.*\[\]:-]+/?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How often and for how long a request is tried.

    Attributes:
        attempts: maximum number of times that it is sent; default: the spec's.
        max_wait: longest wait between two attempts; default: the spec's. `WaitTooLong` where the vendor requests more.
        budget: seconds after the first failure within which the last attempt may begin; and, where responses state a lower limit
            than the documented one, seconds for which a request may wait for it in all. `WaitTooLong` where it requires more.
        attempt_time: seconds that an attempt may take with its whole response, however its bytes arrive; default: ten times the
            read timeout of the httpx2 client, which is 60 if none is given.

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
        folder: where they are kept; it is created if it does not exist. Default: only reports that cannot be read are kept, each
            in a temporary folder.
        origins: allowed schemes and hosts of links to reports, `*` for any characters; default: the spec's.
        most_bytes: maximum size of a report in bytes, also when it is decompressed.
        sku, status, store, message: names of their columns; those that are not given are recognized by their names. An item whose
            row has the word of success beside a message, or beside a word of failure in a column of which nothing is known, is not
            confirmed; `message=""` ignores both.
        encoding: of their text, such as `cp1252`; default: UTF-8 or UTF-16, as recognized.
        separator: what separates the columns of a table; default: comma, semicolon, tab or `|`, as recognized.

    Raises:
        OSError: the folder cannot be created.
        LookupError: there is no such encoding of text.
        TypeError: `origins` is not a list of texts, or what names or separates columns is not a text.
        ValueError: an origin has no scheme or host, or more than these and a port; a size is not positive; a separator is not one
            character.
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
    """The rate limiters of one credential. Facades that use the same credential share them if they are given the same object.

    Threads and event loops can share it, too. Processes share limits through a store, by the time of its clock: each of them gives
    its own `Limits` the same store, or gets a pickled one. There, facades of different credentials or addresses have limits of
    their own. What a process has used that was killed is given back after 15 seconds. A store that stops working is waited for as
    long, then the run ends with `LimitsError`; nothing is sent without its leave.

    A request has a place at a limit until its response has come, or its thread or event
    loop has ended. An event loop that was stopped, and is neither closed nor collected, keeps its places for up to a minute longer
    than `Retries.attempt_time`: 11 minutes by default.

    Args:
        overrides: by operationId, a limit instead of the spec's, such as its row of `behaviour.OPERATIONS` with another rate by
            `msgspec.structs.replace`; its `also` has the further limits of the operation. None for no limit.
        store: path of a SQLite file, which the processes of one machine share; or the URL of a PostgreSQL database, such as
            `postgresql://user@host/database`, for those of many machines. Both get one table, `catalog_clients_limits`. Default:
            the memory of this process.
        credential: a name for the credential in the store, which is no secret. Default: a salted and slow digest of its secrets; it
            is required where they change, as temporary keys of AWS do, and for an `httpx2.Auth` of one's own. Callers without
            credentials share the limits of a base URL.

    Raises:
        TypeError: `store` is neither a text nor a path; `credential` is not a text.
        ValueError: `store` is a URL of something else; `credential` is empty, or given without a store.
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
        self._local, self._shared = dict[Scope, RateLimiter](), dict[tuple[Scope, ...], SharedLimiter]()
        renewed_after_fork(self)

    def renew(self) -> None:
        """Go on in a forked process."""
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[object, ...]:
        if self._store is None:
            raise TypeError("Limits without a store cannot be shared with other processes: give it one, as in Limits(store=...)")
        return _limits, (self._overrides, self._store, self._credential)

    def check(self, operations: Collection[str]) -> None:
        """Refuse limits of operations that an API does not have, as they would never apply, and those that admit no request.

        Raises:
            ValueError: there is no such operation; a number of its limit is too small, or its cost above its burst.
            TypeError: a limit is not a row of the spec's tables.
        """
        if unknown := self._overrides.keys() - set(operations):
            raise ValueError(f"limits: there is no operation {min(unknown)}; there are {', '.join(operations)}")
        if wrong := [name for name, limit in self._overrides.items() if limit is not None and not hasattr(limit, "burst")]:
            raise TypeError(f"limits: {wrong[0]} must be a changed `rate_limit` of the spec's tables, or None")
        for name, limit in self._overrides.items():
            if limit is not None:
                check_limit(name, limit)

    def caller(self, base_url: str, identity: Sequence[str] | None) -> tuple[str, ...]:
        """Return what distinguishes a caller at the store; empty without a store.

        Args:
            base_url: of the API.
            identity: what stays the same of its credentials, if anything does; None without credentials.

        Raises:
            ValueError: nothing of the credentials is known to stay the same, and they have no name.
        """
        if self._worker is None:
            return ()
        if self._credential:
            return (base_url, "named", self._credential)
        if identity is None:
            return (base_url,)
        if not identity:
            raise ValueError(
                "limits: a store knows callers by the parts of their credentials that never change, and these have none:"
                " name them by `credential`, as in Limits(store=..., credential='shop')"
            )
        return (base_url, *identity)

    def limiter(self, api: str, operation: str, documented: RateLimit | None, caller: tuple[str, ...] = ()) -> Limiter | None:
        """Return what keeps the rate limits of an operation, or None if it has none.

        Args:
            api: name of the API.
            operation: its operationId.
            documented: the spec's limit.
            caller: what distinguishes the caller.
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
        """Return the limiter of an operation, which has its limits in common with others as their scopes say."""
        terms = Terms.of(limit, only_lower=operation in self._overrides)
        names = [operation if "operation" in each.limit.scope else "" for each in terms]
        scopes = tuple(Scope(api, name, caller, place) for place, name in enumerate(names))
        if self._worker:
            return self._shared.setdefault(scopes, SharedLimiter(terms, self._worker, scopes))
        limiters = [self._local.setdefault(scope, RateLimiter(each)) for scope, each in zip(scopes, terms, strict=True)]
        return limiters[0] if len(limiters) == 1 else JointLimiter(limiters, [each.name for each in terms])


def _limits(overrides: Mapping[str, RateLimit | None], store: str | Path, credential: str | None) -> Limits:
    return Limits(overrides, store=store, credential=credential)
