# Generated from specs/shipsidekick_products.yaml; do not edit. Change the spec and run make generate.
"""What the spec says beyond OpenAPI of how its operations are used: chunks, matching, polling, pages, limits, retries."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ._runtime.behaviour import (
    Behaviour,
    Chunking,
    Condition,
    Confirmation,
    Expression,
    Retry,
    RetryResponse,
    Since,
)

OPERATIONS: Mapping[str, Behaviour] = MappingProxyType(
    {
        "archiveProduct": Behaviour(
            chunking=Chunking(
                item=Expression("request", "path", ("productId",)), size=1, key=((),), normalize="none", keep="first"
            ),
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
                    Condition(
                        value=Expression(
                            "response",
                            "body",
                            (
                                "data",
                                "id",
                            ),
                        ),
                        item=(),
                        ignore=("letter-case",),
                        optional=True,
                    ),
                ),
                since=Since(
                    value=Expression(
                        "response",
                        "body",
                        (
                            "data",
                            "archivedAt",
                        ),
                    ),
                    words="already archived at",
                ),
                retires=True,
            ),
            retry=Retry(responses=(RetryResponse(status=500, wait=1),), attempts=4, max_wait=60, idempotent=True),
        ),
    }
)
