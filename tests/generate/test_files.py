"""Files that are uploaded: by themselves and in forms, from memory, from a path, and from an open file."""

from __future__ import annotations

import asyncio
import io
import json
import re
import tracemalloc
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from scripts.generate.parse.normalize import normalize
from scripts.spec.document import read
from tests.generate.packages import Package

CONTENT = b"\x89\xff" * 3


class Server(httpx2.MockTransport):
    """Keeps the last request, and how large the pieces were in which its body came."""

    def __init__(self) -> None:
        super().__init__(lambda _: httpx2.Response(204))
        self.request: Any = None
        self.sizes: list[int] = []
        self.content = b""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        assert isinstance(request.stream, httpx2.SyncByteStream)
        self._note(request, list(request.stream))
        return httpx2.Response(204)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        assert isinstance(request.stream, httpx2.AsyncByteStream)
        self._note(request, [piece async for piece in request.stream])
        return httpx2.Response(204)

    def _note(self, request: httpx2.Request, pieces: list[bytes]) -> None:
        self.request, self.sizes, self.content = request, [*map(len, pieces)], b"".join(pieces)


def parts(server: Server) -> list[tuple[str, str | None, str | None, bytes]]:
    """Return name, file name, content type and content of each part of the form that was sent."""
    boundary = server.request.headers["content-type"].partition("boundary=")[2].encode()
    assert int(server.request.headers["content-length"]) == len(server.content)
    first, *found, last = server.content.split(b"--" + boundary)
    assert (first, last) == (b"", b"--\r\n")
    read = []
    for part in found:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        names = {key: re.search(rf'{key}="([^"]*)"', head.decode()) for key in (" name", "filename")}
        kind = re.search(r"Content-Type: (.*)", head.decode())
        given = [each[1] if each else None for each in (*names.values(), kind)]
        read.append((str(given[0]), given[1], given[2], content.removesuffix(b"\r\n")))
    return read


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    path.write_bytes(CONTENT)
    return path


@contextmanager
def given(kind: str, path: Path) -> Iterator[Any]:
    """Give a file in one of the ways in which a caller can."""
    with path.open("rb") as opened:
        yield {"bytes": path.read_bytes(), "path": path, "open": opened}[kind]


def upload(
    contents: Package, server: Server, method: str = "upload", **given: Any
) -> list[tuple[str, str | None, str | None, bytes]]:
    getattr(contents.client.Client(transport=server), method)(**given)
    return parts(server)


@pytest.mark.parametrize(
    "name", ["plain", "maybe", "referred", "described", "either", "typed", "or_piece", "one_or_many", "listed_null"]
)
def test_a_file_is_one_however_it_is_described(contents: Package, server: Server, name: str) -> None:
    found = upload(contents, server, **{name: contents.root.File(CONTENT)})
    assert found == [(name, "file", "application/octet-stream", CONTENT)]


def test_files_in_arrays_maps_and_objects(contents: Package, server: Server) -> None:
    file = contents.root.File
    found = upload(
        contents,
        server,
        many=[file(b"1", "a.JPG"), file(b"2", "b.png", "image/png")],
        by_name={"a": file(b"3")},
        nested=contents.models.Nested(photo=file(b"4"), name="n"),
        folder=contents.models.Folder(inside=contents.models.Folder(cover=file(b"5"))),
        or_piece=file(b"6"),
        maybe_many=[file(b"7")],
        one_or_many=[file(b"8"), file(b"9")],
        piece=contents.models.Piece(word="w"),
    )
    assert sorted(found) == [
        ("by_name[a]", "file", "application/octet-stream", b"3"),
        ("folder[inside][cover]", "file", "application/octet-stream", b"5"),
        ("many", "a.JPG", "image/jpeg", b"1"),
        ("many", "b.png", "image/png", b"2"),
        ("maybe_many", "file", "application/octet-stream", b"7"),
        ("nested[name]", None, None, b"n"),
        ("nested[photo]", "file", "application/octet-stream", b"4"),
        ("one_or_many", "file", "application/octet-stream", b"8"),
        ("one_or_many", "file", "application/octet-stream", b"9"),
        ("or_piece", "file", "application/octet-stream", b"6"),
        ("piece", None, "application/json", b'{"word":"w"}'),
    ]


@pytest.mark.parametrize(
    ("method", "make", "name"),
    [
        ("inherited", lambda package: package.models.InheritedRequest(photo=package.root.File(CONTENT)), "photo"),
        ("either", lambda package: package.models.WithPhoto(photo=package.root.File(CONTENT)), "photo"),
        ("any_names", lambda package: {"a": package.root.File(CONTENT)}, "a"),
        ("shared", lambda package: package.models.SharedForm(data=package.root.File(CONTENT)), "data"),
    ],
)
def test_a_file_in_a_schema_that_forms_inherit_or_share(
    contents: Package, server: Server, method: str, make: Any, name: str
) -> None:
    assert upload(contents, server, method, body=make(contents)) == [(name, "file", "application/octet-stream", CONTENT)]


