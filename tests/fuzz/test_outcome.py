"""A run that says nothing about an API is not a success."""

from __future__ import annotations

import pytest

from scripts.fuzz.job import Findings
from scripts.fuzz.run import classified

GOOD = {"200": 3, "404": 1}
BAD = {"404": 8, "401": 1}
MORE = "give more --seconds"
KNOWN = "check the URL, or give values that the vendor knows with --known"


@pytest.mark.parametrize(
    ("note", "responses", "ended", "problem"),
    [
        ("", {"A": GOOD, "B": BAD}, "", ""),
        ("interrupted", {"A": BAD}, "interrupted", ""),
        ("out of time", {"A": GOOD, "B": BAD}, "out of time", ""),
        ("late", {}, "late before anything", f"api: late before anything was tried; {MORE}"),
        ("late", {"A": GOOD}, "late before 1 of 2 operations", f"api: late before 1 of 2 operations were tried; {MORE}"),
        ("", {"A": BAD, "B": BAD}, "nothing succeeded", f"no call of api succeeded (18 responses: 404 16, 401 2); {KNOWN}"),
    ],
)
def test_outcome(note: str, responses: dict[str, dict[str, int]], ended: str, problem: str) -> None:
    findings = Findings(operations=2, responses=responses, end="completed")
    note, findings = classified("api", note, findings)
    assert (note, findings.problem) == (ended, problem)
