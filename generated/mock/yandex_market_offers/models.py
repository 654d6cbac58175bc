# Generated from specs/yandex_market_offers.yaml; do not edit. Change the spec and run make generate.

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel
from typing_extensions import TypeAliasType


class OfferId(RootModel[str]):
    model_config = ConfigDict(
        regex_engine="python-re",
    )
    root: Annotated[
        str,
        Field(
            description="The seller's SKU of an offer: 1 to 255 characters, not only white space, no control characters but the tab. Each offer has a\nSKU, which is never given to another offer: a new offer needs one that the catalog has not had before. The seller\ncan change the SKU of an offer in the seller's account.\n",
            max_length=255,
            min_length=1,
            pattern="^(?=.*\\S.*)[^\\x00-\\x08\\x0A-\\x1f\\x7f]{1,255}$",
        ),
    ]


class AddOffersToArchiveRequest(BaseModel):
    offerIds: Annotated[list[OfferId], Field(description="SKUs of the offers, 1 to 200, each once.", max_length=200, min_length=1)]


class DeleteOffersFromArchiveRequest(BaseModel):
    offerIds: Annotated[list[OfferId], Field(description="SKUs of the offers, 1 to 200, each once.", max_length=200, min_length=1)]


class ApiResponseStatusType(StrEnum):
    OK = "OK"
    ERROR = "ERROR"


class AddOffersToArchiveErrorType(StrEnum):
    OFFER_HAS_STOCKS = "OFFER_HAS_STOCKS"
    UNKNOWN = "UNKNOWN"


class AddOffersToArchiveErrorDTO(BaseModel):
    offerId: OfferId
    error: AddOffersToArchiveErrorType


class AddOffersToArchiveDTO(BaseModel):
    notArchivedOffers: Annotated[
        list[AddOffersToArchiveErrorDTO] | None,
        Field(description="The offers that were not archived, at least one; null or absent if there are none.", min_length=1),
    ] = None


class AddOffersToArchiveResponse(BaseModel):
    status: ApiResponseStatusType
    result: Annotated[
        AddOffersToArchiveDTO | None, Field(description="The offers that were refused; null or absent if there are none.")
    ] = None


class DeleteOffersFromArchiveDTO(BaseModel):
    notUnarchivedOfferIds: Annotated[
        list[OfferId] | None,
        Field(description="SKUs of the offers that stay archived; null or absent if there are none.", min_length=1),
    ] = None


class DeleteOffersFromArchiveResponse(BaseModel):
    status: ApiResponseStatusType
    result: Annotated[
        DeleteOffersFromArchiveDTO | None, Field(description="The offers that were refused; null or absent if there are none.")
    ] = None


class ApiErrorDTO(BaseModel):
    code: Annotated[str, Field(description="Code of the error.")]
    message: Annotated[str | None, Field(description="The error in words.")] = None


class ApiErrorResponse(BaseModel):
    status: ApiResponseStatusType
    errors: Annotated[list[ApiErrorDTO] | None, Field(description="The errors, at least one.", min_length=1)] = None


BusinessIdParameter = TypeAliasType("BusinessIdParameter", Annotated[int, Field(ge=1)])


class BadRequestResponseXRateLimitResourceLimitHeader(RootModel[str]):
    root: str


class BadRequestResponseXRateLimitResourceRemainingHeader(RootModel[str]):
    root: str


class BadRequestResponseXRateLimitResourceUntilHeader(RootModel[str]):
    root: str
