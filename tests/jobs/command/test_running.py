"""`catalog run` and its short names: summary, confirmation, progress, result files and exit codes."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from catalog_jobs.command.operations import running
from catalog_jobs.command.progress import lines, texts, watching
from catalog_jobs.command.progress.display import Display
from catalog_jobs.command.progress.meter import View
from catalog_jobs.command.signals import Stopping
from catalog_jobs.errors import DatabaseError
from catalog_jobs.records import BadRow, Job, Table
from scripts.command import ROOT
from tests.jobs.command.calling import ARCHIVE, KEY, SECRET, Catalog, write


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, SECRET)


@pytest.mark.parametrize(
    ("skus", "code", "counts"),
    [
        (("a", "b", "c"), 0, "3 confirmed, 0 rejected, 0 unknown"),
        (("a", "bad", "c"), 1, "2 confirmed, 1 rejected, 0 unknown"),
        (("a", "!too long"), 1, "1 confirmed, 1 rejected, 0 unknown"),
        (("bad", "lost", "c"), 3, "1 confirmed, 1 rejected, 1 unknown"),
    ],
)
def test_the_exit_code_says_what_became_of_the_items(catalog: Catalog, skus: tuple[str, ...], code: int, counts: str) -> None:
    write(*skus)
    ended = catalog(*ARCHIVE, "--yes")
    assert (ended.code, ended.err) == (code, "")
    assert f"job 00000001 finished: {counts}; see catalog-00000001" in ended.out.splitlines()
    assert Path("catalog-00000001/confirmed.csv").is_file()
    assert catalog.database.calls == ["submit", "start", "work", "drained"]


def test_the_operation_gets_its_arguments_and_the_job_no_secret(catalog: Catalog) -> None:
    write("a")
    assert catalog(*ARCHIVE, "--yes", "--extra-field", "colour", "--origin", "https://a.example", "--patience", "5").code == 0
    job = catalog.database.jobs["00000001"].job
    assert (job.api, job.operation, job.arguments) == ("yandex_market_offers", "addOffersToArchive", {"business_id": 7})
    assert (job.options.extra_fields, job.options.origins, job.options.patience) == (("colour",), ("https://a.example",), 5)
    assert SECRET not in repr(job)


@pytest.mark.parametrize(
    "name",
    [
        "yandex_market_offers.addOffersToArchive",
        "yandex_market_offers.add_offers_to_archive",
        "yandex.archive",
        "yandex.addOffersToArchive",
    ],
)
def test_an_operation_can_be_named_in_full(catalog: Catalog, name: str) -> None:
    write("a")
    assert catalog("run", name, "skus.txt", "--business-id", "7", "--yes").code == 0
    assert catalog.database.jobs["00000001"].job.operation == "addOffersToArchive"


def test_a_summary_comes_before_anything_is_sent_and_a_dry_run_ends_there(catalog: Catalog) -> None:
    write("a", "b", "a", *(f"!{number}" for number in range(7)))
    url = "https://api.partner.market.yandex.ru"
    for command in ([*ARCHIVE, "--dry-run"], ["validate", "yandex.archive", *ARCHIVE[2:]]):
        ended = catalog(*command)
        assert (ended.code, ended.err) == (1, "")
        assert ended.out.splitlines() == [
            "skus.txt: 10 rows, 2 valid, 7 not valid, 1 duplicate",
            *(f"  line {number}, column sku: is longer than 10 characters" for number in range(4, 9)),
            "  and 2 more",
            f"yandex_market_offers.addOffersToArchive at {url}: 1 request, under a second at the vendor's limit",
        ]
    assert catalog.database.calls == ["submit", "delete"] * 2


def test_a_column_without_a_name_is_called_by_its_number() -> None:
    assert texts.breach(BadRow(4, "column 2", "is empty")) == "  line 4, column 2: is empty"
    assert texts.breach(BadRow(4, "sku", "is empty", file="a.csv")) == "  a.csv line 4, column sku: is empty"
    assert texts.breach(BadRow(4, "", "is empty")) == "  line 4: is empty"


def test_a_dry_run_needs_no_credentials(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY)
    write("a")
    assert catalog(*ARCHIVE, "--dry-run").code == 0
    assert KEY in catalog.refusal(*ARCHIVE, "--yes")


def test_a_real_vendor_needs_a_confirmation_and_a_mock_needs_none(catalog: Catalog) -> None:
    write("a")
    assert "give --yes" in catalog.refusal(*ARCHIVE)
    assert "give --yes" in catalog.refusal(*ARCHIVE, "--base-url", "https://127.0.0.1.example")
    assert catalog.database.calls == []
    for host in ("127.0.0.1:8000", "localhost", "[::1]:80"):
        assert catalog(*ARCHIVE, "--base-url", f"http://{host}").code == 0


@pytest.mark.parametrize(("is_confirmed", "code"), [(True, 0), (False, 2)])
def test_a_confirmation_is_asked_for_on_a_terminal(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, is_confirmed: bool, code: int
) -> None:
    asked: list[str] = []

    def ask(question: str) -> bool:
        asked.append(question)
        return is_confirmed

    monkeypatch.setattr(running, "is_terminal", lambda: True)
    monkeypatch.setattr(running, "ask", ask)
    write("a", "b")
    ended = catalog(*ARCHIVE)
    assert ended.code == code
    assert asked == ["Send 2 items in 1 request to https://api.partner.market.yandex.ru?"]
    assert catalog.database.calls == (["submit", "start", "work", "drained"] if is_confirmed else ["submit", "delete"])
    assert ended.err == ("" if is_confirmed else "catalog: nothing was sent\n")


def test_what_follows_a_question_without_a_reply_is_on_a_line_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt() -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdin", SimpleNamespace(readline=lambda: ""))
    assert not running.ask("Send 1 item?")
    monkeypatch.setattr("sys.stdin", SimpleNamespace(readline=interrupt))
    with pytest.raises(KeyboardInterrupt):
        running.ask("Send 1 item?")
    assert capsys.readouterr().err == 2 * "Send 1 item? [y/N] \n"


def test_a_job_is_not_kept_if_its_confirmation_is_interrupted(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: str) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "is_terminal", lambda: True)
    monkeypatch.setattr(running, "ask", interrupted)
    write("a")
    assert catalog(*ARCHIVE)[::2] == (130, "catalog: interrupted\n")
    assert catalog.database.calls == ["submit", "delete"]


@pytest.mark.parametrize("again", [("jobs", "resume", "00000001"), (*ARCHIVE, "--yes"), ("jobs", "export", "00000001")])
def test_a_job_keeps_the_folder_of_its_results(catalog: Catalog, monkeypatch: pytest.MonkeyPatch, again: Sequence[str]) -> None:
    write("refused", "b")
    ended = catalog(*ARCHIVE, "--yes", "--output", "of the night")
    assert ended.err.endswith("resume it with: catalog jobs resume 00000001\n")
    folder = Path("of the night").absolute()
    for each in folder.iterdir():
        each.unlink()
    Path("elsewhere").mkdir()
    Path("skus.txt").rename("elsewhere/skus.txt")
    monkeypatch.chdir("elsewhere")
    catalog(*again)
    assert (folder / "confirmed.csv").exists()
    assert [each.name for each in Path().iterdir()] == ["skus.txt"]
    assert str(folder) in catalog("jobs", "show", "00000001").out


def test_a_job_that_is_resumed_keeps_another_folder_for_its_results(catalog: Catalog) -> None:
    write("refused", "b")
    catalog(*ARCHIVE, "--yes", "--output", "first", "--patience", "7")
    catalog("jobs", "resume", "00000001", "--output", "second")
    options = catalog.database.jobs["00000001"].job.options
    assert (options.output, options.patience) == (str(Path("second").absolute()), 7)


def test_the_same_input_goes_on_with_the_unfinished_job(catalog: Catalog) -> None:
    write("refused", "b")
    first = catalog(*ARCHIVE, "--yes")
    assert first.code == 3
    assert first.err == (
        "catalog: job 00000001 is stopped: 403: the key is refused; resume it with: catalog jobs resume 00000001\n"
    )
    second = catalog(*ARCHIVE, "--yes")
    assert second.out.splitlines()[0] == "job 00000001, which is stopped, has the same input: resuming it"
    assert catalog.database.calls[4:] == ["resume unknown=True with options", "work", "drained"]
    assert catalog(*ARCHIVE, "--dry-run").code == 0
    assert "delete" not in catalog.database.calls


def test_the_most_frequent_reasons_are_said_at_the_end(catalog: Catalog) -> None:
    frequent = [f"bad{reason}-{number}" for reason in (1, 2, 3, 4, 5) for number in range(6 - reason)]
    write(*frequent, "lost-1", "a")
    expected = ["5 rejected: bad1", "4 rejected: bad2", "3 rejected: bad3", "3 rejected for 2 other reasons; the report has all"]
    ended = catalog(*ARCHIVE, "--yes")
    assert ended.out.splitlines()[-5:] == [f"  {each}" for each in (*expected, "1 unknown: lost")]
    again = catalog(*ARCHIVE, "--yes", "--quiet")
    assert (again.out, again.err.splitlines()[1:]) == ("", [f"catalog: {each}" for each in (*expected, "1 unknown: lost")])
    end = catalog(*ARCHIVE, "--yes", "--json").events[-1]
    assert end["reasons"][0] == {"status": "rejected", "reason": "bad1", "rows": 5}
    exported = catalog("jobs", "export", "00000001").out.splitlines()
    assert exported[1:] == ended.out.splitlines()[-5:]


def test_an_input_that_was_done_already_is_said_before_anything_is_sent(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(question: str) -> bool:
        asked.append(question)
        return False

    write("a", "bad")
    catalog(*ARCHIVE, "--yes")
    known = catalog.database.jobs["00000001"]
    known.job = replace(known.job, ended=1_700_000_000)
    day = "2023-11-1[45] [0-9:]{5}"
    said = f"the same input was sent by job 00000001, which finished on {day}: 1 confirmed, 1 rejected, 0 unknown"
    ended = catalog(*ARCHIVE, "--yes")
    assert re.fullmatch(said, ended.out.splitlines()[2])
    assert catalog.database.calls[-4:] == ["submit", "start", "work", "drained"]
    monkeypatch.setattr(running, "is_terminal", lambda: True)
    monkeypatch.setattr(running, "ask", ask)
    write("c")
    assert "once more" not in catalog(*ARCHIVE).out + asked[0]
    write("a", "bad")
    assert re.fullmatch(said, catalog(*ARCHIVE).out.splitlines()[2])
    assert asked[1] == "Send 2 items in 1 request to https://api.partner.market.yandex.ru once more?"
    assert catalog.database.calls[-1] == "delete"


def test_events_are_json_objects(catalog: Catalog) -> None:
    write("a", "bad", "c", "!d")
    events = catalog(*ARCHIVE, "--yes", "--json").events
    assert [each["event"] for each in events] == ["staging", "summary", "note", "progress", "progress", "progress", "end"]
    assert events[1]["job"]["items"] == 3
    bad = {"line": 4, "column": "sku", "rule": "is longer than 10 characters", "cells": ["!d"]}
    assert events[1]["breaches"] == [{**bad, "file": "", "sku": "", "store": ""}]
    assert [events[4][name] for name in ("total", "submitted", "confirmed", "rejected", "unknown")] == [4, 2, 1, 2, 0]
    assert events[4]["limit"] == 100
    assert events[-1]["folder"] == "catalog-00000001"
    assert events[-1]["job"]["counts"]["confirmed"] == 2
    guide = (ROOT / "overrides" / "catalog_jobs" / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", guide, re.MULTILINE)
    documented = {name: {"event", *re.findall(r"`(\w+)`", fields)} for name, fields in rows}
    assert {each["event"]: each.keys() for each in events} == documented


def test_the_state_in_events_is_the_one_that_people_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    job = Job(
        id="1", api="yandex_market_offers", operation="addOffersToArchive", input=Table("a", ()), state="running", submitted=1
    )
    lines.JsonLines().end(job)
    assert json.loads(capsys.readouterr().out)["job"]["state"] == "interrupted"


def test_warnings_of_the_log_are_shown_as_notes(catalog: Catalog) -> None:
    write("a")
    notes = [each for each in catalog(*ARCHIVE, "--yes", "--json").events if each["event"] == "note"]
    assert notes == [{"event": "note", "text": "worker w1 has died"}]


def test_cron_hears_only_of_what_is_not_confirmed(catalog: Catalog) -> None:
    write("a", "b")
    assert catalog(*ARCHIVE, "--yes", "--quiet") == (0, "", "")
    write("a", "bad")
    assert catalog(*ARCHIVE, "--yes", "--quiet") == (
        1,
        "",
        "catalog: job 00000002 finished: 1 confirmed, 1 rejected, 0 unknown; see catalog-00000002\ncatalog: 1 rejected: bad\n",
    )


def test_plain_lines_come_at_changes_and_after_some_seconds(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    write(*"abcdef")
    few = catalog(*ARCHIVE, "--yes").out.splitlines()
    monkeypatch.setattr(lines, "EVERY", 0)
    write(*"ABCDEF")
    many = catalog(*ARCHIVE, "--yes").out.splitlines()
    assert (len(few), len(many)) == (6, 9)
    assert few[3] == (
        "job 00000001 running: 6 staged, 0 submitted, 0 processing, 0 confirmed, 0 rejected, 0 unknown; 0.0/s of 100.0/s"
    )


def test_a_job_is_left_to_workers(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY)  # which only workers need
    write("a")
    ended = catalog(*ARCHIVE, "--yes", "--detach")
    assert ended.code == 0
    assert ended.out.splitlines()[-1] == "job 00000001 waits for workers; see: catalog jobs show 00000001"
    assert catalog.database.calls == ["submit", "start"]


def test_a_database_that_is_away_is_waited_for(catalog: Catalog) -> None:
    write("a")
    away = catalog.database.error = DatabaseError("it is away")
    away.is_temporary = True
    ended = catalog(*ARCHIVE, "--yes", "--json")
    assert ended.code == 0
    assert [each["waits_for"] for each in ended.events if each["event"] == "progress"] == ["", "the database: it is away", ""]


def test_an_option_is_read_as_the_spec_has_it(catalog: Catalog) -> None:
    write("a")
    assert "7x" in catalog.refusal("archive", "yandex", "skus.txt", "--business-id", "7x")
    assert catalog.refusal("archive", "yandex", "skus.txt", "--dry-run").startswith(
        "yandex_market_offers.addOffersToArchive needs --business-id: Identifier of the business"
    )
    command = ("validate", "jwo.archive", "skus.txt", "--base-url", "http://localhost")
    assert catalog(*command, "--store", "S1", "--all-applicable-stores", "S2", "--json").events[-1]["job"]["arguments"] == {
        "all_applicable_stores": ["S1", "S2"]
    }


def test_options_say_how_an_input_is_read_and_the_columns_are_shown(catalog: Catalog) -> None:
    write("a")
    columns = ("--map", "SKU=sku", "--map", "a=b=c", "--map", "note=")
    how = ("--format", "csv", "--encoding", "cp1252", "--separator", ";", "--sheet", "s", "--no-header", "--decimal", ",")
    lines = catalog(*ARCHIVE, "--dry-run", *columns, *how).out.splitlines()
    assert lines[:2] == ["columns: SKU is sku, a=b is c", "columns that are not sent: note"]
    assert lines[2:8] == ["format: csv", "encoding: cp1252", "separator: ;", "sheet: s", "header: False", "decimal: ,"]
    assert "'csv', 'tsv', " in catalog.refusal(*ARCHIVE, "--format", "pdf")


def test_the_summary_says_how_long_it_takes_at_the_limit(catalog: Catalog) -> None:
    write(*map(str, range(30_000)))
    assert catalog(*ARCHIVE, "--dry-run").out.splitlines()[-1].endswith(": 3,000 requests, at least 5 min at the vendor's limit")
    write("a")
    assert catalog(*ARCHIVE, "--dry-run").out.splitlines()[-1].endswith(": 1 request, under a second at the vendor's limit")
    without_limit = ("archive", "shipsidekick", "skus.txt", "--dry-run")
    assert catalog(*without_limit).out.splitlines()[-1].endswith(": 1 request")


def test_the_events_of_a_job_are_lines_for_programs(catalog: Catalog) -> None:
    write("a")
    catalog(*ARCHIVE, "--yes")
    (only,) = catalog("jobs", "list", "--json").out.splitlines()
    assert json.loads(only)["state"] == "finished"


def test_a_job_that_this_process_works_on_is_not_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    class Shown(Display):
        def progress(self, view: View) -> None:
            shown.append(view.state)

    shown = list[str]()
    job = Job(
        id="1", api="yandex_market_offers", operation="addOffersToArchive", input=Table("a", ()), state="running", submitted=1
    )
    found = iter([job, replace(job, state="finished")])
    jobs: Any = SimpleNamespace(status=lambda _: next(found))
    monkeypatch.setattr(watching, "INTERVAL", 0)
    watching.watch(jobs, job, Shown(), Stopping(lambda: None), lambda: None, is_worker=True)
    assert shown == ["running", "running", "finished"]
