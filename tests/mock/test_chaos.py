"""Chaos breaks the configured share of responses in the configured ways, and the same ones in each run."""

from __future__ import annotations

from collections import Counter

import pytest
from starlette.datastructures import Headers

from scripts.mock.engine.call import Call
from scripts.mock.engine.chaos import FAULTS, Chaos
from scripts.mock.settings import Settings

SMALL = [f"/products/{number}" for number in range(200)]
MANY = [f"/products/{number}" for number in range(5000)]


def fates(settings: Settings, paths: list[str], *, body: bytes = b"", query: str = "", method: str = "DELETE") -> list[str | None]:
    chaos = Chaos(settings)
    calls = (Call(method=method, path=path, query=query, headers=Headers(), body=body, scope={}) for path in paths)
    return [chaos.fate(call) for call in calls]


@pytest.mark.parametrize("share", [0, 0.05, 0.3, 0.9, 1])
def test_the_configured_share_fails(share: float) -> None:
    found = fates(Settings(chaos=share), MANY)
    failed = len(MANY) - found.count(None)
    deviation: float = (len(MANY) * share * (1 - share)) ** 0.5
    assert abs(failed - len(MANY) * share) <= 4 * deviation


def test_all_kinds_of_failure_are_as_likely_unless_some_are_chosen() -> None:
    found = Counter(fates(Settings(chaos=1), MANY))
    assert found.keys() == FAULTS.keys()
    assert max(found.values()) < 1.3 * min(found.values())
    assert set(fates(Settings(chaos=1, faults=("html", "empty")), MANY)) == {"html", "empty"}


def test_a_seed_gives_the_same_fates_whatever_the_order() -> None:
    settings = Settings(chaos=0.5)
    there = fates(settings, SMALL * 2)
    assert there == fates(settings, SMALL * 2)
    assert there[:200] == list(reversed(fates(settings, SMALL[::-1])))
    interleaved = fates(settings, [path for path in SMALL for _ in range(2)])
    assert there == interleaved[::2] + interleaved[1::2]
    assert there[:200] != there[200:]  # a request that is repeated meets another fate


@pytest.mark.parametrize("other", [{"body": b"1"}, {"query": "a=1"}, {"method": "GET"}], ids=repr)
def test_the_request_decides_the_fate(other: dict[str, object]) -> None:
    settings = Settings(chaos=0.5)
    assert fates(settings, SMALL) != fates(settings, SMALL, **other)  # type: ignore[arg-type]  # of several types
    assert fates(settings, SMALL) != fates(Settings(chaos=0.5, seed=2), SMALL)
