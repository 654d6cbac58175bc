"""Structured headers that correct a limit: the client reads what the mock writes, and the forms of the IETF's drafts."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from catalog_clients import Limits, WaitTooLong
from catalog_clients._engine.limits import Longest
from catalog_clients._engine.responses.headers import number_of, seconds_until
from scripts.lint import extensions
from scripts.mock.generic.described import of_file
from scripts.mock.generic.vendor import generic
from scripts.spec.document import read
from tests.generate.packages import Package
from tests.mock.callers import Caller
from tests.overrides.limits.test_stamps import DAY, DOCUMENT, items
from tests.overrides.ways import Way

STRUCTURED = {
    "title: Stamps": "title: Structured stamps",
    "$response.header.X-Day-Limit": '$response.header.RateLimit-Policy;"daily";q',
    "$response.header.X-Day-Left": '$response.header.RateLimit;"daily";r',
    "$response.header.X-Day-Ends": '$response.header.RateLimit;"daily";t',
    "X-Day-Limit:": "RateLimit-Policy:",
    "X-Day-Left:": "RateLimit:",
    "            untilFormat: epoch-milliseconds\n": "",
}


@pytest.mark.parametrize(
    ("values", "header", "number"),
    [
        (['"default";r=50;t=30'], 'RateLimit;"default";r', 50),
        (['"default";r=50;t=30'], 'RateLimit;"default";t', 30),
        (['"default";r=50;t=30'], "RateLimit;r", 50),
        (['"a";r=1, "b";r=2;t=3'], 'RateLimit;"b";r', 2),
        (['"a";r=1', '"b" ; r=2'], 'RateLimit;"b";r', 2),
        (['"a, b;r=9";r=1, "b";r=2'], 'RateLimit;"b";r', 2),
        (['"a";r=1, "b";r=2'], "RateLimit;r", None),
        (['"a";r=1, "a";r=2'], 'RateLimit;"a";r', None),
        (['"a";r=1'], 'RateLimit;"b";r', None),
        (['"a";remaining=1'], "RateLimit;r", None),
        (['"r=5";t=1'], "RateLimit;r", None),
        (["limit=100, remaining=50, reset=30"], "RateLimit;remaining", 50),
        (["limit=100, remaining=50, reset=30"], "RateLimit;reset", 30),
        (["limit=100", "remaining=50"], "RateLimit;remaining", 50),
        (["limit=many"], "RateLimit;limit", None),
        ([""], "RateLimit;limit", None),
        ([], "RateLimit;limit", None),
    ],
)
def test_a_part_of_a_structured_header_is_read_where_it_is_certain(values: list[str], header: str, number: float | None) -> None:
    response = httpx2.Response(200, headers=[("RateLimit", value) for value in values])
    assert number_of(response, header) == number
    assert seconds_until(response, header) == number


def test_the_mock_writes_what_the_client_reads(tmp_path: Path) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for old, new in STRUCTURED.items():
        assert old in text
        text = text.replace(old, new)
    document = tmp_path / "stamps.yaml"
    document.write_text(text, encoding="utf-8")
    assert extensions.check(read(document)) == []
    package = Package(document, tmp_path / "client")
    assert 'header `RateLimit` (`"daily";r`)' in (package.folder / "README.md").read_text(encoding="utf-8")

    class Stamps(Caller):
        api = "structured_stamps"
        kinds = (generic(of_file(document)),)

    with Stamps.served() as stamps:
        for left in range(4, 0, -1):
            found = stamps.http.get("/stamps").headers
            assert (found["ratelimit"], found["ratelimit-policy"]) == (f'"daily";t={DAY};r={left}', '"daily";q=5')
        way = Way("sync")
        bulk = way.bulk(package.root, stamps.vendor.base_url, limits=Limits(), width=1)
        assert {each.status for each in way.read(bulk.run("putStamps", items(4)))} == {"confirmed"}
        limiter = bulk._api.limiter("putStamps")
        with pytest.raises(WaitTooLong, match="5 requests in 86400 s requires a wait of 8"):
            next(limiter.enter("putStamps", 4, Longest(in_all=1), lambda: False))
        way.close()
