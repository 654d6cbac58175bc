"""Send files piece by piece: what is uploaded is never in memory as a whole, and its length is known where a file has one."""

from __future__ import annotations

import io
import os
from base64 import b64encode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, TypeAlias

if TYPE_CHECKING:
    FileContent: TypeAlias = bytes | Path | BinaryIO
else:
    FileContent = Any  # msgspec, which checks a form before it is sent, knows no files

Encoding: TypeAlias = Literal["base64", "base64url"]
ENCODERS: Mapping[Encoding, Callable[[bytes | bytearray | memoryview], bytes]] = {
    "base64": b64encode,
    "base64url": urlsafe_b64encode,
}
_PIECE = 3 << 14  # a multiple of 3, which Base64 writes without padding


def is_file(value: object) -> bool:
    """Return whether a value is a file, or what one has."""
    return isinstance(value, bytes | bytearray | memoryview | Path) or hasattr(value, "read")


class FilePart:
    """A file as a part of a body.

    Args:
        content: A path, or a file that was opened in binary mode, which is sent from where it is now.
        encoding: The encoding in which it is sent; None: as it is.

    Attributes:
        size: Number of bytes that are sent; None of what cannot be measured, such as a pipe.

    Raises:
        TypeError: It is none of these.
        OSError: There is no such file.
    """

    def __init__(self, content: Path | BinaryIO, *, encoding: Encoding | None = None) -> None:
        if isinstance(content, io.TextIOBase):
            raise TypeError("a file is opened in binary mode, not as text")
        if not isinstance(content, Path) and not hasattr(content, "read"):
            raise TypeError("a file is given as bytes, as a pathlib.Path, or opened in binary mode")
        self._content = content
        self._encoding: Encoding | None = encoding
        self._start, size = (0, content.stat().st_size) if isinstance(content, Path) else _measured(content)
        self.size = -(-size // 3) * 4 if encoding and size is not None else size

    def __iter__(self) -> Iterator[bytes]:
        if isinstance(self._content, Path):
            with self._content.open("rb") as file:
                yield from self._pieces(file)
            return
        if self._start is not None:
            self._content.seek(self._start)
        yield from self._pieces(self._content)

    def _pieces(self, file: BinaryIO) -> Iterator[bytes]:
        while piece := _read(file):
            yield ENCODERS[self._encoding](piece) if self._encoding else piece


class Upload:
    """A body that is read from files while it is sent, anew whenever it is sent again.

    Attributes:
        size: Number of bytes, or None if it cannot be known.
    """

    def __init__(self, parts: Sequence[bytes | FilePart]) -> None:
        self._parts = parts
        sizes = [part.size if isinstance(part, FilePart) else len(part) for part in parts]
        self.size = None if None in sizes else sum(size for size in sizes if size is not None)

    def __iter__(self) -> Iterator[bytes]:
        for part in self._parts:
            if isinstance(part, bytes):
                yield part
            else:
                yield from part


class AsyncUpload:
    """An `Upload` of an async client: files are read by threads."""

    def __init__(self, upload: Upload) -> None:
        self._upload = upload

    async def __aiter__(self) -> AsyncIterator[bytes]:
        from anyio import to_thread  # noqa: PLC0415 - httpx2 needs it for its asynchronous clients only

        pieces = iter(self._upload)
        while (piece := await to_thread.run_sync(next, pieces, None)) is not None:
            yield piece


def _measured(file: BinaryIO) -> tuple[int | None, int | None]:
    """Return where an open file is, and how many bytes follow; None and None if it has no places."""
    try:
        start = file.tell()
        end = file.seek(0, os.SEEK_END)
        file.seek(start)
    except (AttributeError, OSError):
        return None, None
    return start, max(0, end - start)


def _read(file: BinaryIO) -> bytes:
    """Return the next piece, which is shorter only at the end."""
    parts = []
    left = _PIECE
    while left and (part := file.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
