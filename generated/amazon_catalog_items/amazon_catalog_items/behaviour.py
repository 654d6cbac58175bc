# Generated from specs/amazon_catalog_items.yaml; do not edit. Change the spec and run make generate.
"""What the spec says beyond OpenAPI of how its operations are used: chunks, matching, polling, pages, limits, retries."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ._runtime.behaviour import (
    Behaviour,
    Check,
    Chunking,
    Confirmation,
    Expression,
    Identifiers,
    Matching,
    Pagination,
    RateLimit,
    Refusal,
    Retry,
    RetryResponse,
)

OPERATIONS: Mapping[str, Behaviour] = MappingProxyType(
    {
        "searchCatalogItems": Behaviour(
            chunking=Chunking(
                array=Expression("request", "query", ("identifiers",)),
                size=20,
                key=((),),
                normalize="none",
                keep="first",
                alone=",",
                refusals=(Refusal(status=400, by=()),),
            ),
            matching=Matching(
                items=Expression("response", "body", ("items",)),
                key=("asin",),
                kind=Expression("request", "query", ("identifiersType",)),
                key_kind="ASIN",
                identifiers=Identifiers(
                    items=(
                        "identifiers",
                        "identifiers",
                    ),
                    value=("identifier",),
                    kind=("identifierType",),
                ),
                parameters={"includedData": ("identifiers",)},
                spellings={
                    "ASIN": ("letter-case",),
                    "EAN": ("leading-zeros",),
                    "GTIN": ("leading-zeros",),
                    "ISBN": (
                        "letter-case",
                        "separators",
                    ),
                    "JAN": ("leading-zeros",),
                    "UPC": ("leading-zeros",),
                },
            ),
            confirmation=Confirmation(rejects=(400,)),
            pagination=Pagination(
                token=Expression(
                    "response",
                    "body",
                    (
                        "pagination",
                        "nextToken",
                    ),
                ),
                parameter=Expression("request", "query", ("pageToken",)),
                items=Expression("response", "body", ("items",)),
                total=Expression("response", "body", ("numberOfResults",)),
                size=Expression("request", "query", ("pageSize",)),
                largest=20,
                default=10,
                limit=1000,
            ),
            rate_limit=RateLimit(
                rate=2,
                period=1,
                burst=2,
                cost=1,
                scope=(
                    "credential",
                    "operation",
                ),
                rate_per_second="x-amzn-RateLimit-Limit",
            ),
            retry=Retry(
                responses=(
                    RetryResponse(status=429, wait=1),
                    RetryResponse(status=500, wait=1),
                    RetryResponse(status=503, wait=5),
                ),
                attempts=6,
                max_wait=60,
                idempotent=True,
            ),
            rules=(
                "a search is by identifiers or by keywords, and brands, classifications and the language belong to keywords",
                "identifiers are understood only with their type",
                "a SKU identifies an item only within one seller",
                "brand names narrow a search by keywords",
                "classifications narrow a search by keywords",
                "the language is that of the keywords",
            ),
            check=Check(parameters={"keywords": ("kettle",), "marketplaceIds": ("ATVPDKIKX0DER",)}, accepted=(400,)),
        ),
        "getCatalogItem": Behaviour(
            rate_limit=RateLimit(
                rate=2,
                period=1,
                burst=2,
                cost=1,
                scope=(
                    "credential",
                    "operation",
                ),
                rate_per_second="x-amzn-RateLimit-Limit",
            ),
            retry=Retry(
                responses=(
                    RetryResponse(status=429, wait=1),
                    RetryResponse(status=500, wait=1),
                    RetryResponse(status=503, wait=5),
                ),
                attempts=6,
                max_wait=60,
                idempotent=True,
            ),
        ),
    }
)
