"""Bases of the generated models."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Any, Self

import msgspec


class Model(msgspec.Struct, kw_only=True, gc=False):
    """A JSON object. A field that is `msgspec.UNSET` is absent, which is not the same as `None` (null).

    Models are trees of data: the cyclic garbage collector ignores them, which makes large catalogs cheap to build.
    """


OTHERS = "*additional_properties*"
"""The name by which msgspec knows the field `additional_properties`, which has none on the wire, where `*` is a usual name."""


class OpenModel(Model, kw_only=True, gc=False):
    """A JSON object that may have other properties than those that the spec names.

    Attributes:
        additional_properties: the others by name, as they came; they are sent beside the named ones.
    """

    additional_properties: dict[str, Any] = msgspec.field(default_factory=dict, name=OTHERS)


class OpenStrEnum(StrEnum):
    """Strings to which the vendor may add: an unknown value becomes a member of the enum and is written back unchanged."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member

    def __reduce_ex__(self, protocol: object) -> tuple[type[Self], tuple[str]]:
        return type(self), (self._value_,)  # before 3.11.4, Enum copies and pickles by name, which an unknown value lacks


class OpenIntEnum(IntEnum):
    """Integers to which the vendor may add: an unknown value becomes a member of the enum and is written back unchanged."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        member = int.__new__(cls, value)
        member._name_ = str(value)
        member._value_ = value
        return member

    def __reduce_ex__(self, protocol: object) -> tuple[type[Self], tuple[int]]:
        return type(self), (self._value_,)
