"""What the items of an operation are made of follows from the models of a client."""

from __future__ import annotations

import enum
from typing import Annotated, Any

import msgspec
import pytest

from catalog_clients._engine.items.fields import Want, _below, item_fields, want_of
from tests.clients.access import ITEMS, JWO, SHIPSIDEKICK, YANDEX
from tests.clients.causes import ADD, ARCHIVE, UPLOAD
from tests.overrides.playing import APIS


class Colour(enum.StrEnum):
    RED = "red"


class Level(enum.IntEnum):
    LOW = 1


class Price(msgspec.Struct):
    amount: Annotated[float, msgspec.Meta(ge=0)] = msgspec.field(name="unitAmount")
    parts: list[Price] | msgspec.UnsetType = msgspec.UNSET
    within: Price | msgspec.UnsetType | None = msgspec.UNSET


class Article(msgspec.Struct):
    article_id: Annotated[str, msgspec.Meta(min_length=1)] = msgspec.field(name="articleId")
    price: Price
    tags: list[str] | msgspec.UnsetType = msgspec.UNSET


@pytest.mark.parametrize(
    ("kind", "want"),
    [
        (str, "text"),
        (Annotated[str, msgspec.Meta(max_length=3)] | None | msgspec.UnsetType, "text"),
        (Colour, "text"),
        (Level, "any"),
        (int, "whole"),
        (float, "number"),
        (bool, "flag"),
        (list[int], "list"),
        (dict[str, Any], "object"),
        (Price, "object"),
        (int | str, "any"),
        (Any, "any"),
        (None, "any"),
    ],
)
def test_what_a_value_has_to_be(kind: Any, want: Want) -> None:
    assert want_of(kind) == want


def test_fields_of_inner_objects_have_paths_and_no_object_is_within_itself() -> None:
    found = {".".join(each.path): each for each in _below(Article, (), (), {("articleId",)}, (Article,))}
    assert [*found] == ["articleId", "price", "price.unitAmount", "price.parts", "price.within", "tags"]
    assert found["price.unitAmount"].alias == ("price", "amount")
    assert [name for name, each in found.items() if each.is_required] == ["articleId", "price"]
    assert [name for name, each in found.items() if each.is_key] == ["articleId"]
    assert (found["tags"].element, found["price.parts"].element) == ("text", "object")


@pytest.mark.parametrize(
    ("api", "operation", "names"),
    [
        (JWO, ARCHIVE, ["itemSkus", "item_skus"]),
        (YANDEX, ADD, ["offerIds", "offer_ids"]),
        (ITEMS, "searchCatalogItems", ["identifiers"]),
        (SHIPSIDEKICK, "archiveProduct", ["productId", "product_id"]),
    ],
)
def test_items_that_are_one_value(api: str, operation: str, names: list[str]) -> None:
    found = item_fields(APIS[api], operation)
    assert (found.operation, found.names) == (operation, names)
    assert [(each.path, each.want, each.is_required, each.is_key) for each in found.fields] == [((), "text", True, True)]


def test_items_that_have_fields() -> None:
    found = item_fields(APIS[JWO], UPLOAD)
    assert found.names == ["catalogItems", "catalog_items"]
    assert [".".join(each.path) for each in found.fields if each.is_key] == ["item_sku", "store_id"]
    with pytest.raises(ValueError, match="it has "):
        item_fields(APIS[JWO], "sendCatalog")
