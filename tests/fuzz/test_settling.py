"""Generated cases are made meaningful without losing what they test."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.checks import RejectedPositiveData

from scripts.command import ROOT
from scripts.fuzz.known_values import fill, normalized, read_known, steps
from scripts.fuzz.worker.editing import Editor, Query, _negated, chance_of, texts_of
from scripts.fuzz.worker.hooks import ease, is_finding, lines, rewrite_links
from scripts.fuzz.worker.idempotency import renew_key
from scripts.fuzz.worker.rules import breaking, broken, repair, violations
from scripts.runtime.behaviour import Behaviour, Expression, Pagination, Retry
from scripts.runtime.checks import Rule
from scripts.spec.document import read

CATALOG = schemathesis.openapi.from_dict(read(ROOT / "specs" / "amazon_catalog_items.yaml").data)
SEARCH = Query(CATALOG.find_operation_by_id("searchCatalogItems"))
PARAMETERS = [
    {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}},
    {"name": "shop", "in": "query", "required": True, "schema": {"type": "string", "enum": ["A", "B"]}},
]
LIST = {"operationId": "list", "parameters": PARAMETERS, "responses": {"200": {"description": "Listed."}}}
BODY = {"required": True, "content": {"application/json": {"schema": {"type": "integer"}}}}
ADD = {**LIST, "operationId": "add", "requestBody": BODY}
DOCUMENT = schemathesis.openapi.from_dict(
    {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/jobs": {"get": LIST, "post": ADD}}}
)
RESPONSE: Any = SimpleNamespace(status_code=200, text="")


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
    assert [violations(sku, {"identifiersType": kind}) for kind in ("SKU", "EAN")] == [["sellerId"], []]


@pytest.mark.parametrize(
    ("selector", "values", "document", "expected"),
    [
        ("body.stores", ["A", "B"], {"stores": ["x"], "a": "x"}, {"stores": ["A", "B"], "a": "x"}),
        ("body.items[*].store", ["A"], {"items": [{"store": "x"}, {"other": 1}, 7]}, {"items": [{"store": "A"}, {"other": 1}, 7]}),
        ("body.items[*].store", ["A"], {"items": [{"store": None}, {"store": 3}]}, {"items": [{"store": None}, {"store": 3}]}),
        ("body.ids[*]", ["A", "B"], {"ids": ["A", "x", "y"]}, {"ids": ["B", "A", "y"]}),
        ("body[*].store", ["A"], [{"store": "x"}, {"other": 1}, 7], [{"store": "A"}, {"other": 1}, 7]),
        ("body[*]", ["A", "B"], ["A", "x", "y"], ["B", "A", "y"]),
        ("body[*]", ["A"], {"a": "x"}, {"a": "x"}),
        ("body.nothing", ["A"], {"a": 1}, {"a": 1}),
    ],
)
def test_known_values_go_where_they_fit(selector: str, values: list[Any], document: Any, expected: Any) -> None:
    fill(document, selector, values, chance_of(0))
    assert document == expected


def test_selectors_are_read(tmp_path: Path) -> None:
    path = tmp_path / "known.yaml"
    path.write_text("path.businessId: 4711\nbody.items[*].store_id: [A, B]\nbody[*]: C\n")
    assert read_known(path) == {"path.businessId": [4711], "body.items[*].store_id": ["A", "B"], "body[*]": ["C"]}
    assert steps("body.items[*].store_id?") == ("body", ("items", "*", "store_id"))


def settled(known: Mapping[str, Any], query: dict[str, str]) -> dict[str, str]:
    """Return the query of a generated search as it would be sent."""
    generated = CATALOG.find_operation_by_id("searchCatalogItems").as_strategy(generation_mode=GenerationMode.POSITIVE)
    case: Case[Any] = find(generated, lambda _: True, settings=settings(phases=[Phase.generate]))
    case.query.clear()
    case.query.update(query)
    editor = Editor(known=normalized(known), operations={"searchCatalogItems": Behaviour()}, seed=1)
    editor._settle_query(case, chance_of(1))
    return texts_of(case)


def test_a_valid_query_gets_known_values_and_keeps_the_rules() -> None:
    known = {"query.marketplaceIds": ["M1"], "query.identifiers[*]?identifiersType=EAN": ["1", "2"]}
    query = {"marketplaceIds": "x", "identifiers": ",a,", "identifiersType": "EAN", "brandNames": "b"}
    sent = settled(known, query)
    assert sent["marketplaceIds"] == "M1"
    assert broken(SEARCH.rules, sent) == []
    assert set(sent.get("identifiers", "1").split(",")) <= {"1", "2"}


def test_what_breaks_the_schema_still_breaks_it() -> None:
    too_many = SEARCH.schemas["identifiers"]["maxItems"] + 1
    query = {"marketplaceIds": "M", "identifiers": ",".join("x" * too_many), "brandNames": "b"}
    sent = settled({"query.marketplaceIds": ["M1"]}, query)
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


def test_links_are_sent_as_they_say_without_names_that_have_a_dot() -> None:
    dotted = {"header.X-Trace": "$request.header.X.Trace", "other": "$response.header.X.Y.Z"}
    kept = {"job": "$response.body#/job.id", "X-Trace": "$request.header.X-Trace", "page": 1}
    document = {"responses": [{"links": {"it": {"parameters": {**kept, "full": True, **dotted}}, "other": {"$ref": "#/x"}}}]}
    rewrite_links(document)
    assert document == {"responses": [{"links": {"it": {"parameters": {**kept, "full": "true"}}, "other": {"$ref": "#/x"}}}]}


def negated(
    query: dict[str, str], operation: str = "list", part: ParameterLocation = ParameterLocation.QUERY
) -> tuple[Editor, Case[Any]]:
    """Return a case of which a part violates the spec on purpose, with a query, and what settles it."""
    generated = DOCUMENT.find_operation_by_id(operation).as_strategy(generation_mode=GenerationMode.NEGATIVE)
    case: Case[Any] = find(generated, lambda found: part in _negated(found), settings=settings(phases=[Phase.generate]))
    case.query.clear()
    case.query.update(query)
    return Editor(known={}, operations={}, seed=1), case


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ({"shop": "A", "limit": "1", "": "null"}, False),
        ({"shop": "A", "other": "x"}, False),
        ({"shop": "A", "limit": "0", "": "null"}, True),
        ({"shop": "A", "limit": "x"}, True),
        ({"shop": "A", "limit": "1"}, True),
        ({"limit": "1", "": "null"}, True),
        ({"shop": "a", "other": "x"}, True),
    ],
)
def test_accepted_parameters_that_the_spec_does_not_name_are_no_finding_and_accepted_bad_values_are(
    query: dict[str, str], is_found: bool
) -> None:
    editor, case = negated(query)
    failure = AcceptedNegativeData(operation=case.operation.label, message="Accepted.", status_code=200, expected_statuses=["400"])
    assert is_finding(editor, failure, case, RESPONSE) is is_found


@pytest.mark.parametrize(
    ("query", "status", "is_found"),
    [({"limit": "9"}, 404, False), ({"limit": "9"}, 410, True), ({"limit": "1"}, 404, True), ({}, 404, True)],
)
def test_a_refused_page_is_no_finding_only_if_it_may_be_after_the_last_one(
    query: dict[str, str], status: int, is_found: bool
) -> None:
    _, case = negated({"shop": "A", **query})
    pages = Pagination(
        items=Expression("response", "body", ()), page=Expression("request", "query", ("limit",)), first=1, beyond=404
    )
    editor = Editor(known={"query.shop": ["A"]}, operations={"list": Behaviour(pagination=pages)}, seed=1)
    failure = RejectedPositiveData(operation=case.operation.label, message="Refused.", status_code=status, allowed_statuses=["200"])
    response: Any = SimpleNamespace(status_code=status, text="")
    assert is_finding(editor, failure, case, response) is is_found


def test_accepted_bad_bodies_are_findings_whatever_the_query_has() -> None:
    editor, case = negated({"shop": "A", "other": "x"}, "add", ParameterLocation.BODY)
    failure = AcceptedNegativeData(operation=case.operation.label, message="Accepted.", status_code=200, expected_statuses=["400"])
    assert is_finding(editor, failure, case, RESPONSE)


@pytest.mark.parametrize("media_type", ["application/x-www-form-urlencoded", "multipart/form-data", "application/json"])
@pytest.mark.parametrize(
    ("body", "is_valid"),
    [
        ({"skus": "A"}, True),
        ({"skus": 7}, True),
        ({"skus": ["A"], "mode": ["all"]}, True),
        ({"skus": ""}, False),
        ({"skus": ["A"], "mode": ["all", "some"]}, False),
        ({"skus": []}, False),
        ({"mode": "all"}, False),
        ({"skus": {"A": "B"}}, False),
    ],
)
def test_a_bad_form_that_is_sent_as_a_valid_one_is_no_finding(body: dict[str, Any], is_valid: bool, media_type: str) -> None:
    names = {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}
    form = {"type": "object", "required": ["skus"], "properties": {"skus": names, "mode": {"type": "string"}}}
    operation = {"operationId": "drop", "requestBody": {"required": True, "content": {media_type: {"schema": form}}}}
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/drop": {"post": operation}}}
    generated = schemathesis.openapi.from_dict(document).find_operation_by_id("drop")
    strategy = generated.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    case: Case[Any] = find(
        strategy, lambda each: _negated(each) == {ParameterLocation.BODY}, settings=settings(phases=[Phase.generate])
    )
    case.body = body
    failure = AcceptedNegativeData(operation=case.operation.label, message="Accepted.", status_code=200, expected_statuses=["400"])
    is_alike = is_valid and media_type != "application/json"
    assert is_finding(Editor(known={}, operations={}, seed=1), failure, case, RESPONSE) is not is_alike


def test_a_parameter_of_the_path_gets_known_values_that_its_schema_allows() -> None:
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 100}}
    operation = {"operationId": "end", "parameters": [parameter], "responses": {"204": {"description": "Ended."}}}
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/jobs/{id}": {"delete": operation}}}
    schema = schemathesis.openapi.from_dict(document)
    generated = schema.find_operation_by_id("end").as_strategy(generation_mode=GenerationMode.POSITIVE)
    case: Case[Any] = find(generated, lambda _: True, settings=settings(phases=[Phase.generate]))
    editor = Editor(known={"path.id": ["JOB-1", 7, 700]}, operations={}, seed=1)
    editor._settle_path(case, chance_of(1))
    assert case.path_parameters == {"id": "700"}


@pytest.mark.parametrize("part", ["header", "query", "body"])
def test_each_case_gets_a_key_of_its_own_unless_it_breaks_the_spec_there(part: str) -> None:
    key = Expression("request", part, ("shop",))  # type: ignore[arg-type]  # one of three texts
    table = Behaviour(retry=Retry(responses=(), attempts=1, max_wait=1, idempotent=False, idempotency_key=key))
    sent: dict[str, Any] = {{"header": "headers"}.get(part, part): {"shop": "A"}}

    def case(mode: GenerationMode | None) -> Any:
        meta = mode and SimpleNamespace(components={ParameterLocation(part): SimpleNamespace(mode=mode)})
        found: Any = SimpleNamespace(**{"headers": {}, "query": {}, "body": {}, **deepcopy(sent)}, meta=meta)
        renew_key(found, table)
        return found

    new = [getattr(case(mode), *sent)["shop"] for mode in (None, GenerationMode.POSITIVE)]
    assert len({"A", *new}) == 3
    assert getattr(case(GenerationMode.NEGATIVE), *sent) == {"shop": "A"}
    sent[next(iter(sent))] = {}
    assert getattr(case(None), *sent) == {}, "it is sent without a key, as it was made"


@pytest.mark.parametrize(
    ("value", "body"),
    [([{"sku": "A"}, 1], b'{"sku": "A"}\n1\n'), ({"sku": "A"}, b'{"sku": "A"}\n'), ("as it is", b"as it is"), ([], b"\n")],
)
def test_json_lines_are_written(value: Any, body: bytes) -> None:
    assert lines(None, value) == body
