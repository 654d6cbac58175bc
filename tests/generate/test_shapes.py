"""Unions with tags, objects with properties that are not named, and enums with names, as they are sent and read."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import msgspec
import pytest

from tests.generate.packages import Package


def read(package: Package, name: str, value: Any, status: int = 200) -> tuple[Any, list[str]]:
    """Return what is read of a response, and the paths where it breaks the spec."""
    operation = package.operation("default", name)
    parsed = operation.OPERATION.read(httpx2.Response(status, content=json.dumps(value)))
    return parsed.value, [each.path for each in parsed.breaches]


@pytest.mark.parametrize(("name", "body"), [("put_day", None), ("put_days", [None]), ("put_known_days", {"first": None})])
def test_a_text_of_a_format_may_be_null(shapes: Package, name: str, body: Any) -> None:
    assert json.loads(shapes.operation("default", name).request(name="a", body=body).content) == body


def test_the_fixed_value_of_a_tag_names_the_member_and_else_its_schema(shapes: Package) -> None:
    tags = ["heat", "warmth", "rain", "Other"]
    found, breaches = read(shapes, "list_signals", [{"type": tag} for tag in tags])
    assert [type(each).__name__ for each in found] == ["HeatSignal", "HeatSignal", "RainSignal", "Other"]
    assert breaches == []


def test_an_object_with_an_unknown_tag_is_kept_as_it_is_and_the_others_are_read(shapes: Package) -> None:
    unknown = {"type": "RainSignal", "depth": {"cm": 3}}
    found, breaches = read(shapes, "list_signals", [{"type": "rain", "millimetres": 2}, unknown, {"type": "heat"}])
    assert found[1] == unknown
    assert [found[0].millimetres, type(found[2]).__name__] == [2, "HeatSignal"]
    assert breaches == ["$[1].type"]
    with pytest.raises(shapes.errors.InvalidResponse):
        shapes.operation("default", "list_signals").parse(httpx2.Response(200, json=[unknown]), strict=True)


def test_an_object_without_a_tag_that_all_members_require_is_kept_as_it_is(shapes: Package) -> None:
    values = [{"celsius": 3}, {"type": "heat", "celsius": 4}]
    found, breaches = read(shapes, "list_signals", values)
    assert (found[0], found[1].celsius, breaches) == (values[0], 4, ["$[0].type"])


def test_nothing_is_lost_of_a_kind_that_derives_from_a_base_type_and_is_not_documented(shapes: Package) -> None:
    values = [{"kind": "Fern", "name": "a", "spores": {"n": 3}}, {"kind": "Tree", "rings": 3}, {"name": "b", "leaves": 1}]
    found, breaches = read(shapes, "list_plants", values)
    assert [type(each).__name__ for each in found] == ["Plant", "Tree", "Plant"]
    assert breaches == []
    operation = shapes.operation("default", "put_plant")
    assert [json.loads(operation.request(body=each).content) for each in found[:2]] == values[:2]
    with pytest.raises(shapes.errors.InvalidRequest, match="missing required field `kind`"):
        operation.request(body=found[2])


def test_an_object_without_the_tag_by_which_its_base_type_names_it_is_read(shapes: Package) -> None:
    found, breaches = read(shapes, "put_plant", {"rings": 3})
    assert (found.kind, found.rings, breaches) == (msgspec.UNSET, 3, [])


def test_a_field_that_is_a_number_with_a_sign_has_a_name(shapes: Package) -> None:
    found, _ = read(shapes, "put_plant", {"kind": "Tree", "+1": 2, "-1": 3})
    assert (found.plus_1, found.minus_1) == (2, 3)


@pytest.mark.parametrize(
    ("value", "member"), [({"species": "dog"}, "Dog"), ({"lives": 9}, "Cat"), ({"tricks": ["sit"]}, "Dog"), ({}, "Cat")]
)
def test_an_object_without_an_optional_tag_is_the_member_that_knows_most_of_it(shapes: Package, value: Any, member: str) -> None:
    found, breaches = read(shapes, "put_pet", value)
    assert (type(found).__name__, breaches) == (member, [])
    assert json.loads(shapes.operation("default", "put_pet").request(body=found).content) == value


def test_a_tag_may_be_a_number_and_its_members_without_a_name(shapes: Package) -> None:
    assert read(shapes, "get_payment", {"kind": 2, "card": "4"})[0].card == "4"
    assert read(shapes, "get_payment", {"kind": 3}) == ({"kind": 3}, ["$.kind"])


def test_values_that_one_member_alone_has_are_tags_without_a_discriminator(shapes: Package) -> None:
    unknown = {"kind": "wait", "seconds": 3, "for": {"light": "green"}}
    found, breaches = read(shapes, "list_steps", [{"kind": "right", "angle": 90}, unknown, {"kind": "stop"}, {"angle": 3}])
    assert [type(each).__name__ for each in found] == ["Turn", "dict", "Stop", "Turn"]
    assert (found[1], breaches) == (unknown, ["$[1].kind"])


def test_an_unknown_tag_cannot_be_sent(shapes: Package) -> None:
    with pytest.raises(shapes.errors.InvalidRequest):
        shapes.operation("default", "put_pet").request(body={"species": "cow"})


LABEL = {"id": "1", "colour": "red", "inner": {"id": "2", "*": [1], "counts": {"total": 3, "w_a": 1}}, "id2": None}


def test_properties_that_are_not_named_are_kept_and_sent_back(shapes: Package) -> None:
    found, breaches = read(shapes, "put_label", [LABEL])
    (label,) = found
    assert breaches == []
    assert label.additional_properties == {"colour": "red", "id2": None}
    assert (label.inner.additional_properties, label.inner.counts.additional_properties) == ({"*": [1]}, {"w_a": 1})
    assert json.loads(shapes.operation("default", "put_label").request(body=label).content) == LABEL
    assert (
        json.loads(shapes.operation("default", "put_label").request(id=label.id, inner=label.inner).content)["inner"]
        == LABEL["inner"]
    )


def test_they_are_read_beside_what_breaks_the_spec_and_of_an_error(shapes: Package) -> None:
    counts = {"total": "x", "w_a": 1, "w_b": "many"}
    (label,), breaches = read(shapes, "put_label", [{"id": "1", "colour": "red", "counts": counts}])
    assert (label.additional_properties, label.counts.additional_properties) == ({"colour": "red"}, {"w_a": 1})
    assert breaches == ["$[0].counts.total", "$[0].counts.w_b"]
    (label,), breaches = read(shapes, "put_label", [{"id": "1", "counts": {"w_b": "many"}}])
    assert (label.counts.additional_properties, breaches) == ({}, ["$[0].counts.w_b"])
    with pytest.raises(shapes.errors.BadRequest) as error:
        read(shapes, "put_label", {"title": "t", "traceId": "7"}, 400)
    assert error.value.data.additional_properties == {"traceId": "7"}


def test_they_can_be_given_and_have_a_type(shapes: Package) -> None:
    count_words = shapes.operation("default", "count_words")
    body = shapes.models.Count(total=1, additional_properties={"w_a": 2})
    assert json.loads(count_words.request(body=body).content) == {"total": 1, "w_a": 2}
    with pytest.raises(shapes.errors.InvalidRequest, match=r"\$\.w_a"):
        count_words.request(body=shapes.models.Count(additional_properties={"w_a": "x"}))
    with pytest.raises(shapes.errors.InvalidRequest):
        count_words.request(body={"w_a": -1})


def test_an_object_that_is_written_by_msgspec_is_read_back_whole(shapes: Package) -> None:
    label = shapes.models.Label(id="1", additional_properties={"colour": "red"})
    assert msgspec.json.decode(msgspec.json.encode(label), type=type(label)) == label


def test_an_element_of_a_tuple_that_cannot_be_read_keeps_its_place(shapes: Package) -> None:
    found, breaches = read(shapes, "put_pairs", {"closed": [{}, 1], "open": ["a", {}, 2], "counted": [{"any": [7]}, 3]})
    assert (found.closed, found.open, found.counted[0].any, found.counted[1]) == ([{}, 1], ["a", {}, 2], [7], 3)
    assert breaches == ["$.closed[0]", "$.open[1]", "$.counted[1]"]
    assert read(shapes, "list_pairs", [[["a", 1]], [[[], 2]]]) == ([[["a", 1]], [[[], 2]]], ["$[1][0][0]"])


def test_an_argument_takes_any_sequence_for_a_tuple(shapes: Package) -> None:
    annotations = shapes.root.Client.put_pairs.__annotations__
    assert [annotations[name].partition("[")[0] for name in ("closed", "open")] == ["Sequence"] * 2


def test_the_only_tag_of_a_member_is_sent_with_it(shapes: Package) -> None:
    put = shapes.operation("default", "put_pet")
    assert [json.loads(put.request(body=each).content) for each in (shapes.models.Cat(lives=9), shapes.models.Dog())] == [
        {"species": "cat", "lives": 9},
        {"species": "dog"},
    ]


PAIRS = {"closed": ["a", 1], "open": ["a", 1, 2], "counted": ["a", {"any": [None]}], "any": ["a", {}]}


def test_a_tuple_is_a_list_of_all_that_can_be_in_it(shapes: Package) -> None:
    found, breaches = read(shapes, "put_pairs", PAIRS)
    assert (found.closed, found.counted[1].any, breaches) == (["a", 1], [None], [])
    put = shapes.operation("default", "put_pairs")
    assert json.loads(put.request(pageable={}, body=found).content) == PAIRS
    for wrong in ({"closed": ["a", 1, 2]}, {"open": [True]}, {"counted": ["a"]}):
        with pytest.raises(shapes.errors.InvalidRequest):
            put.request(pageable={}, body=wrong)


@pytest.mark.parametrize("value", [[], ["a", "a"]])
def test_limits_of_what_is_sent_under_the_same_name_are_no_limits_of_what_is_read(shapes: Package, value: list[str]) -> None:
    assert read(shapes, "put_codes", value) == (value, [])
    assert read(shapes, "find_codes", value) == (value, [])
    with pytest.raises(shapes.errors.InvalidRequest):
        shapes.operation("default", "put_codes").request(body=value)


def test_a_text_with_a_pattern_may_be_a_list_instead(shapes: Package) -> None:
    operation = shapes.operation("default", "find_codes")
    assert [operation.request(body=each).content for each in (["A"], "a")] == [b'["A"]', b'"a"']
    with pytest.raises(shapes.errors.InvalidRequest, match="matching regex"):
        operation.request(body="A")


def test_lists_in_an_object_of_a_query_are_written_one_by_one(shapes: Package) -> None:
    put = shapes.operation("default", "put_pairs")
    pageable = shapes.models.Pageable(page=2, sort=["name,asc", "age"])
    request = put.request(pageable=pageable, filter_={"size": {"min": 1}})
    assert request.target == "/pairs?page=2&sort=name%2Casc&sort=age&filter%5Bsize%5D%5Bmin%5D=1"
    with pytest.raises(shapes.errors.InvalidRequest, match=r"\$\.pageable\.page"):
        put.request(pageable={"page": -1})


def test_values_of_enums_have_the_names_that_the_document_gives(shapes: Package) -> None:
    assert [(each.name, each.value) for each in shapes.models.State] == [("WAITING", 0), ("RUNNING", 1), ("GONE", 7)]
    assert [each.name for each in shapes.models.Mode] == ["ALPHA", "BETA"]
    assert [each.name for each in shapes.models.StatesTextsItem] == ["IS_X", "IS_Y"]
    assert [each.name for each in shapes.models.StatesTitled] == ["ONE", "TWO"]
    assert '"""It says "gone"."""' in (shapes.folder / "shapes" / "models.py").read_text(encoding="utf-8")


def test_null_among_the_values_is_one_of_them_whatever_the_type_is(shapes: Package) -> None:
    states = {"texts": ["x", None], "nothing": None, "never": None}
    found, breaches = read(shapes, "list_states", states)
    assert (msgspec.to_builtins(found), breaches) == (states, [])


def test_a_value_where_only_null_can_be_is_left_out(shapes: Package) -> None:
    found, breaches = read(shapes, "list_states", {"texts": ["x"], "nothing": "a", "never": {}})
    assert (msgspec.to_builtins(found), breaches) == ({"texts": ["x"]}, ["$.nothing", "$.never"])


def test_schemas_that_are_only_null_may_be_alternatives_of_each_other(shapes: Package) -> None:
    put = shapes.operation("default", "put_pairs")
    assert put.request(pageable={}, nil=None).content == b'{"nil":null}'
    with pytest.raises(shapes.errors.InvalidRequest, match=r"\$\.nil"):
        put.request(pageable={}, body={"nil": "null"})
