"""A body with a long array is checked a few elements at a time, for speed; refusals and their errors stay the same."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import pytest

from scripts.runtime import checks, decoding
from scripts.runtime.errors import InvalidRequest

Name = Annotated[str, msgspec.Meta(max_length=5)]


class Thing(msgspec.Struct):
    name: Name


class Body(msgspec.Struct):
    things: Annotated[list[Thing], msgspec.Meta(min_length=1, max_length=1000)] = msgspec.field(name="theThings")
    shop: Name = "a"


class TwoArrays(msgspec.Struct):
    things: list[Thing]
    others: list[Thing]


class Decoders:
    """Counts what is decoded at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sizes: list[int] = []
        real = decoding.decoder

        def decoder(kind: Any) -> Any:
            class Counting:
                def decode(counting, content: bytes) -> Any:  # noqa: N805 - the outer self is meant below
                    found = real(kind).decode(content)
                    self.sizes.append(len(found.things))
                    return found

            return Counting()

        monkeypatch.setattr(checks, "decoder", decoder)


def check(body: msgspec.Struct) -> None:
    checks.check_body("op", msgspec.json.encode(body), type(body), (), body)


def test_a_long_array_is_never_decoded_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    decoders = Decoders(monkeypatch)
    check(Body([Thing("a")] * 250))
    assert decoders.sizes == [100, 100, 50]


@pytest.mark.parametrize("body", [Body([Thing("a")] * 100), TwoArrays([Thing("a")] * 300, [Thing("b")] * 300)])
def test_other_bodies_are_decoded_as_a_whole(body: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    decoders = Decoders(monkeypatch)
    check(body)
    assert decoders.sizes == [len(body.things)]


@pytest.mark.parametrize(
    ("body", "path", "value"),
    [
        (Body([*[Thing("a")] * 570, Thing("long name"), Thing("a")]), "$.theThings[570].name", "long name"),
        (Body([Thing("a")] * 300, shop="long name"), "$.shop", "long name"),
    ],
)
def test_a_violation_is_reported_with_its_path_in_the_whole_body(body: Body, path: str, value: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        check(body)
    assert (caught.value.path, caught.value.rule, caught.value.value) == (path, "Expected `str` of length <= 5", value)


@pytest.mark.parametrize("count", [0, 1001])
def test_the_length_of_the_whole_array_is_checked(count: int) -> None:
    with pytest.raises(InvalidRequest) as caught:
        check(Body([Thing("a")] * count))
    assert caught.value.path == "$.theThings"


def test_elements_that_have_to_differ_are_compared_over_the_whole_array() -> None:
    body = Body([*[Thing(str(number)) for number in range(200)], Thing("7")])
    with pytest.raises(InvalidRequest, match=r"\$\.theThings\[200\]: elements have to be unique; this one is also at \[7\]"):
        checks.check_body("op", msgspec.json.encode(body), Body, ("theThings",), body)
