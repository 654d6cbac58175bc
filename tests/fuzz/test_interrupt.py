from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.command import ROOT
from scripts.fuzz.__main__ import main
from tests.fuzz.server import MockResponse, Seen, catalog_items, credentials, serving

_MAX_SECONDS = 120


def test_the_report_so_far_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupting(request: Seen) -> MockResponse:
        if len(served.seen) == 20:
            os.kill(os.getpid(), signal.SIGINT)
        return catalog_items(request)

    with serving(interrupting) as served:
        for name, value in credentials(served).items():
            monkeypatch.setenv(name, value)
        common = ["--api", "amazon_catalog_items", "--url", served.url, "--rate", "1000/s", "--report", str(tmp_path)]
        assert main([*common, "--phases", "fuzzing", "--cases", "10000"]) == 130
    assert "interrupted" in capsys.readouterr().out
    folder = tmp_path / "amazon_catalog_items"
    assert "<testsuites" in (folder / "junit.xml").read_text()
    log = [json.loads(line) for line in (folder / "log.ndjson").read_text().splitlines()]
    sent = [request.path for request in served.seen if request.path != "/token"]
    # Every request with a response is there; the last one may have none.
    assert [each["request"]["url"].removeprefix(served.url) for each in log if each["response"].get("status")] in (sent, sent[:-1])
    assert "The run is not complete" in (tmp_path / "report.html").read_text()


@pytest.mark.parametrize("command", ["scripts.fuzz", "scripts.fuzz.proof"])
def test_an_early_interrupt_gives_no_traceback(command: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", command], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        while process.stderr.readline().strip().rpartition(" ")[2] not in ("scripts.apis", ""):
            pass
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=_MAX_SECONDS)
    assert [line for line in stderr.splitlines() if not line.startswith("import time:")] == []
    assert process.returncode == 130
