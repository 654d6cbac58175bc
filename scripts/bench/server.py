"""A server on the loopback interface that returns every call at once: `python -m scripts.bench.server` prints its port.

It ends when its standard input does, and so with the process that has started it.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from scripts.bench.environment import BenchError, environment
from scripts.bench.payloads import search_page, status_response
from scripts.command import ROOT

_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)


class Calls(asyncio.Protocol):
    """One connection, kept open from call to call: the response to a GET is a page of items, to any other method a status."""

    def __init__(self) -> None:
        self._received = b""
        self._page, self._status = _response(search_page()), _response(status_response())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("not a stream")
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Respond to each complete call."""
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end]
            length = _LENGTH.search(head)
            end += 4 + (int(length[1]) if length else 0)
            if len(self._received) < end:
                return
            self._received = self._received[end:]
            self._transport.write(self._page if head.startswith(b"GET ") else self._status)


@contextmanager
def serving() -> Iterator[str]:
    """Run the server in a separate process, and yield its base URL.

    Raises:
        BenchError: it does not start.
    """
    command = [sys.executable, "-m", "scripts.bench.server"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise BenchError("the server has no pipes")
        port = process.stdout.readline().strip()
        if not port:
            raise BenchError("the server on the loopback interface did not start; see its message above")
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.stdin.close()


def _response(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Calls, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
