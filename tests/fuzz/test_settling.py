"""Generated cases are made meaningful without losing what they test."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

from scripts.command import ROOT
from scripts.fuzz.known_values import fill, normalized, read_known, steps
from scripts.fuzz.worker.editing import Editor, Query, chance_of
from scripts.fuzz.worker.hooks import ease
from scripts.fuzz.worker.rules import applies, breaking, broken, repair
from scripts.runtime.behaviour import Behaviour
from scripts.runtime.checks import Rule

CATALOG = schemathesis.openapi.from_path(ROOT / "specs" / "amazon_catalog_items.yaml")
SEARCH = Query(CATALOG.find_operation_by_id("searchCatalogItems"))


def supply(name: str) -> str | None:
    return "SKU" if name == "identifiersType" else "a"


texts = st.dictionaries(st.sampled_from(sorted(SEARCH.schemas)), st.sampled_from(["a", "SKU"]))


@given(texts, st.sets(st.sampled_from(sorted(SEARCH.schemas)), max_size=1), st.integers(0, 99))
def test_repaired_queries_keep_the_rules_and_what_is_protected(query: dict[str, str], keep: set[str], seed: int) -> None:
    before = dict(query)
    repair(SEARCH.rules, query, keep=keep, supply=supply, chance=chance_of(seed))
    assert broken(SEARCH.rules, query) == []
    assert {name: query[name] for name in keep & before.keys()} == {name: before[name] for name in keep & before.keys()}


@given(texts)
def test_each_rule_can_be_broken_alone(query: dict[str, str]) -> None:
    repair(SEARCH.rules, query, keep=(), supply=supply, chance=chance_of(0))
    tried = list(breaking(SEARCH.rules, query, supply))
    assert [rule for rule, _ in tried] == list(SEARCH.rules)
    for rule, changed in tried:
        assert broken(SEARCH.rules, changed) == [rule]


def test_rules_of_the_spec_are_read() -> None:
    raw = CATALOG.find_operation_by_id("searchCatalogItems").definition.raw["x-client-rules"]
    assert [rule.because for rule in SEARCH.rules] == [each["because"] for each in raw]
    sku = next(rule for rule in SEARCH.rules if rule.equals)
    assert sku == Rule(kind="requires-when", parameter="identifiersType", equals="SKU", others=("sellerId",), because=sku.because)
    assert [applies(rule, {"identifiersType": kind}) for rule in [sku] for kind in ("SKU", "EAN")] == [True, False]


@pytest.mark.parametrize(
    ("selector", "document", "expected"),
    [
        ("body.stores", {"stores": ["x"], "a": "x"}, {"stores": ["S1", "S2"], "a": "x"}),
        ("body.items[*].store", {"items": [{"store": "x"}, {"other": 1}, 7]}, {"items": [{"store": "S"}, {"other": 1}, 7]}),
        ("body.items[*].store", {"items": [{"store": None}, {"store": 3}]}, {"items": [{"store": None}, {"store": 3}]}),
        ("body.ids[*]", {"ids": ["S1", "x", "y"]}, {"ids": ["S2", "S1", "y"]}),
        ("body.nothing", {"a": 1}, {"a": 1}),
    ],
)
def test_known_values_go_where_they_fit(selector: str, document: Any, expected: Any) -> None:
    values = ["S"] if "store" in selector and "stores" not in selector else ["S1", "S2"]
    fill(document, selector, values, chance_of(0))
    if selector == "body.ids[*]":
        assert len(set(document["ids"])) == 3
        assert {"S1", "S2"} <= set(document["ids"])
    else:
        assert document == expected


def test_selectors_are_read(tmp_path: Path) -> None:
    path = tmp_path / "known.yaml"
    path.write_text("path.businessId: 4711\nbody.items[*].store_id: [A, B]\n")
    assert read_known(path) == {"path.businessId": [4711], "body.items[*].store_id": ["A", "B"]}
    assert steps("body.items[*].store_id?") == ("body", ("items", "*", "store_id"))


def settled(known: Mapping[str, Any], *, mode: GenerationMode, query: dict[str, str]) -> Case[Any]:
    """Return a case of the search that was generated in the phase of coverage, as it would be sent."""
    operation = CATALOG.find_operation_by_id("searchCatalogItems")
    strategy = operation.as_strategy(generation_mode=mode)
    case: Case[Any] = _example(strategy)
    case.query.clear()
    case.query.update(query)
    editor = Editor(known=normalized(known), operations={"searchCatalogItems": Behaviour()}, seed=1)
    editor._settle_query(case, chance_of(1))
    return case


def _example(strategy: Any) -> Any:
    found: list[Any] = []

    @given(strategy)
    def draw(case: Any) -> None:
        found.append(case)

    draw()
    return found[0]


def test_a_valid_query_gets_known_values_and_keeps_the_rules() -> None:
    known = {"query.marketplaceIds": ["M1"], "query.identifiers[*]?identifiersType=EAN": ["1", "2"]}
    query = {"marketplaceIds": "x", "identifiers": ",a,", "identifiersType": "EAN", "brandNames": "b"}
    case = settled(known, mode=GenerationMode.POSITIVE, query=query)
    sent = {name: str(value) for name, value in case.query.items()}
    assert sent["marketplaceIds"] == "M1"
    assert broken(SEARCH.rules, sent) == []
    assert set(sent.get("identifiers", "1").split(",")) <= {"1", "2"}


def test_what_breaks_the_schema_still_breaks_it() -> None:
    too_many = SEARCH.schemas["identifiers"]["maxItems"] + 1
    query = {"marketplaceIds": "M", "identifiers": ",".join("x" * too_many), "brandNames": "b"}
    case = settled({"query.marketplaceIds": ["M1"]}, mode=GenerationMode.POSITIVE, query=query)
    sent = {name: str(value) for name, value in case.query.items()}
    assert sent["marketplaceIds"] == "M1"
    assert len(sent["identifiers"].split(",")) == too_many
    assert broken(SEARCH.rules, sent) == []


def test_a_replaced_pattern_is_equivalent() -> None:
    document: dict[str, Any] = {"pattern": r"^(?=.*\S.*)[^\x00-\x08\x0A-\x1f\x7f]{1,255}$", "minLength": 1}
    before = re.compile(document["pattern"])
    ease(document)
    assert "(?=" not in document["pattern"]
    after = re.compile(document["pattern"])
    least, most = document["minLength"], document["maxLength"]

    @given(st.text(st.sampled_from("a \t\n\x00\x7f\u00a0ü"), max_size=6) | st.integers(250, 260).map("a".__mul__))
    def same(text: str) -> None:
        assert bool(before.fullmatch(text)) == (bool(after.fullmatch(text)) and least <= len(text) <= most)

    same()


def test_other_patterns_stay() -> None:
    document = {"pattern": r"^(?=.*\S.*)[a-z]{1,5}$", "items": [{"pattern": "^a$"}]}
    ease(document)
    assert document == {"pattern": r"^(?=.*\S.*)[a-z]{1,5}$", "items": [{"pattern": "^a$"}]}
