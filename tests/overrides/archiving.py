"""Archives SKUs of a mock vendor in a process of its own, which a test interrupts or kills."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from catalog_clients import AsyncJustWalkOut, JustWalkOut
from tests.clients.causes import STORES
from tests.overrides.ways import ANYWHERE, chunks_of


def archive(way: str, url: str, ledger: str, resume: str, size: str, skus: str) -> None:
    """Archive SKUs, some in each chunk, and write the ledger, or go on with it; credentials are in the environment."""
    options: dict[str, Any] = {"base_url": url, "limits": chunks_of(int(size)), "reports": ANYWHERE, "interval": 0.02, "width": 4}
    arguments: dict[str, Any] = {"stores": STORES, "resume": ledger if resume == "resume" else None}
    if way == "sync":
        with JustWalkOut(**options) as catalog:
            catalog.archive(json.loads(skus), **arguments).write(ledger)
        return

    async def run() -> None:
        async with AsyncJustWalkOut(**options) as catalog:
            await catalog.archive(json.loads(skus), **arguments).awrite(ledger)

    asyncio.run(run())


if __name__ == "__main__":
    archive(*sys.argv[1:])
