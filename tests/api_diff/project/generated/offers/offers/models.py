"""Models."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType, field

OfferId: TypeAlias = Annotated[str, Meta(max_length=255, min_length=1, pattern="^.+$")]


class ArchiveRequest(Struct, kw_only=True):
    """What is sent."""

    offer_ids: Annotated[list[OfferId], Meta(max_length=40, min_length=1)] = field(name="offerIds")
    comment: str | UnsetType = UNSET


class Fault(Struct, kw_only=True):
    """An error."""

    code: str
    message: str | UnsetType = UNSET


class Cause(StrEnum):
    """Why an offer was refused."""

    STOCKS = "STOCKS"
    UNKNOWN = "UNKNOWN"
