"""Targets, the table and the JSON document."""

from __future__ import annotations

import json

import msgspec
import pytest

from scripts.bench.comparison import Comparison, Target

AT_MOST = Target(subject="ours", baseline="peer", at_most=0.6)
AT_LEAST = Target(subject="peer", baseline="ours", at_least=8)


def comparison(ours: float, peer: float, *targets: Target) -> Comparison:
    timings = {"ours": (ours, ours, ours * 8), "peer": (peer, peer / 2, peer)}
    return Comparison(title="decode a page", timings=timings, targets=targets)


@pytest.mark.parametrize(
    ("target", "ours", "peer", "met"),
    [
        (AT_MOST, 0.59, 1, True),
        (AT_MOST, 0.6, 1, True),
        (AT_MOST, 0.61, 1, False),
        (AT_LEAST, 1, 8.1, True),
        (AT_LEAST, 1, 8, True),
        (AT_LEAST, 1, 7.9, False),
    ],
)
def test_a_ratio_of_medians_is_within_the_bounds_of_its_target(target: Target, ours: float, peer: float, met: bool) -> None:
    (outcome,) = comparison(ours, peer, target).outcomes()
    assert (outcome.met, outcome.ratio) == (met, ours if target is AT_MOST else peer)


def test_the_table_has_every_contender_and_outcome() -> None:
    assert list(comparison(0.002, 0.01, AT_LEAST, AT_MOST).table("decode")) == [
        "decode: decode a page (3 rounds)",
        "        median ms   min    max  x first",
        "  ours       2.00  2.00  16.00     1.00",
        "  peer      10.00  5.00  10.00     5.00",
        "  MISSED: peer / ours = 5.00 (target >= 8)",
        "  met: ours / peer = 0.20 (target <= 0.6)",
    ]


@pytest.mark.parametrize(("seconds", "unit"), [(2.0, "s"), (2e-2, "ms"), (2e-5, "µs")])
def test_the_unit_fits_the_smallest_median(seconds: float, unit: str) -> None:
    header, first = list(comparison(seconds, seconds * 2).table("decode"))[1:3]
    assert f"median {unit} " in header
    assert first.split()[1] in ("2.00", "20.00")


def test_another_unit_is_shown_as_it_is_and_a_rate_in_calls() -> None:
    found = Comparison(title="upload", timings={"less": (0.25,)}, targets=(), unit="MB", per_second="calls/s")
    assert list(found.table("decode"))[1:] == [
        "        median MB   min   max  x first  calls/s",
        "  less       0.25  0.25  0.25     1.00        4",
    ]
    assert found.data()["unit"] == "MB"


def test_the_json_document_has_seconds_ratios_and_bounds_also_after_it_was_read_from_another_process() -> None:
    sent = msgspec.json.encode(comparison(0.002, 0.01, AT_MOST))
    assert json.loads(json.dumps(msgspec.json.decode(sent, type=Comparison).data())) == {
        "title": "decode a page",
        "unit": "s",
        "timings": {
            "ours": {"median": 0.002, "min": 0.002, "max": 0.016, "rounds": 3},
            "peer": {"median": 0.01, "min": 0.005, "max": 0.01, "rounds": 3},
        },
        "targets": [{"subject": "ours", "baseline": "peer", "ratio": 0.2, "at_most": 0.6, "met": True}],
    }
