"""Send the same requests to a mock vendor through a facade and through the generated client below it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from catalog_clients import Limits
from scripts.apis import client, tables
from scripts.bench.comparison import Comparison, Target
from scripts.bench.connections import http_clients, mocks, unlimited
from scripts.bench.environment import BenchError
from scripts.bench.measure import Contender, Plan, awaited, interleave, repeated
from scripts.chaos import SHIPSIDEKICK, YANDEX
from scripts.chaos.facades import WAYS, connected, facade
from scripts.chaos.limits import scaled_limits
from scripts.mock.served import Served
from yandex_market_offers.models import AddOffersToArchiveRequest

_SPEED = 1e6  # at which no limit is ever reached
_CHUNK: Any = tables(YANDEX)["addOffersToArchive"].chunking
_OFFERS = [f"SKU-{number:07}" for number in range(1, _CHUNK.size + 1)]
_LIMIT = 1.3
_PLAN = Plan(rounds=31, turn=0.05, budget=45)


def measure(*, quick: bool = False) -> Comparison:
    """Archive a full chunk of offers, and one product, sync and async, without limits; and the offers with an unreachable limit.

    Raises:
        BenchError: the mock vendors do not start, or an archiving fails.
    """
    contenders: dict[str, Contender] = {}
    targets: list[Target] = []
    with mocks("--speed", str(_SPEED)) as served, asyncio.Runner() as runner, http_clients(runner) as http:
        for way, prefix in WAYS.items():
            for name, call in _calls(way, served, http[way]).items():
                contenders[name] = _contender(runner, way, call)
            for subject, api in (("YandexMarket", YANDEX), ("ShipSidekick", SHIPSIDEKICK)):
                targets.append(Target(subject=f"{prefix}{subject}", baseline=f"{api}.{prefix}Client", at_most=_LIMIT))
        timings = interleave(contenders, _PLAN.scaled(quick=quick))
    return Comparison(
        title=f"one call to a mock: archive {len(_OFFERS)} offers, or a product",
        timings=timings,
        targets=tuple(targets),
    )


def _calls(way: str, served: Served, http: Any) -> dict[str, Callable[[], Any]]:
    """Return what the contenders of a way call."""
    prefix = WAYS[way]
    offers, products = (
        connected(getattr(client(api), f"{prefix}Client"), api, served, http_client=http) for api in (YANDEX, SHIPSIDEKICK)
    )
    market = facade(way, YANDEX, served, http_client=http, limits=unlimited(YANDEX))
    limited = facade(way, YANDEX, served, http_client=http, limits=Limits(scaled_limits(YANDEX, _SPEED)))
    sidekick = facade(way, SHIPSIDEKICK, served, http_client=http, limits=unlimited(SHIPSIDEKICK))
    (business,), (product, *_) = served.known[YANDEX]["path.businessId"], served.known[SHIPSIDEKICK]["path.productId"]
    return {
        f"{YANDEX}.{prefix}Client": lambda: offers.add_offers_to_archive(
            business_id=business, body=AddOffersToArchiveRequest(offer_ids=_OFFERS)
        ),
        f"{prefix}YandexMarket": lambda: market.archive(_OFFERS, business_id=business),
        f"{prefix}YandexMarket, with its limiter": lambda: limited.archive(_OFFERS, business_id=business),
        f"{SHIPSIDEKICK}.{prefix}Client": lambda: products.archive_product(product_id=product),
        f"{prefix}ShipSidekick": lambda: sidekick.archive([product]),
    }


def _contender(runner: asyncio.Runner, way: str, call: Callable[[], Any]) -> Contender:
    """Make a contender of a call of a client or a facade, whose result is read to its end."""

    async def read_async() -> None:
        found = call()
        _check([each async for each in found] if hasattr(found, "__aiter__") else [await found])

    def read() -> None:
        found = call()
        _check(list(found) if hasattr(found, "__iter__") else [found])

    return repeated(read) if way == "sync" else awaited(runner, read_async)


def _check(found: list[Any]) -> None:
    """Raise an error for an unknown outcome."""
    if unknown := [each for each in found if getattr(each, "status", "") == "unknown"]:
        raise BenchError(f"facade: {unknown[0].sku} is not archived: {unknown[0].reason}")
