"""Perform what flows ask for: in threads, or in an event loop. Several flows run at a time, each in a thread or task of its own."""

from __future__ import annotations

import asyncio
import logging
import random
import re
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from itertools import chain
from queue import Empty, SimpleQueue
from typing import Any, BinaryIO, Self, cast

import httpx2

from .calls import Api
from .chunks import Chunk
from .effects import Call, Effect, Fetch, Fetched, Flow, Receive, Send, Sleep, T
from .errors import ReportError

_GRACE = 1.0  # seconds in which another call under way may end when a run is given up, before their connections are closed
_OK, _PARTIAL, _UNSATISFIABLE = 200, 206, 416
_RANGE = re.compile(r"bytes ([0-9]+)-[0-9]+/([0-9]+)")


class Driver:
    """Performs effects in the calling thread, and several flows at a time in threads of their own.

    Args:
        api: the API that is called.
        client: its generated client.
        plain: client without credentials, for what does not belong to the API.
    """

    def __init__(self, api: Api, client: Any, plain: httpx2.Client) -> None:
        self.api, self._client, self._plain, self._never = api, client, plain, Future[None]()

    def run(self, flow: Flow[T], stop: Future[None] | None = None) -> T:
        """Run a flow to its end, and return its result."""
        go_on: Callable[[], Effect] = partial(next, flow)
        with closing(flow):
            while True:
                try:
                    effect = go_on()
                except StopIteration as ended:
                    return cast("T", ended.value)
                try:
                    go_on = partial(flow.send, self.perform(effect, stop or self._never))
                except Exception as error:  # noqa: BLE001 - whatever it is, it is the flow's
                    go_on = partial(flow.throw, error)

    def perform(self, effect: Effect, stop: Future[None]) -> Any:
        """Do what an effect says, and return what it gives.

        Raises:
            CancelledError: the run that the flow belongs to was given up.
        """
        if stop.done():
            raise CancelledError
        match effect:
            case Call():
                return self.run(self.api.call(effect), stop)
            case Send(request):
                return self._client.send(request).raw
            case Receive(queue, key, seconds):
                future = queue.expect(key)
                wait([future, stop], seconds, FIRST_COMPLETED)
                return not future.cancel()
            case Fetch():
                with Saving(effect) as saving, self._plain.stream("GET", effect.url, headers=saving.headers) as response:
                    if saving.begins(response):
                        for block in response.iter_raw():
                            saving.write(block)
                return saving.fetched
            case Sleep(seconds, jitter):
                if wait([stop], _less(seconds, jitter)).done:
                    raise CancelledError
        return time.monotonic()

    def map(self, chunks: Iterator[Chunk], flow: Callable[[Chunk], Flow[T]], width: int) -> Generator[T]:
        """Run the flow of each chunk, some at a time, and yield their results as they come.

        When the iterator is closed, sleeping flows end at once, others when their call was answered, and none sends anything more.
        """
        if width == 1:
            yield from map(self.run, map(flow, chunks))
            return
        running, results, stop = 0, SimpleQueue[Future[T]](), Future[None]()

        def work(task: Flow[T]) -> None:
            ended = Future[T]()
            try:
                ended.set_result(self.run(task, stop))
            except BaseException as error:  # noqa: BLE001 - it is raised in the thread that waits for the result
                ended.set_exception(error)
            results.put(ended)

        try:
            for chunk in chain(chunks, [None]):
                while running and (chunk is None or chunk.after_all or running == width or not results.empty()):
                    ended = results.get()
                    running -= 1
                    yield ended.result()
                if chunk:
                    running += 1
                    threading.Thread(target=work, args=[flow(chunk)], name=f"catalog-clients-{chunk.number}", daemon=True).start()
        finally:
            stop.set_result(None)
            with suppress(Empty):
                for _ in range(running):
                    results.get(timeout=_GRACE)


