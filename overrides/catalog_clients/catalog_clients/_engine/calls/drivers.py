"""Perform the effects of flows, sync and async. Several flows run at the same time, each in its own thread or task."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, InvalidStateError, wait
from contextlib import closing, suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import cast
from weakref import ref

from catalog_clients._engine.chunks.chunking import Chunk
from catalog_clients._engine.chunks.feeds import EndOfInput, Report, TaskFeed, ThreadFeed, start_thread
from catalog_clients._engine.flows.effects import Call, Compute, Effect, Fetch, Flow, Receive, Send, Sleep, T
from catalog_clients._engine.flows.forks import check_process
from catalog_clients._engine.reports.download import Saving
from catalog_clients._engine.run.state import RunState
from catalog_clients._engine.tables.behaviour import AsyncClient, Client

from .call import Api
from .retries import RANDOM

_GRACE = 1.0  # seconds for calls in progress to end after a run was abandoned, before their connections are closed
_LOOK = 0.5  # seconds between two checks whether a wait has to end early


class Driver:
    """Performs effects in the calling thread, and several flows at the same time in threads.

    Args:
        api: the API that is called.
        client: its generated client.
    """

    def __init__(self, api: Api, client: Client) -> None:
        self._api, self._client, self._never = api, client, Future[None]()

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
            CancelledError: the run of the flow was abandoned.
        """
        if stop.done():
            raise CancelledError
        match effect:
            case Call():
                thread = threading.current_thread()
                return self.run(self._api.call(effect, lambda: not thread.is_alive()), stop)
            case Send(request, headers, seconds, before):
                return self._client.send(request, extra_headers=headers, total_timeout=seconds, before_sending=before).raw
            case Receive(queue, key, seconds):
                future = queue.expect(key)
                wait([future, stop], seconds, FIRST_COMPLETED)
                return not future.cancel()
            case Fetch():
                with Saving(effect) as saving:
                    fetching = self._client.fetch(effect.url, headers=saving.headers, total_timeout=effect.seconds)
                    with fetching as response:
                        if saving.begins(response):
                            for block in response.iter_raw():
                                saving.write(block)
                return saving.fetched
            case Compute(function):
                return function()
            case Sleep(seconds, jitter, until):
                if seconds and stop in wait([stop, until or stop], _less(seconds, jitter), FIRST_COMPLETED).done:
                    raise CancelledError
        return time.monotonic()

    def map(self, chunks: Generator[Chunk], flow: Callable[[Chunk], Flow[T]], width: int, run: RunState) -> Generator[T]:
        """Run the flow of each chunk, several at a time, and yield results as flows end, also while the input blocks.

        A thread reads the chunks, one ahead of those that run. When the iterator is closed, sleeping flows end at once, others end
        with the response to their call, and nothing more is sent. A run that is `in line` has no threads.

        Raises:
            RuntimeError: the process was forked after the run began; the threads exist in its parent only.
        """
        process = os.getpid()
        if run.is_in_line:
            with closing(chunks):
                for chunk in chunks:
                    check_process(process)
                    yield self.run(flow(chunk))
            return
        events, stop = SimpleQueue[Chunk | EndOfInput | Future[T]](), Future[None]()
        feed = ThreadFeed(chunks, events.put)
        run.halted.add_done_callback(lambda _: events.put(EndOfInput()))
        running, waiting, is_input_over = 0, list[Chunk](), False
        try:
            while running or waiting or not is_input_over:
                check_process(process)
                if waiting and running < width and not (running and waiting[0].barrier):
                    chunk = waiting.pop()
                    start_thread(str(chunk.number), partial(self._work, flow(chunk), events.put, stop))
                    running += 1
                    feed.started()
                    continue
                try:
                    event = events.get(timeout=_GRACE if stop.done() else run.patience())
                except Empty:
                    if stop.done():
                        break  # their calls take too long
                    stop.set_result(None)
                    continue
                match event:
                    case Chunk() as chunk:
                        waiting.append(chunk)
                    case EndOfInput(error):
                        is_input_over = True
                        if error:
                            raise error
                    case ended:
                        running -= 1
                        yield ended.result()
        finally:
            feed.stop()
            with suppress(InvalidStateError):
                stop.set_result(None)
            with suppress(Empty):
                while running and os.getpid() == process:
                    running -= isinstance(events.get(timeout=_GRACE), Future)

    def _work(self, flow: Flow[T], report: Callable[[Future[T]], object], stop: Future[None]) -> None:
        """Run a flow in a thread of its own."""
        ended = Future[T]()
        try:
            ended.set_result(self.run(flow, stop))
        except BaseException as error:  # noqa: BLE001 - it is raised in the thread that waits for the result
            ended.set_exception(error)
        report(ended)


