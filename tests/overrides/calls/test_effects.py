"""Values at paths of JSON and of models, which are known there by the names that they have on the wire."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest

from catalog_clients._engine.flows.effects import CallResult, find
from catalog_clients._engine.responses.doubling import decoded
from catalog_clients._engine.responses.json_paths import PATH, json_path, without_quotes
from scripts.runtime.errors import Breach
from scripts.runtime.reading import read


class Price(msgspec.Struct, rename="camel", kw_only=True):
    net_amount: str
    tax_rate: str | msgspec.UnsetType | None = msgspec.UNSET


class Product(msgspec.Struct, rename="camel", kw_only=True):
    item_sku: str
    list_price: Price
    type_: str = msgspec.field(name="class", default="food")
    raw: dict[str, Any] = {}


PRODUCT = Product(item_sku="A", list_price=Price(net_amount="1.50"), raw={"aB": {"c": 1}})


@pytest.mark.parametrize("product", [PRODUCT, msgspec.to_builtins(PRODUCT)], ids=["model", "JSON"])
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("itemSku", "A"),
        ("listPrice netAmount", "1.50"),
        ("listPrice taxRate", None),
        ("class", "food"),
        ("raw aB c", 1),
        ("item_sku", None),
        ("type_", None),
        ("listPrice net_amount", None),
        ("itemSku length", None),
        ("raw aB c d", None),
    ],
)
def test_a_path_has_names_of_the_wire(product: Any, path: str, value: Any) -> None:
    assert find(product, path.split()) == value


def test_an_element_without_one_of_its_fields_is_no_lost_one() -> None:
    left_out = ["$.items[1]", "$.items[1]", "$.items[2].asin", "$.items[3].images[0]", "$.other[0]", ""]
    result: CallResult[object] = CallResult(breaches=[Breach("$.items", "is wrong", each) for each in left_out])
    assert result.unreadable(["items"]) == 1


NAMES = ["items", "not-archived", "all items", "a.b", 'the "best"', "x]y[0]", "$ref", "größe", "7", ""]


@pytest.mark.parametrize("name", NAMES)
def test_what_breaks_the_spec_is_found_at_a_path_of_any_names(name: str) -> None:
    page: Any = msgspec.defstruct("Page", [("result", dict[str, list[Price]])])
    body = json.dumps({"result": {name: [{"netAmount": "1"}, 7, None]}}).encode()
    value, breaches = read(body, page)
    result: CallResult[object] = CallResult(value=value, breaches=breaches)
    assert result.unreadable(["result", name]) == 2
    assert result.breach(["result", name]).startswith(f"the response breaks the spec at {json_path(['result', name])}[1]: ")
    assert not result.breach(["result", "other"])


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_there_twice_is_found_at_a_path_of_any_names(name: str) -> None:
    word = json.dumps(name)
    result: CallResult[object] = CallResult(doubled=decoded(f'{{"result": {{{word}: 1, {word}: {{}}}}}}'.encode()).doubled)
    assert [result.is_doubled([*path]) for path in ((), ("result",), ("result", name), ("result", name, "a"))] == [
        False,
        False,
        True,
        True,
    ]
    assert without_quotes(result.doubled[0]) == f"result.{name}"
    assert re.fullmatch(f"({PATH}): is empty", f"{result.doubled[0]}: is empty")
