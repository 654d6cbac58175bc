# Generated from specs/shipsidekick_products.yaml; do not edit. Change the spec and run make generate.
"""What the spec says beyond OpenAPI of how its operations are used: chunks, polling, pages, limits, retries."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ._runtime.behaviour import (
    Behaviour,
    Condition,
    Confirmation,
    Expression,
    Retry,
    RetryResponse,
)

OPERATIONS: Mapping[str, Behaviour] = MappingProxyType(
    {
        "archiveProduct": Behaviour(
            confirmation=Confirmation(
                conditions=(
                    Condition(value=Expression("response", "body", ("object",)), values=("product",)),
                    Condition(
                        value=Expression(
                            "response",
                            "body",
                            (
                                "data",
                                "archivedAt",
                            ),
                        ),
                        time="past",
                    ),
                )
            ),
            retry=Retry(responses=(RetryResponse(status=500, wait=1),), attempts=4, max_wait=60, idempotent=True),
        ),
    }
)
