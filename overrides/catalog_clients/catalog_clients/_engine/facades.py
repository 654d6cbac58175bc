"""What the facades of all vendors have in common: options, opening and closing, and sending any number of items."""

from __future__ import annotations

import asyncio
import math
import platform
import sys
from collections.abc import AsyncGenerator, AsyncIterable, Generator, Iterable
from dataclasses import replace
from functools import partial
from typing import Self, TypedDict, TypeVar, Unpack

import httpx2

from catalog_clients._version import VERSION
from catalog_clients.errors import CredentialsError, check_number
from catalog_clients.options import Limits, Retries
from catalog_clients.results import AsyncResult, AsyncStream, Result, Stream

from .beginning import Resume, purpose_of, state_of
from .calls.call import Api
from .calls.drivers import AsyncDriver, Driver
from .chunks.chunking import Chunker, Items
from .items.inputs import check_items, is_short, length_of
from .ledger.records import ChunkResult, OnProgress, Outcome, T, Validation
from .lookups.matching import MatchT
from .outcomes.following import Following
from .outcomes.sending import BulkOperation, RunChunk
from .plans import ItemsOf, LookupPlan, Plans
from .run.state import RunState
from .tables.behaviour import AsyncClient, Client, Package
from .tables.operations import credentials_errors, from_environment_of, source_of_credentials
from .validation import Survey

K = TypeVar("K")
_APPLICATION, _TIMEOUT = f"catalog-clients/{VERSION}", 60.0
_TIMEOUTS = 10  # of the longest pause within a response, until it has taken too long as a whole
_WIDTH = 8  # chunks at the same time, where the spec does not limit the requests at the same time


class Settings(TypedDict, total=False):
    """The options that all facades have in common; see `Facade`."""

    base_url: str | None
    server: str | None
    auth: httpx2.Auth | None
    limits: Limits | None
    retries: Retries | None
    application: str | None
    width: int | None


class Common:
    """What sync and async facades have in common."""

    _package: Package
    _api: Api
    _plans: Plans
    _address: str
    _width: int | None

    def _configure(
        self,
        package: Package,
        http_client: httpx2.Client | httpx2.AsyncClient | None,
        following: Following | None,
        settings: Settings,
    ) -> dict[str, object]:
        """Check the options of a facade, keep them, and return those of its generated client."""
        limits = _checked("limits", _given(settings.get("limits"), Limits()), Limits)
        retries = _checked("retries", _given(settings.get("retries"), Retries()), Retries)
        limits.check(package.behaviour.OPERATIONS)
        if not isinstance(http_client, httpx2.Client | httpx2.AsyncClient | None):
            raise TypeError(f"http_client: must be an httpx2 client, and not {http_client!r}")
        check_number("width", settings.get("width"), least=1, whole=True)
        application = _checked("application", settings.get("application") or _APPLICATION, str)
        if not (application.isascii() and application.isprintable()):
            raise ValueError(f"application: must be printable ASCII text, such as Shop/1.2, and not {application!r}")
        agent = f"{application} (Language=Python/{platform.python_version()})"
        is_named = http_client is not None and not http_client.headers.get("User-Agent", "").startswith("python-httpx2/")
        attempt_time = retries.attempt_time or _TIMEOUTS * ((http_client.timeout.read if http_client else _TIMEOUT) or _TIMEOUT)
        credentials = source_of_credentials(package, is_given=settings.get("auth") is not None)
        self._api = Api(package, limits, retries, {} if is_named else {"User-Agent": agent}, attempt_time, credentials)
        self._package, self._width = package, settings.get("width")
        self._plans = Plans(self._api, following or Following())
        address = {name: settings.get(name) for name in ("base_url", "server")}  # not all generated clients have both
        return {
            "auth": self._credentials(settings.get("auth")),
            "timeout": _TIMEOUT,
            **{name: value for name, value in address.items() if value is not None},
        }

    def _credentials(self, auth: httpx2.Auth | None) -> httpx2.Auth | None:
        """Return the given credentials, or those of the environment; None where the spec requires none that the client can send."""
        make = from_environment_of(self._package)
        if auth is not None or make is None:
            return auth
        try:
            return make()
        except credentials_errors(self._package.errors) as error:
            raise CredentialsError(str(error)) from error

    def _identify(self, client: Client | AsyncClient, auth: object) -> None:
        """Note the address of the API and, where processes share limits, which one they are for."""
        self._address = repr(client).removeprefix("Async")
        identity = None if auth is None else getattr(auth, "identity", ())
        self._api = replace(self._api, caller=self._api.limits.caller(client.base_url, identity))

    def _chunker(self, operation: BulkOperation | ItemsOf, items: object, state: RunState, *, is_whole: bool = False) -> Chunker:
        """Return what splits items into chunks by the operation's table, or puts all of them into one chunk."""
        check_items(items)
        chunking, limiter = operation.table.chunking, self._api.limiter(operation.name)
        size = sys.maxsize if is_whole else chunking.size if chunking else 1
        size = int(min(size, limiter.most_items)) if limiter and not is_whole else size
        prepare = None
        if isinstance(operation, BulkOperation) and not (is_whole or operation.strict or operation.table.matching):
            prepare = partial(operation.prepare, seed=state.key_seed)
        state.is_short = is_short(items, size)
        return Chunker(size, chunking, state, operation.keys, takes_either=is_whole, prepare=prepare)

    def _chunks_at_once(self, operation: str, items: object, size: int) -> int:
        """Return the maximum number of chunks in progress at the same time."""
        limit = self._api.table(operation).rate_limit
        allowed = min((each.concurrency for each in limit.all if each.concurrency), default=None) if limit else None
        width = self._width or allowed or _WIDTH
        length = length_of(items)
        return width if length is None else max(1, min(width, math.ceil(length / size)))


