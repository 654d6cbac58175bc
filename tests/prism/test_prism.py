"""Prism is started and stopped, and what is wrong with it is reported in one line."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

import scripts.tools.prism
from scripts.apis import apis
from scripts.command import ROOT
from scripts.tools.prism import PrismError, serving

_SPEC = apis()["yandex_market_offers"].spec


def test_it_ends_when_the_process_that_started_it_is_killed() -> None:
    program = "import sys, time; from pathlib import Path; from scripts.tools.prism import serving\n"
    program += "with serving(Path(sys.argv[1])) as url: print(url, flush=True); time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", program, _SPEC], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        url = parent.stdout.readline().strip()
        parent.kill()
        with pytest.raises(httpx2.TransportError):
            _request_often(url)


def test_a_document_that_it_cannot_serve_is_reported_in_one_line(tmp_path: Path) -> None:
    empty = tmp_path / "empty.yaml"
    empty.write_text("openapi: 3.1.0\ninfo: {title: nothing, version: '1'}\npaths: {}\n")
    for spec, reason in [(empty, "No operations found"), (tmp_path / "none.yaml", "Error opening file")]:
        with pytest.raises(PrismError, match=rf"{spec.name}; fix this: {reason}[^\n]*$"), serving(spec):
            pass


def test_a_missing_prism_is_reported_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripts.tools.prism, "_INSTALLED", ROOT / ".cache" / "nowhere" / "index.js")
    with pytest.raises(PrismError, match=r"^Prism is not at .cache/nowhere/index.js; run 'make setup'$"), serving(_SPEC):
        pass


def _request_often(url: str) -> None:
    for _ in range(500):
        httpx2.get(url, trust_env=False)
        time.sleep(0.02)
