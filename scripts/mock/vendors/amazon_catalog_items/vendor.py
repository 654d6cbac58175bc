"""Amazon's Selling Partner API, Catalog Items: a search by identifiers or keywords, an item by its ASIN, and Login with Amazon."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final, TypeVar
from uuid import uuid4

from fastapi import Request, Response
from pydantic import BaseModel

from generated.mock.amazon_catalog_items import models
from generated.mock.amazon_catalog_items.server.services import ItemsService
from scripts.mock.engine.call import Call, MockResponse, Refused
from scripts.mock.engine.catalog import draw
from scripts.mock.engine.clock import Clock
from scripts.mock.engine.login import Login
from scripts.mock.engine.pages import Page, Pages
from scripts.mock.generic.described import of_roster
from scripts.mock.settings import Options, Settings
from scripts.mock.vendors.amazon_catalog_items.data_sets import item, put_oddities
from scripts.mock.vendors.amazon_catalog_items.items import BRANDS, CLASSIFICATIONS, MARKETPLACES, MOST, Found, Items
from scripts.mock.vendors.skeleton import Skeleton, as_response, called

_JSON: Final = "application/json"
_SEARCH: Final = "searchCatalogItems"
_SELLER, _VENDOR, _ROLELESS = "seller", "vendor", "roleless"
_WITH_RATE: Final = {HTTPStatus.OK, HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND}
_NOTHING: Final = Found(total=0, nth=int)
_ERRORS: Final = {  # by status: code, message
    400: ("InvalidInput", "The request has missing or invalid parameters."),
    403: ("Unauthorized", "Access to the requested resource is denied."),
    404: ("NotFound", "The resource does not exist."),
    413: ("RequestTooLarge", "The request is larger than the server accepts."),
    415: ("UnsupportedMediaType", "The format of the payload is not supported."),
    429: ("QuotaExceeded", "The quota of the operation is used up."),
    500: ("InternalFailure", "The server failed to process the request."),
    503: ("ServiceUnavailable", "The server is overloaded or under maintenance."),
}

_Response = TypeVar("_Response", bound=BaseModel)


class AmazonCatalogItemsOptions(Options, frozen=True, kw_only=True):
    """The options of Amazon's Catalog Items.

    Attributes:
        client_id, client_secret: of the application.
        refresh_token: of a vendor's account, which gets every data set.
        seller_refresh_token: of a seller's account, to which `vendorDetails` are refused.
        roleless_refresh_token: of an account that has not given the application the role for the catalog, so that each
            call gets 403.
        seller_id: the seller whose SKUs are in the catalog.
        token_lifetime: seconds that an access token is valid: `expires_in` by the vendor's pages on authorization.
        rate, burst: limit of each operation in requests per second and at once. Default: the spec's.
        largest_request: bytes of path, query, headers and body; a larger request gets 413. The vendor's size is not documented.
        strict_asins: whether an ASIN that is not ten letters or digits gets 400, and fails all those sent with it, as users
            report. The document sets no form; if false, such an ASIN is unknown like any other.
        twins: share of the neighbouring items that have the same EAN, UPC, GTIN, ...
        empty_pages: share of the pages before which an empty one comes, with a token.
        lost_tokens: share of the full pages that lack the token of the next page.
        odd_enums: share of the items that have values outside the documented enums.
    """

    client_id: str = "amzn1.application-oa2-client.mock"
    client_secret: str = "amzn1.oa2-cs.v1.mock"  # noqa: S105 - of a mock
    refresh_token: str = "Atzr|mock-vendor"  # noqa: S105 - of a mock
    seller_refresh_token: str = "Atzr|mock-seller"  # noqa: S105 - of a mock
    roleless_refresh_token: str = "Atzr|mock-roleless"  # noqa: S105 - of a mock
    seller_id: str = "AMOCKSELLER"
    token_lifetime: float = 3600
    rate: float | None = None
    burst: float | None = None
    largest_request: int = 32_768
    strict_asins: bool = True
    twins: float = 0.02
    empty_pages: float = 0
    lost_tokens: float = 0
    odd_enums: float = 0


class AmazonCatalogItems(Skeleton, ItemsService):
    """The catalog as the accounts of one application see it."""

    api = "amazon_catalog_items"
    described = of_roster(api)
    kind_of_options = AmazonCatalogItemsOptions
    options: AmazonCatalogItemsOptions

    def __init__(self, settings: Settings, clock: Clock, base_url: str) -> None:
        super().__init__(settings, clock, base_url)
        if settings.size > MOST:
            raise ValueError(f"{settings.size} products: {self.api} has ASINs for {MOST} at most; choose a smaller size")
        self._login = Login(clock, prefix="Atza|")
        self.beside[self.access.token_path] = self._token

    async def response(self, call: Call) -> MockResponse:
        """Respond to a call, with the header of the rate where it is documented."""
        # Lists are separated by commas, encoded or not, so that no value can contain one.
        call.scope["query_string"] = re.sub("%2c", ",", call.query, flags=re.IGNORECASE).encode("latin-1")
        response = await super().response(call)
        if response.status in _WITH_RATE:
            response.headers.update(super().headers(call))
        return response

    def headers(self, call: Call) -> dict[str, str]:
        """Return a new request identifier."""
        return {"x-amzn-requestid": str(uuid4())}

    def refuse(self, call: Call) -> MockResponse | None:
        """Refuse a call for its token (403), the rate limit (429), its size (413) or its body (415, 400)."""
        if refusal := self._refuse_token(call):
            return refusal
        return self.over_limit(call, f"{call.operation} {call.credential}") or self._refuse_form(call)

    async def search_catalog_items(
        self, *, request: Request, includedData: list[models.IncludedData], pageToken: str | None, **query: Any
    ) -> models.ItemSearchResults | Response:
        """Find items, and return the requested page."""
        call = called(request)
        self._check_data(call, includedData)
        locales = _locales(query["marketplaceIds"], query["locale"])
        found = self._found(query, locales)
        query["includedData"] = [str(each) for each in includedData]  # the generated server's default is not a member of the enum
        page = self._page(query, pageToken, found)
        items = self._items()
        results = models.ItemSearchResults(
            numberOfResults=found.total, items=[item(items, found.nth(each), includedData, locales) for each in page.positions]
        )
        tokens = {"nextToken": page.next, "previousToken": page.previous}
        if given := {name: token for name, token in tokens.items() if token}:
            results.pagination = models.Pagination(**given)
        if query["keywords"] is not None:
            results.refinements = _refinements(found)
        return self._oddly(results)

    async def get_catalog_item(
        self, *, request: Request, asin: str, marketplaceIds: list[str], includedData: list[models.IncludedData], locale: str | None
    ) -> models.Item | Response:
        """Return an item, for those of the marketplaces that exist."""
        self._check_asins([asin])
        self._check_data(called(request), includedData)
        items, locales = self._items(), _locales(marketplaceIds, locale)
        numbers = items.numbers("ASIN", asin)
        if not (numbers and locales):
            raise Refused(self.error(404, "The marketplaces have no item with this ASIN."))
        return self._oddly(item(items, numbers[0], includedData, locales))

    def error(self, status: int, text: str = "", *, call: Call | None = None) -> MockResponse:
        """Return a list with one error; the text is its details."""
        code, message = _ERRORS.get(status, (HTTPStatus(status).phrase.replace(" ", ""), HTTPStatus(status).phrase))
        return MockResponse.json(status, {"errors": [{"code": code, "message": message, "details": text}]})

    def invalid(self, call: Call, why: str) -> MockResponse:
        """Return a 400 that names the parameter that violates the spec, and why."""
        return self.error(400, why, call=call)

    def look_up(self, identifiers: Iterable[str]) -> list[dict[str, Any]]:
        """Return the items that have an identifier of any type, and all identifiers of each."""
        items = self._items()
        states = []
        for each in identifiers:
            numbers = sorted({number for kind in items.kinds(each) for number in items.numbers(kind, each)})
            found = [items.identifiers(number) for number in numbers]
            held = [{"asin": every["ASIN"], "identifiers": every} for every in found]
            states.append({"identifier": each, "exists": bool(found), "items": held})
        return states

    def known(self) -> dict[str, Any]:
        """Return marketplaces, identifiers of items by their type, and the filters of a search."""
        items = self._items()
        held = [items.identifiers(number) for number in range(1, min(items.size, 5) + 1)]
        return {
            "path.asin": [each["ASIN"] for each in held],
            "query.marketplaceIds[*]": list(MARKETPLACES),
            "query.sellerId": [self.options.seller_id],
            "query.brandNames[*]": list(BRANDS),
            "query.classificationIds[*]": list(CLASSIFICATIONS),
            **{f"query.identifiers[*]?identifiersType={kind}": [each[kind] for each in held] for kind in models.IdentifiersType},
        }

    def example(self) -> str:
        """Get a token, and search with it."""
        form = f"grant_type=refresh_token&client_id={self.options.client_id}&client_secret={self.options.client_secret}"
        url = f"{self.base_url}{self.access.token_path}"
        token = f"curl -s {url} -d '{form}' --data-urlencode 'refresh_token={self.options.refresh_token}'"
        search = f"{self.base_url}/catalog/2022-04-01/items?marketplaceIds={next(iter(MARKETPLACES))}&keywords=water"
        return f"""curl '{search}' -H "x-amz-access-token: $({token} | grep -o 'Atza[^"]*')\""""

    def _refuse_token(self, call: Call) -> MockResponse | None:
        account = self._login.account(call.headers.get("x-amz-access-token", ""))
        if account is None:
            return self.error(403, "The access token is missing, wrong or expired.")
        call.credential = account
        if account == _ROLELESS:
            return self.error(403, "The account has not given the application the role that the operation needs.")
        return None

    def _refuse_form(self, call: Call) -> MockResponse | None:
        headers = sum(len(name) + len(value) for name, value in call.headers.items())
        if len(call.path) + len(call.query) + headers + len(call.body) > self.options.largest_request:
            return self.error(413)
        if call.body and call.headers.get("content-type", _JSON).partition(";")[0].strip().lower() != _JSON:
            return self.error(415)
        return self.error(400, "A GET request has no body.") if call.body else None

    async def _token(self, call: Call) -> MockResponse:
        options = self.options
        accounts = {
            options.refresh_token: _VENDOR,
            options.seller_refresh_token: _SELLER,
            options.roleless_refresh_token: _ROLELESS,
        }
        client = {"client_id": options.client_id, "client_secret": options.client_secret}
        return self._login.response(call, client, accounts, lifetime=options.token_lifetime)

    def _items(self) -> Items:
        return Items(seed=self.settings.seed, size=self.settings.size, twins=self.options.twins)

    def _found(self, query: Mapping[str, Any], locales: Mapping[str, str]) -> Found:
        """Return what a search finds: nothing if it has neither identifiers nor keywords, of which the document says nothing."""
        kind, keywords = query["identifiersType"], query["keywords"]
        if kind is not None and query["identifiers"] is not None:
            self._check_asins(query["identifiers"] if kind == "ASIN" else ())
            if not locales or (kind == "SKU" and query["sellerId"] != self.options.seller_id):
                return _NOTHING
            return self._items().listed(kind, query["identifiers"])
        if keywords is None or not locales:
            return _NOTHING
        language = query["keywordsLocale"] or MARKETPLACES[query["marketplaceIds"][0]]
        return self._items().search(keywords, language, brands=query["brandNames"], classifications=query["classificationIds"])

    def _page(self, query: Mapping[str, Any], token: str | None, found: Found) -> Page:
        """Return a page of a search; the pages of one by keywords end at a documented number of items."""
        paged = self.tables[_SEARCH].pagination
        limit = paged and paged.limit if query["keywords"] is not None else None
        pages = Pages(
            query=repr((self.settings.seed, query)),
            size=max(1, query["pageSize"]),  # a minimum is not documented
            end=min(found.total, limit or found.total),
            empty=self.options.empty_pages,
            lost=self.options.lost_tokens,
        )
        try:
            return pages.page(token)
        except ValueError as error:
            raise Refused(self.error(400, f"pageToken: {error}")) from error

    def _check_data(self, call: Call, data: Collection[models.IncludedData]) -> None:
        if models.IncludedData.VENDOR_DETAILS in data and call.credential != _VENDOR:
            raise Refused(self.error(400, "includedData: vendorDetails is for vendors only."))

    def _check_asins(self, asins: Iterable[str]) -> None:
        """Refuse ASINs if one is malformed, without naming it, as the vendor does."""
        if self.options.strict_asins and not all(re.fullmatch("[A-Z0-9]{10}", each) for each in asins):
            raise Refused(self.error(400, "An ASIN has to be ten capital letters or digits."))

    def _oddly(self, response: _Response) -> _Response | Response:
        """Return a response unchanged or, if the option says so, as JSON with values outside the documented enums."""
        if not self.options.odd_enums:
            return response
        content = response.model_dump(mode="json", exclude_unset=True)
        for each in content.get("items", [content]):
            if draw("odd", self.settings.seed, each["asin"]) < self.options.odd_enums:
                put_oddities(each)
        return as_response(MockResponse.json(200, content))


def _locales(marketplaces: Iterable[str], locale: str | None) -> dict[str, str]:
    """Return the marketplaces that exist, and the locale for each of them."""
    return {each: locale or MARKETPLACES[each] for each in marketplaces if each in MARKETPLACES}


def _refinements(found: Found) -> models.Refinements:
    return models.Refinements(
        brands=[models.BrandRefinement(numberOfResults=many, brandName=name) for name, many in found.brands.items()],
        classifications=[
            models.ClassificationRefinement(numberOfResults=many, displayName=CLASSIFICATIONS[each], classificationId=each)
            for each, many in found.classifications.items()
        ],
    )
