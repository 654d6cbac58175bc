"""Options of facades. Times are seconds."""

from __future__ import annotations

import codecs
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ._engine.forks import renewed_after_fork
from ._engine.limits import RateLimiter
from ._engine.tables import RateLimit
from .errors import check_number


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
        check_number("attempt_time", self.attempt_time, least=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """How the per-item reports of ingestions are fetched and read.

    Attributes:
        folder: where they are kept; it is created if it does not exist. Default: only reports that cannot be read are kept, each
            in a temporary folder.
        origins: allowed schemes and hosts of links to reports, `*` for any characters; default: the spec's.
        most_bytes: maximum size of a report in bytes, also when it is decompressed.
        sku, status, store, message: names of their columns; those that are not given are recognized by their names. An item whose
            row has the word of success beside a message is not confirmed; `message=""` ignores messages.
        encoding: of their text, such as `cp1252`; default: UTF-8 or UTF-16, as recognized.
        separator: what separates the columns of a table; default: comma, semicolon, tab or `|`, as recognized.

    Raises:
        OSError: the folder cannot be created.
        LookupError: there is no such encoding.
        TypeError: `origins` is not a list of texts.
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
        if isinstance(self.origins, str) or not all(isinstance(each, str) for each in self.origins):
            raise TypeError(f"origins: must be a list such as ['https://reports.example.com'], and not {self.origins!r}")
        if self.encoding:
            codecs.lookup(self.encoding)
        if self.folder:
            Path(self.folder).mkdir(parents=True, exist_ok=True)


class Limits:
    """The rate limiters of one credential. Facades that use the same credential share them if they are given the same object.

    Threads and event loops can share it, too. A request has a place at a limit until its response has come, or its thread or event
    loop has ended. An event loop that was stopped, and is neither closed nor collected, keeps its places for up to a minute longer
    than `Retries.attempt_time`: 11 minutes by default.

    Args:
        overrides: by operationId, a limit instead of the spec's, such as its row of `behaviour.OPERATIONS` with another rate by
            `msgspec.structs.replace`; None for no limit.
    """

    def __init__(self, overrides: Mapping[str, RateLimit | None] | None = None) -> None:
        self._overrides, self._lock = overrides or {}, threading.Lock()
        self._limiters: dict[tuple[str, ...], RateLimiter] = {}
        renewed_after_fork(self)

    def renew(self) -> None:
        """Go on in a forked process."""
        self._lock = threading.Lock()

    def check(self, operations: Collection[str]) -> None:
        """Refuse limits of operations that an API does not have, as they would never apply.

        Raises:
            ValueError: there is no such operation.
            TypeError: a limit is not a row of the spec's tables.
        """
        if unknown := self._overrides.keys() - set(operations):
            raise ValueError(f"limits: there is no operation {min(unknown)}; there are {', '.join(operations)}")
        if wrong := [name for name, limit in self._overrides.items() if limit is not None and not hasattr(limit, "burst")]:
            raise TypeError(f"limits: {wrong[0]} must be a changed `rate_limit` of the spec's tables, or None")

    def limiter(self, api: str, operation: str, documented: RateLimit | None) -> RateLimiter | None:
        """Return the rate limiter of an operation, or None if it has no limit.

        Args:
            api: name of the API.
            operation: its operationId.
            documented: the spec's limit.
        """
        limit = self._overrides.get(operation, documented)
        if limit is None:
            return None
        key = (api, operation) if "operation" in limit.scope else (api,)
        with self._lock:
            if key not in self._limiters:
                self._limiters[key] = RateLimiter(limit, only_lower=operation in self._overrides)
            return self._limiters[key]
