# Generated from specs/yandex_market_offers.yaml; do not edit. Change the spec and run make generate.
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
    RateLimit,
    Rejections,
    Retry,
    RetryResponse,
)

OPERATIONS: Mapping[str, Behaviour] = MappingProxyType(
    {
        "addOffersToArchive": Behaviour(
            chunking=Chunking(
                array=Expression("request", "body", ("offerIds",)),
                size=200,
                key=((),),
                normalize="trim",
                keep="first",
                max_body_bytes=512000,
                rejections=Rejections(
                    items=Expression(
                        "response",
                        "body",
                        (
                            "result",
                            "notArchivedOffers",
                        ),
                    ),
                    key=("offerId",),
                    reason=("error",),
                ),
            ),
            confirmation=Confirmation(
                conditions=(Condition(value=Expression("response", "body", ("status",)), values=("OK",)),), retires=True
            ),
            rate_limit=RateLimit(
                rate=10000,
                period=60,
                burst=10000,
                cost=Expression("request", "body", ("offerIds",)),
                scope=(
                    "credential",
                    "operation",
                ),
                concurrency=4,
                limit="X-RateLimit-Resource-Limit",
                remaining="X-RateLimit-Resource-Remaining",
                until="X-RateLimit-Resource-Until",
            ),
            retry=Retry(
                responses=(
                    RetryResponse(status=420, wait="X-RateLimit-Resource-Until"),
                    RetryResponse(status=423, wait=60),
                    RetryResponse(status=500, wait=1),
                ),
                attempts=6,
                max_wait=300,
                idempotent=True,
            ),
        ),
        "deleteOffersFromArchive": Behaviour(
            chunking=Chunking(
                array=Expression("request", "body", ("offerIds",)),
                size=200,
                key=((),),
                normalize="trim",
                keep="first",
                max_body_bytes=512000,
                rejections=Rejections(
                    items=Expression(
                        "response",
                        "body",
                        (
                            "result",
                            "notUnarchivedOfferIds",
                        ),
                    ),
                    key=(),
                ),
            ),
            confirmation=Confirmation(conditions=(Condition(value=Expression("response", "body", ("status",)), values=("OK",)),)),
            rate_limit=RateLimit(
                rate=10000,
                period=60,
                burst=10000,
                cost=Expression("request", "body", ("offerIds",)),
                scope=(
                    "credential",
                    "operation",
                ),
                concurrency=4,
                limit="X-RateLimit-Resource-Limit",
                remaining="X-RateLimit-Resource-Remaining",
                until="X-RateLimit-Resource-Until",
            ),
            retry=Retry(
                responses=(
                    RetryResponse(status=420, wait="X-RateLimit-Resource-Until"),
                    RetryResponse(status=423, wait=60),
                    RetryResponse(status=500, wait=1),
                ),
                attempts=6,
                max_wait=300,
                idempotent=True,
            ),
        ),
    }
)
