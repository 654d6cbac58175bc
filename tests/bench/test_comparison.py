"""Targets, the table and the JSON document."""

from __future__ import annotations

import json

import pytest

from scripts.bench.comparison import Comparison, Target
from scripts.bench.measure import Timing


def comparison(ours: float, peer: float, *targets: Target) -> Comparison:
    timings = {"ours": Timing(figures=(ours, ours, ours * 8)), "peer": Timing(figures=(peer, peer / 2, peer))}
    return Comparison(name="decode", title="decode a page", timings=timings, targets=targets)


@pytest.mark.parametrize(("ours", "met"), [(0.59, True), (0.6, True), (0.61, False)])
def test_a_ratio_at_most(ours: float, met: bool) -> None:
    (outcome,) = comparison(ours, 1.0, Target(subject="ours", baseline="peer", limit=0.6)).outcomes()
    assert (outcome.met, outcome.ratio) == (met, ours)


@pytest.mark.parametrize(("peer", "met"), [(8.1, True), (8.0, True), (7.9, False)])
def test_a_ratio_at_least(peer: float, met: bool) -> None:
    (outcome,) = comparison(1.0, peer, Target(subject="peer", baseline="ours", limit=8, at_least=True)).outcomes()
    assert (outcome.met, outcome.ratio) == (met, peer)


def test_the_table_has_every_contender_and_outcome() -> None:
    targets = Target(subject="peer", baseline="ours", limit=8, at_least=True), Target(subject="ours", baseline="peer", limit=0.5)
    assert list(comparison(0.002, 0.01, *targets).table()) == [
        "decode: decode a page (3 rounds)",
        "          median ms        min        max  x first",
        "  ours         2.00       2.00      16.00     1.00",
        "  peer        10.00       5.00      10.00     5.00",
        "  MISSED: peer / ours = 5.00 (target >= 8)",
        "  met: ours / peer = 0.20 (target <= 0.5)",
    ]


@pytest.mark.parametrize(("seconds", "unit"), [(2.0, "s"), (2e-2, "ms"), (2e-5, "µs")])
def test_the_unit_fits_the_smallest_median(seconds: float, unit: str) -> None:
    header, first = list(comparison(seconds, seconds * 2).table())[1:3]
    assert f"median {unit} " in header
    assert first.split()[1] in ("2.00", "20.00")


def test_another_unit_is_shown_as_it_is() -> None:
    timings = {"less": Timing(figures=(110.0,)), "more": Timing(figures=(121.0,))}
    target = Target(subject="more", baseline="less", limit=1.2)
    found = Comparison(name="memory", title="upload", timings=timings, targets=(target,), unit="MB")
    assert list(found.table()) == [
        "memory: upload (1 rounds)",
        "          median MB        min        max  x first",
        "  less       110.00     110.00     110.00     1.00",
        "  more       121.00     121.00     121.00     1.10",
        "  met: more / less = 1.10 (target <= 1.2)",
    ]
    assert found.data()["unit"] == "MB"


def test_the_json_document_has_seconds_ratios_and_bounds() -> None:
    data = comparison(0.002, 0.01, Target(subject="ours", baseline="peer", limit=0.5)).data()
    assert json.loads(json.dumps(data)) == {
        "name": "decode",
        "title": "decode a page",
        "unit": "s",
        "timings": {
            "ours": {"median": 0.002, "min": 0.002, "max": 0.016, "rounds": 3},
            "peer": {"median": 0.01, "min": 0.005, "max": 0.01, "rounds": 3},
        },
        "targets": [{"subject": "ours", "baseline": "peer", "ratio": 0.2, "at_most": 0.5, "met": True}],
    }
