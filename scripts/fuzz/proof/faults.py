"""Faults that are injected into the mock vendors to prove that fuzzing finds them.

Fuzzing sees what a client sees, and knows the spec. So it cannot find, and none of these is: a well-formed, wrong response that no
other response contradicts (a product that is said to be archived and is not, as no operation returns it); what the spec leaves open
(an optional field, other words in a text, another order); a limit that is higher than documented; and what takes longer than a run,
such as a link that never expires.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import unquote

import yaml

from scripts.apis import tables
from scripts.mock.engine.call import Call, MockResponse, Respond
from scripts.mock.engine.vendor import Vendor
from scripts.mock.roster import VENDORS

# By operation: the name of a fault, the check that is expected to find it, what it is, and what the failure says, if that matters.
_TABLE = """
uploadCatalog:
  upload-200: [status_code_conformance, 201 of an upload is 200]
  id-missing: [response_schema_conformance, 201 of an upload has no ingestionId]
  emoji-500: [not_a_server_error, An upload with a character beyond U+FFFF gets 500]
  store-missing: [negative_data_rejection, An item without store_id is accepted]
  never-done: [work_ends, An ingestion stays INPROGRESS for ever, the work does not end]
  status-unknown: [work_ends, An ingestion has the undocumented status PENDING, PENDING]
  link-missing: [work_ends, DONE comes without a link to the report, no link]
  link-broken: [work_ends, The link to the report gets 404, the report gets 404]
  row-lost: [work_ends, The report lacks the last item, lost item]
archiveCatalog:
  html: [content_type_conformance, 201 of an archiving is text/html]
  error-message-list: [response_schema_conformance, The text of a 400 is a list of objects]
  row-twice: [work_ends, The report has its last item three times, the report has]
  list-too-long: [lists_are_limited, More SKUs than documented are accepted, elements and is accepted]
  list-too-short: [lists_are_limited, More than half as many SKUs as documented are refused, "elements, and gets 400"]
searchCatalogItems:
  error-header-missing: [response_headers_conformance, 400 has no x-amzn-RequestId]
  page-size-ignored: [negative_data_rejection, Any pageSize is accepted and ignored]
  marketplace-optional: [required_is_required, A search without marketplaceIds is accepted]
  exclusion-ignored: [rules_are_kept, Identifiers are accepted together with keywords]
  requirement-ignored: [rules_are_kept, SKUs are accepted without sellerId]
  token-repeats: [pages_end, "Every page has the same nextToken, which leads to the first page", the pages never end]
  item-twice: [pages_end, An item is on every page, more than one page]
  batch-loses: [found_alone_found_together, A search by several identifiers loses an item]
  page-loses: [pages_lose_nothing, Later pages of a search by identifiers lose an item]
getCatalogItem:
  asin-null: [response_schema_conformance, The asin of an item is null]
  data-refused: [positive_data_acceptance, The documented data set salesRanks is refused]
  token-ignored: [ignored_auth, The access token is not checked]
addOffersToArchive:
  list-empty: [response_schema_conformance, The list of refused offers is empty]
  offers-empty: [negative_data_rejection, An empty list of offers is accepted]
  slash-refused: [positive_data_acceptance, An offer id with a slash is refused]
  not-sent: [refusals_name_what_was_sent, An offer is refused that was not sent]
deleteOffersFromArchive:
  status-word: [response_schema_conformance, "The status is Ok, not OK"]
archiveProduct:
  date-word: [response_schema_conformance, The field archivedAt is not a date]
  body-empty: [response_schema_conformance, 200 has no body, JSON deserialization error]
  header-500: [not_a_server_error, A quotation mark or an angle bracket in X-SSK-Client gets 500]
  uuid-ignored: [negative_data_rejection, A product id that is not a UUID is accepted]
  get-200: [unsupported_method, "GET gets 200, not 405"]
  allow-header: [allow_header_conformance, OPTIONS does not list DELETE]
