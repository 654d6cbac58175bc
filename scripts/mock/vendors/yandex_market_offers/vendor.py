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
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Request
from msgspec import Meta
from msgspec.structs import replace

from generated.mock.yandex_market_offers import models
from generated.mock.yandex_market_offers.server.services import OffersService
from scripts.apis import tables
from scripts.mock.engine.call import Call, MockResponse, Refused
from scripts.mock.engine.catalog import Catalog
from scripts.mock.engine.clock import Clock
from scripts.mock.generic.described import of_roster
from scripts.mock.settings import Options, Settings
from scripts.mock.vendors.skeleton import Skeleton, called
from scripts.runtime.behaviour import RateLimit

_LIMIT = tables("yandex_market_offers")["addOffersToArchive"].rate_limit
assert _LIMIT is not None  # noqa: S101 - the spec has it
_QUOTA, _PARALLEL = int(_LIMIT.rate), _LIMIT.concurrency or 0
_PHRASES = {each.value: each.phrase for each in HTTPStatus} | {420: "Method Failure"}

_Count = Annotated[int, Meta(ge=1)]


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


class YandexMarket(Skeleton, OffersService):
    """The offers of one seller's businesses."""

    api = "yandex_market_offers"
    described = of_roster(api)
    kind_of_options = YandexOptions
    options: YandexOptions

    def __init__(self, settings: Settings, clock: Clock, base_url: str) -> None:
        super().__init__(settings, clock, base_url)
        shares = {"archived": self.options.archived, "stocks": self.options.stocks, "failing": self.options.failing}
        self._offers = Catalog(seed=settings.seed, size=settings.size, prefix="SKU-", shares=shares)
        self._moved: defaultdict[int, set[int]] = defaultdict(set)

    def find(self, call: Call) -> None:
        """Set the operation, the parameters of the path, and the caller; all callers without a valid token are one."""
        super().find(call)
        key = call.headers.get("api-key", "")
        call.credential = key if key in self.options.keys else ""

    def limit(self, operation: str) -> RateLimit | None:
        """Return the limit of an operation with the numbers of the options."""
        limit = super().limit(operation)
        return limit and replace(limit, rate=self.options.quota, concurrency=self.options.parallel)

    def refuse(self, call: Call) -> MockResponse | None:
        """Refuse a call without a token (401), with a wrong one (403), and above a limit (420)."""
        if not call.headers.get("api-key"):
            return self.error(401, "The header Api-Key is missing.")
        if not call.credential:
            return self.error(403, "The token in the header Api-Key is wrong.")
        return self.over_limit(call, call.operation)

    async def add_offers_to_archive(
        self, *, request: Request, businessId: int, body: models.AddOffersToArchiveRequest
    ) -> models.AddOffersToArchiveResponse:
        """Archive offers, and list those that were not archived."""
        offers = await self._begin(called(request), businessId, body.offerIds)
        reasons = {offer: self._archive(businessId, offer) for offer in offers}
        refused = [
            models.AddOffersToArchiveErrorDTO(offerId=models.OfferId(offer), error=why) for offer, why in reasons.items() if why
        ]
        result = self._result(models.AddOffersToArchiveDTO, notArchivedOffers=refused)
        return models.AddOffersToArchiveResponse(status=models.ApiResponseStatusType.OK, **result)

    async def delete_offers_from_archive(
        self, *, request: Request, businessId: int, body: models.DeleteOffersFromArchiveRequest
    ) -> models.DeleteOffersFromArchiveResponse:
        """Unarchive offers, and list those that do not exist."""
        offers = await self._begin(called(request), businessId, body.offerIds)
        refused = [offer for offer in offers if not self._unarchive(businessId, offer)]
        result = self._result(models.DeleteOffersFromArchiveDTO, notUnarchivedOfferIds=refused)
        return models.DeleteOffersFromArchiveResponse(status=models.ApiResponseStatusType.OK, **result)

    def error(self, status: int, text: str = "", *, call: Call | None = None) -> MockResponse:
        """Return an error response; its code is the name of the status, as the documents list none."""
        phrase = _PHRASES.get(status, f"Status {status}")
        error = {"code": phrase.upper().replace(" ", "_"), "message": text or phrase}
        return MockResponse.json(status, {"status": "ERROR", "errors": [error]})

    def held(self) -> Iterator[dict[str, Any]]:
        """Yield the offers that were archived or unarchived since the start, of each business."""
        moved = ((business, number) for business, numbers in self._moved.items() for number in numbers)
        return (self._state(business, self._offers.identifier(number)) for business, number in moved)

    def look_up(self, identifiers: Iterable[str]) -> list[dict[str, Any]]:
        """Return whether offers exist and are archived, in each business of the seller."""
        return [self._state(business, each) for each in identifiers for business in self.options.businesses]

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

    async def _begin(self, call: Call, business: int, sent: Iterable[models.OfferId]) -> list[str]:
        """Return the offers of a request, each once, after the latency of the vendor."""
        identifiers = [each.root for each in sent]
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

    def _archive(self, business: int, offer: str) -> models.AddOffersToArchiveErrorType | None:
        number = self._offers.number(offer)
        if not number:
            return models.AddOffersToArchiveErrorType.UNKNOWN
        condition = self._offers.condition(number)
        if condition == "stocks":
            return models.AddOffersToArchiveErrorType.OFFER_HAS_STOCKS
        if condition == "failing":
            return models.AddOffersToArchiveErrorType.UNKNOWN
        self._move(business, number, is_new=condition != "archived")
        return None

    def _unarchive(self, business: int, offer: str) -> bool:
        number = self._offers.number(offer)
        if number:
            self._move(business, number, is_new=self._offers.condition(number) == "archived")
        return number is not None

    def _move(self, business: int, number: int, *, is_new: bool) -> None:
        """Archive or unarchive an offer; only those whose state is new, unlike that of the start, are kept."""
        if is_new:
            self._moved[business].add(number)
        else:
            self._moved[business].discard(number)

    def _result(self, kind: Callable[..., object], **refused: list[Any]) -> dict[str, Any]:
        """Return the result of a response as a field; the option `succeeded` says how there is none if nothing was refused."""
        if any(refused.values()) or self.options.succeeded == "null-list":
            return {"result": kind(**{name: items or None for name, items in refused.items()})}
        return {"result": None} if self.options.succeeded == "null-result" else {}

    def _state(self, business: int, offer: str) -> dict[str, Any]:
        number = self._offers.number(offer)
        archived = number is not None and (self._offers.condition(number) == "archived") != (number in self._moved[business])
        return {"businessId": business, "offerId": offer, "archived": archived, "exists": number is not None}
