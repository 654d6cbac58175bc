"""Faults that are injected into the mock vendors to prove that fuzzing finds them.

Fuzzing sees what a client sees, and knows the spec. So it cannot find, and none of these is: a well-formed, wrong response that no
other response contradicts (a product that is said to be archived and is not, as no operation returns it); what the spec leaves open
(an optional field, other words in a text, another order); a limit that is higher than documented; and what takes longer than a run,
such as a link that never expires.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote

from scripts.apis import tables
from scripts.mock.engine.vendor import Call, MockResponse, Vendor
from scripts.mock.vendors import VENDORS

_SUCCESS = range(200, 300)
_REFUSAL = range(400, 500)
FAULTS: list[Fault] = []


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that a server does wrong.

    Attributes:
        name, what: the fault in one word and in a line.
        api, operation: where it is; only this operation is fuzzed.
        check, expected_failure: the check that is expected to fail, and what its failure is expected to say. Any other failure does
            not count as finding the fault.
        method, replacement: the method of the vendor that is patched, and what replaces it, which gets the original one first.
    """

    name: str
    what: str
    api: str
    operation: str
    check: str
    expected_failure: str
    method: str
    replacement: Callable[..., Any]

    def injected(self) -> Any:
        """Return a patch of the vendor's class, to be entered."""
        vendor = next(each for each in VENDORS if each.api == self.api)
        original = getattr(vendor, self.method)
        return patch.object(vendor, self.method, lambda *arguments: self.replacement(original, *arguments))


