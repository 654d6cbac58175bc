# Generated from specs/yandex_market_offers.yaml; do not edit. Change the spec and run make generate.
"""Types of the requests and responses of Yandex Market Partner API, offer archive, as msgspec Structs.

A field that is `UNSET` is absent, which is not the same as `None` (null). `UNSET` is false, like None.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, UnsetType, field

from ._runtime.models import Model, OpenStrEnum

OfferId: TypeAlias = Annotated[
    str, Meta(max_length=255, min_length=1, pattern="^(?=.*\\S.*)[^\\x00-\\x08\\x0A-\\x1f\\x7f]{1,255}\\Z")
]


class AddOffersToArchiveRequest(Model, kw_only=True):
    """Offers to put into the archive."""

    offer_ids: Annotated[list[OfferId], Meta(max_length=200, min_length=1)] = field(name="offerIds")
    """SKUs of the offers, 1 to 200, each once."""


class DeleteOffersFromArchiveRequest(Model, kw_only=True):
    """Offers to take out of the archive."""

    offer_ids: Annotated[list[OfferId], Meta(max_length=200, min_length=1)] = field(name="offerIds")
    """SKUs of the offers, 1 to 200, each once."""


class ApiResponseStatusType(OpenStrEnum):
    """Whether the request was processed: `OK` without, `ERROR` with an error."""

    OK = "OK"
    ERROR = "ERROR"


class AddOffersToArchiveErrorType(OpenStrEnum):
    """Why an offer was not archived. `OFFER_HAS_STOCKS`: it is stored in a Market warehouse. `UNKNOWN`: most likely a failure
    on the side of the Market; if it lasts, contact the vendor's support.
    """

    OFFER_HAS_STOCKS = "OFFER_HAS_STOCKS"
    UNKNOWN = "UNKNOWN"


class AddOffersToArchiveErrorDTO(Model, kw_only=True):
    """An offer that was not archived, and why."""

    offer_id: str = field(name="offerId")
    """The seller's SKU of an offer: 1 to 255 characters, not only white space, no control characters but the tab. Each offer
    has a SKU, which is never given to another offer: a new offer needs one that the catalog has not had before. The seller
    can change the SKU of an offer in the seller's account.
    """
    error: AddOffersToArchiveErrorType
    """Why an offer was not archived. `OFFER_HAS_STOCKS`: it is stored in a Market warehouse. `UNKNOWN`: most likely a failure
    on the side of the Market; if it lasts, contact the vendor's support.
    """


class AddOffersToArchiveDTO(Model, kw_only=True):
    """The offers that were not archived."""

    not_archived_offers: list[AddOffersToArchiveErrorDTO] | None | UnsetType = field(name="notArchivedOffers", default=UNSET)
    """The offers that were not archived, at least one; null or absent if there are none."""


class AddOffersToArchiveResponse(Model, kw_only=True):
    """The response to archiving."""

    status: ApiResponseStatusType
    """Whether the request was processed: `OK` without, `ERROR` with an error."""
    result: AddOffersToArchiveDTO | None | UnsetType = UNSET
    """The offers that were refused; null or absent if there are none."""


class DeleteOffersFromArchiveDTO(Model, kw_only=True):
    """The offers that were not taken out of the archive."""

    not_unarchived_offer_ids: list[str] | None | UnsetType = field(name="notUnarchivedOfferIds", default=UNSET)
    """SKUs of the offers that stay archived; null or absent if there are none."""


class DeleteOffersFromArchiveResponse(Model, kw_only=True):
    """The response to taking offers out of the archive."""

    status: ApiResponseStatusType
    """Whether the request was processed: `OK` without, `ERROR` with an error."""
    result: DeleteOffersFromArchiveDTO | None | UnsetType = UNSET
    """The offers that were refused; null or absent if there are none."""


class ApiErrorDTO(Model, kw_only=True):
    """An error."""

    code: str
    """Code of the error."""
    message: str | None | UnsetType = UNSET
    """The error in words."""


class ApiErrorResponse(Model, kw_only=True):
    """The body of every error response."""

    status: ApiResponseStatusType
    """Whether the request was processed: `OK` without, `ERROR` with an error."""
    errors: list[ApiErrorDTO] | None | UnsetType = UNSET
    """The errors, at least one."""
