"""Read bodies of responses up to a size, however they are compressed: httpx2 decompresses in bounded pieces."""

# httpx2 has no public way to read a response in part and keep it as its content.
# ruff: noqa: SLF001

from __future__ import annotations

import httpx2

from .errors import ResponseTooLarge

MAX_RESPONSE_BYTES = 64 * 2**20


def read_body(response: httpx2.Response, most: int) -> None:
    """Read the body of a response, as `response.read()` does, and close the response.

    Args:
        response: The response.
        most: Maximum size in bytes, after decompression.

    Raises:
        ResponseTooLarge: The body is larger.
        httpx2.RemoteProtocolError: It cannot be decompressed.
    """
    body = _Body(response, most)
    try:
        for part in response.iter_bytes():
            body.add(part)
        body.end()
    except httpx2.DecodingError as error:
        raise body.broken(error) from error
    finally:
        response.close()


async def aread_body(response: httpx2.Response, most: int) -> None:
    """Read the body of a response; see `read_body`."""
    body = _Body(response, most)
    try:
        async for part in response.aiter_bytes():
            body.add(part)
        body.end()
    except httpx2.DecodingError as error:
        raise body.broken(error) from error
    finally:
        await response.aclose()


class _Body:
    """What was read of a body so far."""

    def __init__(self, response: httpx2.Response, most: int) -> None:
        self._response, self._most, self._size = response, most, 0
        self._parts: list[bytes] = []

    def add(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._most:
            raise ResponseTooLarge(
                f"the response ({self._response.status_code}) has more than {self._most} bytes, see max_response_bytes",
                request=self._response.request,
            )
        self._parts.append(part)

    def broken(self, error: httpx2.DecodingError) -> httpx2.RemoteProtocolError:
        return httpx2.RemoteProtocolError(f"the body cannot be decompressed: {error}", request=self._response.request)

    def end(self) -> None:
        self._response._content = b"".join(self._parts)
