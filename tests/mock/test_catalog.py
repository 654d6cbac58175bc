"""A catalog of any size follows from a seed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.mock.engine.catalog import Catalog, draw

SHARES = {"rare": 0.1, "common": 0.3}


def catalog(*, size: int = 1_000_000, seed: int = 1, prefix: str = "SKU-", shares: dict[str, float] | None = None) -> Catalog:
    return Catalog(seed=seed, size=size, prefix=prefix, shares=SHARES if shares is None else shares)


@given(st.integers(1, 10**15), st.data(), st.sampled_from(["SKU-", "", "a.b", "(", "7"]))
def test_identifiers_and_numbers_belong_together_at_any_size(size: int, data: st.DataObject, prefix: str) -> None:
    number = data.draw(st.integers(1, size))
    products = catalog(size=size, prefix=prefix)
    assert products.number(products.identifier(number)) == number
    assert products.number(products.identifier(size + 1)) is None


@pytest.mark.parametrize(
    "identifier",
    [
        *("", "SKU-", "SKU-0000000", "SKU-0000013", "SKU-00000012", "SKU-000012", "sku-0000012", " SKU-0000012", "SKU-0000012\n"),
        *("SKU-000001\u0662", "SKU--000001", "\ud800", "SKU-" + "9" * 5000),
    ],
    ids=lambda identifier: ascii(identifier[:14]),
)
def test_other_identifiers_are_unknown(identifier: str) -> None:
    assert catalog(size=12).number(identifier) is None
    assert catalog(size=12).number("SKU-0000012") == 12


def test_each_condition_has_its_share() -> None:
    products = catalog()
    found = [products.condition(number) for number in range(1, 20_001)]
    assert 1_800 < found.count("rare") < 2_200
    assert 5_700 < found.count("common") < 6_300
    assert set(found) == {"rare", "common", None}


def test_contents_follow_from_the_seed_and_differ_between_seeds() -> None:
    numbers = range(1, 1001)
    found = [catalog().condition(number) for number in numbers]
    assert found == [catalog(size=10**12).condition(number) for number in numbers]
    assert found != [catalog(seed=2).condition(number) for number in numbers]
    assert found != [catalog(prefix="B").condition(number) for number in numbers]


def test_what_is_drawn_is_the_same_on_each_machine() -> None:
    drawn = [round(draw(*parts), 6) for parts in [(1, "a", 2), ("1", "a", "2"), (1, "a2"), ("\ud800",)]]
    assert drawn == [0.648297, 0.648297, 0.682778, 0.257942]


def test_examples_of_a_small_catalog_are_those_that_it_has() -> None:
    assert catalog(size=1, shares={"all": 1}).examples() == {"all": "SKU-0000001"}
    assert catalog(size=1, shares={"no": 0}).examples() == {"normal": "SKU-0000001"}
    assert catalog(size=0).examples() == {}
