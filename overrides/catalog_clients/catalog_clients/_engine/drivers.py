"""Perform the effects of flows, sync and async. Several flows run at the same time, each in its own thread or task."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from contextlib import closing, suppress
from functools import partial
from itertools import chain
from queue import Empty, SimpleQueue
from typing import cast

import httpx2

from .calls import Api
from .chunking import Chunk
from .download import Saving
from .effects import Call, Effect, Fetch, Flow, Receive, Send, Sleep, T
from .tables import AsyncClient, Client

_GRACE = 1.0  # seconds that the calls under way may take to end when a run is given up, before their connections are closed


class Driver:
    """Performs effects in the calling thread, and several flows at the same time in threads.

    Args:
        api: the API that is called.
        client: its generated client.
        plain: client without credentials, for what does not belong to the API.
    """

    def __init__(self, api: Api, client: Client, plain: httpx2.Client) -> None:
        self._api, self._client, self._plain, self._never = api, client, plain, Future[None]()

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

    def perform(self, effect: Effect, stop: Future[None]) -> object:
        """Perform an effect, and return what it gives.

        Raises:
            CancelledError: the run that the flow belongs to was given up.
        """
        if stop.done():
            raise CancelledError
        match effect:
            case Call():
                return self.run(self._api.call(effect), stop)
            case Send(request, headers):
                return self._client.send(request, extra_headers=headers).raw
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
        """Run the flow of each chunk, some at a time, and yield their results as they end.

        When the iterator is closed, sleeping flows end at once, others with the response to their call, and none sends any more.
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
                while running and (chunk is None or chunk.barrier or running == width or not results.empty()):
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
    """Performs effects, async; see `Driver`."""

    def __init__(self, api: Api, client: AsyncClient, plain: httpx2.AsyncClient) -> None:
        self._api, self._client, self._plain = api, client, plain

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

    async def perform(self, effect: Effect) -> object:
        """Perform an effect, and return what it gives."""
        match effect:
            case Call():
                return await self.run(self._api.call(effect))
            case Send(request, headers):
                return (await self._client.send(request, extra_headers=headers)).raw
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
        """Run the flow of each chunk, some at a time, and yield their results as they end; see `Driver.map`."""
        if width == 1:
            async for chunk in chunks:
                yield await self.run(flow(chunk))
            return
        running, results = set[asyncio.Task[T]](), asyncio.Queue[asyncio.Task[T]]()
        try:
            async for chunk in chunks:
                while running and (chunk.barrier or len(running) == width or not results.empty()):
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
