from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts.fuzz.targets import ROOT
from tests.fuzz.server import Answer, Seen, catalog_items, credentials, serving

_MOST_SECONDS = 30


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_report_so_far_is_left(tmp_path: Path, number: signal.Signals) -> None:
    def slow(request: Seen) -> Answer:
        time.sleep(0.02)
        return catalog_items(request)

    with serving(slow) as served:
        command = [sys.executable, "-m", "scripts.fuzz", "--api", "amazon_catalog_items", "--url", served.url, "--rate", "1000/s"]
        with subprocess.Popen(
            [*command, "--report", str(tmp_path), "--cases", "10000"],
            cwd=ROOT,
            env={**os.environ, **credentials(served)},
            stdout=subprocess.PIPE,
            text=True,
        ) as child:
            until = time.monotonic() + _MOST_SECONDS
            while len(served.seen) < 60 and time.monotonic() < until:
                time.sleep(0.02)
            child.send_signal(number)
            printed, _ = child.communicate(timeout=_MOST_SECONDS)
    assert child.returncode == 130
    assert "interrupted" in printed
    folder = tmp_path / "amazon_catalog_items"
    assert 'name="end" value="interrupted"' in (folder / "junit.xml").read_text()
    assert (folder / "log.ndjson").stat().st_size > 0
    assert "Not all of the run took place" in (tmp_path / "report.html").read_text()
