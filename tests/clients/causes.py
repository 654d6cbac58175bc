"""What makes a vendor return each of the documented errors: the credentials, the arguments and the options of the vendor.

Where a client refuses a request, such as one that breaks a schema, the request is changed after the client has checked it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from itertools import cycle
from typing import Any, Final

import pytest

from amazon_jwo_catalog import models as jwo
from scripts.apis import apis, tables
from scripts.spec.document import Json
from tests.clients.access import NOBODY, USER
from tests.clients.conformance import OPERATIONS
from tests.properties.schemas import target
from tests.support.ways import WAYS
from yandex_market_offers import models as yandex

UPLOAD, ARCHIVE, STATUS = "uploadCatalog", "archiveCatalog", "getCatalogUploadStatus"
SEARCH, GET = "searchCatalogItems", "getCatalogItem"
ADD, DELETE = "addOffersToArchive", "deleteOffersFromArchive"
PRODUCT = "archiveProduct"

MARKETPLACE: Final = "ATVPDKIKX0DER"
STORES: Final = ("STORE-1", "STORE-2", "STORE-3")
BUSINESS, FOREIGN_BUSINESS, NO_BUSINESS = 4711, 4712, 4713
UNKNOWN: Final = "UNKNOWN"  # a SKU; to archive it is accepted, and changes nothing
UNKNOWN_PRODUCT: Final = "12345678-90ab-cdef-1234-567890abcde0"
LARGEST_PAGE: Final[int] = OPERATIONS[SEARCH].parameter("query pageSize").schema["maximum"]


@dataclass(frozen=True)
class Cause:
    """Why an operation returns an error.

    Attributes:
        operation: operationId.
        status: what it returns.
        why: the cause in words.
        example: documented example that the body is equal to, if one is.
        who: whose credentials are sent.
        arguments: arguments that replace those of a call that succeeds.
        options: options of the vendor, while it is called.
        changed: parts of the request that are changed after the client has checked it.
        fault: how all responses of the vendor fail.
        exhausted: whether the documented limit has been used up before.
    """

    operation: str
    status: int
    why: str
    example: str = ""
    _: KW_ONLY
    who: str = USER
    arguments: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    changed: Mapping[str, Any] = field(default_factory=dict)
    fault: str = ""
    exhausted: bool = False

    def __repr__(self) -> str:
        return f"{self.operation}-{self.status}-{self.why.replace(' ', '_')}"


def asking(operation: str, subject: str) -> dict[str, Any]:
    """Return the arguments of a call that succeeds.

    Args:
        operation: operationId.
        subject: what it is about: a product, an offer or an ingestion that there is.
    """
    return _ASKING[operation](subject)


def upload(*stores: str, sku: str = "SKU-0000001") -> dict[str, Any]:
    """Return the arguments of an upload of one product in some stores."""
    items = [
        jwo.CatalogItem(item_sku=sku, external_product_id="012345678905", item_name="Sparkling water", store_id=store)
        for store in stores
    ]
    return {"body": jwo.UploadCatalogRequest(catalog_items=items)}


def archive(*stores: str, sku: str = "SKU-0000001") -> dict[str, Any]:
    """Return the arguments of an archiving of one product."""
    return {"body": jwo.ArchiveCatalogRequest(item_skus=[sku], all_applicable_stores=list(stores))}


_ASKING: Final[dict[str, Callable[[str], dict[str, Any]]]] = {
    UPLOAD: lambda sku: upload("STORE-1", sku=sku),
    ARCHIVE: lambda sku: archive(*STORES, sku=sku),
    STATUS: lambda ingestion: {"body": jwo.GetCatalogUploadStatusRequest(ingestion_id=ingestion)},
    SEARCH: lambda asin: {"marketplace_ids": [MARKETPLACE], "identifiers": [asin], "identifiers_type": "ASIN"},
    GET: lambda asin: {"marketplace_ids": [MARKETPLACE], "asin": asin},
    ADD: lambda offer: {"business_id": BUSINESS, "body": yandex.AddOffersToArchiveRequest(offer_ids=[offer])},
    DELETE: lambda offer: {"business_id": BUSINESS, "body": yandex.DeleteOffersFromArchiveRequest(offer_ids=[offer])},
    PRODUCT: lambda product: {"product_id": product},
}


def _chunk(operation: str) -> int:
    """Return how many items a request of an operation may have."""
    chunking = tables(OPERATIONS[operation].api.package)[operation].chunking
    assert chunking is not None
    return chunking.size


def _longest(schema: str, name: str) -> int:
    """Return the largest length of a text of Just Walk Out."""
    field = OPERATIONS[UPLOAD].api.schemas[schema]["properties"][name]
    return int(target(OPERATIONS[UPLOAD].api, field)["maxLength"])


def _content(body: Json) -> dict[str, Any]:
    return {"content": json.dumps(body).encode()}


def _item(**changes: Json) -> Json:
    item = {"item_sku": "SKU-1", "external_product_id": "1", "item_name": "Water", "store_id": "STORE-1", **changes}
    return {name: value for name, value in item.items() if value is not None}


def _just_walk_out() -> list[Cause]:
    causes = [
        Cause(UPLOAD, 400, "no store is right", "allStoresInvalid", arguments=upload("X", "Y")),
        Cause(UPLOAD, 400, "two retailers", "storesOfSeveralRetailers", arguments=upload("STORE-1", "FOREIGN-1")),
        Cause(UPLOAD, 400, "a wrong store", "someStoresInvalid", arguments=upload("STORE-1", "X")),
        Cause(ARCHIVE, 400, "stores missing", "constructedPartialStores", arguments=archive("STORE-2")),
        Cause(ARCHIVE, 400, "two retailers", "constructedStoresOfSeveralRetailers", arguments=archive(*STORES, "FOREIGN-2")),
        Cause(ARCHIVE, 400, "no store is right", "constructedStoresInvalid", arguments=archive("X")),
        Cause(STATUS, 400, "unknown ingestion", "constructedUnknownId", arguments=asking(STATUS, "unknown")),
        Cause(STATUS, 400, "ingestion of another retailer", "constructedUnknownId", who="foreigner"),
        Cause(UPLOAD, 429, "limit, by the statuses", "documentedText", options={"throttled_field": "errorMsg"}, exhausted=True),
        Cause(UPLOAD, 429, "limit, by the payloads", "documentedPayload", exhausted=True),
        *[Cause(each, 429, "limit", "constructed", exhausted=True) for each in (ARCHIVE, STATUS)],
        Cause(UPLOAD, 500, "to be repeated", "retryable", options={"failing": "retry"}),
        Cause(UPLOAD, 500, "not to be repeated", "final", options={"failing": "final"}),
        Cause(ARCHIVE, 500, "to be repeated", "constructedRetryable", options={"failing": "retry"}),
        Cause(ARCHIVE, 500, "store configuration", "constructedFinal", options={"failing": "final"}),
        Cause(STATUS, 500, "inside", "constructed", options={"failing": "final"}),
    ]
    long_price = "1" * (_longest("CatalogItem", "standard_price") + 1)
    broken = {
        (UPLOAD, "no JSON"): {"content": b"{"},
        (UPLOAD, "field missing"): _content({"catalogItems": [_item(), _item(item_name=None)]}),
        (UPLOAD, "text too long"): _content({"catalogItems": [_item(standard_price=long_price)]}),
        (UPLOAD, "too many items"): _content({"catalogItems": [_item()] * (_chunk(UPLOAD) + 1)}),
        (ARCHIVE, "no JSON"): {"content": b"\xff"},
        (ARCHIVE, "field missing"): _content({"itemSkus": ["SKU-1"]}),
        (ARCHIVE, "too many SKUs"): _content({"itemSkus": ["SKU-1"] * (_chunk(ARCHIVE) + 1), "allApplicableStores": STORES}),
        (STATUS, "field missing"): _content({}),
        (STATUS, "text too long"): _content({"ingestionId": "1" * (_longest("GetCatalogUploadStatusRequest", "ingestionId") + 1)}),
    }
    examples = {UPLOAD: "invalidBody", ARCHIVE: "constructedInvalidBody", STATUS: "constructedInvalidBody"}
    for (operation, why), changed in broken.items():
        causes.append(Cause(operation, 400, why, examples[operation], changed=changed))
    for operation in (UPLOAD, ARCHIVE, STATUS):
        causes += [Cause(operation, 403, who, who=who) for who in (NOBODY, "unknown", "forger", "elsewhere", "expired")]
        causes.append(Cause(operation, 403, "onboarding unfinished", options={"permitted": False}))
    return causes


def _catalog_items() -> list[Cause]:
    search, sent = "/catalog/2022-04-01/items", f"marketplaceIds={MARKETPLACE}"
    json_body = {"content": b"{}", "headers": [("Content-Type", "application/json")]}
    xml_body = {"content": b"<a/>", "headers": [("Content-Type", "text/xml")]}
    most_words = OPERATIONS[SEARCH].parameter("query keywords").schema["maxItems"]
    words = {"identifiers": None, "identifiers_type": None, "keywords": ["water"]}
    causes = [
        Cause(SEARCH, 400, "identifiers of a wrong form", arguments={"identifiers": ["B000000001", "x"]}),
        Cause(SEARCH, 400, "token of another search", arguments={"page_token": "unknown"}),
        Cause(SEARCH, 400, "keywords and identifiers", changed={"target": f"{search}?{sent}&keywords=a&identifiers=b"}),
        Cause(SEARCH, 400, "no marketplace", changed={"target": f"{search}?keywords=water"}),
        Cause(SEARCH, 400, "page too large", changed={"target": f"{search}?{sent}&keywords=water&pageSize={LARGEST_PAGE + 1}"}),
        Cause(SEARCH, 413, "long keywords", arguments={**words, "keywords": ["water" * 400] * most_words}),
        Cause(GET, 400, "ASIN of a wrong form", arguments={"asin": "x"}),
        Cause(GET, 400, "unknown data set", changed={"target": f"{search}/B000000001?{sent}&includedData=all"}),
        Cause(GET, 404, "unknown ASIN", arguments={"asin": "B999999999"}),
        Cause(GET, 404, "no such marketplace", arguments={"marketplace_ids": ["UNKNOWN"]}),
        Cause(GET, 413, "long ASIN", arguments={"asin": "B" * 40_000}),
    ]
    for operation in (SEARCH, GET):
        causes += [Cause(operation, 403, who, who=who) for who in (NOBODY, "unknown", "roleless", "expired")]
        causes += [
            Cause(operation, 400, "details for vendors only", who="seller", arguments={"included_data": ["vendorDetails"]}),
            Cause(operation, 400, "GET with a body", changed=json_body),
            Cause(operation, 404, "no such path", changed={"target": f"/v0{search}?{sent}"}),
            Cause(operation, 415, "payload", changed=xml_body),
            Cause(operation, 429, "limit", exhausted=True),
            Cause(operation, 500, "inside", fault="error-500"),
            Cause(operation, 503, "overloaded", fault="error-503"),
        ]
    return causes


def _yandex() -> list[Cause]:
    causes = []
    for operation, name in ((ADD, "archive"), (DELETE, "unarchive")):
        one, many = {"offerIds": ["SKU-0000001"]}, {"offerIds": list(map(str, range(_chunk(operation) + 1)))}
        too_large = json.dumps(one).encode() + b" " * OPERATIONS[operation].behaviour["x-client-chunking"]["maxBodyBytes"]
        causes += [
            Cause(operation, 400, "no offers", changed=_content({"offerIds": []})),
            Cause(operation, 400, "offer twice", changed=_content({"offerIds": ["SKU-0000001"] * 2})),
            Cause(operation, 400, "too many", changed=_content(many)),
            Cause(operation, 400, "body too large", changed={"content": too_large}),
            Cause(operation, 400, "wrong business", changed={"target": f"/v2/businesses/0/offer-mappings/{name}"}),
            Cause(operation, 401, "no token", who=NOBODY),
            Cause(operation, 403, "wrong token", who="unknown"),
            Cause(operation, 403, "business of others", arguments={"business_id": FOREIGN_BUSINESS}),
            Cause(operation, 404, "no such business", arguments={"business_id": NO_BUSINESS}),
            Cause(operation, 420, "limit", exhausted=True),
            Cause(operation, 423, "migration", options={"migrating": True}),
            Cause(operation, 500, "given up after 10 s", options={"latency": 11}),
            Cause(operation, 500, "inside", fault="error-500"),
        ]
    return causes


def _shipsidekick() -> list[Cause]:
    return [
        Cause(PRODUCT, 400, "no UUID", changed={"target": "/products/1"}),
        Cause(PRODUCT, 401, "no key", who=NOBODY),
        Cause(PRODUCT, 401, "wrong key", who="unknown"),
        Cause(PRODUCT, 403, "key without write access", who="reader"),
        Cause(PRODUCT, 404, "unknown product", arguments={"product_id": UNKNOWN_PRODUCT}),
        Cause(PRODUCT, 500, "inside", fault="error-500"),
    ]


CAUSES: Final = [*_just_walk_out(), *_catalog_items(), *_yandex(), *_shipsidekick()]
_COVERED: Final = {OPERATIONS[cause.operation].api.package for cause in CAUSES}
EACH_OPERATION = pytest.mark.parametrize(
    "operation",
    [
        *(pytest.param(operation, id=name) for name, operation in OPERATIONS.items() if operation.api.package in _COVERED),
        *(
            pytest.param(None, id=api, marks=pytest.mark.skip(f"{api} has no hand-written mock, or no causes in tests/clients"))
            for api in apis()
            if api not in _COVERED
        ),
    ],
)


def in_turn(causes: Iterable[Cause]) -> pytest.MarkDecorator:
    """Try one cause by the sync client and the next one by the async client: that both meet each of them shows nothing more."""
    given = [pytest.param(cause, way, id=f"{cause!r}-{way}") for cause, way in zip(causes, cycle(WAYS), strict=False)]
    return pytest.mark.parametrize(("cause", "way"), given, indirect=["way"])
