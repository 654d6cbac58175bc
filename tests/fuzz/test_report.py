from __future__ import annotations

import re
from pathlib import Path

from scripts.fuzz import report
from scripts.fuzz.job import Failure, Findings, Job, Target
from scripts.fuzz.run import Outcome

TARGET = Target(api="some_api", url="http://localhost", environ={}, writes=False, real=True)
JOB = Job(target=TARGET, folder=Path("folder"), seed=5, repeat='make fuzz ARGS="--api some_api --seed 5"')
FAILURE = Failure(
    operation="POST /a/{b}",
    title="Server error <x>",
    text="500 \x00\ud800",
    checks=("not_a_server_error",),
    curl="curl 'http://localhost/?a=1&b=<i>'",
)
FINDINGS = Findings(
    operations=2, responses={"POST /a/{b}": {"200": 9, "500": 1}, "GET /a": {"404": 7}}, failures=(FAILURE,), end="completed"
)
OUTCOMES = [
    Outcome(job=JOB, findings=FINDINGS, seconds=1.25),
    Outcome(
        job=JOB,
        findings=Findings(operations=1, responses={"GET /a": {"200": 2}}, end="interrupted"),
        seconds=10,
        note="interrupted",
    ),
]


def test_table() -> None:
    assert report.table(OUTCOMES).splitlines() == [
        "API       operations  cases  failures  seconds",
        "some_api           2     17         1      1.2",
        "some_api           1      2         0     10.0  interrupted",
    ]


def test_a_failure_is_printed_with_the_command_that_repeats_it() -> None:
    (paragraph,) = report.failures(OUTCOMES)
    assert paragraph.splitlines()[0] == "some_api: POST /a/{b}: Server error <x>"
    assert paragraph.splitlines()[-2:] == [f"    {FAILURE.curl}", f"    seed 5; again: {JOB.repeat}"]


def test_the_page_is_complete_and_needs_no_other_file(tmp_path: Path) -> None:
    report.write_html(OUTCOMES, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    for text in ("1 failure so far<", "<td>10</td><td>200: 9, 500: 1</td>", "Seed 5", "Server error &lt;x&gt;", "b=&lt;i&gt;"):
        assert text in page
    assert "The run is not complete: some_api: interrupted<" in page
    assert not re.search(r"<(script|link|img|iframe)|src=|url\(|@import|href=\"[^#]", page)


def test_findings_are_read_as_they_were_written(tmp_path: Path) -> None:
    FINDINGS.write(tmp_path)
    assert Findings.read(tmp_path) == FINDINGS
    assert Findings.read(tmp_path / "nowhere") == Findings()
