"""What is read of a response that breaks its spec, and what is said of the rest."""

from __future__ import annotations

import json
import logging
import pickle
from typing import Any, ClassVar

import httpx2
import msgspec
import pytest

from scripts.runtime.decoding import AnyOf, Checked
from scripts.runtime.errors import Breach
from scripts.runtime.reading import Unreadable, read
from tests.generate.packages import Network, Package


class Leaf(msgspec.Struct):
    name: str
    size: int | msgspec.UnsetType | None = msgspec.UNSET
    tags: list[str] | msgspec.UnsetType = msgspec.UNSET


class Other(msgspec.Struct):
    weight: int
    unit: str


class Either(AnyOf):
    any_of: Leaf | Other | str


class Pair(Checked):
    is_tuple: ClassVar = True
    value: list[int | bool]


class Tree(msgspec.Struct):
    leaves: list[Leaf]
    best: Leaf | msgspec.UnsetType | None = msgspec.UNSET
    named: dict[str, Leaf] | msgspec.UnsetType = msgspec.UNSET
    mixed: list[Either] | msgspec.UnsetType = msgspec.UNSET
    pair: Pair | msgspec.UnsetType = msgspec.UNSET
    count: int = msgspec.field(name="theCount", default=0)


def parts(value: Any, kind: Any = Tree) -> tuple[Any, list[tuple[str, str]]]:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    found, breaches = read(content, kind)
    return msgspec.to_builtins(found), [(each.path, each.left_out) for each in breaches]


LEAF = {"name": "a"}