def fault(
    api: str, operation: str, check: str, expected_failure: str = "", *, method: str = "response"
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add a function as a fault, with its name and its docstring: the replacement of a method of the vendor."""

    def add(replacement: Callable[..., Any]) -> Callable[..., Any]:
        name, what = replacement.__name__.replace("_", "-"), (replacement.__doc__ or "").rstrip(".")
        FAULTS.append(Fault(name, what, api, operation, check, expected_failure, method, replacement))
        return replacement

    return add


def response_fault(
    api: str, operation: str, check: str, expected_failure: str = "", *, to: str = "", statuses: Collection[int] = _SUCCESS
) -> Callable[[Callable[[Call, MockResponse], object]], object]:
    """Add a function that changes responses, in place or by a new JSON body that it returns, as a fault of `Vendor.response`.

    With `to` the responses of another operation are changed, or of a path beside the operations.
    """

    def add(change: Callable[[Call, MockResponse], object]) -> object:
        async def response(original: Callable[..., Awaitable[MockResponse]], vendor: Vendor, call: Call) -> MockResponse:
            given = await original(vendor, call)
            if call.operation == (to or operation) and given.status in statuses and (body := change(call, given)) is not None:
                given.body = json.dumps(body).encode()
            return given

        response.__name__, response.__doc__ = change.__name__, change.__doc__
        return fault(api, operation, check, expected_failure)(response)

    return add


def request_fault(
    api: str, operation: str, check: str, expected_failure: str = ""
) -> Callable[[Callable[[Call], int | None]], object]:
    """Add a function that changes accepted requests, or returns a status to refuse them with, as a fault of `Vendor.refuse`."""

    def add(change: Callable[[Call], int | None]) -> object:
        def refuse(original: Callable[..., MockResponse | None], vendor: Vendor, call: Call) -> MockResponse | None:
            refusal = original(vendor, call)
            if refusal is None and call.operation == operation and (status := change(call)):
                return vendor.error(status, call=call)
            return refusal

        refuse.__name__, refuse.__doc__ = change.__name__, change.__doc__
        return fault(api, operation, check, expected_failure, method="refuse")(refuse)

    return add


def _json(response: MockResponse) -> Any:
    return json.loads(response.body)


def _edit(call: Call, edit: Callable[[Any], object]) -> None:
    body = call.json()
    if isinstance(body, dict):
        edit(body)
        call.body = json.dumps(body).encode()


def _edit_query(call: Call, edit: Callable[[dict[str, str]], object]) -> None:
    query = dict(part.split("=", 1) for part in call.scope["query_string"].decode("latin-1").split("&") if "=" in part)
    edit(query)
    call.query = "&".join(f"{name}={text}" for name, text in query.items())
    call.scope["query_string"] = call.query.encode("latin-1")


def _has(call: Call, character: Callable[[str], bool]) -> bool:
    return any(map(character, json.dumps(call.json(), ensure_ascii=False)))


_JWO, _ITEMS, _YANDEX, _SHIP = "amazon_jwo_catalog", "amazon_catalog_items", "yandex_market_offers", "shipsidekick_products"
_ARCHIVING = tables(_JWO)["archiveCatalog"].chunking
_ARCHIVE_SIZE = _ARCHIVING.size if _ARCHIVING else 0
_REPORTS = "/reports/"


@response_fault(_JWO, "uploadCatalog", "status_code_conformance")
def upload_200(_: Call, response: MockResponse) -> None:
    """201 of an upload is 200."""
    response.status = 200


@response_fault(_JWO, "archiveCatalog", "content_type_conformance")
def html(_: Call, response: MockResponse) -> None:
    """201 of an archiving is text/html."""
    response.headers["content-type"] = "text/html"


@response_fault(_ITEMS, "searchCatalogItems", "response_headers_conformance", statuses=(400,))
def error_header_missing(_: Call, response: MockResponse) -> None:
    """400 has no x-amzn-RequestId."""
    del response.headers["x-amzn-requestid"]


@response_fault(_JWO, "uploadCatalog", "response_schema_conformance")
def id_missing(*_: object) -> object:
    """201 of an upload has no ingestionId."""
    return {}


@response_fault(_ITEMS, "getCatalogItem", "response_schema_conformance")
def asin_null(_: Call, response: MockResponse) -> object:
    """The asin of an item is null."""
    return {**_json(response), "asin": None}


@response_fault(_YANDEX, "addOffersToArchive", "response_schema_conformance")
def list_empty(*_: object) -> object:
    """The list of refused offers is empty."""
    return {"status": "OK", "result": {"notArchivedOffers": []}}


@response_fault(_YANDEX, "deleteOffersFromArchive", "response_schema_conformance")
def status_word(_: Call, response: MockResponse) -> object:
    """The status is Ok, not OK."""
    return {**_json(response), "status": "Ok"}


@response_fault(_SHIP, "archiveProduct", "response_schema_conformance")
def date_word(_: Call, response: MockResponse) -> object:
    """The field archivedAt is not a date."""
    body = _json(response)
    body["data"]["archivedAt"] = "yesterday"
    return body


@response_fault(_JWO, "archiveCatalog", "response_schema_conformance", statuses=_REFUSAL)
def error_message_list(*_: object) -> object:
    """The text of a 400 is a list of objects."""
    return {"message": [{"loc": ["body"], "msg": "invalid"}]}


@response_fault(_SHIP, "archiveProduct", "response_schema_conformance", "JSON deserialization error")
def body_empty(_: Call, response: MockResponse) -> None:
    """200 has no body."""
    response.body = b""


@request_fault(_JWO, "uploadCatalog", "not_a_server_error")
def emoji_500(call: Call) -> int | None:
    """An upload with a character beyond U+FFFF gets 500."""
    return 500 if _has(call, lambda each: each > "\uffff") else None


@request_fault(_SHIP, "archiveProduct", "not_a_server_error")
def header_500(call: Call) -> int | None:
    """A quotation mark or an angle bracket in X-SSK-Client gets 500."""
    return None if frozenset("\"'<>").isdisjoint(call.headers.get("x-ssk-client", "")) else 500


@request_fault(_JWO, "uploadCatalog", "negative_data_rejection")
def store_missing(call: Call) -> None:
    """An item without store_id is accepted."""

    def add_stores(body: Any) -> None:
        for item in body.get("catalogItems") or ():
            if isinstance(item, dict):
                item.setdefault("store_id", "STORE-1")

    _edit(call, add_stores)


@request_fault(_YANDEX, "addOffersToArchive", "negative_data_rejection")
def offers_empty(call: Call) -> None:
    """An empty list of offers is accepted."""
    _edit(call, lambda body: body.update(offerIds=["a"]) if body.get("offerIds") == [] else None)


@request_fault(_ITEMS, "searchCatalogItems", "negative_data_rejection")
def page_size_ignored(call: Call) -> None:
    """Any pageSize is accepted and ignored."""
    _edit_query(call, lambda query: query.pop("pageSize", None))


@fault(_SHIP, "archiveProduct", "negative_data_rejection")
async def uuid_ignored(original: Callable[..., Awaitable[MockResponse]], vendor: Vendor, call: Call) -> MockResponse:
    """A product id that is not a UUID is accepted."""
    vendor.find(call)
    response = await original(vendor, call)
    if call.operation == "archiveProduct" and response.status == 400:
        known = vendor.known()["path.productId"][0]
        call.path = call.scope["path"] = f"/products/{known}"
        call.scope["raw_path"] = call.path.encode()
        return await original(vendor, call)
    return response


@request_fault(_YANDEX, "addOffersToArchive", "positive_data_acceptance")
def slash_refused(call: Call) -> int | None:
    """An offer id with a slash is refused."""
    return 400 if _has(call, lambda each: each == "/") else None


@request_fault(_ITEMS, "getCatalogItem", "positive_data_acceptance")
def data_refused(call: Call) -> int | None:
    """The documented data set salesRanks is refused."""
    return 400 if "salesRanks" in call.query else None


@fault(_SHIP, "archiveProduct", "unsupported_method")
async def get_200(original: Callable[..., Awaitable[MockResponse]], vendor: Vendor, call: Call) -> MockResponse:
    """GET gets 200, not 405."""
    return MockResponse.json(200, {"object": "product"}) if call.method == "GET" else await original(vendor, call)


@fault(_SHIP, "archiveProduct", "allow_header_conformance")
async def allow_header(original: Callable[..., Awaitable[MockResponse]], vendor: Vendor, call: Call) -> MockResponse:
    """OPTIONS does not list DELETE."""
    response = await original(vendor, call)
    if call.method == "OPTIONS":
        response.headers["allow"] = "PATCH"
    return response


@fault(_ITEMS, "getCatalogItem", "ignored_auth", method="refuse")
def token_ignored(original: Callable[..., MockResponse | None], vendor: Vendor, call: Call) -> MockResponse | None:
    """The access token is not checked."""
    refusal = original(vendor, call)
    return refusal if refusal is None or refusal.status != 403 else None


@response_fault(_JWO, "uploadCatalog", "work_ends", "the work does not end", to="getCatalogUploadStatus")
def never_done(*_: object) -> object:
    """An ingestion stays INPROGRESS for ever."""
    return {"processingStatus": "INPROGRESS"}


@response_fault(_JWO, "uploadCatalog", "work_ends", "PENDING", to="getCatalogUploadStatus")
def status_unknown(_: Call, response: MockResponse) -> object:
    """An ingestion has the undocumented status PENDING."""
    return {**_json(response), "processingStatus": "PENDING"}


@response_fault(_JWO, "uploadCatalog", "work_ends", "no link", to="getCatalogUploadStatus")
def link_missing(_: Call, response: MockResponse) -> object:
    """DONE comes without a link to the report."""
    return {"processingStatus": _json(response)["processingStatus"]}


@response_fault(_JWO, "uploadCatalog", "work_ends", "the report gets 404", to=_REPORTS)
def link_broken(_: Call, response: MockResponse) -> None:
    """The link to the report gets 404."""
    response.status = 404


@response_fault(_JWO, "uploadCatalog", "work_ends", "lost item", to=_REPORTS)
def row_lost(_: Call, response: MockResponse) -> None:
    """The report lacks the last item."""
    response.body = b"".join(response.body.splitlines(keepends=True)[:-1])


@response_fault(_JWO, "archiveCatalog", "work_ends", "the report has", to=_REPORTS)
def row_twice(_: Call, response: MockResponse) -> None:
    """The report has its last item three times."""
    response.body += 2 * response.body.splitlines(keepends=True)[-1]


@request_fault(_JWO, "archiveCatalog", "lists_are_limited", "elements and is accepted")
def list_too_long(call: Call) -> None:
    """More SKUs than documented are accepted."""
    _edit(
        call, lambda body: body.update(itemSkus=body["itemSkus"][:_ARCHIVE_SIZE]) if len(body.get("itemSkus") or ()) > 1 else None
    )


@request_fault(_JWO, "archiveCatalog", "lists_are_limited", f"may have {_ARCHIVE_SIZE} elements")
def list_too_short(call: Call) -> int | None:
    """More than half as many SKUs as documented are refused."""
    body = call.json()
    return 400 if isinstance(body, dict) and len(body.get("itemSkus") or ()) > _ARCHIVE_SIZE // 2 else None


@request_fault(_ITEMS, "searchCatalogItems", "required_is_required")
def marketplace_optional(call: Call) -> None:
    """A search without marketplaceIds is accepted."""
    _edit_query(call, lambda query: query.setdefault("marketplaceIds", "ATVPDKIKX0DER"))


@request_fault(_ITEMS, "searchCatalogItems", "rules_are_kept")
def exclusion_ignored(call: Call) -> None:
    """Identifiers are accepted together with keywords."""
    _edit_query(call, lambda query: query.pop("keywords", None) if "identifiers" in query else None)


@request_fault(_ITEMS, "searchCatalogItems", "rules_are_kept")
def requirement_ignored(call: Call) -> None:
    """SKUs are accepted without sellerId."""
    _edit_query(call, lambda query: query.setdefault("sellerId", "A") if query.get("identifiersType") == "SKU" else None)


@fault(_ITEMS, "searchCatalogItems", "pages_end", "the pages never end")
async def token_repeats(original: Callable[..., Awaitable[MockResponse]], vendor: Vendor, call: Call) -> MockResponse:
    """Every page has the same nextToken, which leads to the first page."""
    _edit_query(call, lambda query: query.pop("pageToken", None))
    response = await original(vendor, call)
    if call.operation == "searchCatalogItems" and response.status == 200:
        response.body = json.dumps({**_json(response), "pagination": {"nextToken": "next"}}).encode()
    return response


@response_fault(_ITEMS, "searchCatalogItems", "pages_end", "more than one page")
def item_twice(_: Call, response: MockResponse) -> object:
    """An item is on every page."""
    body = _json(response)
    return {**body, "items": [*body["items"], {"asin": "B000000001"}]}


@response_fault(_ITEMS, "searchCatalogItems", "found_alone_found_together")
def batch_loses(call: Call, response: MockResponse) -> object:
    """A search by several identifiers loses an item."""
    several = any("," in unquote(part) for part in call.query.split("&") if part.startswith("identifiers="))
    body = _json(response)
    return {**body, "items": body["items"][:-1]} if several else None


@response_fault(_ITEMS, "searchCatalogItems", "pages_lose_nothing")
def page_loses(call: Call, response: MockResponse) -> object:
    """Later pages of a search by identifiers lose an item."""
    body = _json(response)
    return {**body, "items": body["items"][:-1]} if "identifiers=" in call.query and "pageToken=" in call.query else None


@response_fault(_YANDEX, "addOffersToArchive", "refusals_name_what_was_sent")
def not_sent(*_: object) -> object:
    """An offer is refused that was not sent."""
    return {"status": "OK", "result": {"notArchivedOffers": [{"offerId": "SKU-not-sent", "error": "UNKNOWN"}]}}
