"""Hosts that reports are fetched from: those of the spec or of the caller's list, however a link is written, and no other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from catalog_clients import ReportError, ReportRefused, Reports
from catalog_clients._engine.flows.effects import Call, CallResult, Fetch, Fetched, Sleep
from catalog_clients._engine.reports.download import download
from tests.clients.causes import ARCHIVE
from tests.overrides.playing import TABLES

LOOPBACK = ["http://127.0.0.1:*"]
LINKS = [
    *(f"https://evil.test{each}.amazonaws.com" for each in ["/", "#", "?", ":443?", "\\", "%2f", "%23", ";", "\uff0f", ":"]),
    *(f"https://x.amazonaws.com{each}evil.test/" for each in ["@", ":443@", "%40"]),
    *(f"https://bucket.s3.amazonaws.com{each}" for each in [":8443/", ".evil.test", "\n.evil.test"]),
    *(f"{each}bucket.s3.amazonaws.com" for each in ["http://", "HTTP://", "ftp://", "//", "", " https://", "https:///", "https:"]),
    *(f"https://{each}/" for each in ["127.0.0.1", "2130706433", "[::1]", "169.254.169.254", "localhost"]),
    *(f"http://127.0.0.1{each}" for each in ["@evil.test/", ":80@evil.test/", ".evil.test:80/", ":80\\@evil.test/"]),
    "https://evil.test\\@x.amazonaws.com",
    "https://user:password@bucket.s3.amazonaws.com/",
    "https://amazonaws.com.evil.test",
    "https://evilamazonaws.com",
    "https://amazonaws.com",
    "https://.amazonaws.com/",
    f"https://{'a' * 64}.amazonaws.com/",
    "https://127.1/.amazonaws.com",
    "https://[::1].amazonaws.com/",
    "file:///etc/passwd",
]


def first_fetch(link: str, path: Path, origins: Sequence[str] = ()) -> Any:
    """Return how a download begins."""
    table = TABLES[ARCHIVE].polling.report
    flow = download(
        link,
        path,
        table=table,
        origins=origins or table.origins,
        most_bytes=1000,
        pause=0,
        seconds=60,
        status_request=NotImplemented,
    )
    assert next(flow) == Sleep(0)
    return flow.send(0.0)


def test_all_that_a_download_does_ends_within_its_time(tmp_path: Path) -> None:
    now, ends, table = 0.0, list[float](), TABLES[ARCHIVE].polling.report
    options: dict[str, Any] = {"origins": table.origins, "most_bytes": 1000, "pause": 1, "seconds": 60, "status_request": Mock()}
    flow = download("https://b.s3.amazonaws.com/a", tmp_path / "report", table=table, **options)
    effect, reason = next(flow), ""
    while not reason:
        assert isinstance(effect, Sleep | Fetch | Call)
        now += effect.seconds if isinstance(effect, Sleep) else min(40, effect.seconds)
        ends += [] if isinstance(effect, Sleep) else [now]
        result: Any = {Sleep: now, Fetch: Fetched(status=403, error="too late"), Call: CallResult()}[type(effect)]
        try:
            effect = flow.send(result)
        except ReportError as error:
            reason = str(error)
    assert (ends, reason) == ([40, 60], "its report cannot be downloaded: too late")


def test_only_the_first_new_link_is_followed_without_a_pause(tmp_path: Path) -> None:
    table, links, pauses = TABLES[ARCHIVE].polling.report, count(), list[float]()
    options: dict[str, Any] = {"origins": table.origins, "most_bytes": 1000, "pause": 1, "seconds": 60, "status_request": Mock()}
    flow = download("https://b.s3.amazonaws.com/a", tmp_path / "report", table=table, **options)
    effect, is_over = next(flow), False
    while not is_over:
        pauses += [effect.seconds] if isinstance(effect, Sleep) and effect.jitter else []
        status: CallResult[object] = CallResult(value={"reportDownloadLink": f"https://b.s3.amazonaws.com/{next(links)}"})
        result: Any = {Sleep: 0.0, Fetch: Fetched(status=403, error="denied"), Call: status}[type(effect)]
        try:
            effect = flow.send(result)
        except ReportError:
            is_over = True
    assert pauses == [0, 1, 1, 1]


@pytest.mark.parametrize("link", LINKS)
def test_a_link_to_anywhere_else_is_refused_before_anything_is_sent(link: str, tmp_path: Path) -> None:
    origins = LOOPBACK if link.startswith("http://127.0.0.1") else ()
    with pytest.raises(ReportRefused, match="report"):
        first_fetch(link, tmp_path / "report", origins)


S3 = ["https://b.s3.amazonaws.com/a?b=c", "HTTPS://b.s3.amazonaws.com", "https://b.s3.eu-west-1.amazonaws.com"]


@pytest.mark.parametrize("link", [*S3, "https://B.S3.AmazonAWS.com:443/a"])
def test_a_link_to_s3_is_followed(link: str, tmp_path: Path) -> None:
    fetch: Any = first_fetch(link, tmp_path / "report")
    assert fetch.url == link
    assert link not in repr(fetch)


@pytest.mark.parametrize(
    ("origin", "link"),
    [
        ("https://Reports.Test/", "https://reports.test/a"),
        ("https://reports.test:443", "https://reports.test/a"),
        ("http://reports.test:80/", "http://reports.test/a"),
        ("https://reports.test:8443", "https://reports.test:8443/a"),
    ],
)
def test_an_origin_may_be_written_in_each_way_that_means_the_same(origin: str, link: str, tmp_path: Path) -> None:
    fetch: Any = first_fetch(link, tmp_path / "report", Reports(origins=[origin]).origins)
    assert (fetch.url, fetch.is_name) == (link, False)