"""
_API = {operation: vendor.api for vendor in VENDORS for operation in tables(vendor.api)}
_ARCHIVING = tables("amazon_jwo_catalog")["archiveCatalog"].chunking
_ARCHIVE_SIZE = _ARCHIVING.size if _ARCHIVING else 0
_POLL = "getCatalogUploadStatus"
_REPORTS = "/reports/"

Inject = Callable[[Vendor, str], None]
"""Replaces a method of a vendor by one that does something wrong at an operation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that a server does wrong.

    Attributes:
        name, what: the fault in one word and in a line.
        operation: where it is; only this operation is fuzzed.
        check, expected_failure: the check that is expected to fail, and what its failure is expected to say. Any other failure does
            not count as finding the fault.
        inject: injects it into a vendor.
    """

    name: str
    what: str
    operation: str
    check: str
    expected_failure: str
    inject: Inject

    @property
    def api(self) -> str:
        """The API that has the operation."""
        return _API[self.operation]

    def wrap(self, vendor: Vendor, respond: Respond) -> Respond:
        """Inject the fault if a vendor that is about to be served has its operation; returns how the vendor responds then."""
        if vendor.api != self.api:
            return respond
        self.inject(vendor, self.operation)
        return vendor.response


def _replaced(method: str, replacement: Callable[..., Any]) -> Inject:
    """Replace a method of a vendor by a function of the vendor, the original method, the operation and the call."""

    def inject(vendor: Vendor, operation: str) -> None:
        setattr(vendor, method, partial(replacement, vendor, getattr(vendor, method), operation))

    return inject


def _is_success(_: Call, response: MockResponse) -> bool:
    return response.status < 300


def _is_refusal(_: Call, response: MockResponse) -> bool:
    return 400 <= response.status < 500


def _response(
    change: Callable[[MockResponse], MockResponse],
    *,
    of: str | None = None,
    when: Callable[[Call, MockResponse], bool] = _is_success,
) -> Inject:
    """Change some responses of the operation, or `of` another one, of a path beside the operations, or (empty) of neither."""

    async def response(_: Vendor, original: Respond, operation: str, call: Call) -> MockResponse:
        given = await original(call)
        where = operation if of is None else of
        return change(given) if call.operation == where and when(call, given) else given

    return _replaced("response", response)


def _status(status: int, **which: Any) -> Inject:
    return _response(lambda response: replace(response, status=status), **which)


def _headers(changed: Mapping[str, str], **which: Any) -> Inject:
    return _response(lambda response: replace(response, headers={**response.headers, **changed}), **which)


def _body(edit: Callable[[bytes], bytes], **which: Any) -> Inject:
    return _response(lambda response: replace(response, body=edit(response.body)), **which)


def _json(edit: Callable[[Any], object], **which: Any) -> Inject:
    return _body(lambda body: json.dumps(edit(json.loads(body))).encode(), **which)


def _request(change: Callable[[Call], int | None]) -> Inject:
    """Change accepted requests, or refuse those for which `change` returns a status."""

    def refuse(vendor: Vendor, original: Callable[[Call], MockResponse | None], operation: str, call: Call) -> MockResponse | None:
        refusal = original(call)
        if refusal is None and call.operation == operation and (status := change(call)):
            return vendor.error(status, call=call)
        return refusal

    return _replaced("refuse", refuse)


def _refused(when: Callable[[Call], bool], status: int = 400) -> Inject:
    return _request(lambda call: status if when(call) else None)


def _fields(edit: Callable[[dict[str, Any]], dict[str, Any]]) -> Inject:
    """Replace fields in the JSON of requests."""

    def change(call: Call) -> None:
        body = call.json()
        if isinstance(body, dict):
            call.body = json.dumps({**body, **edit(body)}).encode()

    return _request(change)


def _query(edit: Callable[[dict[str, str]], object]) -> Inject:
    """Edit the query of requests in place."""

    def change(call: Call) -> None:
        query = dict(part.split("=", 1) for part in call.query.split("&") if "=" in part)
        edit(query)
        call.query = "&".join(f"{name}={text}" for name, text in query.items())
        call.scope["query_string"] = call.query.encode("latin-1")

    return _request(change)


def _accept_any_token(_: Vendor, original: Callable[[Call], MockResponse | None], __: str, call: Call) -> MockResponse | None:
    refusal = original(call)
    return None if refusal and refusal.status == 403 else refusal


def _repeat_token(vendor: Vendor, operation: str) -> None:
    _query(lambda query: query.pop("pageToken", None))(vendor, operation)
    _json(lambda body: {**body, "pagination": {"nextToken": "next"}})(vendor, operation)


def _has(call: Call, character: Callable[[str], bool]) -> bool:
    return any(map(character, json.dumps(call.json(), ensure_ascii=False)))


def _list(body: object, name: str) -> list[Any]:
    found = body.get(name) if isinstance(body, dict) else None
    return found if isinstance(found, list) else []


def _with_stores(body: dict[str, Any]) -> dict[str, Any]:
    items = [{"store_id": "STORE-1", **item} if isinstance(item, dict) else item for item in _list(body, "catalogItems")]
    return {"catalogItems": items} if items else {}


def _within_limit(body: dict[str, Any]) -> dict[str, Any]:
    return {"itemSkus": skus[:_ARCHIVE_SIZE]} if len(skus := _list(body, "itemSkus")) > 1 else {}


def _without_last(body: dict[str, Any]) -> object:
    return {**body, "items": body["items"][:-1]}


def _finds_several(call: Call, response: MockResponse) -> bool:
    identifiers = [part for part in call.query.split("&") if part.startswith("identifiers=")]
    return response.status < 300 and any("," in unquote(part) for part in identifiers)


def _finds_more(call: Call, response: MockResponse) -> bool:
    return response.status < 300 and "identifiers=" in call.query and "pageToken=" in call.query


_REFUSED_OFFER = {"offerId": "SKU-not-sent", "error": "UNKNOWN"}
_INJECT: dict[str, Inject] = {
    "upload-200": _status(200),
    "id-missing": _json(lambda _: {}),
    "emoji-500": _refused(lambda call: _has(call, lambda each: each > "\uffff"), 500),
    "store-missing": _fields(_with_stores),
    "never-done": _json(lambda _: {"processingStatus": "INPROGRESS"}, of=_POLL),
    "status-unknown": _json(lambda body: {**body, "processingStatus": "PENDING"}, of=_POLL),
    "link-missing": _json(lambda body: {"processingStatus": body["processingStatus"]}, of=_POLL),
    "link-broken": _status(404, of=_REPORTS),
    "row-lost": _body(lambda body: b"".join(body.splitlines(keepends=True)[:-1]), of=_REPORTS),
    "html": _headers({"content-type": "text/html"}),
    "error-message-list": _json(lambda _: {"message": [{"loc": ["body"], "msg": "invalid"}]}, when=_is_refusal),
    "row-twice": _body(lambda body: body + 2 * body.splitlines(keepends=True)[-1], of=_REPORTS),
    "list-too-long": _fields(_within_limit),
    "list-too-short": _refused(lambda call: len(_list(call.json(), "itemSkus")) > _ARCHIVE_SIZE // 2),
    "error-header-missing": _response(
        lambda response: replace(response, headers={"content-type": "application/json"}), when=_is_refusal
    ),
    "page-size-ignored": _query(lambda query: query.pop("pageSize", None)),
    "marketplace-optional": _query(lambda query: query.setdefault("marketplaceIds", "ATVPDKIKX0DER")),
    "exclusion-ignored": _query(lambda query: query.pop("keywords", None) if "identifiers" in query else None),
    "requirement-ignored": _query(
        lambda query: query.setdefault("sellerId", "A") if query.get("identifiersType") == "SKU" else None
    ),
    "token-repeats": _repeat_token,
    "item-twice": _json(lambda body: {**body, "items": [*body["items"], {"asin": "B000000001"}]}),
    "batch-loses": _json(_without_last, when=_finds_several),
    "page-loses": _json(_without_last, when=_finds_more),
    "asin-null": _json(lambda body: {**body, "asin": None}),
    "data-refused": _refused(lambda call: "salesRanks" in call.query),
    "token-ignored": _replaced("refuse", _accept_any_token),
    "list-empty": _json(lambda body: {**body, "result": {"notArchivedOffers": []}}),
    "offers-empty": _fields(lambda body: {"offerIds": ["a"]} if body.get("offerIds") == [] else {}),
    "slash-refused": _refused(lambda call: _has(call, lambda each: each == "/")),
    "not-sent": _json(lambda body: {**body, "result": {"notArchivedOffers": [_REFUSED_OFFER]}}),
    "status-word": _json(lambda body: {**body, "status": "Ok"}),
    "date-word": _json(lambda body: {**body, "data": {**body["data"], "archivedAt": "yesterday"}}),
    "body-empty": _body(lambda _: b""),
    "header-500": _refused(lambda call: not frozenset("\"'<>").isdisjoint(call.headers.get("x-ssk-client", "")), 500),
    "uuid-ignored": _status(200, when=lambda _, response: response.status == 400),
    "get-200": _response(lambda _: MockResponse.json(200, {"object": "product"}), of="", when=lambda call, _: call.method == "GET"),
    "allow-header": _headers({"allow": "PATCH"}, of="", when=lambda call, _: call.method == "OPTIONS"),
}
FAULTS = [
    Fault(name=name, what=what, operation=operation, check=check, expected_failure=" ".join(says), inject=_INJECT[name])
    for operation, faults in yaml.load(_TABLE, Loader=yaml.CSafeLoader).items()
    for name, (check, what, *says) in faults.items()
]
