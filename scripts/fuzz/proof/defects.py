"""Defects that are planted in the mock vendors to prove that fuzzing finds them.

Fuzzing sees what a caller sees, and knows what the spec says. So these cannot be found, and none of them is planted: a well-formed,
untrue response that no other response contradicts (a product that is called archived and is not, as no operation tells;
an item that is on no page of a search by keywords, whose number of results is an estimate); what the spec leaves open (a field that
is not there and need not be, other words in a text, another order); a limit that is higher than the documented one; and what takes
longer than a run lasts, such as a link that never expires.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote
from uuid import UUID

from scripts.fuzz.proof.amazon_defects import CATALOG_ITEMS, JUST_WALK_OUT
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
    directed,
    having,
    most,
    refused,
    sent,
    texts,
    told,
    unauthenticated,
    without,
    without_header,
)
from scripts.mock.engine.app import Wrap
from scripts.mock.engine.vendor import Call, MockResponse, Respond, Vendor

_ADD, _DELETE = ("addOffersToArchive",), ("deleteOffersFromArchive",)
_PRODUCT = ("archiveProduct",)
_MOST_OFFERS = most("yandex_market_offers", *_ADD)


def _yandex(name: str, what: str, sign: str, plant: Wrap, *, at: tuple[str, ...] = _ADD) -> Defect:
    return Defect(name=f"yandex-{name}", api="yandex_market_offers", operations=at, what=what, sign=sign, plant=plant)


def _ship(name: str, what: str, sign: str, plant: Wrap) -> Defect:
    return Defect(name=f"ship-{name}", api="shipsidekick_products", operations=_PRODUCT, what=what, sign=sign, plant=plant)


def _offers(change: Callable[[list[Any]], list[Any]]) -> Callable[[Any], None]:
    """Return what changes the list of offers in a request."""

    def changed(body: Any) -> None:
        if isinstance(body.get("offerIds"), list):
            body["offerIds"] = change(body["offerIds"])

    return changed


def _once(offers: list[Any]) -> list[Any]:
    return [each for number, each in enumerate(offers) if each not in offers[:number]]


def _has(character: Callable[[str], bool]) -> Callable[[Call], bool]:
    return lambda call: any(character(each) for _, text in texts(call.json()) for each in text)


def _from_right_to_left(character: str) -> bool:
    return unicodedata.bidirectional(character) in {"R", "AL"}


def _header_is_odd(call: Call) -> bool:
    return not _ODD_IN_HEADER.isdisjoint(call.headers.get("x-ssk-client", ""))


def _get_answered(_: Vendor, respond: Respond) -> Respond:
    async def changed(call: Call) -> MockResponse:
        return MockResponse.json(200, {"object": "product"}) if call.method == "GET" else await respond(call)

    return changed


def _empty(_: Call, response: MockResponse) -> MockResponse:
    return MockResponse(status=response.status, headers=response.headers, body=b"")


def _in_product(change: Callable[[Any], None]) -> Callable[[Any], None]:
    return lambda body: change(body["data"])


def _date_as_number(product: Any) -> None:
    product["archivedAt"] = 1_700_000_000


def _date_as_words(product: Any) -> None:
    product["archivedAt"] = "yesterday"


def _variant_of_text(product: Any) -> None:
    product["variants"][0]["product"] = product["id"]


def _known_product(path: str) -> str:
    start, _, last = path.rpartition("/")
    try:
        UUID(unquote(last))
    except ValueError:
        return f"{start}/00000000-0000-4000-8000-000000000001"
    return path


_ODD_IN_HEADER: Final = frozenset(""""'<>""")
_UNASKED: Final = {"notArchivedOffers": [{"offerId": "SKU-not-asked-for", "error": "UNKNOWN"}]}
_UNTIL: Final = "x-ratelimit-resource-until"

