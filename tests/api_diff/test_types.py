"""Which bump the change of a type annotation needs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.api_diff.types import Use, rate_type
from scripts.packages.versions import Bump

NAMES = st.sampled_from(["int", "str", "None", "models.Item", "list[int]", "Literal['a']", "Literal['a', 'b']"])
UNIONS = st.lists(NAMES, min_size=1, max_size=4, unique=True).map(" | ".join)
USES = st.sampled_from(["given", "read", "both"])


@pytest.mark.parametrize(
    ("old", "new", "use", "bump"),
    [
        ("str", "int", "both", Bump.MAJOR),
        ("", "int", "both", Bump.MAJOR),
        ("int|None", "int | None", "both", Bump.NONE),
        ("int", "int | None", "given", Bump.MINOR),
        ("int", "int | None", "read", Bump.MAJOR),
        ("int", "int | None", "both", Bump.MAJOR),
        ("int | None", "int", "read", Bump.MINOR),
        ("int | None", "int", "given", Bump.MAJOR),
        ("Optional[int]", "int | None | str", "given", Bump.MINOR),
        ("Union[int, str]", "str | int", "both", Bump.MINOR),
        ("list[int]", "list[int | None]", "given", Bump.MAJOR),
        ("Literal['a']", "Literal['a', 'b']", "both", Bump.MINOR),
        ("dict[str, Literal['a']]", "dict[str, Literal['a', 'b']]", "read", Bump.MAJOR),
        ("Literal['a', 'b']", "Literal['a']", "both", Bump.MAJOR),
        ("Literal['a']", "Literal['b']", "given", Bump.MAJOR),
        ("Annotated[str, Meta(max_length=5)]", "Annotated[str, Meta(max_length=4)]", "both", Bump.MAJOR),
        ("Annotated[str, Meta(ge=1)]", "Annotated[int, Meta(ge=1)]", "both", Bump.MAJOR),
        ("no type at all", "no type at all", "both", Bump.NONE),
        ("no type at all", "int", "both", Bump.MAJOR),
    ],
)
def test_the_bump_for_a_change_of_a_type(old: str, new: str, use: Use, bump: Bump) -> None:
    assert rate_type(old, new, use) is bump


@given(UNIONS, UNIONS, USES)
def test_only_a_change_needs_a_bump_and_both_uses_need_the_highest(old: str, new: str, use: Use) -> None:
    assert rate_type(old, old, use) is Bump.NONE
    found = rate_type(old, new, use)
    assert (found is Bump.NONE) is (old == new)
    assert found <= rate_type(old, new, "both")


@given(UNIONS, UNIONS)
def test_given_and_read_are_opposites(old: str, new: str) -> None:
    if "Literal" not in old + new:  # one more value breaks nothing in either
        assert rate_type(old, new, "given") == rate_type(new, old, "read")
