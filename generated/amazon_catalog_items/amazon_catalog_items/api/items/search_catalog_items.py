# Generated from specs/amazon_catalog_items.yaml; do not edit. Change the spec and run make generate.
"""Search for items: `GET /catalog/2022-04-01/items`."""

from __future__ import annotations

from collections.abc import Sequence

import httpx2

from ... import _strict, errors, models
from ..._runtime.checks import Rule
from ..._runtime.contents import DocumentedResponse
from ..._runtime.operations import Operation, Request
from ..._runtime.parameters import Parameter

OPERATION: Operation[models.ItemSearchResults] = Operation(
    name="searchCatalogItems",
    method="GET",
    path="/catalog/2022-04-01/items",
    parameters=(
        Parameter(name="identifiers", argument="identifiers", location="query", required=False, style="form", explode=False),
        Parameter(
            name="identifiersType", argument="identifiers_type", location="query", required=False, style="form", explode=True
        ),
        Parameter(name="marketplaceIds", argument="marketplace_ids", location="query", required=True, style="form", explode=False),
        Parameter(name="includedData", argument="included_data", location="query", required=False, style="form", explode=False),
        Parameter(name="locale", argument="locale", location="query", required=False, style="form", explode=True),
        Parameter(name="sellerId", argument="seller_id", location="query", required=False, style="form", explode=True),
        Parameter(name="keywords", argument="keywords", location="query", required=False, style="form", explode=False),
        Parameter(name="brandNames", argument="brand_names", location="query", required=False, style="form", explode=False),
        Parameter(
            name="classificationIds", argument="classification_ids", location="query", required=False, style="form", explode=False
        ),
        Parameter(name="pageSize", argument="page_size", location="query", required=False, style="form", explode=True),
        Parameter(name="pageToken", argument="page_token", location="query", required=False, style="form", explode=True),
        Parameter(name="keywordsLocale", argument="keywords_locale", location="query", required=False, style="form", explode=True),
    ),
    strict=_strict.SearchCatalogItemsParameters,
    rules=(
        Rule(
            kind="excludes",
            parameter="identifiers",
            others=(
                "keywords",
                "brandNames",
                "classificationIds",
                "keywordsLocale",
            ),
            because="a search is by identifiers or by keywords, and brands, classifications and the language belong to keywords",
        ),
        Rule(
            kind="requires",
            parameter="identifiers",
            others=("identifiersType",),
            because="identifiers are understood only with their type",
        ),
        Rule(
            kind="requires-when",
            parameter="identifiersType",
            others=("sellerId",),
            because="a SKU identifies an item only within one seller",
            equals="SKU",
        ),
        Rule(kind="requires", parameter="brandNames", others=("keywords",), because="brand names narrow a search by keywords"),
        Rule(
            kind="requires",
            parameter="classificationIds",
            others=("keywords",),
            because="classifications narrow a search by keywords",
        ),
        Rule(kind="requires", parameter="keywordsLocale", others=("keywords",), because="the language is that of the keywords"),
    ),
    responses={
        "200": DocumentedResponse(content={"application/json": models.ItemSearchResults}),
        "400": DocumentedResponse(
            content={"application/json": models.ErrorList},
            error=errors.BadRequest,
            description="A parameter is missing or invalid, and the request cannot be read.",
        ),
        "403": DocumentedResponse(
            content={"application/json": models.ErrorList},
            error=errors.Forbidden,
            description="Access to the resource is forbidden, for example because it is denied or not authorized, the token has expired or the signature is invalid.",
        ),
        "404": DocumentedResponse(
            content={"application/json": models.ErrorList}, error=errors.NotFound, description="The resource does not exist."
        ),
        "413": DocumentedResponse(
            content={"application/json": models.ErrorList},
            error=errors.ContentTooLarge,
            description="The request is larger than the server accepts.",
        ),
        "415": DocumentedResponse(
            content={"application/json": models.ErrorList},
            error=errors.UnsupportedMediaType,
            description="The payload of the request has a format that is not supported.",
        ),
        "429": DocumentedResponse(
            content={"application/json": models.ErrorList},
            error=errors.TooManyRequests,
            description="Requests came more often than is allowed.",
        ),
        "500": DocumentedResponse(
            content={"application/json": models.ErrorList},
            error=errors.InternalServerError,
            description="Something unexpected kept the server from processing the request.",
        ),
        "503": DocumentedResponse(
            content={"application/json": models.ErrorList},
            error=errors.ServiceUnavailable,
            description="The server is overloaded for a time, or under maintenance.",
        ),
    },
    accept="application/json",
    request_id=("x-amzn-RequestId",),
)


