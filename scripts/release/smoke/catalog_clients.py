"""Archive SKUs with the installed facade, signed, followed to the end and confirmed by the report; sync and async."""

import asyncio
import os

from catalog_clients import AsyncJustWalkOut, JustWalkOut, Outcome, Reports

STORES = ["STORE-1", "STORE-2", "STORE-3"]
reports = Reports(origins=["http://127.0.0.1:*"])  # of the mock


async def archived(sku: str) -> list[Outcome]:
    """Archive one SKU asynchronously."""
    async with AsyncJustWalkOut(base_url=os.environ["AMAZON_JWO_CATALOG_URL"], reports=reports, interval=0.05) as catalog:
        return [outcome async for outcome in catalog.archive([sku], stores=STORES)]


with JustWalkOut(base_url=os.environ["AMAZON_JWO_CATALOG_URL"], reports=reports, interval=0.05) as catalog:
    outcomes = [*catalog.archive(["SKU-0000001", "NONE"], stores=STORES), *asyncio.run(archived("SKU-0000002"))]
found = {outcome.sku: outcome.status for outcome in outcomes}
if found != {"SKU-0000001": "confirmed", "SKU-0000002": "confirmed", "NONE": "rejected"}:
    raise SystemExit(f"outcomes: {outcomes}")
