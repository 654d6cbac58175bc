from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from scripts.fuzz import report
from scripts.fuzz.job import Failed, Job, Told
from scripts.fuzz.run import Outcome

JOB = Job(
    api="yandex_market_offers", spec="spec", url="http://localhost", folder="folder", seed=5, cases=2, writes=True, real=False
)
FAILED = Failed(operation="POST /a/{b}", title="Server error <x>", text="500 \x00\ud800", curl="curl 'http://localhost/?a=1&b=<i>'")
OUTCOMES = [
    Outcome(
        job=JOB,
        told=Told(
            operations=2, responses={"POST /a/{b}": {"200": 9, "500": 1}, "GET /a": {"404": 7}}, failures=(FAILED,), end="completed"
        ),
        seconds=1.25,
    ),
    Outcome(job=JOB, told=Told(operations=1, responses={"GET /a": {"200": 2}}, end="interrupted"), seconds=10, note="interrupted"),
]
REPEAT = {JOB.api: 'make fuzz API=yandex_market_offers ARGS="--seed 5"'}


def test_table() -> None:
    assert report.table(OUTCOMES).splitlines() == [
        "API                   operations  cases  failures  seconds",
        "yandex_market_offers           2     17         1      1.2",
        "yandex_market_offers           1      2         0     10.0  interrupted",
    ]


def test_a_failure_is_told_with_what_repeats_it() -> None:
    (paragraph,) = report.failures(OUTCOMES, REPEAT)
    assert paragraph.splitlines()[0] == "yandex_market_offers: POST /a/{b}: Server error <x>"
    assert paragraph.splitlines()[-2:] == [f"    {FAILED.curl}", f"    seed 5; again: {REPEAT[JOB.api]}"]


def test_junit_names_each_operation(tmp_path: Path) -> None:
    report.write_junit(OUTCOMES[0], tmp_path / "junit.xml")
    suite = ET.parse(tmp_path / "junit.xml").getroot()[0]  # noqa: S314 - it is ours
    assert {name: suite.get(name) for name in ("name", "tests", "failures")} == {"name": JOB.api, "tests": "2", "failures": "1"}
    found = {test.get("name"): [failure.get("message") for failure in test] for test in suite.findall("testcase")}
    assert found == {"POST /a/{b}": ["Server error <x>"], "GET /a": []}


def test_junit_of_a_run_that_could_not_take_place(tmp_path: Path) -> None:
    report.write_junit(Outcome(job=JOB, told=Told(problem="it is gone"), seconds=0), tmp_path / "junit.xml")
    suite = ET.parse(tmp_path / "junit.xml").getroot()[0]  # noqa: S314 - it is ours
    assert [failure.text for failure in suite.iter("failure")] == ["it is gone"]


@pytest.fixture
def page(tmp_path: Path) -> str:
    report.write_html(OUTCOMES, REPEAT, tmp_path / "report.html")
    return (tmp_path / "report.html").read_text()


def test_page_has_everything_and_needs_nothing_else(page: str) -> None:
    assert "1 failure so far<" in page
    assert '<td class="n">10</td><td>200: 9, 500: 1</td>' in page
    assert "Seed 5" in page
    assert "Not all of the run took place: yandex_market_offers: interrupted<" in page
    assert "Server error &lt;x&gt;" in page
    assert "b=&lt;i&gt;" in page
    assert not re.search(r"<(script|link|img|iframe)|src=|url\(|@import|href=\"[^#]", page)


def test_what_is_told_survives_being_written(tmp_path: Path) -> None:
    OUTCOMES[0].told.write(tmp_path)
    assert Told.read(tmp_path) == OUTCOMES[0].told
    assert Told.read(tmp_path / "nowhere") == Told()


def test_a_job_survives_being_written(tmp_path: Path) -> None:
    job = Job(
        api="a",
        spec="b",
        url="c",
        folder=str(tmp_path),
        seed=1,
        cases=2,
        writes=False,
        real=True,
        rate=(2.0, 60.0),
        known={"path.a": [1]},
    )
    assert Job.read(job.write()) == job
