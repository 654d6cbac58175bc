"""Structs, an enum and type aliases, as in a generated package."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType, field

OfferId: TypeAlias = Annotated[str, Meta(max_length=255)]


class Model(Struct):
    """What all models derive from."""


class Request(Model, kw_only=True):
    """What is sent."""

    offer_ids: Annotated[list[OfferId], Meta(max_length=200)] = field(name="offerIds")


class Fault(Model, kw_only=True):
    """An error."""

    code: str
    """Its code."""
    message: str | UnsetType = UNSET


class Cause(StrEnum):
    """Why an item was refused."""

    STOCKS = "STOCKS"
    UNKNOWN = "UNKNOWN"
