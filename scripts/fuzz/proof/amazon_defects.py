"""Defects of Amazon's two APIs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote

from scripts.fuzz.proof.planting import (
    ACCEPTED,
    HEADER,
    KIND,
    LET_IN,
    REFUSAL,
    REFUSED,
    SERVER_ERROR,
    STATUS,
    VIOLATION,
    Defect,
    answered,
    as_status,
    as_type,
    both,
    having,
    lenient,
    most,
    queried,
    refused,
    sent,
    texts,
    told,
    unauthenticated,
    without,
    without_header,
)
from scripts.fuzz.targets import spec_of
from scripts.mock.engine.app import Wrap
from scripts.mock.engine.vendor import Call, MockResponse
from scripts.spec.document import read

_UPLOAD, _ARCHIVE, _STATUS = ("uploadCatalog",), ("archiveCatalog",), ("getCatalogUploadStatus",)
_SEARCH, _GET = ("searchCatalogItems",), ("getCatalogItem",)
_REPORTS: Final = ("/reports/",)
_MOST_SKUS, _MOST_IDENTIFIERS = most("amazon_jwo_catalog", *_ARCHIVE), most("amazon_catalog_items", *_SEARCH)
_LONGEST_SKU: Final = read(spec_of("amazon_jwo_catalog")).get("#/components/schemas/ItemSku/maxLength")


def _jwo(name: str, what: str, sign: str, plant: Wrap, *, at: tuple[str, ...] = _UPLOAD) -> Defect:
    return Defect(name=f"jwo-{name}", api="amazon_jwo_catalog", operations=at, what=what, sign=sign, plant=plant)


def _items(name: str, what: str, sign: str, plant: Wrap, *, at: tuple[str, ...] = _SEARCH) -> Defect:
    return Defect(name=f"items-{name}", api="amazon_catalog_items", operations=at, what=what, sign=sign, plant=plant)


def _rows(change: Callable[[list[bytes]], list[bytes]]) -> Wrap:
    """Change the rows of reports."""

    def changed(_: Call, response: MockResponse) -> MockResponse:
        rows = change(response.body.splitlines(keepends=True))
        return MockResponse(status=response.status, headers=response.headers, body=b"".join(rows))

    return answered(changed, to=_REPORTS)


def _cut_skus(body: Any) -> None:
    for each in body.get("catalogItems") or ():
        if isinstance(each, dict) and isinstance(each.get("item_sku"), str):
            each["item_sku"] = each["item_sku"][:_LONGEST_SKU]


def _cut_list(body: Any) -> None:
    if isinstance(body.get("itemSkus"), list):
        del body["itemSkus"][_MOST_SKUS:]


def _add_store(body: Any) -> None:
    for each in body.get("catalogItems") or ():
        if isinstance(each, dict):
            each.setdefault("store_id", "STORE-1")


def _has_long(name: str, longest: int) -> Callable[[Call], bool]:
    return lambda call: any(key == name and len(text) > longest for key, text in texts(call.json()))


def _has_emoji(call: Call) -> bool:
    return any(ord(each) > 0xFFFF for _, text in texts(call.json()) for each in text)


def _has_many(call: Call) -> bool:
    return len((call.json() or {}).get("itemSkus") or ()) > _MOST_SKUS // 2


_OTHER_STATUS: Final = {"INQUEUE": "PENDING"}

JUST_WALK_OUT: Final = (
    _jwo("upload-200", "201 of an upload is 200", STATUS, answered(as_status(200), to=_UPLOAD)),
    _jwo("id-missing", "201 of an upload has no ingestionId", VIOLATION, told(without("ingestionId"), to=_UPLOAD)),
    _jwo("id-number", "ingestionId of an archiving is a number", VIOLATION, told(having(ingestionId=7), to=_ARCHIVE), at=_ARCHIVE),
    _jwo("id-null", "ingestionId of an archiving is null", VIOLATION, told(having(ingestionId=None), to=_ARCHIVE), at=_ARCHIVE),
    _jwo(
        "never-done",
        "an ingestion stays INPROGRESS for ever",
        "the work does not end",
        told(lambda _: {"processingStatus": "INPROGRESS"}, to=_STATUS),
    ),
    _jwo(
        "status-unknown",
        "an ingestion has the status PENDING, which is no documented one",
        "PENDING",
        told(
            lambda body: {**body, "processingStatus": _OTHER_STATUS.get(body["processingStatus"], body["processingStatus"])},
            to=_STATUS,
        ),
        at=(*_UPLOAD, *_STATUS),
    ),
    _jwo("no-link", "DONE comes without a link to the report", "no link", told(without("reportDownloadLink"), to=_STATUS)),
    _jwo("link-broken", "the link to the report gets 404", "the report is answered", answered(as_status(404), to=_REPORTS)),
    _jwo("row-lost", "the report lacks the last item", "lost item", _rows(lambda rows: rows[:-1])),
    _jwo(
        "row-twice",
        "the report has its last item three times",
        "the report has",
        _rows(lambda rows: rows + 2 * rows[-1:]),
        at=_ARCHIVE,
    ),
    _jwo("long-sku", "an item_sku that is too long is accepted", ACCEPTED, sent(_cut_skus, to=_UPLOAD)),
    _jwo("no-store", "an item without store_id is accepted", ACCEPTED, sent(_add_store, to=_UPLOAD)),
    _jwo(
        "many-skus", f"{_MOST_SKUS + 1:,} SKUs are accepted", "elements and is accepted", sent(_cut_list, to=_ARCHIVE), at=_ARCHIVE
    ),
    _jwo(
        "few-skus",
        f"more than {_MOST_SKUS // 2:,} SKUs are refused",
        f"may have {_MOST_SKUS} elements",
        refused(_has_many, to=_ARCHIVE),
        at=_ARCHIVE,
    ),
    _jwo("long-name", "an item_name above 100 characters is refused", REFUSED, refused(_has_long("item_name", 100), to=_UPLOAD)),
    _jwo(
        "emoji-500",
        "an upload with a character beyond U+FFFF gets 500",
        SERVER_ERROR,
        refused(_has_emoji, to=_UPLOAD, status=500),
    ),
    _jwo(
        "error-shape",
        "the text of a 400 is a list of objects",
        VIOLATION,
        told(having(message=[{"loc": ["body"], "msg": "invalid"}]), to=_ARCHIVE, status=REFUSAL),
        at=_ARCHIVE,
    ),
    _jwo("error-422", "a malformed body gets 422", STATUS, answered(as_status(422), to=_UPLOAD, status=(400,))),
    _jwo("html", "201 of an archiving is text/html", KIND, answered(as_type("text/html"), to=_ARCHIVE), at=_ARCHIVE),
    _jwo("unsigned", "the signature is not verified", LET_IN, unauthenticated("AWS_ACCESS_KEY_ID")),
)


def _first(query: dict[str, str]) -> None:
    if "identifiers" in query:
        query["identifiers"] = ",".join(query["identifiers"].replace("%2C", ",").split(",")[:_MOST_IDENTIFIERS])


def _drop_keywords(query: dict[str, str]) -> None:
    if "identifiers" in query:
        query.pop("keywords", None)


def _add_seller(query: dict[str, str]) -> None:
    if query.get("identifiersType") == "SKU":
        query.setdefault("sellerId", "AMOCKSELLER")


def _drop_page_size(query: dict[str, str]) -> None:
    query.pop("pageSize", None)


def _add_marketplace(query: dict[str, str]) -> None:
    query.setdefault("marketplaceIds", "ATVPDKIKX0DER")


def _ignore_token(query: dict[str, str]) -> None:
    query.pop("pageToken", None)


def _add_item(body: Any) -> None:
    if "pagination" in body:
        body["items"].append({"asin": "B000000001"})


def _by_identifiers(call: Call) -> bool:
    return "identifiers=" in call.query


def _by_several(call: Call) -> bool:
    return any("," in unquote(part) for part in call.query.split("&") if part.startswith("identifiers="))


def _on_later_page(call: Call) -> bool:
    return _by_identifiers(call) and "pageToken=" in call.query


def _lose_item(body: Any) -> None:
    del body["items"][-1:]


CATALOG_ITEMS: Final = (
    _items(
        "many-identifiers",
        f"more than {_MOST_IDENTIFIERS} identifiers are accepted",
        "elements and is accepted|" + ACCEPTED,
        queried(_first, to=_SEARCH),
    ),
    _items(
        "page-size",
        "a pageSize that is too large, or no number, is accepted",
        ACCEPTED,
        lenient(queried(_drop_page_size, to=_SEARCH)),
    ),
    _items(
        "no-marketplace", "a search without marketplaceIds is accepted", "which is required", queried(_add_marketplace, to=_SEARCH)
    ),
    _items(
        "rule-excludes", "identifiers are accepted together with keywords", "breaks a rule", queried(_drop_keywords, to=_SEARCH)
    ),
    _items("rule-seller", "SKUs are accepted without sellerId", "breaks a rule", queried(_add_seller, to=_SEARCH)),
    _items(
        "set-refused",
        "the data set salesRanks is refused",
        REFUSED,
        refused(lambda call: "salesRanks" in call.query, to=_GET),
        at=_GET,
    ),
    _items(
        "token-repeats",
        "every page has the same nextToken, which leads to the first page",
        "the pages never end",
        both(queried(_ignore_token, to=_SEARCH), told(having(pagination={"nextToken": "next"}), to=_SEARCH)),
    ),
    _items("item-twice", "an item stands on every page", "more than one page", told(_add_item, to=_SEARCH)),
    _items(
        "batch-loses",
        "a search by several identifiers loses an item",
        "finds an item alone",
        told(_lose_item, to=_SEARCH, asking=_by_several),
    ),
    _items(
        "page-loses",
        "later pages of a search by identifiers lose an item",
        "finds an item alone",
        told(_lose_item, to=_SEARCH, asking=_on_later_page),
    ),
    _items("number-text", "numberOfResults is a text", VIOLATION, told(having(numberOfResults="7"), to=_SEARCH)),
    _items("items-missing", "the list of items is missing", VIOLATION, told(without("items"), to=_SEARCH)),
    _items("asin-null", "the asin of an item is null", VIOLATION, told(having(asin=None), to=_GET), at=_GET),
    _items("id-header", "200 has no x-amzn-RequestId", HEADER, answered(without_header("x-amzn-requestid"), to=_GET), at=_GET),
    _items(
        "id-header-400",
        "400 has no x-amzn-RequestId",
        HEADER,
        answered(without_header("x-amzn-requestid"), to=_SEARCH, status=(400,)),
    ),
    _items("status-418", "an unknown ASIN gets 418", STATUS, answered(as_status(418), to=_GET, status=(404,)), at=_GET),
    _items(
        "error-shape",
        "an error stands alone, not in a list",
        VIOLATION,
        told(lambda body: body["errors"][0], to=_GET, status=REFUSAL),
        at=_GET,
    ),
    _items("unauthenticated", "the access token is not checked", LET_IN, unauthenticated("SP_API_REFRESH_TOKEN"), at=_GET),
)