def request(
    *,
    marketplace_ids: Sequence[str],
    identifiers: Sequence[str] | None = None,
    identifiers_type: models.IdentifiersType | str | None = None,
    included_data: Sequence[models.IncludedData | str] | None = None,
    locale: str | None = None,
    seller_id: str | None = None,
    keywords: Sequence[str] | None = None,
    brand_names: Sequence[str] | None = None,
    classification_ids: Sequence[str] | None = None,
    page_size: int | None = None,
    page_token: str | None = None,
    keywords_locale: str | None = None,
) -> Request[models.ItemSearchResults]:
    """Search for items: check the arguments and build the request, without sending it.

    Args:
        marketplace_ids: The Amazon marketplace that is searched; a list of at most 1 marketplace identifier.
        identifiers: Product identifiers to search for, at most 20. Cannot be combined with `keywords`; needs
            `identifiersType`.
        identifiers_type: Which kind of identifier `identifiers` holds. Required with `identifiers`; the kind `SKU` needs
            `sellerId`.
        included_data: Data sets of an item that the response has. Default: ['summaries'].
        locale: Locale of the localized summaries, by default the primary locale of the marketplace.
        seller_id: Identifier of the selling partner, such as a seller account or a vendor code. Required where
            `identifiersType` is `SKU`.
        keywords: Words to search for, at most 20. Cannot be combined with `identifiers`.
        brand_names: Brand names to which a search by keywords is limited. Cannot be combined with `identifiers`.
        classification_ids: Identifiers of classifications (browse nodes) to which a search by keywords is limited. Cannot
            be combined with `identifiers`.
        page_size: Number of items on a page, at most 20. Default: 10.
        page_token: Token of the page to get: the `nextToken` or `previousToken` of an earlier response. All parameters of
            the first request are sent again with it.
        keywords_locale: Language of the keywords; default: the primary locale of the marketplace. Cannot be combined with
            `identifiers`.

    Raises:
        InvalidRequest: the spec forbids it.
    """
    return OPERATION.request(
        {
            "identifiers": identifiers,
            "identifiers_type": identifiers_type,
            "marketplace_ids": marketplace_ids,
            "included_data": included_data,
            "locale": locale,
            "seller_id": seller_id,
            "keywords": keywords,
            "brand_names": brand_names,
            "classification_ids": classification_ids,
            "page_size": page_size,
            "page_token": page_token,
            "keywords_locale": keywords_locale,
        }
    )


def parse(response: httpx2.Response, *, strict: bool = False) -> models.ItemSearchResults:
    """Read a response of this operation, without what cannot be read; a warning in the log says where it breaks the spec.

    Args:
        response: The response.
        strict: Whether a success that breaks the spec is an error.

    Raises:
        BadRequest: 400: A parameter is missing or invalid, and the request cannot be read.
        Forbidden: 403: Access to the resource is forbidden, for example because it is denied or not authorized, the token
            has expired or the signature is invalid.
        NotFound: 404: The resource does not exist.
        ContentTooLarge: 413: The request is larger than the server accepts.
        UnsupportedMediaType: 415: The payload of the request has a format that is not supported.
        TooManyRequests: 429: Requests came more often than is allowed.
        InternalServerError: 500: Something unexpected kept the server from processing the request.
        ServiceUnavailable: 503: The server is overloaded for a time, or under maintenance.
        UnexpectedStatus: a status that is not documented.
        InvalidResponse: a success whose body cannot be read or, if `strict`, breaks the spec.
    """
    return OPERATION.parse(response, strict=strict)