def test_what_json_shares_with_a_form_has_no_file_there(contents: Package) -> None:
    assert contents.models.Shared.__annotations__ == {"data": "str"}


def test_null_and_text_may_stand_for_a_file(contents: Package, server: Server) -> None:
    found = upload(contents, server, maybe=None, either="https://a.example", coded="aGk=")
    assert found == [("either", None, None, b"https://a.example"), ("coded", None, None, b"aGk=")]


@pytest.mark.parametrize("kind", ["bytes", "path", "open"])
def test_base64_is_written_where_it_is_documented(contents: Package, server: Server, file: Path, kind: str) -> None:
    content = b"\xff" * 100_001
    file.write_bytes(content)
    with given(kind, file) as source:
        made = contents.root.File(source)
        found = upload(contents, server, coded=made, coded_url=made, coded_too=[made])
    plain, url = b64encode(content), urlsafe_b64encode(content)
    assert plain != url
    assert [(name, text) for name, *_, text in found] == [("coded", plain), ("coded_url", url), ("coded_too", plain)]


def test_name_and_media_type_are_given_or_known(contents: Package, server: Server, file: Path) -> None:
    made = contents.root.File
    with file.open("rb") as opened:
        plain_many = [made(file), made(opened), made(io.BytesIO(CONTENT)), made(file, "a.jpg", "image/jpeg"), made(CONTENT)]
        found = upload(contents, server, plain_many=plain_many, picture=made(CONTENT))
    assert [each[1:] for each in found] == [
        ("picture.png", "application/octet-stream", CONTENT),
        ("picture.png", "application/octet-stream", CONTENT),
        ("file", "application/octet-stream", CONTENT),
        ("a.jpg", "image/jpeg", CONTENT),
        ("file", "application/octet-stream", CONTENT),
        ("file", "image/png", CONTENT),
    ]


@pytest.mark.parametrize(
    ("field", "name", "media_type"),
    [
        ("image", "a.webp", "image/webp"),
        ("image", "a.csv", None),
        ("image", None, None),
        ("drawn", "a.svg", "image/svg+xml"),
        ("many", "a.png", "image/png"),
        ("many", "a.gif", None),
        ("archive", "a.csv.gz", "application/octet-stream"),
        ("archive", "a.zip", "application/zip"),
        ("archive", None, "application/octet-stream"),
    ],
)
def test_of_several_media_types_the_name_of_a_file_says_which_it_is(
    contents: Package, server: Server, field: str, name: str | None, media_type: str | None
) -> None:
    one = contents.root.File(CONTENT, name)
    sent: dict[str, Any] = {field: [one] if field == "many" else one, "drawn_on": {"a": 1}}
    if media_type is not None:
        found = upload(contents, server, **sent)
        assert found == [(field, name or "file", media_type, CONTENT), ("drawn_on", None, "application/json", b'{"a":1}')]
        return
    with pytest.raises(contents.errors.InvalidRequest, match=f"'{field}' takes files of image/.* give the media type as"):
        upload(contents, server, **sent)