@pytest.mark.parametrize(
    ("value", "found", "breaches"),
    [
        ({"leaves": [LEAF, None, LEAF]}, {"leaves": [LEAF, LEAF]}, [("$.leaves[1]", "$.leaves[1]")]),
        ({"leaves": [LEAF, {"name": 1}]}, {"leaves": [LEAF]}, [("$.leaves[1].name", "$.leaves[1]")]),
        ({"leaves": [{"size": 1}]}, {"leaves": [{"size": 1}]}, [("$.leaves[0].name", "$.leaves[0].name")]),
        ({"best": LEAF}, {"best": LEAF}, [("$.leaves", "$.leaves")]),
        ({"best": LEAF, "leaves": None}, {"best": LEAF}, [("$.leaves", "$.leaves")]),
        ({"leaves": [{**LEAF, "size": "x"}]}, {"leaves": [LEAF]}, [("$.leaves[0].size", "$.leaves[0].size")]),
        ({"leaves": [{**LEAF, "size": "NaN"}]}, {"leaves": [LEAF]}, [("$.leaves[0].size", "$.leaves[0].size")]),
        ({"leaves": [{**LEAF, "size": "12"}]}, {"leaves": [{**LEAF, "size": 12}]}, [("$.leaves[0].size", "")]),
        ({"leaves": [{**LEAF, "tags": "a"}]}, {"leaves": [{**LEAF, "tags": ["a"]}]}, [("$.leaves[0].tags", "")]),
        ({"leaves": [{**LEAF, "tags": ""}]}, {"leaves": [LEAF]}, [("$.leaves[0].tags",) * 2]),
        ({"leaves": LEAF}, {"leaves": [LEAF]}, [("$.leaves", "")]),
        ({"leaves": {"size": "1"}}, {"leaves": [{"size": 1}]}, [("$.leaves", ""), ("$.leaves.name",) * 2, ("$.leaves.size", "")]),
        ([{"leaves": [], "best": [LEAF]}], {"leaves": [], "best": LEAF}, [("$", ""), ("$[0].best", "")]),
        ({"leaves": [[{"name": ["a"]}]]}, {"leaves": [LEAF]}, [("$.leaves[0]", ""), ("$.leaves[0][0].name", "")]),
        ({"leaves": [], "named": []}, {"leaves": [], "named": {}}, [("$.named", "")]),
        ({"leaves": [], "named": [LEAF, LEAF]}, {"leaves": []}, [("$.named", "$.named")]),
        ({"leaves": [], "named": [{"a": LEAF}]}, {"leaves": [], "named": {"a": LEAF}}, [("$.named", "")]),
        ({"leaves": [], "mixed": "text"}, {"leaves": [], "mixed": ["text"]}, [("$.mixed", "")]),
        ({"leaves": [{**LEAF, "size": 1.5}]}, {"leaves": [LEAF]}, [("$.leaves[0].size", "$.leaves[0].size")]),
        (
            {"leaves": [{"name": None, "tags": [1, "b"]}]},
            {"leaves": [{"tags": ["b"]}]},
            [("$.leaves[0].name", "$.leaves[0].name"), ("$.leaves[0].tags[0]", "$.leaves[0].tags[0]")],
        ),
        ({"leaves": [{**LEAF, "tags": ["a", 2, "c"]}]}, {"leaves": [{**LEAF, "tags": ["a", "c"]}]}, [("$.leaves[0].tags[1]",) * 2]),
        ({"leaves": [], "best": "none"}, {"leaves": []}, [("$.best", "$.best")]),
        ({"leaves": [], "best": []}, {"leaves": []}, [("$.best", "$.best"), ("$.best.name", "$.best")]),
        ({"leaves": [], "best": None}, {"leaves": [], "best": None}, []),
        (
            {"leaves": [], "named": {"good": LEAF, "ba.d": 7}},
            {"leaves": [], "named": {"good": LEAF}},
            [('$.named["ba.d"]', '$.named["ba.d"]')],
        ),
        (
            {"leaves": [], "mixed": ["text", {"weight": 1, "unit": "g"}, {**LEAF, "size": "x"}, {"weight": "1"}, 5]},
            {"leaves": [], "mixed": ["text", {"weight": 1, "unit": "g"}, LEAF, {"weight": 1}]},
            [
                ("$.mixed[2].size", "$.mixed[2].size"),
                ("$.mixed[3].weight", ""),
                ("$.mixed[3].unit", "$.mixed[3].unit"),
                ("$.mixed[4]", "$.mixed[4]"),
            ],
        ),
        (b'\xef\xbb\xbf{"leaves": []}', {"leaves": []}, []),
        (b'{"leaves": [{"name": "\xff"}]}', {"leaves": [{"name": "\ufffd"}]}, [("$", "")]),
        (b'{"leaves": [{"name": "\\ud800"}], "x": NaN}', {"leaves": [{"name": "?"}]}, [("$.leaves[0].name", ""), ("$.x", "")]),
        (b'{"leaves": [{"name": "a\tb\n"}]}', {"leaves": [{"name": "a\tb\n"}]}, [("$", "")]),
        (b'{"leaves": [{"name": "a", "size": 1e999}]}', {"leaves": [{"name": "a", "size": None}]}, [("$.leaves[0].size", "")]),
        (
            {"leaves": [], "pair": [{}, "2", "x", True]},
            {"leaves": [], "pair": [{}, 2, "x", True]},
            [(f"$.pair[{i}]", "") for i in range(3)],
        ),
        ({"leaves": [], "pair": "x"}, {"leaves": []}, [("$.pair", "$.pair")]),
    ],
)
def test_what_can_be_read_is_read_and_each_breach_is_listed(value: Any, found: Any, breaches: list[tuple[str, str]]) -> None:
    assert parts(value) == ({"theCount": 0, **found}, breaches)


@pytest.mark.parametrize("number", ["1.0", "1e0", "10E-1", "0.1e1"])
def test_an_integer_may_be_written_as_another_number(number: str) -> None:
    content = (
        f'{{"leaves": [{{"name": "a", "size": {number}}}], "theCount": {number}, "mixed": [{{"weight": {number}, "unit": "g"}}]}}'
    )
    tree, breaches = read(content.encode(), Tree)
    assert (tree.leaves[0].size, tree.count, tree.mixed, breaches) == (1, 1, [Other(weight=1, unit="g")], ())
    assert type(tree.leaves[0].size) is int


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (b"", "$"),
        (b"<html>", "$"),
        (b"[]", "$"),
        (b"null", "$"),
        (b"{}", "$.leaves"),
        (b'{"leaves": null}', "$.leaves"),
        (b'{"leaves": null, "other": 1}', "$.leaves"),
        (b'{"best": 7, "leaves": {}}', "$.leaves"),
        (b'{"leaves": [], "a": ' + b"[" * 100_000, "$"),
        (b'{"leaves": [],}', "$"),
    ],
)
def test_what_cannot_be_read_at_all_says_why(content: bytes, path: str) -> None:
    with pytest.raises(Unreadable) as unreadable:
        read(content, Tree)
    assert unreadable.value.breaches[0].path == path
    assert {each.left_out for each in unreadable.value.breaches} == {""}


