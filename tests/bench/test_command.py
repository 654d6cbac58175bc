"""The command `python -m scripts.bench`, with measurements that are given, and the commands that it runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from pkgutil import resolve_name

import pytest

from scripts.apis import source_folders
from scripts.bench import __main__ as command
from scripts.bench import peers
from scripts.bench.comparison import Comparison, Target
from scripts.bench.environment import BenchError, environment, run
from scripts.command import ROOT

NEITHER = "1 of 2 targets are met.\nMISSED: ours / peer = 0.70 (target <= 0.6)\n"


@pytest.fixture
def _given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the measurements by given ratios."""

    def measure(name: str, **_: bool) -> Comparison:
        if name == "none":
            raise BenchError("no server")
        target = Target(subject="ours", baseline="peer", at_most=0.6)
        return Comparison(title="", timings={"ours": (float(command.MEASURES[name]),), "peer": (1.0,)}, targets=(target,))

    monkeypatch.setattr(command, "MEASURES", {"good": "0.5", "bad": "0.7", "none": ""})
    monkeypatch.setattr(command, "measure", measure)


@pytest.mark.usefixtures("_given")
@pytest.mark.parametrize(
    ("arguments", "code", "printed", "error"),
    [
        ("--only good --only bad", 1, NEITHER, ""),
        ("--only good", 0, "1 of 1 targets are met.\n", ""),
        ("--only none --only good", 2, "1 of 1 targets are met.\nFAILED: none: no server\n", "none: no server\n"),
    ],
)
def test_exit_codes_and_summary(arguments: str, code: int, printed: str, error: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(arguments.split()) == code
    out, err = capsys.readouterr()
    assert out.endswith(printed)
    assert err == error


def test_a_quick_run_leaves_out_what_takes_long_and_does_not_check_what_few_items_say_nothing_of(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def bulk(*, quick: bool) -> Comparison:
        assert quick
        return Comparison(
            title="", timings={"ours": (2.0,), "peer": (1.0,)}, targets=(Target(subject="ours", baseline="peer", at_most=1),)
        )

    monkeypatch.setattr(command, "resolve_name", lambda _: bulk)
    monkeypatch.setattr(command, "_BESIDE_PEERS", ())
    names = ("bulk", "memory", "facade")
    monkeypatch.setattr(command, "MEASURES", {name: command.MEASURES[name] for name in names})
    assert command.main(["--quick", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [(each["name"], len(each["targets"])) for each in found["comparisons"]] == [("bulk", 0), ("facade", 1)]
    command.main(["--quick", "--json", "--only", "memory"])
    assert json.loads(capsys.readouterr().out)["comparisons"][0]["name"] == "memory"


def test_what_a_quick_run_leaves_out_or_does_not_check_exists() -> None:
    assert {*command._LONG, *command._NOT_CHECKED, *command._BESIDE_PEERS} <= set(command.MEASURES)


@pytest.mark.usefixtures("_given")
def test_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["--only", "good", "--only", "bad", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert ([each["name"] for each in found["comparisons"]], found["missed"]) == (["good", "bad"], 1)
    assert {"date", "processor", "cores", "load", "versions"} <= found["machine"].keys()


@pytest.mark.parametrize("function", command.MEASURES.values())
def test_every_measurement_exists(function: str) -> None:
    assert callable(resolve_name(f"scripts.bench.{function}"))


def test_missing_peers_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "PEERS_PYTHON", ROOT / ".venv-none" / "bin" / "python")
    with pytest.raises(BenchError, match=r"^\.venv-none/bin/python: the peers are not installed; run make bench$"):
        peers.peers()


def test_specs_and_lock_files_of_the_peers_exist() -> None:
    assert len(peers.digest()) == 16


def test_a_failing_command_is_named_with_its_last_words() -> None:
    script = "echo first >&2; echo '  why it failed' >&2; echo '  at Some.java:1' >&2; exit 3"
    with pytest.raises(BenchError, match=r"^sh -c .*: exit code 3: why it failed$"):
        run("/bin/sh", "-c", script)


def test_commands_use_no_proxy_and_write_below_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid")
    found = environment()
    assert "HTTPS_PROXY" not in found
    assert all(Path(found[name]).is_relative_to(ROOT / ".cache") for name in ("TMPDIR", "PYTHONPYCACHEPREFIX"))


def test_what_is_measured_in_other_processes_needs_no_generator() -> None:
    blocked = "import sys; sys.modules |= dict.fromkeys(['yaml', 'prance', 'openapi_python_client', 'scripts.apis']); "
    imported = (
        "import scripts.bench.inside, scripts.bench.coding, scripts.bench.call, scripts.bench.bulk_run, scripts.bench.straight"
    )
    run(sys.executable, "-c", blocked + imported, paths=[ROOT, *source_folders()])