class Measuring(httpx2.BaseTransport):
    """Keeps only how long the last body was, and was said to be."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        assert isinstance(request.stream, httpx2.SyncByteStream)
        self.size = sum(map(len, request.stream))
        self.announced = int(request.headers["content-length"])
        return httpx2.Response(204)


@pytest.mark.parametrize("kind", ["path", "open"])
@pytest.mark.parametrize("method", ["put_pdf", "upload"])
def test_a_large_file_is_not_read_as_a_whole(contents: Package, file: Path, kind: str, method: str) -> None:
    size = 20 * 2**20
    with file.open("wb") as large:
        large.truncate(size)
    transport = Measuring()
    client = contents.client.Client(transport=transport)
    with given(kind, file) as source:
        body = source if method == "put_pdf" else contents.models.UploadRequest(plain=contents.root.File(source))
        tracemalloc.start()
        getattr(client, method)(body=body)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert transport.size == transport.announced >= size
    assert peak < 2 * 2**20


def test_the_media_type_of_a_file_counts_more_than_that_of_its_field(contents: Package, server: Server) -> None:
    found = upload(contents, server, picture=contents.root.File(CONTENT, "a.webp", "image/webp"))
    assert found == [("picture", "a.webp", "image/webp", CONTENT)]


def test_the_media_type_that_a_schema_gives_is_that_of_its_files(contents: Package, server: Server) -> None:
    file = contents.root.File(b"")
    assert upload(contents, server, typed=file, webp=file, coded_too=[file]) == [
        ("typed", "file", "application/octet-stream", b""),
        ("coded_too", None, "image/png", b""),
        ("webp", "file", "image/webp", b""),
    ]


def test_a_text_that_is_itself_json_is_sent_as_it_is(contents: Package, server: Server) -> None:
    word = '{"word": "w"}'
    piece = contents.models.Piece(word="w")
    assert upload(contents, server, "fields_of_json", document=word, documents=[word, "7"], either=word, xml=piece) == [
        ("document", None, "application/json", word.encode()),
        ("documents", None, "application/vnd.a+json", word.encode()),
        ("documents", None, "application/vnd.a+json", b"7"),
        ("either", None, "application/vnd.a+json", word.encode()),
        ("xml", None, "application/json", b'{"word":"w"}'),
    ]


def test_an_open_file_is_sent_from_where_it_is_and_again_with_the_same_request(
    contents: Package, server: Server, file: Path
) -> None:
    operation = contents.operation("default", "put_pdf")
    with file.open("rb") as opened:
        opened.seek(2)
        request = operation.request(body=opened)
        client = contents.client.Client(transport=server)
        for _ in range(2):
            client.send(request)
            assert (server.content, server.request.headers["content-length"]) == (CONTENT[2:], "4")


def test_what_cannot_be_measured_is_sent_in_chunks(contents: Package, server: Server) -> None:
    class Pipe(io.BytesIO):
        def tell(self) -> int:
            raise OSError("no places")

    contents.client.Client(transport=server).put_pdf(body=Pipe(CONTENT))
    assert (server.content, server.request.headers.get("transfer-encoding")) == (CONTENT, "chunked")
    assert "content-length" not in server.request.headers


def test_files_are_sent_in_an_event_loop(contents: Package, server: Server, file: Path) -> None:
    async def send() -> None:
        async with contents.client.AsyncClient(transport=server) as client:
            await client.put_pdf(body=file)
            assert (server.content, server.request.headers["content-length"]) == (CONTENT, "6")
            await client.upload(plain=contents.root.File(file))
            assert parts(server) == [("plain", "picture.png", "application/octet-stream", CONTENT)]

    asyncio.run(send())


def test_the_boundary_of_a_file_that_is_read_later_cannot_be_known(contents: Package, server: Server, file: Path) -> None:
    boundaries = set()
    for _ in range(2):
        upload(contents, server, plain=contents.root.File(file))
        boundaries.add(server.request.headers["content-type"])
    assert len(boundaries) == 2


@pytest.mark.parametrize("content", ["text", 7, io.StringIO("text")])
def test_what_is_no_file_is_refused(contents: Package, server: Server, content: Any) -> None:
    client = contents.client.Client(transport=server)
    with pytest.raises(contents.errors.InvalidRequest):
        client.upload(plain=contents.root.File(content))
    if content != "text":
        with pytest.raises(contents.errors.InvalidRequest):
            client.put_pdf(body=content)


@pytest.mark.parametrize("value", [CONTENT, Path("picture.png"), "picture.png"], ids=["bytes", "path", "text"])
@pytest.mark.parametrize(
    ("given", "is_file"),
    [
        (lambda value: {"plain": value}, True),
        (lambda value: {"maybe": value}, True),
        (lambda value: {"many": [value]}, True),
        (lambda value: {"many": value}, True),
        (lambda value: {"by_name": {"a": value}}, True),
        (lambda value: {"or_piece": value}, True),
        (lambda value: {"one_or_many": value}, True),
        (lambda value: {"folder": {"inside": {"cover": value}}}, True),
        (lambda value: {"piece": value}, False),
        (lambda value: {"folder": value}, False),
    ],
)
def test_what_is_given_in_place_of_a_file_is_refused_with_the_class_that_it_needs(
    contents: Package, server: Server, given: Any, is_file: bool, value: Any
) -> None:
    with pytest.raises(contents.errors.InvalidRequest) as refused:
        contents.client.Client(transport=server).upload(body=given(value))
    assert refused.value.rule.endswith("; give a file as `File(...)`") == is_file


def test_a_file_that_does_not_exist_is_an_error_before_anything_is_sent(contents: Package, server: Server, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        contents.client.Client(transport=server).put_pdf(body=tmp_path / "nothing")
    assert server.request is None


def test_each_schema_that_forms_share_with_json_has_one_copy(tmp_path: Path) -> None:
    last = 30  # each of the schemas is in the one before twice: there are 2**30 ways to the last one
    schemas: dict[str, Any] = {f"S{last}": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}}
    for index in range(last):
        inner = {"$ref": f"#/components/schemas/S{index + 1}"}
        schemas[f"S{index}"] = {"type": "object", "properties": {"a": inner, "b": inner}}
    whole = {"schema": {"$ref": "#/components/schemas/S0"}}
    post = {
        "requestBody": {"content": {"multipart/form-data": whole}},
        "responses": {"200": {"description": "D.", "content": {"application/json": whole}}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/a": {"post": post}},
        "components": {"schemas": schemas},
    }
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    api = normalize(read(path))
    assert {*api.schemas} == {*schemas, *(f"{name}Form" for name in schemas)}
    assert api.pointers["S0Form"] == ("components", "schemas", "S0")