class Nested(AnyOf):
    any_of: list[Nested] | int


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        (bool, "true", True),
        (bool, 0, False),
        (float, "1e3", 1000.0),
        (int, "12345678901234567890123", 12345678901234567890123),
        (list[Nested], {"a": 1}, None),
        (list[list[int]], 5, None),
        (bool, 2, None),
        (str, 7, None),
        (int, "", None),
        (float, "nan", None),
    ],
)
def test_a_value_of_another_type_is_read_as_what_it_means(kind: Any, value: Any, found: Any) -> None:
    content = json.dumps(value).encode()
    if found is None:
        with pytest.raises(Unreadable):
            read(content, kind)
    else:
        read_as, (breach,) = read(content, kind)
        assert (read_as, type(read_as), breach.left_out) == (found, type(found), "")
    with pytest.raises(Unreadable):
        read(content, kind, exact=True)


def test_a_rule_is_short_whatever_the_response_is() -> None:
    class Strange(AnyOf):
        discriminator = "kind"
        mapping: ClassVar = {"leaf": "Leaf"}
        any_of: Leaf

    _, (breach,) = read(json.dumps([{"kind": "x" * 5_000}]).encode(), list[Strange])
    assert (breach.path, breach.left_out, len(breach.rule)) == ("$[0].kind", "$[0]", 200)


SHAPES = [{"kind": "circle", "radius": 1}, None, {"kind": "blob"}, {"kind": "circle", "radius": 2.0}]


def test_a_client_reads_what_it_can_and_says_the_rest(workshop: Package, caplog: pytest.LogCaptureFixture) -> None:
    with workshop.root.Client(base_url="https://w.example", transport=Network(SHAPES)) as client:
        response = client.with_raw_response.bodies(body={"kind": "circle", "radius": 1})
        for found in (response.parse(), client.bodies(body={"kind": "circle", "radius": 1})):
            assert [getattr(shape, "radius", shape) for shape in found] == [1, {"kind": "blob"}, 2]
    assert [each.path for each in response.breaches] == ["$[1]", "$[2].kind"]
    assert all(isinstance(each, workshop.root.Breach) for each in response.breaches)
    assert response.raw.json() == SHAPES
    assert [record.levelno for record in caplog.records if record.name.startswith(workshop.name)] == [logging.WARNING] * 2
    assert "bodies: the response breaks the spec at $[1]: Expected" in caplog.text
    assert ", and 1 more" in caplog.text


def test_a_strict_client_refuses_it(workshop: Package) -> None:
    with (
        workshop.root.Client(base_url="https://w.example", transport=Network(SHAPES), strict=True) as client,
        pytest.raises(workshop.errors.InvalidResponse, match=r"\$\[1\]: Expected") as invalid,
    ):
        client.bodies(body={"kind": "circle", "radius": 1})
    assert [each.path for each in invalid.value.breaches] == ["$[1]", "$[2].kind"]
    assert pickle.loads(pickle.dumps(invalid.value)).breaches == invalid.value.breaches
    with workshop.root.Client(
        base_url="https://w.example", transport=Network([{"kind": "circle", "radius": 2.0}]), strict=True
    ) as client:
        assert client.with_raw_response.bodies(body={"kind": "circle", "radius": 1}).breaches == ()


def test_the_data_of_an_error_are_read_as_far_as_they_can_be(workshop: Package) -> None:
    operation = workshop.operation("work_pieces", "get_piece")
    response = httpx2.Response(404, content=b'{"title": "t", "status": "x"}', headers={"content-type": "application/problem+json"})
    with pytest.raises(workshop.errors.StatusError) as tolerant:
        operation.parse(response)
    assert (tolerant.value.data.title, [each.path for each in tolerant.value.breaches]) == ("t", ["$.status"])
    with pytest.raises(workshop.errors.StatusError) as strict:
        operation.parse(response, strict=True)
    assert strict.value.data is None


def test_a_breach_is_a_line() -> None:
    assert str(Breach("$.a", "rule")) == "$.a: rule"
