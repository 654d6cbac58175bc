"""Yandex Market: archives and unarchives offers of a business.

Behaviour that the documents leave open is inferred. A body that is too large and an offer id that is sent twice get 400, too many
requests at the same time 420, and a request that the server gives up 500, without effect. An offer that does not exist is listed as
a failure, with UNKNOWN where a reason is given. Archiving an archived offer succeeds, as does unarchiving one that is not archived.
An error has the status ERROR, though the document's example shows OK.

Every response to a valid token uses up quota, refusals too: one unit for each offer id of the body, at most as many as a body may
have, and one unit if the body is unreadable. A request for more than is left is refused, and takes the rest.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from email.utils import formatdate
from http import HTTPStatus
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Request
from msgspec import Meta

from generated.mock.yandex_market_offers import models
from generated.mock.yandex_market_offers.server import build_router
from generated.mock.yandex_market_offers.server.services import OffersService
from scripts.apis import tables
from scripts.mock.engine.catalog import Catalog
from scripts.mock.engine.clock import Clock
from scripts.mock.engine.limits import Quota
from scripts.mock.engine.vendor import Call, MockResponse, Refused, Vendor, called
from scripts.mock.settings import Options, Settings
from scripts.runtime.behaviour import Behaviour, Chunking, RateLimit

_TABLES = tables("yandex_market_offers")
_LIMIT = _TABLES["addOffersToArchive"].rate_limit
assert _LIMIT is not None  # noqa: S101 - the spec has it
_QUOTA, _PARALLEL = int(_LIMIT.rate), _LIMIT.concurrency or 0
_PHRASES = {each.value: each.phrase for each in HTTPStatus} | {420: "Method Failure"}

_Count = Annotated[int, Meta(ge=1)]
_Response = TypeVar("_Response", models.AddOffersToArchiveResponse, models.DeleteOffersFromArchiveResponse)


class YandexOptions(Options, frozen=True, kw_only=True):
    """The options of Yandex Market. Shares are read at the start; all others can be changed at any time.

    Attributes:
        keys: valid tokens of the seller; each has a separate quota.
        businesses: businesses of the seller; all have the same offers at the start.
        foreign_businesses: businesses of other sellers, which get 403; all others do not exist, and get 404.
        archived: share of the offers that are archived at the start.
        stocks: share of the offers with stock in a Market warehouse.
        failing: share of the offers whose archiving fails for a reason that the vendor does not report.
        succeeded: the form of a response when every offer has succeeded: without a result, or null as result, or null as its list.
        quota: offers that one token may send to one operation in a period; a change begins a new period. Default: the spec's.
        parallel: requests of one token to one operation at the same time. Default: the spec's.
        migrating: whether a migration is in progress, so that every request gets 423.
        latency: vendor seconds that a request takes.
        timeout: vendor seconds after which the vendor gives a request up; the documents say "about 10 seconds" in words only.
    """

    keys: Annotated[tuple[str, ...], Meta(min_length=1)] = ("ACMA:mock:0001",)
    businesses: Annotated[tuple[_Count, ...], Meta(min_length=1)] = (4711,)
    foreign_businesses: tuple[_Count, ...] = (4712,)
    archived: float = 0.01
    stocks: float = 0.02
    failing: float = 0.005
    succeeded: Literal["absent", "null-result", "null-list"] = "absent"
    quota: _Count = _QUOTA
    parallel: _Count = _PARALLEL
    migrating: bool = False
    latency: float = 0
    timeout: float = 10


class YandexMarket(Vendor, OffersService):
    """The offers of one seller's businesses."""

    api = "yandex_market_offers"
    position = 2
    kind_of_options = YandexOptions
    options: YandexOptions

    def __init__(self, settings: Settings, clock: Clock, base_url: str) -> None:
        super().__init__(settings, clock, base_url)
        shares = {"archived": self.options.archived, "stocks": self.options.stocks, "failing": self.options.failing}
        self._offers = Catalog(seed=settings.seed, size=settings.size, prefix="SKU-", shares=shares)
        self._moved: defaultdict[int, set[int]] = defaultdict(set)
        self._quotas: dict[tuple[object, ...], Quota] = {}
        self._running: Counter[tuple[object, ...]] = Counter()

    def build(self) -> APIRouter:
        """Make the generated server with this vendor as its service."""
        return build_router(offers=self)

    async def response(self, call: Call) -> MockResponse:
        """Respond to a call, and count it among those that run at the same time."""
        self.find(call)
        scope = self._scope(call)
        self._running[scope] += 1
        try:
            return await super().response(call)
        finally:
            self._running[scope] -= 1

    def refuse(self, call: Call) -> MockResponse | None:
        """Refuse a call without a token (401), with a wrong one (403), and above a limit (420)."""
        if not call.headers.get("api-key"):
            return self.error(401, "The header Api-Key is missing.")
        if not call.credential:
            return self.error(403, "The token in the header Api-Key is wrong.")
        return self._limited(call)

    async def add_offers_to_archive(
        self, *, request: Request, businessId: int, body: models.AddOffersToArchiveRequest
    ) -> models.AddOffersToArchiveResponse:
        """Archive offers, and list those that were not archived."""
        offers = await self._begin(called(request), businessId, body.offerIds)
        reasons = {offer: self._archive(businessId, offer) for offer in offers}
        refused = [
            models.AddOffersToArchiveErrorDTO(offerId=models.OfferId(offer), error=why) for offer, why in reasons.items() if why
        ]
        response = models.AddOffersToArchiveResponse(status=models.ApiResponseStatusType.OK)
        return self._listing(response, models.AddOffersToArchiveDTO, notArchivedOffers=refused)

    async def delete_offers_from_archive(
        self, *, request: Request, businessId: int, body: models.DeleteOffersFromArchiveRequest
    ) -> models.DeleteOffersFromArchiveResponse:
        """Unarchive offers, and list those that do not exist."""
        offers = await self._begin(called(request), businessId, body.offerIds)
        refused = [offer for offer in offers if not self._unarchive(businessId, offer)]
        response = models.DeleteOffersFromArchiveResponse(status=models.ApiResponseStatusType.OK)
        return self._listing(response, models.DeleteOffersFromArchiveDTO, notUnarchivedOfferIds=refused)

    def error(self, status: int, text: str = "", *, call: Call | None = None) -> MockResponse:
        """Return an error response; its code is the name of the status, as the documents list none."""
        phrase = _PHRASES.get(status, f"Status {status}")
        error = {"code": phrase.upper().replace(" ", "_"), "message": text or phrase}
        return MockResponse.json(status, {"status": "ERROR", "errors": [error]})

    def throttled(self, call: Call) -> MockResponse:
        """Return the response to a call that exceeds the quota."""
        return self.error(420, "The limit of the resource is used up.", call=call)

    def headers(self, call: Call) -> Mapping[str, str]:
        """Return the three headers of the quota, for a path that has one; the date is real time, and never too early."""
        limit = _limit(call)
        if limit is None:
            return {}
        quota = self._quota(call)
        quota.renew()
        until = formatdate(math.ceil(self.clock.wall(quota.until)), usegmt=True)
        values = {limit.limit: str(quota.limit), limit.remaining: str(quota.remaining), limit.until: until}
        return {name.lower(): value for name, value in values.items() if name}

    def held(self) -> Iterator[dict[str, Any]]:
        """Yield the offers that were archived or unarchived since the start, of each business."""
        return (self._state(business, number) for business, numbers in self._moved.items() for number in numbers)

    def look_up(self, identifiers: Iterable[str]) -> list[dict[str, Any]]:
        """Return whether offers exist and are archived, in each business of the seller."""
        return [
            self._state(business, number)
            if number
            else {"businessId": business, "offerId": each, "archived": False, "exists": False}
            for each, number in [(each, self._offers.number(each)) for each in identifiers]
            for business in self.options.businesses
        ]

    def credentials(self) -> dict[str, str]:
        """Return a valid token."""
        return {"YANDEX_MARKET_API_KEY": self.options.keys[0]}

    def known(self) -> dict[str, Any]:
        """Return businesses of the seller, and an offer in each condition."""
        return {"path.businessId": list(self.options.businesses), "body.offerIds[*]?": list(self._offers.examples().values())}

    def example(self) -> str:
        """Archive the first offer."""
        body = json.dumps({"offerIds": [self._offers.identifier(1)]})
        return (
            f"curl {self.base_url}/v2/businesses/{self.options.businesses[0]}/offer-mappings/archive"
            f" -H 'Api-Key: {self.options.keys[0]}' -H 'Content-Type: application/json' -d '{body}'"
        )

    def _limited(self, call: Call) -> MockResponse | None:
        """Take the units of a call from the quota, and refuse it if it exceeds a limit."""
        limit, chunking = _limit(call), _TABLES.get(call.operation, Behaviour()).chunking
        if limit is None or chunking is None:
            return None
        largest = chunking.max_body_bytes or len(call.body)
        units = _units(call, chunking) if len(call.body) <= largest else 1
        self.journal.spend(call.operation, units, limit.period)
        quota = self._quota(call)
        if not quota.take(units):
            quota.remaining = 0
            return self.throttled(call)
        if self._running[self._scope(call)] > self.options.parallel:
            return self.error(420, f"More than {self.options.parallel} requests run in parallel.")
        if len(call.body) > largest:
            return self.error(400, f"The body has more than {largest} bytes.")
        return None

    async def _begin(self, call: Call, business: int, sent: Iterable[models.OfferId]) -> list[str]:
        """Return the offers of a request, each once, after the latency of the vendor."""
        identifiers = [each.root for each in sent]
        self._check(call, identifiers)
        if business in self.options.foreign_businesses:
            raise Refused(self.error(403, f"No access to business {business}."))
        if business not in self.options.businesses:
            raise Refused(self.error(404, f"Business {business} does not exist."))
        if self.options.migrating:
            raise Refused(self.error(423, f"Business {business} is being migrated."))
        await self.clock.sleep(min(self.options.latency, self.options.timeout))
        if self.options.latency > self.options.timeout:
            raise Refused(self.error(500))
        return list(dict.fromkeys(each.strip() for each in identifiers))

    def _check(self, call: Call, identifiers: list[str]) -> None:
        """Refuse what the spec forbids and the generated server lets pass."""
        if not re.fullmatch(r"[0-9]{1,19}", call.parameters["businessId"]):  # the server accepts other spellings of a number
            raise Refused(self.error(400, "The business id is not an integer of 64 bits."))
        if len(set(identifiers)) < len(identifiers):
            raise Refused(self.error(400, "An offer id is in the list twice."))
        if any(each.endswith("\n") for each in identifiers):  # the server's patterns ignore a line feed at the end
            raise Refused(self.error(400, "An offer id has a control character."))

    def _archive(self, business: int, offer: str) -> models.AddOffersToArchiveErrorType | None:
        number = self._offers.number(offer)
        if number is None:
            return models.AddOffersToArchiveErrorType.UNKNOWN
        match self._offers.condition(number):
            case "stocks":
                return models.AddOffersToArchiveErrorType.OFFER_HAS_STOCKS
            case "failing":
                return models.AddOffersToArchiveErrorType.UNKNOWN
            case "archived":
                self._moved[business].discard(number)
            case _:
                self._moved[business].add(number)
        return None

    def _unarchive(self, business: int, offer: str) -> bool:
        number = self._offers.number(offer)
        if number is None:
            return False
        if self._offers.condition(number) == "archived":
            self._moved[business].add(number)
        else:
            self._moved[business].discard(number)
        return True

    def _listing(self, response: _Response, result: Callable[..., Any], **refused: list[Any]) -> _Response:
        """Set the result of a response as the option `succeeded` says; a result that is not set is absent from the JSON."""
        ((name, items),) = refused.items()
        if items or self.options.succeeded == "null-list":
            response.result = result(**{name: items or None})
        elif self.options.succeeded == "null-result":
            response.result = None
        return response

    def _state(self, business: int, number: int) -> dict[str, Any]:
        archived = (self._offers.condition(number) == "archived") != (number in self._moved[business])
        return {"businessId": business, "offerId": self._offers.identifier(number), "archived": archived, "exists": True}

    def _scope(self, call: Call) -> tuple[str, ...]:
        """Return the key of the calls that share a limit; all callers without a valid token share one."""
        key = call.headers.get("api-key", "")
        call.credential = key if key in self.options.keys else ""
        limit = _limit(call)
        return tuple({"credential": call.credential, "operation": call.operation}[each] for each in (limit.scope if limit else ()))

    def _quota(self, call: Call) -> Quota:
        """Return the quota of a call; that of callers without a valid token stays full."""
        limit = _limit(call)
        assert limit is not None  # noqa: S101 - only calls of operations come here
        size = self.options.quota
        return self._quotas.setdefault((size, *self._scope(call)), Quota(self.clock, limit=size, period=limit.period))


def _limit(call: Call) -> RateLimit | None:
    """Return the limit of a call's operation, if it has one."""
    table = _TABLES.get(call.operation)
    return table.rate_limit if table else None


def _units(call: Call, chunking: Chunking) -> int:
    """Return the units of the quota that a call uses up."""
    body = call.json()
    for name in chunking.array.path:
        body = body.get(name) if isinstance(body, dict) else None
    return min(max(len(body), 1), chunking.size) if isinstance(body, list) else 1
