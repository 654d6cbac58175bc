"""Send the same requests to our mock vendors and to Prism, over TCP connections that stay open."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

from scripts.apis import tables
from scripts.bench.comparison import Comparison, Target
from scripts.bench.connections import mocks
from scripts.bench.environment import SPECS, BenchError
from scripts.bench.measure import Contender, Plan, interleave
from scripts.chaos import SHIPSIDEKICK, YANDEX
from scripts.mock.served import Served
from scripts.tools.prism import serving

_TABLE: Any = tables(YANDEX)["addOffersToArchive"]
_CONNECTIONS: int = _TABLE.rate_limit.concurrency
_OFFERS: int = _TABLE.chunking.size
_LIMIT = 1.5  # the maximum for a mock with behaviour, compared with one that returns examples
_PLAN = Plan(rounds=11, turn=0.5, budget=60)


def measure(*, quick: bool = False) -> Comparison:
    """Archive a product (a short request, a long response) and 200 offers (the other way round), without reaching a limit."""
    with ExitStack() as stack:
        ours = stack.enter_context(mocks("--speed", "1e6"))
        prism = {api: stack.enter_context(serving(SPECS / f"{api}.yaml")) for api in (SHIPSIDEKICK, YANDEX)}
        runner = stack.enter_context(asyncio.Runner())
        contenders: dict[str, Contender] = {}
        targets: list[Target] = []
        for api, what, request in _requests(ours):
            subject, baseline = f"mock: {what}", f"Prism: {what}"
            contenders |= {subject: _calls(runner, ours.urls[api], request), baseline: _calls(runner, prism[api], request)}
            targets.append(Target(subject=subject, baseline=baseline, at_most=_LIMIT))
        timings = interleave(contenders, _PLAN.scaled(quick=quick))
    return Comparison(
        title=f"one call to a mock, {_CONNECTIONS} connections at a time",
        timings=timings,
        targets=tuple(targets),
        per_second="calls/s",
    )


def _requests(served: Served) -> Iterator[tuple[str, str, bytes]]:
    """Yield an API, the name of its operation, and the bytes of the request, for each of the two."""
    product = served.known[SHIPSIDEKICK]["path.productId"][0]
    bearer = f"Authorization: Bearer {served.credentials[SHIPSIDEKICK]['SHIPSIDEKICK_API_KEY']}"
    yield SHIPSIDEKICK, "archive a product", _request(f"DELETE /products/{product}", bearer)
    line = f"POST /v2/businesses/{served.known[YANDEX]['path.businessId'][0]}/offer-mappings/archive"
    headers = (f"Api-Key: {served.credentials[YANDEX]['YANDEX_MARKET_API_KEY']}", "Content-Type: application/json")
    offers = json.dumps({"offerIds": [f"SKU-{number:07}" for number in range(_OFFERS)]})
    yield YANDEX, f"archive {_OFFERS} offers", _request(line, *headers, body=offers)


def _request(line: str, *headers: str, body: str = "") -> bytes:
    head = [f"{line} HTTP/1.1", "Host: mock", *headers, f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", body]).encode()


def _calls(runner: asyncio.Runner, url: str, request: bytes) -> Contender:
    async def calls(times: int) -> None:
        shares = [times // _CONNECTIONS + (number < times % _CONNECTIONS) for number in range(_CONNECTIONS)]
        await asyncio.gather(*(_exchange(url, request, share) for share in shares if share))

    return lambda times: runner.run(calls(times))


async def _exchange(url: str, request: bytes, times: int) -> None:
    """Send a request again and again over one connection, and read every response."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        for _ in range(times):
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            if not head.startswith(b"http/1.1 200 "):
                raise BenchError(f"{url}: responds {head.splitlines()[0].decode('latin-1')}")
            await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r")[0]))
    finally:
        writer.close()
        await writer.wait_closed()