class AsyncDriver:
    """Does the same in an event loop; see `Driver`."""

    def __init__(self, api: Api, client: Any, plain: httpx2.AsyncClient) -> None:
        self.api, self._client, self._plain = api, client, plain

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end, and return its result."""
        go_on: Callable[[], Effect] = partial(next, flow)
        with closing(flow):
            while True:
                try:
                    effect = go_on()
                except StopIteration as ended:
                    return cast("T", ended.value)
                try:
                    go_on = partial(flow.send, await self.perform(effect))
                except Exception as error:  # noqa: BLE001 - as in `Driver`
                    go_on = partial(flow.throw, error)

    async def perform(self, effect: Effect) -> Any:
        """Do what an effect says, and return what it gives."""
        match effect:
            case Call():
                return await self.run(self.api.call(effect))
            case Send(request):
                return (await self._client.send(request)).raw
            case Receive(queue, key, seconds):
                future = queue.expect(key)
                try:
                    await asyncio.wait([asyncio.wrap_future(future)], timeout=seconds)
                finally:
                    has_come = not future.cancel()
                return has_come
            case Fetch():
                with Saving(effect) as saving:
                    async with self._plain.stream("GET", effect.url, headers=saving.headers) as response:
                        if saving.begins(response):
                            async for block in response.aiter_raw():
                                saving.write(block)
                return saving.fetched
            case Sleep(seconds, jitter):
                await asyncio.sleep(_less(seconds, jitter))
        return time.monotonic()

    async def map(self, chunks: AsyncIterator[Chunk], flow: Callable[[Chunk], Flow[T]], width: int) -> AsyncGenerator[T]:
        """Run the flow of each chunk, some at a time, and yield their results as they come; see `Driver.map`."""
        if width == 1:
            async for chunk in chunks:
                yield await self.run(flow(chunk))
            return
        running, results = set[asyncio.Task[T]](), asyncio.Queue[asyncio.Task[T]]()
        try:
            async for chunk in chunks:
                while running and (chunk.after_all or len(running) == width or not results.empty()):
                    running.discard(ended := await results.get())
                    yield ended.result()
                running.add(task := asyncio.create_task(self.run(flow(chunk))))
                task.add_done_callback(results.put_nowait)
                await asyncio.sleep(0)
            while running:
                running.discard(ended := await results.get())
                yield ended.result()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)


def _less(seconds: float, jitter: float) -> float:
    return seconds * (1 - jitter * random.random())  # noqa: S311 - no secret


# Whoever has a presigned link can read the report, and httpx2 would log it.
logging.getLogger("httpx2").addFilter(lambda record: "X-Amz-Signature=" not in record.getMessage())


class Saving:
    """One attempt at a download. What goes wrong with the connection or the file stands in `fetched` in the end.

    Attributes:
        headers: what to send. A range counts only for the file that was begun; compression would change its bytes.
        fetched: how the attempt has ended.
    """

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._file: BinaryIO | None = None
        self._total = -1
        self._size = fetch.path.stat().st_size if fetch.etag and fetch.path.exists() else 0
        self.headers = {"Accept-Encoding": "identity"}
        if self._size:
            self.headers |= {"Range": f"bytes={self._size}-", "If-Range": fetch.etag}
        self.fetched = Fetched(error="no response came", etag=fetch.etag)

    def begins(self, response: httpx2.Response) -> bool:
        """Take the head of a response, and tell whether its body is wanted."""
        status, etag = response.status_code, response.headers.get("ETag", "")
        part = _RANGE.fullmatch(response.headers.get("Content-Range", "")) if status == _PARTIAL else None
        if status != _OK and not (part and int(part[1]) == self._size and etag in ("", self._fetch.etag)):
            # Another part than the one that is missing, or a part of another version: the next attempt begins anew.
            begun = "" if status in (_PARTIAL, _UNSATISFIABLE) else self._fetch.etag
            self.fetched = Fetched(status=status, error=f"the response is {status}", etag=begun)
            return False
        self._total = int(part[2]) if part else int(response.headers.get("Content-Length", -1))
        self._size = 0 if status == _OK else self._size
        self._file = self._fetch.path.open("wb" if status == _OK else "ab")
        self.fetched = Fetched(status=status, etag=etag)
        return True

    def write(self, block: bytes) -> None:
        """Append what has come."""
        self._size += len(block)
        if self._size > self._fetch.most_bytes:
            raise ReportError(f"its report has more than {self._fetch.most_bytes} bytes")
        if self._file:
            self._file.write(block)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        told, is_fault = "", isinstance(error, (httpx2.HTTPError, OSError))
        if self._file:
            self._file.close()
            told = f"{self._size} of {self._total} bytes have come" if self._total not in (-1, self._size) else ""
        if told or is_fault:
            self.fetched = replace(self.fetched, error=f"{type(error).__name__}: {error}" if is_fault else told)
        return is_fault
