"""Downloads of what is not part of an API, such as a file that a response links to."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable

import httpx2
import pytest

import shipsidekick_products

LINK = "https://bucket.example/report?Expires=1&Signature=s3cret"


def refuse(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("no route", request=request)


def fetch() -> None:
    given = httpx2.Client(transport=httpx2.MockTransport(refuse))
    client = shipsidekick_products.Client(base_url="https://api.example", http_client=given)
    with client.fetch(LINK, headers={}):
        pass


def fetch_async() -> None:
    async def work() -> None:
        given = httpx2.AsyncClient(transport=httpx2.MockTransport(refuse))
        client = shipsidekick_products.AsyncClient(base_url="https://api.example", http_client=given)
        async with client.fetch(LINK, headers={}):
            pass

    asyncio.run(work())


@pytest.mark.parametrize("way", [fetch, fetch_async])
def test_an_error_of_a_download_has_no_presigned_link(way: Callable[[], None]) -> None:
    with pytest.raises(httpx2.ConnectError) as raised:
        way()
    assert str(raised.value.request.url) == "https://bucket.example/report"
    assert b"s3cret" not in pickle.dumps(raised.value)
