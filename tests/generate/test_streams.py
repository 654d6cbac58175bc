"""Responses that are read value by value: events, lines, and files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx2
import pytest
from msgspec import UNSET

from tests.generate.packages import Package


class Pieces(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A body that arrives in pieces, and knows how many of them were taken and whether it was closed."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces, self.taken, self.is_closed = pieces, 0, False

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.taken += 1
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece

    def close(self) -> None:
        self.is_closed = True

    async def aclose(self) -> None:
        self.close()


def transport(body: Pieces, media_type: str, status: int = 200) -> httpx2.MockTransport:
    return httpx2.MockTransport(lambda _: httpx2.Response(status, headers={"content-type": media_type}, stream=body))


def client(package: Package, media_type: str, *pieces: bytes, **options: Any) -> Any:
    body = Pieces(*pieces)
    found = package.client.Client(transport=transport(body, media_type), **options)
    found.body = body
    return found


EVENTS = "text/event-stream"
ODD_EVENTS = (
    b"\xef\xbb\xbfid: 7\r\n: a comment\r\n"
    b'event: word\r\nretry: 250\r\ndata: {"word":\r\ndata:"a"}\r\n\r\n'
    b'data: {"word": "b"}\r\r'
    b"event: nothing\n\n"
    b'unknown: x\nid\ndata:{"word": "c"}\n\n'
    b'data: {"word": "without an end"}'
)
READ = [("a", "word", "7", 250), ("b", "message", "7", None), ("c", "message", "", None)]


def pieces_of(content: bytes, size: int) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_events_are_read_as_the_html_standard_says(contents: Package, size: int) -> None:
    with client(contents, EVENTS, *pieces_of(ODD_EVENTS, size)).events() as stream:
        found = [(event.data.word, event.name, event.id, event.retry) for event in stream.events()]
    assert found == READ
    assert not stream.breaches


@pytest.mark.parametrize(
    ("method", "media_type", "content"),
    [
        ("events", EVENTS, b'data: {"word": "a"}\n\ndata: {"word": "b"}\n\n'),
        ("events", f"{EVENTS}; charset=utf-8", b'data: {"word": "a"}\n\ndata: {"word": "b"}\n\ndata: [DONE]\n\n'),
        ("events", "text/plain", b'data: {"word": "a"}\n\ndata: {"word": "b"}\n\n'),
        ("described_events", EVENTS, b'event: x\ndata: {"word": "a"}\n\ndata: {"word": "b"}\n\n'),
        ("events_of_encoded_data", EVENTS, b'data: {"word": "a"}\n\ndata: {"word": "b"}\n\n'),
        ("chat", EVENTS, b'data: {"word": "a"}\n\ndata: {"word": "b"}\n\n'),
        ("lines", "application/x-ndjson", b'{"word": "a"}\r\n\n{"word": "b"}'),
        ("lines", "application/x-ndjson", b'\xef\xbb\xbf{"word": "a"}\n{"word": "b"}\n'),
        ("sequence", "application/json-seq", b'\x1e{"word":\n"a"}\n\x1e{"word": "b"}\n'),
    ],
)
def test_values_are_read_one_by_one(contents: Package, method: str, media_type: str, content: bytes) -> None:
    expected = [contents.models.Piece(word="a"), contents.models.Piece(word="b")]
    for size in (1, 3, 1000):
        used = client(contents, media_type, *pieces_of(content, size))
        assert list(getattr(used, method)()) == expected
        assert used.body.is_closed

    async def read() -> list[Any]:
        body = Pieces(*pieces_of(content, 3))
        async with contents.client.AsyncClient(transport=transport(body, media_type)) as used:
            found = [each async for each in await getattr(used, method)()]
        assert body.is_closed
        return found

    assert asyncio.run(read()) == expected


def test_a_value_is_there_before_the_next_one_arrives(contents: Package) -> None:
    used = client(contents, EVENTS, b'data: {"word": "a"}\n\n', b'data: {"word": "b"}\n\n')
    with used.events() as stream:
        assert (next(stream).word, used.body.taken) == ("a", 1)
    assert used.body.is_closed


def test_the_raw_response_of_a_stream_is_not_read_either(contents: Package) -> None:
    used = client(contents, "application/x-ndjson", b'{"word": "a"}\n', b'{"word": "b"}\n')
    response = used.with_raw_response.lines()
    assert (response.raw.status_code, response.breaches, used.body.taken) == (200, (), 0)
    assert [each.word for each in response.parse()] == ["a", "b"]


def test_the_same_operation_may_respond_at_once(contents: Package) -> None:
    assert client(contents, "application/json", b'{"count": 1}').chat() == contents.models.Count(count=1)


def test_events_of_several_kinds(contents: Package) -> None:
    events = b'event: piece\ndata: {"word": "a"}\n\nevent: count\ndata: {"count": 1}\n\n'
    found = list(client(contents, EVENTS, events).kinds_of_events())
    assert found == [contents.models.Piece(word="a"), contents.models.Count(count=1)]


@pytest.mark.parametrize("strict", [False, True])
def test_a_stream_of_another_media_type_is_a_breach(contents: Package, *, strict: bool) -> None:
    used = client(contents, "text/plain", b'data: {"word": "a"}\n\n', strict=strict)
    stream = used.events()
    if strict:
        with pytest.raises(contents.errors.InvalidResponse, match="content type"):
            next(stream)
    else:
        assert [each.word for each in stream] == ["a"]
        assert [str(each) for each in stream.breaches] == ["$: the content type is text/plain, not text/event-stream"]
    assert used.body.is_closed


def test_an_operation_may_have_the_name_of_what_is_done_with_it(contents: Package) -> None:
    used = client(contents, "application/zip", b"PK")
    with used.with_streamed_response.stream(count=1) as response:
        assert response.read() == b"PK"


def test_a_stream_that_breaks_off_hides_the_credentials_of_its_request(contents: Package) -> None:
    class Broken(Pieces):
        def __iter__(self) -> Iterator[bytes]:
            raise httpx2.ReadError("at https://contents.example/events?key=secret-of-mine")

    response = httpx2.MockTransport(lambda _: httpx2.Response(200, headers={"content-type": EVENTS}, stream=Broken()))
    used = contents.client.Client(transport=response)
    stream = used.events(extra_headers={"X-Api-Key": "secret-of-mine"})
    with pytest.raises(httpx2.ReadError) as broken:
        next(stream)
    assert "secret-of-mine" not in str(broken.value)


def test_events_of_text_and_lines_of_anything(contents: Package) -> None:
    words = b"data: a\ndata: b\n\ndata: [DONE]\n\n"
    assert list(client(contents, EVENTS, words).words()) == ["a\nb", "[DONE]"]
    assert list(client(contents, "application/jsonl", b'1\n"a"\n{"b": null}\n').any_lines()) == [1, "a", {"b": None}]


def test_events_of_text_beside_others(contents: Package) -> None:
    events = b'data: {"word": "a"}\n\ndata: b c\n\ndata: "d"\n\ndata: 12\n\ndata: true\n\ndata: [1]\n\n'
    stream = client(contents, EVENTS, events).words_or_pieces()
    assert [getattr(each, "word", each) for each in stream] == ["a", "b c", "d", "12", "true", "[1]"]
    assert stream.breaches == []


def test_a_value_that_breaks_the_spec_is_left_out_and_listed(contents: Package, caplog: pytest.LogCaptureFixture) -> None:
    lines = b'{"word": "a", "size": "x"}\nnonsense\n{"size": 1}\n{"word": "b", "size": 2.0}\n'
    with client(contents, "application/x-ndjson", lines).lines() as stream:
        assert [(each.word, each.size) for each in stream] == [("a", UNSET), (UNSET, 1), ("b", 2)]
    assert [(each.path, each.left_out) for each in stream.breaches] == [
        ("$[0].size", "$[0].size"),
        ("$[1]", "$[1]"),
        ("$[2].word", "$[2].word"),
    ]
    assert len(caplog.records) == 3


def test_a_strict_client_raises_where_a_value_breaks_the_spec(contents: Package) -> None:
    used = client(contents, EVENTS, b'data: {"word": "a"}\n\ndata: {"size": 1}\n\n', strict=True)
    stream = used.events()
    assert next(stream).word == "a"
    with pytest.raises(contents.errors.InvalidResponse, match="field is required") as invalid:
        next(stream)
    assert invalid.value.body == b'{"size": 1}'
    assert used.body.is_closed


@pytest.mark.parametrize(
    ("method", "media_type", "start", "part"),
    [
        ("events", EVENTS, b"data: ", b"x" * 100),
        ("events", EVENTS, b"", b"data: x\n" * 10),
        ("lines", "application/x-ndjson", b"", b"x"),
    ],
)
def test_the_size_of_a_value_is_bounded(contents: Package, method: str, media_type: str, start: bytes, part: bytes) -> None:
    used = client(contents, media_type, start, *[part] * 10_000, max_response_bytes=1000)
    with pytest.raises(contents.errors.ResponseTooLarge, match="max_response_bytes"):
        next(getattr(used, method)())
    assert used.body.taken < 2000
    assert used.body.is_closed


def test_a_long_stream_of_small_values_is_not_bounded(contents: Package) -> None:
    used = client(contents, "application/x-ndjson", *[b'{"word": "a"}\n'] * 1000, max_response_bytes=100)
    assert sum(1 for _ in used.lines()) == 1000


def test_a_download_is_streamed_without_a_bound(contents: Package) -> None:
    used = client(contents, "application/pdf", *[b"x" * 100] * 50, max_response_bytes=1000)
    with used.with_streamed_response.pdf() as response:
        assert (response.status_code, used.body.taken) == (200, 0)
        assert sum(map(len, response.iter_bytes())) == 5000
    assert used.body.is_closed
    with pytest.raises(contents.errors.ResponseTooLarge):
        used.pdf()


def test_a_download_of_which_the_document_says_nothing_is_streamed(contents: Package) -> None:
    used = client(contents, "application/pdf", b"a", b"b")
    with used.with_streamed_response.download() as response:
        assert response.read() == b"ab"
    assert used.download() is None
    assert "documents no body" in contents.client.Client.download.__doc__
    assert not any(hasattr(used.with_streamed_response, name) for name in ("has_text", "forget"))


def test_a_download_is_streamed_in_an_event_loop(contents: Package) -> None:
    async def read() -> bytes:
        body = Pieces(b"a", b"b")
        used = contents.client.AsyncClient(transport=transport(body, "application/pdf"))
        async with used, used.with_streamed_response.pdf() as response:
            found = b"".join([part async for part in response.aiter_bytes()])
        assert body.is_closed
        return found

    assert asyncio.run(read()) == b"ab"


def test_a_download_that_fails_raises_its_error(contents: Package) -> None:
    body = Pieces(b'{"word": "gone"}')
    used = contents.client.Client(transport=transport(body, "application/json", status=404))
    with pytest.raises(contents.errors.NotFound) as missing, used.with_streamed_response.pdf():
        pytest.fail("there is no file")
    assert missing.value.data == contents.models.Piece(word="gone")
    assert body.is_closed


def test_methods_without_files_are_not_streamed(contents: Package) -> None:
    streamed = client(contents, "").with_streamed_response
    assert hasattr(streamed, "table")
    assert not hasattr(streamed, "ranged")
