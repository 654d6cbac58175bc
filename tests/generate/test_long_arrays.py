"""A body with a long array is checked a hundred elements at a time, for speed; refusals and their errors stay the same."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
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


def check(body: msgspec.Struct, unique: Sequence[str] = ()) -> None:
    checks.check_body("op", msgspec.json.encode(body), type(body), unique, body)


@pytest.mark.parametrize(
    ("body", "decoded"),
    [
        (Body([Thing("a")] * 250), [100, 100, 50]),
        (Body([Thing("a")] * 100), [100]),
        (TwoArrays([Thing("a")] * 300, [Thing("b")] * 300), [300]),
    ],
)
def test_only_a_long_array_that_is_alone_is_decoded_in_pieces(
    body: msgspec.Struct, decoded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    def decoder(kind: Any) -> Any:
        def decode(content: bytes) -> Any:
            found = decoding.decoder(kind).decode(content)
            sizes.append(len(found.things))
            return found

        return SimpleNamespace(decode=decode)

    monkeypatch.setattr(checks, "decoder", decoder)
    check(body)
    assert sizes == decoded


@pytest.mark.parametrize(
    ("body", "path", "value"),
    [
        (Body([*[Thing("a")] * 570, Thing("long name"), Thing("a")]), "$.theThings[570].name", "long name"),
        (Body([Thing("a")] * 300, shop="long name"), "$.shop", "long name"),
        (Body([]), "$.theThings", []),
        (Body([Thing("a")] * 1001), "$.theThings", [{"name": "a"}] * 1001),
    ],
)
def test_a_violation_is_reported_with_its_path_in_the_whole_body(body: Body, path: str, value: object) -> None:
    with pytest.raises(InvalidRequest) as caught:
        check(body)
    assert (caught.value.path, caught.value.value) == (path, value)


def test_elements_that_have_to_be_unique_are_compared_over_the_whole_array() -> None:
    body = Body([*[Thing(str(number)) for number in range(200)], Thing("7")])
    with pytest.raises(InvalidRequest, match=r"\$\.theThings\[200\]: elements have to be unique; this one is also at \[7\]"):
        check(body, ["theThings"])
