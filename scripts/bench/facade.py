"""Send the same requests to a mock vendor through a facade and through the generated client below it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from scripts.apis import tables
from scripts.bench.comparison import Comparison, Target
from scripts.bench.connections import WAYS, Connections, connected, mocks, read, scaled, unlimited
from scripts.bench.environment import BenchError
from scripts.bench.measure import Contender, Plan, awaited, interleave, repeated
from scripts.chaos import SHIPSIDEKICK, YANDEX
from scripts.mock.serving import Served
from yandex_market_offers.models import AddOffersToArchiveRequest

_SPEED = 1e6  # at which no limit is ever reached
_CHUNK: Any = tables(YANDEX)["addOffersToArchive"].chunking
_OFFERS = [f"SKU-{number:07}" for number in range(1, _CHUNK.size + 1)]
_LIMIT = 1.3
_PLAN = Plan(rounds=31, turn=0.05, budget=45)


def measure() -> Comparison:
    """Archive a full chunk of offers, and one product, sync and async, without limits; and the offers with an unreachable limit.

    Raises:
        BenchError: the mock vendors do not start, or an archiving fails.
    """
    with mocks(["--speed", str(_SPEED)]) as served, asyncio.Runner() as runner, connected(served, runner) as to:
        contenders: dict[str, Contender] = {}
        targets: list[Target] = []
        for way in WAYS:
            made = {**_offers(to, way), **_product(to, served, way)}
            contenders |= {name: _contender(runner, way, call) for name, call in made.items()}
            for facade, bare in (("YandexMarket", YANDEX), ("ShipSidekick", SHIPSIDEKICK)):
                targets.append(Target(subject=f"{way}{facade}", baseline=f"{bare}.{way}Client", limit=_LIMIT))
        timings = interleave(contenders, _PLAN)
    return Comparison(
        name="facade",
        title=f"one call to a mock: archive {len(_OFFERS)} offers, or a product",
        timings=timings,
        targets=tuple(targets),
    )


def _offers(to: Connections, way: str) -> dict[str, Callable[[], Any]]:
    (business,) = to.served.known[YANDEX]["path.businessId"]
    bare = to.bare(way, YANDEX)
    free = to.facade(way, YANDEX, limits=unlimited(YANDEX))
    limited = to.facade(way, YANDEX, limits=scaled(YANDEX, _SPEED))
    return {
        f"{YANDEX}.{way}Client": lambda: bare.add_offers_to_archive(
            business_id=business, body=AddOffersToArchiveRequest(offer_ids=_OFFERS)
        ),
        f"{way}YandexMarket": lambda: free.archive(_OFFERS, business_id=business),
        f"{way}YandexMarket, with its limiter": lambda: limited.archive(_OFFERS, business_id=business),
    }


def _product(to: Connections, served: Served, way: str) -> dict[str, Callable[[], Any]]:
    product = served.known[SHIPSIDEKICK]["path.productId"][0]
    bare, facade = to.bare(way, SHIPSIDEKICK), to.facade(way, SHIPSIDEKICK, limits=unlimited(SHIPSIDEKICK))
    return {
        f"{SHIPSIDEKICK}.{way}Client": lambda: bare.archive_product(product_id=product),
        f"{way}ShipSidekick": lambda: facade.archive([product]),
    }


def _contender(runner: asyncio.Runner, way: str, call: Callable[[], Any]) -> Contender:
    """Make a contender of a call of a client or a facade, whose result is read to its end."""

    async def acall() -> None:
        found = call()
        _check(await read(found) if hasattr(found, "__aiter__") else [await found])

    def go() -> None:
        found = call()
        _check(list(found) if hasattr(found, "__iter__") else [found])

    return awaited(runner, acall) if way else repeated(go)


def _check(found: list[Any]) -> None:
    """Raise an error for an unknown outcome."""
    if unknown := [each for each in found if getattr(each, "status", "") == "unknown"]:
        raise BenchError(f"facade: {unknown[0].sku} is not archived: {unknown[0].reason}")
