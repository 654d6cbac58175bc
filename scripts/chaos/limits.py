"""Limits on a scaled time."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from scripts.apis import tables
from scripts.runtime.behaviour import RateLimit


def scaled_limits(api: str, speed: float) -> dict[str, Any]:
    """Return the limits of an API by operation, for a vendor whose time is faster by a factor."""
    limits = {operation: table.rate_limit for operation, table in tables(api).items()}
    return {name: limit and _scaled(limit, speed) for name, limit in limits.items()}


def _scaled(limit: RateLimit, speed: float) -> RateLimit:
    return replace(limit, period=limit.period / speed, also=tuple(_scaled(each, speed) for each in limit.also))
