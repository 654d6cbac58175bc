"""What `catalog run` says if an input, a folder, a database or a stream fails or is interrupted: one line, with how to resume."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from types import SimpleNamespace

import pytest

from catalog_jobs.command import parts, run
from catalog_jobs.command.operations import running
from catalog_jobs.command.progress.lines import Lines
from catalog_jobs.errors import NoSuchJob
from tests.jobs.command.calling import ARCHIVE, KEY, SECRET, Catalog, write

GO_ON = "resume job 00000001 with: catalog jobs resume 00000001"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, SECRET)


INTERRUPTING = """
import runpy, sys

class Interrupting:
    def find_spec(self, name, *_):
        if name == sys.argv[1]:
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupting())
runpy.run_module("catalog_jobs", run_name="__main__")
"""


@pytest.mark.parametrize("module", ["catalog_jobs.command", "catalog_jobs.command.signals", "typer", "catalog_jobs.command.main"])
def test_an_interruption_while_the_command_is_loaded_is_said_in_one_line(module: str) -> None:
    ended = subprocess.run([sys.executable, "-c", INTERRUPTING, module], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "catalog: interrupted\n")


def test_almost_nothing_is_loaded_before_an_interruption_is_expected() -> None:
    program = "import sys; before = {*sys.modules}; import catalog_jobs.__main__; print(*sorted({*sys.modules} - before))"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {*ended.stdout.split()} - {"__future__"} == {"catalog_jobs", "catalog_jobs.__main__", "catalog_jobs._version"}


def test_a_folder_that_cannot_have_the_results_is_refused_before_anything_is_sent(catalog: Catalog) -> None:
    write("a")
    Path("taken").write_text("")
    ended = catalog(*ARCHIVE, "--yes", "--output", "taken")
    assert ended.code == 2
    assert ended.err.startswith("catalog: ")
    assert ended.err.endswith("; nothing was sent\n")
    assert catalog.database.calls == ["submit", "delete"]


@pytest.mark.parametrize("arguments", [("--yes",), ("--yes", "--output", "free"), ("--dry-run",)])
def test_whatever_ends_the_command_before_a_job_is_started_leaves_no_job(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    def closed(*_: object) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    write("a")
    monkeypatch.setattr(Lines, "summary", closed)
    assert catalog(*ARCHIVE, *arguments)[::2] == (141, "")
    assert catalog.database.calls == ["submit", "delete"]


@pytest.mark.parametrize(
    ("encoding", "name"), [("ascii", "gr\\u00fcn-\\u4e2d.txt"), ("cp1252", "grün-\\u4e2d.txt"), ("utf-8", "grün-中.txt")]
)
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_an_output_writes_all_characters_in_any_encoding(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, encoding: str, name: str, form: tuple[str, ...]
) -> None:
    write("a", name="grün-中.txt")
    output = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(output, encoding=encoding))
    assert run([*ARCHIVE[:2], "grün-中.txt", *ARCHIVE[3:], "--yes", *form]) == 0
    written = output.getvalue().decode(encoding)
    assert name in written
    if form:
        jobs = [found["job"] for line in written.splitlines() if "job" in (found := json.loads(line))]
        assert {each["input"]["name"] for each in jobs if isinstance(each, dict)} == {"grün-中.txt"}
    assert catalog.database.calls == ["submit", "start", "work", "drained"]


def test_a_value_that_is_not_text_is_named(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "open_jobs", lambda _: "out\udce9".encode())
    write("a")
    advice = "'out\\udce9' cannot be written in UTF-8; give another value or, for a file, rename it"
    assert catalog.refusal("jobs", "list") == catalog.refusal(*ARCHIVE, "--yes") == advice


def test_results_that_cannot_be_written_can_be_written_later(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    write("a")
    with monkeypatch.context() as patched:
        patched.setattr(parts, "export", full)
        ended = catalog(*ARCHIVE, "--yes", "--output", "free")
    assert ended.code == 3
    assert ended.err.startswith("catalog: the result files cannot be written: ")
    assert ended.err.endswith("; write them with: catalog jobs export 00000001\n")
    assert "    catalog jobs resume 00000001\n" in Path("free/INCOMPLETE.txt").read_text()
    assert catalog("jobs", "export", "1".rjust(8, "0"), "--output", "free").code == 0
    assert Path("free/confirmed.csv").read_text() == "1\n"


def test_streams_that_are_closed_are_done_without(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    write("a")
    with monkeypatch.context() as patched:
        for each in ("stdin", "stdout", "stderr"):
            patched.setattr(sys, each, None)
        code = run([*ARCHIVE, "--yes"])
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            stream.close()
    assert code == 0
    assert catalog.database.calls == ["submit", "start", "work", "drained"]


@pytest.mark.parametrize(("sku", "more"), [("a", ""), ("slow", "resume job 00000001 with: catalog jobs resume 00000001; ")])
def test_results_whose_writing_is_interrupted_can_be_written_later(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, sku: str, more: str
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    write(sku)
    monkeypatch.setattr(parts, "export", interrupted)
    monkeypatch.setattr(running, "watch", lambda jobs, job, *_, **__: jobs.status(job.id))
    ended = catalog(*ARCHIVE, "--yes")
    advice = f"{more}write them with: catalog jobs export 00000001"
    assert (ended.code, ended.err) == (130, f"catalog: interrupted; the result files are not written; {advice}\n")


def test_bad_input_is_one_line(catalog: Catalog) -> None:
    write("a")
    refusal = catalog.refusal
    assert refusal(*ARCHIVE[:2], "none.txt", *ARCHIVE[3:], "--yes") == "none.txt: there is no such file"
    assert refusal(*ARCHIVE[:2]) == "Missing argument 'FILE...'; see catalog archive yandex --help"
    assert (
        refusal("archive", "yandx") == "archive knows no vendor 'yandx'; it knows jwo, yandex, shipsidekick; did you mean yandex?"
    )
    assert refusal("run", "yandex_market_offers.addOfersToArchive").endswith("did you mean addOffersToArchive?")
    assert refusal("run", "yandex_market_offer.x").endswith("; did you mean yandex_market_offers?")
    lists = "; `catalog apis` lists the operations of the APIs that are installed"
    assert refusal("archive", "brambleton").endswith(f"; it knows jwo, yandex, shipsidekick{lists}")
    assert refusal("lookup", "jwo").endswith(lists)
    instead = "for an operation without a short name, use `catalog"
    assert refusal("archive", "amazon_jwo_catalog").endswith(f"; {instead} run amazon_jwo_catalog.archiveCatalog`")
    assert refusal("search", "amazon_catalog_items").endswith(f"; {instead} search amazon_catalog_items.searchCatalogItems`")
    for name in ("deleteOffersFromArchive", "delete_offers_from_archive"):
        assert refusal("archive", f"yandex_market_offers.{name}") == (
            f"archive takes a vendor, and not 'yandex_market_offers.{name}'; "
            f"{instead} run yandex_market_offers.deleteOffersFromArchive`"
        )
    assert refusal("run", "x").startswith("'x' is not an operation; name it as API.OPERATION, such as ")
    assert refusal("run", "amazon_catalog_items.searchCatalogItems").startswith(
        "amazon_catalog_items.searchCatalogItems sends no items"
    )
    assert refusal(*ARCHIVE, "--map", "a").startswith("Invalid value for --map: 'a' is not COLUMN=FIELD")
    for other in ("a=", "a=sku"):
        assert refusal(*ARCHIVE, "--map", "a=sku", "--map", other).startswith(
            "Invalid value for --map: the column 'a' is given twice"
        )
    assert refusal("archive", "jwo", "skus.txt", "--store", "S1", "--dry-run").startswith(
        "amazon_jwo_catalog needs the URL of its endpoint: give --base-url"
    )
    assert refusal(*ARCHIVE, "--server", "moon").endswith("has no server 'moon'; it has production")
    assert refusal("archiv").endswith("Did you mean 'archive', 'unarchive', 'search'; see catalog --help")


def test_debug_shows_the_traceback(catalog: Catalog) -> None:
    ended = catalog(*ARCHIVE, "--yes", "--debug")
    assert ended.code == 2
    assert "Traceback" in ended.err
    assert ended.err.splitlines()[-1] == "catalog: skus.txt: there is no such file"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("surprise"), f"RuntimeError: surprise; {GO_ON}"),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), f"the output was closed; {GO_ON}"),
        (NoSuchJob("gone"), "job 00000001 was deleted while it was being worked on; nothing is left of its outcomes"),
    ],
)
def test_an_error_while_a_job_runs_says_how_to_go_on(catalog: Catalog, error: Exception, said: str) -> None:
    write("a")
    catalog.database.error = error
    assert catalog(*ARCHIVE, "--yes")[::2] == (3, f"catalog: {said}\n")


def test_an_unexpected_error_is_one_line_too(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "is_mock", lambda _: 1 / 0)
    write("a")
    refusal = catalog.refusal(*ARCHIVE)
    assert refusal == "unexpected error: ZeroDivisionError: division by zero; --debug shows where"


@pytest.mark.parametrize("number", [errno.EPIPE, errno.ENOSPC])
@pytest.mark.parametrize("failing", ["write", "flush"])
@pytest.mark.parametrize("arguments", [(*ARCHIVE, "--json", "--yes"), ("config", "check", "--offline"), ("config", "check", "x")])
def test_an_output_that_cannot_be_written_is_named_and_is_not_an_outcome(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], failing: str, number: int
) -> None:
    def fail(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    write("a")
    works = {"write": len, "flush": lambda: None}
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(**{**works, failing: fail}, isatty=lambda: False, encoding="utf-8"))
    code, _, said = catalog(*arguments)
    if "x" in arguments:  # another error comes first, and is the one that is said
        assert (code, said.split(";")[0]) == (2, "catalog: there is no API 'x'")
    elif number == errno.EPIPE:
        assert (code, said) == (141, "")
    else:
        assert (code, said) == (2, "catalog: standard output: No space left on device\n")
    if failing == "flush":
        sys.stdout.flush()  # as Python does at its end