class Base(Common):
    """Runs the operations of an API for any number of items. Close it, or use it as a context manager."""

    def _open(
        self,
        package: Package,
        *,
        http_client: httpx2.Client | None = None,
        following: Following | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        """Check the options, and make the generated client."""
        options = self._configure(package, http_client, following, settings)
        self._client = package.Client(http_client=http_client, **options)
        self._identify(self._client, options["auth"])
        self._driver = Driver(self._api, self._client)

    def _run(
        self,
        operation: BulkOperation,
        items: Iterable[object],
        progress: OnProgress | None,
        resume: Resume = None,
        *,
        resend_unknown: bool = False,
    ) -> Result:
        """Return the result of an operation for many items; reading it performs the run."""
        purpose = purpose_of(operation, self._address)
        state = state_of(items, progress, resume, purpose, operation, resend_unknown=resend_unknown)
        return Result(self._chunks(operation, items, operation.run, state), state)

    def _collected(
        self, operation: ItemsOf, items: Iterable[object], run: RunChunk[Outcome], progress: OnProgress | None
    ) -> Result:
        """Return the outcomes of items that another run has sent, all of them as one chunk."""
        state = state_of(items, progress, None)
        return Result(self._chunks(operation, items, run, state, is_whole=True), state)

    def _validated(self, operation: BulkOperation, items: Iterable[object]) -> Validation:
        """Return what a run with some items would do."""
        state = RunState()
        survey = Survey(operation, self._api.limiter(operation.name))
        survey.add_all(self._chunker(operation, items, state).chunks(items))
        return survey.result(state)

    def _matched(self, plan: LookupPlan[MatchT], identifiers: Iterable[object]) -> Stream[MatchT]:
        """Return the matches of identifiers; reading them sends the requests."""
        state = RunState()
        return Stream(self._chunks(plan.operation, identifiers, plan.lookup.run, state), state)

    def _chunks(
        self,
        operation: BulkOperation | ItemsOf,
        items: Iterable[object],
        run: RunChunk[T],
        state: RunState,
        *,
        is_whole: bool = False,
    ) -> Generator[ChunkResult[T]]:
        """Return the results of all chunks."""
        chunker = self._chunker(operation, items, state, is_whole=is_whole)
        if not isinstance(items, Iterable):
            raise TypeError("an asynchronous iterable needs an asynchronous facade")
        width = self._chunks_at_once(operation.name, items, chunker.size)
        return self._driver.map(chunker.chunks(items), lambda chunk: run(chunk, state), width, state)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Facade(Base):
    """A vendor's API for any number of items. Close it, or use it as a context manager."""

    def __init__(
        self,
        *,
        base_url: str | None = None,
        server: str | None = None,
        auth: httpx2.Auth | None = None,
        limits: Limits | None = None,
        retries: Retries | None = None,
        application: str | None = None,
        width: int | None = None,
        http_client: httpx2.Client | None = None,
    ) -> None:
        """Make a facade.

        Args:
            base_url: URL of the API; default: that of `server`.
            server: name of a documented server; default: the first of them.
            auth: credentials; default: those of the environment.
            limits: rate limits. Give all facades with the same credential the same `Limits`. Default: the spec's.
            retries: maximum attempts and waits of each request; default: the spec's.
            application: name and version of the caller's application for the `User-Agent`, such as `Shop/1.2`.
            width: maximum number of chunks in progress at the same time; default: 8, or as many as the spec allows.
            http_client: httpx2 client to send with, for proxies, certificates or timeouts; it is not closed with the facade.

        Raises:
            CredentialsError: there are no credentials.
            ValueError, TypeError: an option is invalid.
        """
        self._open(
            self._package,
            base_url=base_url,
            server=server,
            auth=auth,
            limits=limits,
            retries=retries,
            application=application,
            width=width,
            http_client=http_client,
        )


class AsyncBase(Common):
    """Runs the operations of an API for any number of items, async. Close it, or use it as an asynchronous context manager."""

    def _open(
        self,
        package: Package,
        *,
        http_client: httpx2.AsyncClient | None = None,
        following: Following | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        """Check the options, and make the generated client."""
        options = self._configure(package, http_client, following, settings)
        self._client = package.AsyncClient(http_client=http_client, **options)
        self._identify(self._client, options["auth"])
        self._driver = AsyncDriver(self._api, self._client)

    def _run(
        self,
        operation: BulkOperation,
        items: Items[object],
        progress: OnProgress | None,
        resume: Resume = None,
        *,
        resend_unknown: bool = False,
    ) -> AsyncResult:
        """Return the result of an operation for many items; reading it performs the run."""
        purpose = purpose_of(operation, self._address)
        state = state_of(items, progress, resume, purpose, operation, resend_unknown=resend_unknown)
        return AsyncResult(self._chunks(operation, items, operation.run, state), state)

    def _collected(
        self, operation: ItemsOf, items: Items[object], run: RunChunk[Outcome], progress: OnProgress | None
    ) -> AsyncResult:
        """Return the outcomes of items that another run has sent, all of them as one chunk."""
        state = state_of(items, progress, None)
        return AsyncResult(self._chunks(operation, items, run, state, is_whole=True), state)

    async def _validated(self, operation: BulkOperation, items: Items[object]) -> Validation:
        """Return what a run with some items would do; they are checked in a thread."""
        state = RunState()
        survey = Survey(operation, self._api.limiter(operation.name))
        chunker = self._chunker(operation, items, state)
        if isinstance(items, AsyncIterable):
            async for chunk in chunker.achunks(items):
                await asyncio.to_thread(survey.add, chunk)
        else:
            await asyncio.to_thread(survey.add_all, chunker.chunks(items))
        return survey.result(state)

    def _matched(self, plan: LookupPlan[MatchT], identifiers: Items[object]) -> AsyncStream[MatchT]:
        """Return the matches of identifiers; reading them sends the requests."""
        state = RunState()
        return AsyncStream(self._chunks(plan.operation, identifiers, plan.lookup.run, state), state)

    def _chunks(
        self, operation: BulkOperation | ItemsOf, items: Items[object], run: RunChunk[T], state: RunState, *, is_whole: bool = False
    ) -> AsyncGenerator[ChunkResult[T]]:
        """Return the results of all chunks."""
        chunker = self._chunker(operation, items, state, is_whole=is_whole)
        width = self._chunks_at_once(operation.name, items, chunker.size)
        chunks = chunker.achunks(items) if isinstance(items, AsyncIterable) else chunker.chunks(items)
        return self._driver.map(chunks, lambda chunk: run(chunk, state), width, state)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class AsyncFacade(AsyncBase):
    """A vendor's API for any number of items, async. Close it, or use it as an asynchronous context manager."""

    def __init__(
        self,
        *,
        base_url: str | None = None,
        server: str | None = None,
        auth: httpx2.Auth | None = None,
        limits: Limits | None = None,
        retries: Retries | None = None,
        application: str | None = None,
        width: int | None = None,
        http_client: httpx2.AsyncClient | None = None,
    ) -> None:
        """Make a facade; see `Facade` for the arguments and errors."""
        self._open(
            self._package,
            base_url=base_url,
            server=server,
            auth=auth,
            limits=limits,
            retries=retries,
            application=application,
            width=width,
            http_client=http_client,
        )


def _checked(name: str, value: object, kind: type[K]) -> K:
    """Refuse a value of a wrong type now: later its error would not show the cause."""
    if not isinstance(value, kind):
        raise TypeError(f"{name}: must be of type {kind.__name__}, and not {value!r}")
    return value


def _given(value: K | None, otherwise: K) -> K:
    return otherwise if value is None else value
