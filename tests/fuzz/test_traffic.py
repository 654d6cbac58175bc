"""The log has each request as soon as its response has arrived, is small, and has no secret."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
import requests

from scripts.fuzz.redaction import redacted
from scripts.fuzz.worker.outgoing_guard import guarded
from scripts.fuzz.worker.traffic import NO_RESPONSE, Traffic
from tests.fuzz.server import as_json, serving

SECRET = "key-that-nobody-may-see"  # noqa: S105 - a word of these tests


def test_requests_are_logged_and_counted(tmp_path: Path) -> None:
    log = tmp_path / "log.ndjson"
    traffic = Traffic(log, clean=lambda text: redacted(text, [SECRET]), keys=["api-key"])
    guard = partial(guarded, writes=True, passed=traffic.passed)
    with serving(lambda _: as_json(200, {"key": SECRET})) as served, guard():
        requests.get(served.url, timeout=60)
        with traffic.about("POST /a"):
            # Half of the secret is beyond the end of what is kept.
            requests.post(f"{served.url}/a?key={SECRET}", data="x" * 1990 + SECRET, headers={"Api-Key": "other"}, timeout=60)
    with traffic.about("POST /a"), guard(), pytest.raises(requests.ConnectionError):
        requests.post(served.url, timeout=60)
    written = log.read_text()
    traffic.close()
    lines = [json.loads(line) for line in written.splitlines()]
    assert [line["operation"] for line in lines] == ["", "POST /a", "POST /a"]
    assert traffic.responses == {"POST /a": {"200": 1, NO_RESPONSE: 1}}
    assert lines[1]["request"]["body"] == "x" * 1990 + "[redacted]"
    assert lines[1]["request"]["headers"]["Api-Key"] == "[redacted]"
    assert json.loads(lines[1]["response"]["body"]) == {"key": "[redacted]"}
    assert "error" in lines[2]["response"]
    assert "key-that" not in written
