"""A real endpoint gets reading requests only, no secret is written, and the same seed sends the same requests again."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from contextlib import redirect_stderr
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from scripts.fuzz.__main__ import main
from scripts.fuzz.job import CONFIGURATION
from tests.fuzz.server import TOKEN, Seen, catalog_items, credentials, serving

_QUICK = ("--cases", "1", "--rate", "1000/s")


class Fuzzed:
    """One run against a server that looks like Amazon's catalog."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        with serving(catalog_items) as self.served, pytest.MonkeyPatch.context() as patch:
            self.secrets = [*(value for name, value in credentials(self.served).items() if name != "SP_API_TOKEN_URL"), TOKEN]
            for name, value in credentials(self.served).items():
                patch.setenv(name, value)
            common = ("--api", "amazon_catalog_items", "--url", self.served.url, "--report", str(folder))
            stderr = io.StringIO()
            patch.setattr("scripts.command.PROGRESS_SECONDS", 600)
            with redirect_stderr(stderr):
                self.code = main([*common, *_QUICK, *arguments])
            self.stderr = stderr.getvalue()

    @property
    def requests(self) -> list[Seen]:
        return [request for request in self.served.seen if request.path != "/token"]


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Fuzzed:
    return Fuzzed(tmp_path_factory.mktemp("fuzzed"), "--seed", "7")


def test_only_reading_requests_are_sent(fuzzed: Fuzzed) -> None:
    assert Counter(request.method for request in fuzzed.requests).keys() <= {"GET", "HEAD", "OPTIONS"}
    assert len(fuzzed.requests) > 50
    assert all(not request.body for request in fuzzed.requests)


def test_a_run_without_any_success_fails(fuzzed: Fuzzed) -> None:
    """The server refuses every search, known values or not, but none of its responses is undocumented."""
    assert fuzzed.code == 2
    assert re.fullmatch(
        r"no call of amazon_catalog_items succeeded \(\d+ responses: 400 \d+\); check the URL, or give values that the "
        r"vendor knows with --known\n",
        fuzzed.stderr,
    )


def test_one_token_is_enough_and_is_sent(fuzzed: Fuzzed) -> None:
    assert [request.path for request in fuzzed.served.seen].count("/token") == 1
    with_token = [request for request in fuzzed.requests if "x-amz-access-token" in request.headers]
    assert len(with_token) > 50
    assert {request.headers["x-amz-access-token"] for request in with_token} == {TOKEN}


def test_no_secret_is_in_any_file(fuzzed: Fuzzed) -> None:
    files = [path for path in fuzzed.folder.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"junit.xml", "log.ndjson", "report.html", "output.txt", "findings.json"}
    for path in files:
        text = path.read_text()
        assert [secret for secret in fuzzed.secrets if secret in text] == []


def test_reports_are_complete(fuzzed: Fuzzed) -> None:
    suite = ET.parse(fuzzed.folder / "amazon_catalog_items" / "junit.xml").getroot()[0]  # noqa: S314 - it is ours
    assert "GET /catalog/2022-04-01/items/{asin}" in [test.get("name") for test in suite]
    log = (fuzzed.folder / "amazon_catalog_items" / "log.ndjson").read_text().splitlines()
    assert [json.loads(line)["request"]["method"] for line in log] == [request.method for request in fuzzed.requests]
    assert {json.loads(line)["response"]["status"] for line in log} == {400, 403}
    page = (fuzzed.folder / "report.html").read_text()
    assert "Seed 7" in page
    assert "GET /catalog/2022-04-01/items/{asin}" in page


def test_the_seed_decides_what_is_sent(tmp_path: Path) -> None:
    runs = [Fuzzed(tmp_path / name, "--phases", "fuzzing", "--seed", "7") for name in "ab"]
    first, again = ([(each.method, each.path, each.body) for each in run.requests] for run in runs)
    assert first == again
    assert "seed = 7\n" in (runs[0].folder / "amazon_catalog_items" / CONFIGURATION).read_text()
