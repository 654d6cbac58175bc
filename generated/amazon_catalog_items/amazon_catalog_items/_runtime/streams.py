"""Read values that follow each other in a response, such as events, one by one: only one of them is in memory."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from functools import cached_property
from types import TracebackType
from typing import Any, Generic, NoReturn, Self, TypeVar

import httpx2
import msgspec

from .errors import Breach, ResponseError, ResponseTooLarge
from .reading import Unreadable, hidden_breaches, read
from .redaction import without_secrets

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
_MOST_BREACHES = 100
_END = "[DONE]"  # what services send last that are modelled on OpenAI's
_SPACE = b" \t\r\n\x1e"


class Event(msgspec.Struct, Generic[T], frozen=True):
    """A server-sent event.

    Attributes:
        data: its value.
        name: its type, `message` if it has none.
        id: the last id that was sent, to be given as the header `Last-Event-ID` when the stream is opened again.
        retry: milliseconds to wait before that, or None.
    """

    data: T
    name: str = "message"
    id: str = ""
    retry: int | None = None


class Stream(Generic[T]):
    """Values of a response, each read when it is asked for: iterate over it once, with `async for` where the client is async.

    A value that cannot be read is left out, with a warning in the log; a strict client raises `InvalidResponse`. Leave it to a
    context manager, or close it, unless it was read to its end.

    Attributes:
        response: the response, with its status and headers.
        breaches: where the values so far break the spec, the first 100; a path begins with the index of the value.
    """

    def __init__(
        self,
        response: httpx2.Response,
        kind: Any,
        *,
        wrong: str,
        strict: bool,
        most: int,
        extras: bool,
        invalid: Callable[[httpx2.Response, tuple[Breach, ...]], ResponseError],
    ) -> None:
        self.response = response
        self.breaches = [Breach("$", wrong)] if wrong else []
        self._kind, self._strict, self._most, self._extras, self._invalid = kind, strict, most, extras, invalid
        self._index = -1
        self._values = self._read()
        self._async_values = self._aread()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.response.status_code})"

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        return next(self._values).data

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        return (await anext(self._async_values)).data

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()

    def close(self) -> None:
        """Close the response; what was not read is lost."""
        self._values.close()
        self.response.close()

    async def aclose(self) -> None:
        """Close the response of an async client; what was not read is lost."""
        await self._async_values.aclose()
        await self.response.aclose()

    def _read(self) -> Generator[Event[T]]:
        try:
            self._begin()
            with without_secrets():
                for record in self._records():
                    if (event := self._event(record)) is not None:
                        yield event
        finally:
            self.response.close()

    async def _aread(self) -> AsyncGenerator[Event[T]]:
        try:
            self._begin()
            with without_secrets():
                async for record in self._arecords():
                    if (event := self._event(record)) is not None:
                        yield event
        finally:
            await self.response.aclose()

    def _begin(self) -> None:
        if self.breaches:
            _LOG.warning("the stream breaks the spec at %s", self.breaches[0])
            if self._strict:
                self._refuse(Event(b""), tuple(self.breaches))

    def _records(self) -> Iterator[Event[Any]]:
        lines = _Lines(self.response, self._most)
        for piece in self.response.iter_bytes():
            yield from lines.add(piece)
        yield from lines.end()

    async def _arecords(self) -> AsyncIterator[Event[Any]]:
        lines = _Lines(self.response, self._most)
        async for piece in self.response.aiter_bytes():
            for record in lines.add(piece):
                yield record
        for record in lines.end():
            yield record

    def _event(self, record: Event[Any]) -> Event[T] | None:
        """Return a record with its value; None if it cannot be read."""
        self._index += 1
        try:
            value, breaches = self._value(record.data)
        except Unreadable as unreadable:
            self._note(record, tuple(msgspec.structs.replace(each, left_out="$") for each in unreadable.breaches))
            return None
        if breaches:
            self._note(record, breaches)
        return msgspec.structs.replace(record, data=value)

    def _value(self, data: bytes) -> tuple[T, tuple[Breach, ...]]:
        return read(data, self._kind, extras=self._extras)

    def _note(self, record: Event[Any], breaches: tuple[Breach, ...]) -> None:
        root = f"$[{self._index}]"
        moved = tuple(
            Breach(root + each.path.removeprefix("$"), each.rule, each.left_out and root + each.left_out.removeprefix("$"))
            for each in hidden_breaches(breaches, self.response)
        )
        if self._strict:
            self._refuse(record, moved)
        if len(self.breaches) < _MOST_BREACHES:
            self.breaches += moved[: _MOST_BREACHES - len(self.breaches)]
            _LOG.warning("a value of a stream breaks the spec at %s", moved[0])

    def _refuse(self, record: Event[Any], breaches: tuple[Breach, ...]) -> NoReturn:
        response = self.response
        headers = [(name, value) for name, value in response.headers.multi_items() if name != "content-encoding"]
        known = httpx2.Response(response.status_code, headers=headers, content=record.data, request=_request_of(response))
        raise self._invalid(known, breaches)


class EventStream(Stream[T]):
    """Values of server-sent events; `events` and `aevents` give them with their names and ids."""

    def events(self) -> Iterator[Event[T]]:
        """Iterate over the events with their names and ids."""
        return self._values

    def aevents(self) -> AsyncIterator[Event[T]]:
        """Iterate over the events of an async client."""
        return self._async_values

    def _event(self, record: Event[Any]) -> Event[T] | None:
        if self._kind is str:
            self._index += 1
            return record
        return super()._event(msgspec.structs.replace(record, data=record.data.encode(errors="replace")))

    def _value(self, data: bytes) -> tuple[T, tuple[Breach, ...]]:
        try:
            return super()._value(data)
        except Unreadable:
            if not self._takes_text:
                raise
            return super()._value(msgspec.json.encode(data.decode()))

    @cached_property
    def _takes_text(self) -> bool:
        """Whether a value may be a text, which an event has without quotes."""
        try:
            return not read(b'""', self._kind, extras=self._extras)[1]
        except Unreadable:
            return False

    def _records(self) -> Iterator[Event[Any]]:
        self.response.encoding = "utf-8-sig"  # events are UTF-8, perhaps with a byte order mark, whatever a header says
        try:
            for event in _Events(self.response, self._most):
                if self._is_last(event):
                    return
                if event.data:  # others only say how to open the stream again
                    yield Event(event.data, event.event, event.id, event.retry)
        except httpx2.SSEError as error:
            raise _too_large(self.response, self._most) from error

    async def _arecords(self) -> AsyncIterator[Event[Any]]:
        self.response.encoding = "utf-8-sig"
        try:
            async for event in _Events(self.response, self._most):
                if self._is_last(event):
                    return
                if event.data:
                    yield Event(event.data, event.event, event.id, event.retry)
        except httpx2.SSEError as error:
            raise _too_large(self.response, self._most) from error

    def _is_last(self, event: httpx2.ServerSentEvent) -> bool:
        return self._kind is not str and event.data.strip() == _END


class _Events(httpx2.EventSource):
    """Reads events whatever the content type is: it was chosen by what the spec documents."""

    def _check_content_type(self) -> None:
        pass


class _Lines:
    """Divides a response into lines, or at the separator of RFC 7464 (JSON text sequences)."""

    def __init__(self, response: httpx2.Response, most: int) -> None:
        self._response, self._most = response, most
        self._separator = b"\x1e" if "json-seq" in response.headers.get("content-type", "") else b"\n"
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> Iterator[Event[Any]]:
        *ends, rest = piece.split(self._separator)
        for end in ends:
            self._append(end)
            yield from self.end()
        self._append(rest)

    def end(self) -> Iterator[Event[Any]]:
        line = b"".join(self._parts).removeprefix(b"\xef\xbb\xbf").strip(_SPACE)
        self._parts, self._size = [], 0
        if line:
            yield Event(line)

    def _append(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._most:
            raise _too_large(self._response, self._most)
        self._parts.append(part)


def _too_large(response: httpx2.Response, most: int) -> ResponseTooLarge:
    return ResponseTooLarge(
        f"a value of the response ({response.status_code}) has more than {most} bytes, see max_response_bytes",
        request=_request_of(response),
    )


def _request_of(response: httpx2.Response) -> httpx2.Request | None:
    try:
        return response.request
    except RuntimeError:  # a response that was built by hand has no request
        return None
