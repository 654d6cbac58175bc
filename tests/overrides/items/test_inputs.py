"""What can be the input of a run: for anything else, the error says what to give."""

from __future__ import annotations

import dataclasses
import io
import math
import sqlite3
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import httpx2
import msgspec
import pytest

from amazon_jwo_catalog.models import CatalogItem
from catalog_clients import AccessRefused, JustWalkOut, YandexMarket
from tests.clients.causes import BUSINESS
from tests.overrides.ways import product

PRODUCT = product("A")


class _Tuple(NamedTuple):
    item_sku: str = "A"


@dataclasses.dataclass
class _Class:
    item_sku: str = "A"


class _Model:
    """As those of pydantic."""

    def model_dump(self) -> Any: ...


class _NoDimensions:
    """As an array of NumPy without dimensions."""

    def __len__(self) -> int:
        raise TypeError("len() of unsized object")

    def __iter__(self) -> Iterator[Any]:
        raise TypeError("iteration over a 0-d array")


@pytest.fixture
def market() -> Iterator[YandexMarket]:
    http = httpx2.Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(200, json={"status": "OK"})))
    with YandexMarket(base_url="https://vendor.example", auth=httpx2.Auth(), http_client=http) as made:
        yield made


@pytest.fixture
def catalog() -> Iterator[JustWalkOut]:
    with JustWalkOut(base_url="https://vendor.example", auth=httpx2.Auth()) as made:
        yield made


def _rows(*, check_same_thread: bool = True) -> sqlite3.Cursor:
    database = sqlite3.connect(":memory:", check_same_thread=check_same_thread)
    database.row_factory = sqlite3.Row
    return database.execute("SELECT 'A' AS sku")


def test_a_cursor_of_another_thread_says_how_to_make_one_that_can_be_read(market: YandexMarket) -> None:
    with pytest.raises(TypeError, match="make it with check_same_thread=False, or give a list") as raised:
        list(market.archive((row["sku"] for row in _rows()), business_id=BUSINESS))
    assert isinstance(raised.value.__cause__, sqlite3.ProgrammingError)
    (outcome,) = market.archive((row["sku"] for row in _rows(check_same_thread=False)), business_id=BUSINESS)
    assert outcome.status == "confirmed"


@pytest.mark.parametrize(
    ("items", "advice"),
    [
        (_rows(check_same_thread=False), r"of type Row; give \(row\[0\] for row in rows\)"),
        ([_Tuple()], r"of type _Tuple; give \(row\[0\] for row in rows\)"),
        (_NoDimensions(), "iteration over a 0-d array"),
    ],
)
def test_rows_that_are_given_for_texts_say_what_to_give(items: Any, advice: str, market: YandexMarket) -> None:
    with pytest.raises(TypeError, match=advice):
        list(market.archive(items, business_id=BUSINESS))


@pytest.mark.parametrize(
    ("items", "advice"),
    [
        (_rows(check_same_thread=False), r"of type Row; give \(dict\(item\) for item in items\)"),
        ([_Tuple()], r"give \(item._asdict\(\) for item in items\)"),
        ([_Class()], r"give \(dataclasses.asdict\(item\) for item in items\)"),
        ([_Model()], r"give \(item.model_dump\(\) for item in items\)"),
        ([["A"]], "csv.DictReader gives mappings"),
    ],
)
def test_rows_that_are_given_for_mappings_say_what_to_give(items: Any, advice: str, catalog: JustWalkOut) -> None:
    with pytest.raises(TypeError, match=advice):
        list(catalog.upload(items))


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (math.nan, "$.calories"),
        (-math.inf, "$.calories"),
        (Decimal("NaN"), "$.calories"),
        ({"portions": [1, (2, {math.inf})]}, "$.calories.portions[1][1][0]"),
    ],
)
def test_an_extra_field_that_json_would_have_as_null_is_refused_by_its_path(value: Any, path: str, catalog: JustWalkOut) -> None:
    items = [{**PRODUCT, "calories": value}]
    (outcome,) = catalog.upload(items, extra_fields=["calories"])
    rule = "NaN and infinity cannot be sent"
    assert (outcome.status, outcome.reason) == ("rejected", f"not sent: {path}: {rule}")
    (breach,) = catalog.validate(items, extra_fields=["calories"]).breaches
    assert (breach.field, breach.rule) == (path, rule)


def test_an_extra_field_that_contains_itself_is_refused(catalog: JustWalkOut) -> None:
    deep = list[Any]()
    deep.append(deep)
    items = [{**PRODUCT, "calories": deep}]
    (outcome,) = catalog.upload(items, extra_fields=["calories"])
    assert outcome.status == "rejected"
    assert len(catalog.validate(items, extra_fields=["calories"]).breaches) == 1


@pytest.mark.parametrize("names", [b"calories", [1], "calories", iter(["calories"])])
def test_names_of_extra_fields_are_a_list_of_texts(names: Any, catalog: JustWalkOut) -> None:
    with pytest.raises(TypeError, match="extra_fields must be a list of names"):
        catalog.upload([PRODUCT], extra_fields=names)


class _Text(str):
    """As those of NumPy."""

    __slots__ = ()

    def __str__(self) -> str:
        return "another"


def _other_texts(**changes: str) -> dict[str, Any]:
    return {name: _Text(value) for name, value in {**PRODUCT, **changes}.items()}


@pytest.mark.parametrize("kind", [dict, CatalogItem])
def test_texts_of_other_classes_are_sent_as_texts_and_the_last_item_counts(kind: Callable[..., Any]) -> None:
    bodies = list[bytes]()

    def play(request: httpx2.Request) -> httpx2.Response:
        bodies.append(request.read())
        return httpx2.Response(403)

    http = httpx2.Client(transport=httpx2.MockTransport(play))
    with JustWalkOut(base_url="https://vendor.example", auth=httpx2.Auth(), http_client=http) as catalog:
        items = [kind(**_other_texts()), kind(**_other_texts()), kind(**_other_texts(item_name="Bread"))]
        with pytest.raises(AccessRefused):
            list(catalog.upload(items))
    assert msgspec.json.decode(bodies[0]) == {"catalogItems": [{**PRODUCT, "item_name": "Bread"}]}


@pytest.mark.parametrize("stores", [[b"STORE-1"], iter([b"STORE-1"]), {b"STORE-2"}])
def test_stores_are_texts(stores: Any, catalog: JustWalkOut) -> None:
    with pytest.raises(TypeError, match="stores: its elements must be texts, and not bytes"):
        catalog.archive(["A"], stores=stores)


async def _later(_: object) -> None: ...


class _Table:
    """As a table of pandas: iterating over it gives the names of its columns."""

    columns = ("store",)

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)


@pytest.mark.parametrize("stores", [_Table(), io.StringIO("STORE-1\n")])
def test_stores_are_neither_a_table_nor_a_file(stores: Any, catalog: JustWalkOut) -> None:
    with pytest.raises(TypeError, match="stores: must be a list, and not"):
        catalog.archive(["A"], stores=stores)


@pytest.mark.parametrize("row", [_Tuple(), _rows(check_same_thread=False).fetchone()])
def test_a_row_is_no_list_of_items(row: Any, market: YandexMarket) -> None:
    with pytest.raises(TypeError, match="its elements are the values of one row"):
        market.archive(row, business_id=BUSINESS)


@pytest.mark.parametrize("progress", [5, "print", _later])
def test_progress_is_a_function_that_need_not_be_awaited(progress: Any, market: YandexMarket) -> None:
    with pytest.raises(TypeError, match="progress: must be a function that is not async"):
        market.archive(["A"], business_id=BUSINESS, progress=progress)
