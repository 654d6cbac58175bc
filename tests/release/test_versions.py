from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.packages.versions import Bump, next_version, parse, suffices

PARTS = st.integers(0, 12)
VERSIONS = st.builds("{}.{}.{}".format, PARTS, PARTS, PARTS)
BUMPS = st.sampled_from(Bump)


@pytest.mark.parametrize(
    ("version", "bump", "expected"),
    [
        ("0.1.0", Bump.MAJOR, "0.2.0"),
        ("0.1.3", Bump.MINOR, "0.1.4"),
        ("0.1.3", Bump.PATCH, "0.1.4"),
        ("0.1.3", Bump.NONE, "0.1.3"),
        ("0.9.9", Bump.MAJOR, "0.10.0"),
        ("1.2.3", Bump.MAJOR, "2.0.0"),
        ("1.2.3", Bump.MINOR, "1.3.0"),
        ("1.2.3", Bump.PATCH, "1.2.4"),
    ],
)
def test_the_next_version(version: str, bump: Bump, expected: str) -> None:
    assert next_version(version, bump) == expected


@given(VERSIONS, BUMPS)
def test_the_next_version_is_the_lowest_that_is_enough(version: str, bump: Bump) -> None:
    fitting = next_version(version, bump)
    assert suffices(version, fitting, bump)
    assert parse(fitting) > parse(version) or bump is Bump.NONE
    major, minor, patch = parse(fitting)
    for lower in (f"{major}.{minor}.{patch - 1}", f"{major}.{minor - 1}.{patch + 99}", f"{major - 1}.{minor + 99}.{patch}"):
        if "-" not in lower and (parse(lower) != parse(version) or bump):
            assert not suffices(version, lower, bump)


@given(VERSIONS, VERSIONS, st.tuples(BUMPS, BUMPS))
def test_what_is_enough_for_more_is_enough_for_less(released: str, version: str, bumps: tuple[Bump, Bump]) -> None:
    if suffices(released, version, max(bumps)):
        assert suffices(released, version, min(bumps))


@pytest.mark.parametrize("text", ["", "1", "1.0", "v1.0.0", "1.0.0-rc.1", "1.0.0.0", "01.0.0", "1.0.0\n", "1.0.x"])
def test_invalid_versions(text: str) -> None:
    with pytest.raises(ValueError, match="is not a version"):
        parse(text)
