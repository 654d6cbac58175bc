"""The types that read themselves."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar, Literal

import msgspec
import pytest

from scripts.runtime import decoding
from scripts.runtime.decoding import AnyOf, Checked, Extended, convert, dec_hook


class Narrow(msgspec.Struct):
    kind: Literal["narrow"]
    a: int


class Wide(msgspec.Struct):
    kind: str
    b: int | None = None


class Map(AnyOf):
    any_of: dict[str, Any] | Narrow | Wide


class Tagged(AnyOf):
    discriminator: ClassVar = "kind"
    mapping: ClassVar = {"narrow": "Narrow"}
    otherwise: ClassVar = "Wide"
    any_of: Narrow | Wide


class Nested(AnyOf):
    any_of: list[Nested] | int


class Price(Checked):
    multiple_of: ClassVar = "0.01"
    value: float


class One(Checked):
    values: ClassVar = ("1",)
    value: int | bool | float


class Set(Checked):
    unique_items: ClassVar = True
    value: list[Any]


class Open(Extended):
    named: Narrow
    others: Price


class Box(msgspec.Struct):
    item: Map | msgspec.UnsetType | None = msgspec.UNSET


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"kind": "narrow", "a": 1}, Narrow),
        ({"kind": "other", "b": 1}, Wide),
        ({"kind": "narrow", "b": 1}, Wide),
        ({"kind": "other", "unknown": 1}, Wide),
        ({"free": 1}, dict),
    ],
)
def test_a_class_is_preferred_to_a_map_and_the_class_that_knows_more_to_another(value: Any, kind: type) -> None:
    assert type(convert(value, Map)) is kind
    assert type(msgspec.json.decode(msgspec.json.encode({"item": value}), type=Box, dec_hook=dec_hook).item) is kind


def test_the_first_of_equals_is_taken() -> None:
    assert isinstance(convert({"kind": "narrow", "a": 1, "b": 2}, Map), Narrow)


@pytest.mark.parametrize(("value", "kind"), [({"kind": "narrow", "a": 1}, Narrow), ({"kind": "x"}, Wide)])
def test_a_discriminator_decides_alone(value: Any, kind: type) -> None:
    assert type(convert(value, Tagged)) is kind


@pytest.mark.parametrize(
    ("value", "kind", "message"),
    [
        ({"kind": "narrow", "b": 1}, Tagged, "missing required field `a`"),
        ({"kind": "narrow", "a": "x"}, Tagged, "Expected `int`, got `str` - at `$.a`"),
        ([1, ["x"]], Nested, "at `$[1]`"),
        (1.005, Price, "multiple of 0.01"),
        (True, One, "Expected one of 1"),
        (2, One, "Expected one of 1"),
        ([1, 2, 1.0], Set, "also at [0] - at `$[2]`"),
        ([{"a": 1, "b": 2}, {"b": 2, "a": 1}], Set, "also at [0] - at `$[1]`"),
        ({"kind": "narrow"}, Open, "missing required field `a`"),
        ({"kind": "narrow", "a": 1, "x": 0.001}, Open, "multiple of 0.01 - at `$.x`"),
        ([1], Open, "Expected `object`"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(value: Any, kind: type, message: str) -> None:
    with pytest.raises(msgspec.ValidationError) as error:
        convert(value, kind)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (19.99, Price),
        (-0.07, Price),
        (1e15, Price),
        (1e300, Price),
        (10**18, Price),
        (1.0, One),
        ([1, True, "1", None], Set),
        ({"kind": "narrow", "a": 1, "x": 0.5}, Open),
        ([[], [1, [2]]], Nested),
    ],
)
def test_what_fits_stays_as_it_is(value: Any, kind: type) -> None:
    assert convert(value, kind) == value


def test_one_thread_at_a_time_lets_msgspec_find_out_about_a_type(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once, most, kinds = 0, 0, [type(f"Kind{number}", (msgspec.Struct,), {}) for number in range(8)]

    def find_out(kind: object, **_: object) -> object:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        time.sleep(0.005)  # which lets other threads go on
        at_once -= 1
        return kind

    monkeypatch.setattr(msgspec.json, "Decoder", find_out)
    with ThreadPoolExecutor(len(kinds)) as threads:
        found: list[object] = list(threads.map(decoding.decoder, kinds))
    assert (found, most) == (kinds, 1)
