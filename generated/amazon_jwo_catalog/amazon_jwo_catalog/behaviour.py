# Generated from specs/amazon_jwo_catalog.yaml; do not edit. Change the spec and run make generate.
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
    Polling,
    RateLimit,
    Refusal,
    Report,
    Retry,
    RetryResponse,
)

OPERATIONS: Mapping[str, Behaviour] = MappingProxyType(
    {
        "uploadCatalog": Behaviour(
            chunking=Chunking(
                array=Expression("request", "body", ("catalogItems",)),
                size=10000,
                key=(
                    ("item_sku",),
                    ("store_id",),
                ),
                normalize="none",
                keep="last",
                refusals=(
                    Refusal(status=400, by=("store_id",), text="ID's present in the request"),
                    Refusal(status=400, by=()),
                ),
            ),
            polling=Polling(
                operation="getCatalogUploadStatus",
                body={"ingestionId": Expression("response", "body", ("ingestionId",))},
                arguments={},
                status=Expression("response", "body", ("processingStatus",)),
                pending=(
                    "INQUEUE",
                    "INPROGRESS",
                ),
                succeeded=("DONE",),
                failed=(
                    "CANCELLED",
                    "FATAL",
                ),
                interval=10,
                max_interval=60,
                deadline=5400,
                report=Report(
                    link=Expression("response", "body", ("reportDownloadLink",)),
                    lifetime=3600,
                    success="SUCCESS",
                    origins=(
                        "https://*.s3.amazonaws.com",
                        "https://*.s3.*.amazonaws.com",
                        "https://*.s3-*.amazonaws.com",
                        "https://*.s3.dualstack.*.amazonaws.com",
                        "https://s3.*.amazonaws.com",
                        "https://s3-*.amazonaws.com",
                        "https://s3.dualstack.*.amazonaws.com",
                        "https://s3.amazonaws.com",
                    ),
                    failures=(
                        "FAILURE",
                        "FAILED",
                        "ERROR",
                    ),
                    expired=(
                        400,
                        403,
                        404,
                    ),
                ),
            ),
            rate_limit=RateLimit(rate=10, period=1, burst=10, cost=1, scope=("credential",)),
            retry=Retry(
                responses=(
                    RetryResponse(status=429, wait=1),
                    RetryResponse(status=500, wait=2, text="please retry again"),
                ),
                attempts=6,
                max_wait=60,
                idempotent=True,
            ),
        ),
        "archiveCatalog": Behaviour(
            chunking=Chunking(
                array=Expression("request", "body", ("itemSkus",)), size=10000, key=((),), normalize="none", keep="last"
            ),
            polling=Polling(
                operation="getCatalogUploadStatus",
                body={"ingestionId": Expression("response", "body", ("ingestionId",))},
                arguments={},
                status=Expression("response", "body", ("processingStatus",)),
                pending=(
                    "INQUEUE",
                    "INPROGRESS",
                ),
                succeeded=("DONE",),
                failed=(
                    "CANCELLED",
                    "FATAL",
                ),
                interval=10,
                max_interval=60,
                deadline=5400,
                report=Report(
                    link=Expression("response", "body", ("reportDownloadLink",)),
                    lifetime=3600,
                    success="SUCCESS",
                    origins=(
                        "https://*.s3.amazonaws.com",
                        "https://*.s3.*.amazonaws.com",
                        "https://*.s3-*.amazonaws.com",
                        "https://*.s3.dualstack.*.amazonaws.com",
                        "https://s3.*.amazonaws.com",
                        "https://s3-*.amazonaws.com",
                        "https://s3.dualstack.*.amazonaws.com",
                        "https://s3.amazonaws.com",
                    ),
                    failures=(
                        "FAILURE",
                        "FAILED",
                        "ERROR",
                    ),
                    expired=(
                        400,
                        403,
                        404,
                    ),
                ),
            ),
            confirmation=Confirmation(retires=True, stores=Expression("request", "body", ("allApplicableStores",))),
            rate_limit=RateLimit(rate=10, period=1, burst=10, cost=1, scope=("credential",)),
            retry=Retry(
                responses=(
                    RetryResponse(status=429, wait=1),
                    RetryResponse(status=500, wait=2, text="please retry again"),
                ),
                attempts=6,
                max_wait=60,
                idempotent=True,
                done="already archived",
            ),
        ),
        "getCatalogUploadStatus": Behaviour(
            rate_limit=RateLimit(rate=10, period=1, burst=10, cost=1, scope=("credential",)),
            retry=Retry(
                responses=(
                    RetryResponse(status=429, wait=1),
                    RetryResponse(status=500, wait=2),
                ),
                attempts=6,
                max_wait=60,
                idempotent=True,
            ),
            check=Check(body={"ingestionId": "00000000-0000-0000-0000-000000000000"}, accepted=(400,)),
        ),
    }
)
