"""The command `python -m scripts.bench`, with measurements that are given."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.bench import __main__ as command
from scripts.bench.comparison import Comparison, Target
from scripts.bench.environment import BenchError, environment, options, run
from scripts.bench.measure import Timing
from scripts.command import ROOT


def measured(name: str, ratio: float) -> Comparison:
    timings = {"ours": Timing(figures=(ratio,)), "peer": Timing(figures=(1.0,))}
    return Comparison(name=name, title="", timings=timings, targets=(Target(subject="ours", baseline="peer", limit=0.6),))


@pytest.fixture(autouse=True)
def _measurements(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> Comparison:
        raise BenchError("no server")

    measures = {"good": lambda: measured("good", 0.5), "bad": lambda: measured("bad", 0.7), "none": fail}
    monkeypatch.setattr(command, "_measures", lambda: measures)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--only", "good", "--only", "bad"], 0),
        (["--only", "good", "--only", "bad", "--strict"], 1),
        (["--only", "good", "--strict"], 0),
        (["--only", "none"], 2),
    ],
)
def test_exit_codes(arguments: list[str], code: int) -> None:
    assert command.main(arguments) == code


def test_the_summary_names_what_was_missed(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["--only", "good", "--only", "bad"])
    assert capsys.readouterr().out.endswith("1 of 2 targets are met.\nMISSED: ours / peer = 0.70 (target <= 0.6)\n")


def test_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["--only", "good", "--only", "bad", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert [each["name"] for each in found["comparisons"]] == ["good", "bad"]
    assert found["missed"] == 1


def test_a_failed_measurement_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["--only", "none"])
    assert capsys.readouterr() == ("", "no server\n")


def test_missing_peers_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "PEERS_PYTHON", ROOT / ".venv-none" / "bin" / "python")
    with pytest.raises(BenchError, match=r"^\.venv-none/bin/python: the peers are not installed; run make bench$"):
        command._need_peers()


def test_a_failing_command_is_named_with_its_last_words(tmp_path: Path) -> None:
    script = tmp_path / "fails"
    script.write_text(
        "#!/bin/sh\necho first >&2; echo '  why it failed' >&2; echo '  at Some.java:1' >&2; exit 3\n", encoding="utf-8"
    )
    script.chmod(0o755)
    with pytest.raises(BenchError, match=r"^fails --output-path x: exit code 3: why it failed$"):
        run([str(script), *options(output_path="x")])


def test_commands_use_no_proxy_and_write_below_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid")
    found = environment()
    assert "HTTPS_PROXY" not in found
    assert all(Path(found[name]).is_relative_to(ROOT / ".cache") for name in ("TMPDIR", "PYTHONPYCACHEPREFIX"))


def test_the_measurements_of_the_peers_environment_need_no_generator() -> None:
    modules = ("environment", "payloads", "server", "measure", "comparison")
    blocked = "import sys; sys.modules |= dict.fromkeys(['yaml', 'prance', 'openapi_python_client', 'scripts.apis']); "
    subprocess.run(
        [sys.executable, "-c", blocked + "; ".join(f"import scripts.bench.{name}" for name in modules)], check=True, cwd=ROOT
    )
