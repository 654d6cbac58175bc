"""What the facades of all vendors share: how they are made and closed, and how they take any number of items."""

from __future__ import annotations

import math
import platform
from collections.abc import AsyncIterable, Callable, Iterable, Mapping, Sequence, Sized
from functools import cache
from inspect import signature
from types import ModuleType
from typing import Any, Self, TypedDict, TypeVar, Unpack

import httpx2

from .calls import Api, Retries
from .chunks import Chunker, Judge, Work
from .drivers import AsyncDriver, Driver
from .errors import CredentialsError, check_number
from .limits import Limits
from .results import Items, Progress, Result, Stream

VERSION = "0.1.0"
_APPLICATION, _TIMEOUT = f"catalog-clients/{VERSION}", 60.0
_WIDTH = 8  # where the spec does not say how many requests there may be at the same time
_trusted = cache(httpx2.create_ssl_context)  # the certificates take long to read
S = TypeVar("S", bound=Stream[Any])


class How(TypedDict, total=False):
    """How a run is carried out.

    `strict`: an invalid item ends it with `InvalidItem`, instead of being rejected alone. `progress` is called after each chunk.
    """

    strict: bool
    progress: Callable[[Progress], object]


class Options(TypedDict, total=False):
    """What each facade takes, besides `base_url`.

    `auth`: credentials; those of the environment, if not given. `server`: where the API is, as for the generated client. `limits`:
    limiters that are shared with other clients of the same credential, or differ from the spec's. `retries`: how often and for how
    long requests are tried. `application`: name and version of the caller's application for the `User-Agent`, such as `Shop/1.2`.
    `width`: most chunks that are under way at the same time. `http_client`: httpx2 client to send with, for proxies, certificates
    or time-outs; it is not closed with this one.
    """

    auth: httpx2.Auth | None
    server: str | None
    limits: Limits | None
    retries: Retries | None
    application: str
    width: int | None
    http_client: Any


class Facade:
    """A vendor's API for any number of items. Close it, or use it as a context manager.

    Args:
        base_url: where the API is, as for the generated client.
        options: see `Options`.

    Raises:
        CredentialsError: there are no credentials.
        ValueError: there is no base URL; or an option cannot be.
    """

    _module: ModuleType
    _driver_type: type[Driver | AsyncDriver] = Driver

    def __init__(self, *, base_url: str | None = None, **options: Unpack[Options]) -> None:
        given: dict[str, Any] = {"base_url": base_url, **options}
        _check(given, [*[*signature(type(self)).parameters][:-1], *Options.__annotations__])
        kinds: dict[str, Any] = {"limits": Limits, "retries": Retries}
        limits, retries = (kind() if given.get(name) is None else given[name] for name, kind in kinds.items())
        if not (isinstance(limits, Limits) and isinstance(retries, Retries)):
            raise TypeError("give Limits(...) as limits, and Retries(...) as retries")
        limits.check(self._module.behaviour.OPERATIONS)
        self._width = given.get("width")
        check_number("width", self._width, least=1, whole=True)
        application = given.get("application") or _APPLICATION
        if not (isinstance(application, str) and application.isascii() and application.isprintable()):
            raise ValueError(f"application: give ASCII text, such as Shop/1.2, and not {application!r}")
        try:
            auth = given.get("auth") or self._module.auth.from_environment()
        except self._module.errors.CredentialsError as error:
            raise CredentialsError(str(error)) from error
        asynchronous = issubclass(self._driver_type, AsyncDriver)
        http = given.get("http_client")
        kind: Any = httpx2.AsyncClient if asynchronous else httpx2.Client
        # What does not belong to the API, such as a report, is fetched over connections that know no credentials and no cookies.
        environment = http is None or http.trust_env
        self._own = [kind(timeout=_TIMEOUT, verify=_trusted(), trust_env=environment) for _ in range(1 if http else 2)]
        where = {name: given[name] for name in ("base_url", "server") if given.get(name) is not None}
        made = self._module.AsyncClient if asynchronous else self._module.Client
        client = made(auth=auth, http_client=http or self._own[1], **where)
        agent = f"{application} (Language=Python/{platform.python_version()})"
        is_named = http is not None and not http.headers.get("User-Agent", "").startswith("python-httpx2/")
        api = Api(self._module, limits, retries, headers=[] if is_named else [("User-Agent", agent)])
        self._driver: Any = self._driver_type(api, client, self._own[0])

    def _run(self, operation: str, build: Callable[[list[Any]], Any], judge: Judge, items: Items[Any], how: How) -> Result:
        """Return the result of an operation for many items, whose reading carries it out."""
        _check(how, [*How.__annotations__])
        work = Work(self._driver.api.table(operation).chunking, build, judge, strict=how.get("strict", False))
        return self._stream(Result, operation, items, work.carry_out, progress=how.get("progress"))

    def _stream(self, kind: type[S], operation: str, items: Items[Any], flow: Callable[..., Any], **more: Any) -> S:
        """Return what an operation gives for many items; a flow carries out each chunk, and is told whether the run has ended."""
        if isinstance(items, str | bytes | Mapping) or not isinstance(items, Iterable | AsyncIterable):
            raise TypeError(f"give an iterable of items, such as a list, and not {type(items).__name__}")
        asynchronous = isinstance(self._driver, AsyncDriver)
        if not (asynchronous or isinstance(items, Iterable)):
            raise TypeError("an asynchronous iterable needs an asynchronous client")
        table, limiter = self._driver.api.table(operation), self._driver.api.limiter(operation)
        size = table.chunking.size if table.chunking else 1
        chunker, ended = Chunker(min(size, limiter.most_items) if limiter else size, table.chunking), list[Exception]()
        width = self._width or (table.rate_limit and table.rate_limit.concurrency) or _WIDTH
        if isinstance(items, Sized):  # a single chunk needs no thread
            width = max(1, min(width, math.ceil(len(items) / chunker.size)))
        chunks: Callable[..., Any] = chunker.achunks if asynchronous else chunker.chunks
        return kind(self._driver.map(chunks(items, ended), lambda chunk: flow(chunk, ended), width), chunker, ended, **more)

    def close(self) -> None:
        """Close the connections."""
        for each in self._own:
            each.close()

    async def aclose(self) -> None:
        """Close the connections, in an event loop."""
        for each in self._own:
            await each.aclose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _check(options: Mapping[str, Any], known: Sequence[str]) -> None:
    """Refuse an option that there is not."""
    if unknown := options.keys() - set(known):
        raise TypeError(f"no option {min(unknown)}; there are {', '.join(known)}")
