"""What the facades of all vendors share: how they are made and closed, and how they take any number of items."""

from __future__ import annotations

import math
import platform
from collections.abc import Callable, Sized
from dataclasses import replace
from functools import cache
from ssl import SSLContext
from types import ModuleType, TracebackType
from typing import Any, Self, TypedDict

import httpx2

from .chunks import Chunker
from .drivers import Api, AsyncDriver, Driver
from .limits import Limits
from .outcomes import Progress
from .results import Items, Result, Run
from .retries import Retries
from .runs import Work

VERSION = "0.1.0"
_TIMEOUT = 60.0


class How(TypedDict, total=False):
    """How a run is carried out.

    `strict`: an invalid item ends it with `InvalidItem`, instead of being rejected alone. `progress` is called after each chunk.
    """

    strict: bool
    progress: Callable[[Progress], object]


class Facade:
    """A vendor's API for any number of items. Close it, or use it as a context manager.

    Args:
        auth: credentials; those of the environment, if not given.
        base_url, server: where the API is, as for the generated client.
        limits: limiters that are shared with other clients of the same credential, or differ from the spec's.
        retries: how often and for how long requests are tried.
        application: name and version of the caller's application for the `User-Agent`, such as `Shop/1.2`.
        width: most chunks that are under way at the same time.
        http_client: httpx2 client to send with, for proxies, certificates or time-outs; it is not closed with this one.

    Raises:
        CredentialsError: there are no credentials.
        ValueError: there is no base URL.
    """

    _module: ModuleType
    _driver_type: type[Driver | AsyncDriver] = Driver

    def __init__(
        self,
        *,
        auth: httpx2.Auth | None = None,
        base_url: str | None = None,
        server: str | None = None,
        limits: Limits | None = None,
        retries: Retries | None = None,
        application: str = f"catalog-clients/{VERSION}",
        width: int | None = None,
        http_client: Any = None,
    ) -> None:
        auth = auth or self._credentials()
        asynchronous = issubclass(self._driver_type, AsyncDriver)
        kind: Any = httpx2.AsyncClient if asynchronous else httpx2.Client
        # An httpx2 client that was given may name itself.
        unnamed = http_client is None or http_client.headers.get("User-Agent", "").startswith("python-httpx2/")
        agent = f"{application} (Language=Python/{platform.python_version()})" if unnamed else None
        api = Api(module=self._module, limits=limits or Limits(), retries=retries or Retries(), agent=agent)
        # What does not belong to the API, such as a report, is fetched over connections that know no credentials and no cookies.
        plain = kind(timeout=_TIMEOUT, verify=_trusted(), trust_env=http_client is None or http_client.trust_env)
        http = http_client or kind(timeout=_TIMEOUT, verify=_trusted())
        self._own = [plain] if http_client else [plain, http]
        where = {name: value for name, value in (("base_url", base_url), ("server", server)) if value is not None}
        client = (self._module.AsyncClient if asynchronous else self._module.Client)(auth=auth, http_client=http, **where)
        self._driver: Any = self._driver_type(api, client, plain)
        self._width = width

    def _credentials(self) -> httpx2.Auth:
        """Return the credentials of the environment."""
        raise NotImplementedError  # each vendor's facade has its own

    def _run(self, work: Work, items: Items[Any], how: How) -> Result:
        """Return the result of an operation for many items, whose reading carries it out."""
        if unknown := how.keys() - How.__annotations__.keys():
            raise TypeError(f"no option {min(unknown)}; there are {' and '.join(How.__annotations__)}")
        limiter = self._driver.api.limiter(work.operation)
        size = work.chunking.size if work.chunking else 1
        run = Run(Chunker(min(size, limiter.most_items) if limiter else size, work.chunking))
        width = self._width or work.width
        if isinstance(items, Sized):  # a single chunk needs no thread
            width = max(1, min(width, math.ceil(len(items) / run.chunker.size)))
        batches = run.batches(self._driver, items, replace(work, strict=how.get("strict", False)).carry_out, width)
        return Result(batches, run, how.get("progress"))

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

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()


@cache
def _trusted() -> SSLContext:
    """Return the certificates that are trusted, which take long to read."""
    return httpx2.create_ssl_context()