class AsyncDriver:
    """Performs effects, async; see `Driver`."""

    def __init__(self, api: Api, client: AsyncClient) -> None:
        self._api, self._client, self._never = api, client, Future[None]()

    async def run(self, flow: Flow[T], stop: Future[None] | None = None) -> T:
        """Run a flow to its end, and return its result. After `stop` is done, the flow receives a cancellation, and ends soon."""
        stop = stop or self._never
        go_on: Callable[[], Effect] = partial(next, flow)
        with closing(flow):
            while True:
                try:
                    effect = go_on()
                except StopIteration as ended:
                    return cast("T", ended.value)
                try:
                    go_on = partial(flow.send, await self.perform(effect, stop))
                except asyncio.CancelledError:
                    if not stop.done():
                        raise
                    go_on = partial(flow.throw, CancelledError())
                except Exception as error:  # noqa: BLE001 - whatever it is, it is the flow's
                    go_on = partial(flow.throw, error)

    async def perform(self, effect: Effect, stop: Future[None]) -> object:
        """Perform an effect, and return what it gives; see `Driver.perform`."""
        if stop.done():
            raise CancelledError
        match effect:
            case Call():
                return await self.run(self._api.call(effect, partial(_is_closed, ref(asyncio.get_running_loop()))), stop)
            case Send(request, headers, seconds, before):
                return (await self._client.send(request, extra_headers=headers, total_timeout=seconds, before_sending=before)).raw
            case Receive(queue, key, seconds):
                future = queue.expect(key)
                try:
                    await asyncio.wait([asyncio.wrap_future(future)], timeout=seconds)
                finally:
                    has_come = not future.cancel()
                return has_come
            case Fetch():
                with Saving(effect) as saving:
                    fetching = self._client.fetch(effect.url, headers=saving.headers, total_timeout=effect.seconds)
                    async with fetching as response:
                        if saving.begins(response):
                            async for block in response.aiter_raw():
                                saving.write(block)
                return saving.fetched
            case Compute(function):
                return await asyncio.to_thread(function)
            case Sleep(seconds, jitter, until):
                await _sleep(_less(seconds, jitter), until)
        return time.monotonic()

    async def map(
        self, chunks: Generator[Chunk] | AsyncGenerator[Chunk], flow: Callable[[Chunk], Flow[T]], width: int, run: RunState
    ) -> AsyncGenerator[T]:
        """Run the flow of each chunk, some at a time, and yield their results as they end; see `Driver.map`."""
        process = os.getpid()
        if run.is_in_line and isinstance(chunks, Generator):
            with closing(chunks):
                for chunk in chunks:
                    check_process(process)
                    yield await self.run(flow(chunk))
            return
        events, loop = asyncio.Queue[Chunk | EndOfInput | asyncio.Task[T]](), asyncio.get_running_loop()
        feed = _feed(chunks, loop, events.put_nowait)
        run.halted.add_done_callback(lambda _: loop.call_soon_threadsafe(events.put_nowait, EndOfInput()))
        running, waiting, is_input_over, stop = set[asyncio.Task[T]](), list[Chunk](), False, Future[None]()
        try:
            while running or waiting or not is_input_over:
                check_process(process)
                if waiting and len(running) < width and not (running and waiting[0].barrier):
                    running.add(task := asyncio.create_task(self.run(flow(waiting.pop()), stop)))
                    task.add_done_callback(events.put_nowait)
                    feed.started()
                    continue
                try:
                    async with asyncio.timeout(run.patience()):
                        event = await events.get()
                except TimeoutError:
                    with suppress(InvalidStateError):
                        stop.set_result(None)
                    for task in running:
                        task.cancel()
                    event = await events.get()
                match event:
                    case Chunk() as chunk:
                        waiting.append(chunk)
                    case EndOfInput(error):
                        is_input_over = True
                        if error:
                            raise error
                    case ended:
                        running.discard(ended)
                        yield ended.result()
        finally:
            feed.stop()
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)


def _feed(
    chunks: Generator[Chunk] | AsyncGenerator[Chunk], loop: asyncio.AbstractEventLoop, report: Report
) -> ThreadFeed | TaskFeed:
    """Read chunks in a task; or, if the input is not asynchronous, in a thread, so that it does not block the event loop."""
    if isinstance(chunks, Generator):
        return ThreadFeed(chunks, lambda event: loop.call_soon_threadsafe(report, event))
    return TaskFeed(chunks, report)


async def _sleep(seconds: float, until: Future[None] | None) -> None:
    """Wait some seconds; less if a future of any thread is done."""
    end = time.monotonic() + seconds
    while until and not until.done() and end - time.monotonic() > _LOOK:  # noqa: ASYNC110 - the future would keep a callback of each wait
        await asyncio.sleep(_LOOK)
    await asyncio.sleep(0 if until and until.done() else end - time.monotonic())


def _is_closed(loop: ref[asyncio.AbstractEventLoop]) -> bool:
    found = loop()
    return found is None or found.is_closed()


def _less(seconds: float, jitter: float) -> float:
    return seconds * (1 - jitter * RANDOM.random())