YANDEX: Final = (
    _yandex("no-offers", "an empty list of offers is accepted", ACCEPTED, sent(_offers(lambda offers: offers or ["a"]), to=_ADD)),
    _yandex("twice", "an offer that stands in the list twice is accepted", ACCEPTED, sent(_offers(_once), to=_DELETE), at=_DELETE),
    _yandex(
        "many-offers",
        f"more than {_MOST_OFFERS} offers are accepted",
        "elements and is accepted|" + ACCEPTED,
        sent(_offers(lambda offers: offers[:_MOST_OFFERS]), to=_ADD),
    ),
    _yandex(
        "business-0",
        "businessId 0 is accepted",
        ACCEPTED,
        directed(lambda path: path.replace("/businesses/0/", "/businesses/4711/"), to=_ADD),
    ),
    _yandex(
        "unauthenticated", "a missing or wrong Api-Key is accepted", LET_IN, unauthenticated("YANDEX_MARKET_API_KEY"), at=_DELETE
    ),
    _yandex("unasked", "an offer is refused that was not sent", "which was not sent", told(having(result=_UNASKED), to=_ADD)),
    _yandex(
        "empty-list", "the list of refused offers is empty", VIOLATION, told(having(result={"notArchivedOffers": []}), to=_ADD)
    ),
    _yandex("status-word", "the status is Ok", VIOLATION, told(having(status="Ok"), to=_DELETE), at=_DELETE),
    _yandex("status-missing", "an error has no status", VIOLATION, told(without("status"), to=_ADD, status=REFUSAL)),
    _yandex("header", "200 does not tell when the limit ends", HEADER, answered(without_header(_UNTIL), to=_ADD)),
    _yandex("slash", "an offer id with a slash is refused", REFUSED, refused(_has(lambda each: each == "/"), to=_ADD)),
    _yandex(
        "emoji",
        "an offer id with a character beyond U+FFFF is refused",
        REFUSED,
        refused(_has(lambda each: each > "\uffff"), to=_DELETE),
        at=_DELETE,
    ),
    _yandex(
        "right-to-left",
        "an offer id that is written from right to left gets 500",
        SERVER_ERROR,
        refused(_has(_from_right_to_left), to=_ADD, status=500),
    ),
)

SHIPSIDEKICK: Final = (
    _ship("date-number", "archivedAt is a number", VIOLATION, told(_in_product(_date_as_number), to=_PRODUCT)),
    _ship("date-words", "archivedAt is a text that is no date", VIOLATION, told(_in_product(_date_as_words), to=_PRODUCT)),
    _ship("variant", "the product of a variant is a text", VIOLATION, told(_in_product(_variant_of_text), to=_PRODUCT)),
    _ship("empty", "200 has no body", "JSON deserialization error|" + VIOLATION, answered(_empty, to=_PRODUCT)),
    _ship("204", "success is 204", STATUS, answered(as_status(204), to=_PRODUCT)),
    _ship("text", "the JSON is sent as text/plain", KIND, answered(as_type("text/plain"), to=_PRODUCT)),
    _ship(
        "error-flat",
        "an error stands outside of its envelope",
        VIOLATION,
        told(lambda body: body["error"], to=_PRODUCT, status=REFUSAL),
    ),
    _ship("get", "GET gets 200, not 405", "Wrong response to undeclared method", _get_answered),
    _ship("no-uuid", "a product id that is no UUID is accepted", ACCEPTED, directed(_known_product, to=_PRODUCT)),
    _ship(
        "header-500",
        "a quotation mark or an angle bracket in X-SSK-Client gets 500",
        SERVER_ERROR,
        refused(_header_is_odd, to=_PRODUCT, status=500),
    ),
    _ship("unauthenticated", "a missing or wrong key is accepted", LET_IN, unauthenticated("SHIPSIDEKICK_API_KEY")),
)

DEFECTS: Final = (*JUST_WALK_OUT, *CATALOG_ITEMS, *YANDEX, *SHIPSIDEKICK)
