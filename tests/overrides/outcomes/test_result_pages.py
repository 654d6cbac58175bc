"""Results of work that an operation of its own lists, page by page: from the document to the outcomes, with a mock over TCP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import httpx2
import pytest

from catalog_clients._engine.ledger.ledger import last_rows
from scripts.command import ROOT
from scripts.lint import extensions
from scripts.mock.engine.clock import Clock
from scripts.mock.generic.described import of_file
from scripts.mock.generic.vendor import generic
from scripts.spec.document import read
from tests.generate.packages import Package
from tests.mock.callers import Caller
from tests.overrides.ways import Way

DOCUMENT = ROOT / "tests" / "support" / "seventh_api.yaml"
STONES = [f"ST-{number}" for number in range(1, 49)]
ITEMS: dict[str, list[Any]] = {
    "removeStones": STONES,
    "priceStones": [{"stone": each, "price": 1} for each in STONES],
    "countStones": [{"stone": each, "tons": 1} for each in STONES],
    "weighStones": [{"stone": each, "tons": 1} for each in STONES],
}
"""By operation, items for three requests; with a size of 5 or 7, the results of each are on several pages."""

LISTS = {"removeStones": "/results", "priceStones": "/refusals/", "countStones": "/miscounts", "weighStones": "&page="}
"""By operation, what the URL of a page of its results has."""
_KEPT = ("location", "retry-after", "x-total-count")


class Quarry(Caller):
    """A caller of the mock."""

    api = "tarnbeck_quarry"
    kinds = (generic(of_file(DOCUMENT)),)

    def bulk(self, way: Way, package: Package, play: Any = None, **options: Any) -> Any:
        """Return a `Bulk` of the mock; what is requested goes through a function that may change it, if there is one."""
        auth = package.root.auth.QuarryToken(next(iter(self.credentials.values())))
        transport = {} if play is None else {"http_client": way.http(transport=httpx2.MockTransport(play))}
        return way.bulk(package.root, self.vendor.base_url, interval=0.01, auth=auth, **transport, **options)

    def rejected(self, operation: str, skus: list[str]) -> set[str]:
        """Return which items of an operation the vendor has rejected."""
        found = self.look_up(skus)
        return {each["key"] for one in found for each in one["rejections"] if each["operation"] == operation}

    def forward(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request to the mock, and return its response."""
        found = self.http.request(request.method, request.url, headers=request.headers, content=request.content)
        headers = {name: found.headers[name] for name in _KEPT if name in found.headers}
        return httpx2.Response(found.status_code, headers=headers, json=found.json() if found.content else None)


@pytest.fixture(scope="module")
def quarry() -> Iterator[Quarry]:
    with Quarry.served(clock=Clock(speed=1000), rejected=0.4) as found:
        yield found


def rows_of(response: httpx2.Response) -> list[Any]:
    """Return the results on a page."""
    page = response.json()
    return page if isinstance(page, list) else next(each for each in page.values() if isinstance(each, list))


def with_rows(response: httpx2.Response, rows: list[Any], **changes: Any) -> httpx2.Response:
    """Return a page with other results, and with other fields besides them."""
    page = response.json()
    if isinstance(page, dict):
        page = {**{name: rows if isinstance(each, list) else each for name, each in page.items()}, **changes}
    return httpx2.Response(200, headers=response.headers, json=page if isinstance(page, dict) else rows)


class Faulty:
    """Plays the vendor, and gives something else than the second page of the results of the first work.

    Args:
        quarry: the vendor.
        lists: what the URL of a page of results has.
        fault: returns what it gives, from the first page and the second one.
    """

    def __init__(self, quarry: Quarry, lists: str, fault: Callable[[httpx2.Response, httpx2.Response], httpx2.Response]) -> None:
        self._quarry, self._lists, self._fault = quarry, lists, fault
        self._pages: dict[httpx2.URL, httpx2.Response] = {}

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        response = self._quarry.forward(request)
        if self._lists not in str(request.url) or response.status_code != 200:
            return response
        self._pages.setdefault(request.url, response)
        first, *others = self._pages
        is_second = others[:1] == [request.url] and first.path == request.url.path
        return self._fault(self._pages[first], response) if is_second else response


def test_the_document_is_clean_and_the_readme_says_where_the_results_are(generated: Package) -> None:
    assert extensions.check(read(DOCUMENT)) == []
    words = " ".join((generated.folder / "README.md").read_text(encoding="utf-8").split())
    said = "`results` of `list_removal_results`, on all its pages, has the outcome of each item, by its key."
    assert f"At the end, {said}" in words
    assert "gives an outcome for each item, by the results that `listRemovalResults` lists" in words
    assert 'bulk.collect("removeStones", ingestion_id, items, site=...)' in words


@pytest.mark.parametrize("operation", ITEMS)
def test_bulk_reads_all_pages_of_the_mock(operation: str, way: Way, generated: Package, quarry: Quarry) -> None:
    found = way.read(quarry.bulk(way, generated).run(operation, ITEMS[operation], site="north"))
    assert {each.sku for each in found} == {*STONES}
    assert {each.sku for each in found if each.status == "rejected"} == quarry.rejected(operation, STONES) != set()
    assert {each.status for each in found} == {"confirmed", "rejected"}
    assert len({each.ingestion_id for each in found}) == 3


@pytest.mark.parametrize("operation", ["removeStones", "priceStones"])
def test_another_run_collects_them_by_the_identifier_of_the_work(
    operation: str, way: Way, generated: Package, quarry: Quarry
) -> None:
    bulk = quarry.bulk(way, generated)
    sent = way.read(bulk.run(operation, ITEMS[operation][:20], site="north"))
    given = {"site": "north"} if operation == "removeStones" else {}
    found = way.read(bulk.collect(operation, sent[0].ingestion_id, ITEMS[operation][:20], **given))
    assert {each.sku: (each.status, each.reason) for each in found} == {each.sku: (each.status, each.reason) for each in sent}


FAULTS: dict[str, tuple[Callable[[httpx2.Response, httpx2.Response], httpx2.Response], str]] = {
    "lost": (lambda *_: httpx2.Response(500), "page 2 of its results is not available: "),
    "missing": (lambda *_: httpx2.Response(404, json={"problem": "no"}), "page 2 of its results is not available: "),
    "no JSON": (lambda *_: httpx2.Response(200, text="<html>"), "page 2 of its results is not available: "),
    "repeated": (lambda first, second: with_rows(second, rows_of(first)), "has no new items"),
    "in part repeated": (
        lambda first, second: with_rows(second, [rows_of(first)[0], *rows_of(second)[1:]]),
        "have a result twice, so that a result may be missing",
    ),
    "with an error": (lambda _, second: with_rows(second, rows_of(second), error="incomplete"), "has error: "),
    "of another total": (lambda _, second: with_rows(second, rows_of(second), total=len(rows_of(second)) + 5), "differently"),
    "cut short": (lambda _, second: with_rows(second, rows_of(second)[:-1]), "end before all of "),
}
_SLOW = ("lost", "no JSON")  # there are retries, whatever lists the results
_NEITHER = {
    "removeStones": (),
    "priceStones": _SLOW,
    "weighStones": _SLOW,
    "countStones": (*_SLOW, "with an error", "of another total", "cut short"),  # bare arrays; what is cut off begins the next page
}
_CASES = [(operation, fault) for operation, neither in _NEITHER.items() for fault in FAULTS if fault not in neither]


@pytest.mark.parametrize(("operation", "fault"), _CASES)
def test_a_page_that_is_not_whole_leaves_the_items_of_its_work_unknown(
    operation: str, fault: str, way: Way, generated: Package, quarry: Quarry, tmp_path: Path
) -> None:
    change, reason = FAULTS[fault]
    ledger, write = tmp_path / "ledger.csv", attrgetter("write" if way.name == "sync" else "awrite")
    with quarry.changed(rejected=0.6):
        bulk = quarry.bulk(way, generated, Faulty(quarry, LISTS[operation], change), width=1)
        way.finish(write(bulk.run(operation, ITEMS[operation], site="north"))(ledger))
        before = sorted(last_rows(ledger), key=attrgetter("item"))
        listed = {"rejected"} if fault == "with an error" else set()  # what is refused is so all the same
        assert {each.status for each in before[:20]} - listed == {"unknown"}
        assert {each.status for each in before[20:]} == {"confirmed", "rejected"}
        assert all(reason in each.reason for each in before[:20] if each.status == "unknown"), before[0].reason
        if fault != "with an error":  # which the vendor says at the end, so that nothing else is to be expected
            way.finish(write(quarry.bulk(way, generated).run(operation, ITEMS[operation], site="north", resume=ledger))(ledger))
            after = sorted(last_rows(ledger), key=attrgetter("item"))
            assert {each.sku for each in after if each.status == "rejected"} == quarry.rejected(operation, STONES)
            assert {each.status for each in after} == {"confirmed", "rejected"}
            assert [each.ingestion_id for each in after] == [each.ingestion_id for each in before]


_STATE = "        state: {$ref: '#/components/schemas/State'}\n"
_NUMBER = "        {name}: {{type: integer, description: How many were refused., minimum: 0}}\n"
_ERRORS = "        errors: {type: array, description: Why stones were refused., items: {type: string, description: Why.}}\n"


@pytest.fixture(scope="module")
def counting(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Package]:
    """Generate clients of documents whose status has more fields; what the tables say of them is added to the lists of results."""

    @cache
    def make(fields: str, **said: str) -> Package:
        text = DOCUMENT.read_text(encoding="utf-8")
        title, more = f"Counting Quarry {sum(map(ord, fields + repr(said)))}", "".join(f", {key}: {said[key]}" for key in said)
        changes = {
            _STATE: _STATE + fields,
            "title: Tarnbeck Quarry\n": f"title: {title}\n",
            "          reason: /why\n": "          reason: /why\n" + "".join(f"          {key}: {said[key]}\n" for key in said),
            "key: /stone, reason: /why}\n": f"key: /stone, reason: /why{more}}}\n",
        }
        for old, new in changes.items():
            assert text.count(old) == 1
            text = text.replace(old, new)
        path = tmp_path_factory.mktemp("document") / DOCUMENT.name
        path.write_text(text, encoding="utf-8")
        assert extensions.check(read(path)) == []
        return Package(path, tmp_path_factory.mktemp("counting"))

    return make


_WORDLESS = _NUMBER.format(name="keptBack")
_COUNT = _NUMBER.format(name="refusedCount")
BESIDE: dict[str, tuple[str, dict[str, str], Callable[[int], dict[str, Any]], str]] = {
    "not documented": ("", {}, lambda refused: {"refusedCount": refused + 1}, " as refusedCount, and "),
    "equal, not documented": ("", {}, lambda refused: {"refusedCount": refused}, ""),
    "documented": (_COUNT, {}, lambda refused: {"refusedCount": refused + 1}, " as refusedCount, and "),
    "equal": (_COUNT, {}, lambda refused: {"refusedCount": refused}, ""),
    "by the table": (
        _WORDLESS,
        {"refused": "$response.body#/keptBack"},
        lambda refused: {"keptBack": refused + 1},
        " as keptBack, and ",
    ),
    "equal, by the table": (_WORDLESS, {"refused": "$response.body#/keptBack"}, lambda refused: {"keptBack": refused}, ""),
    "of no number": (
        _WORDLESS,
        {"refused": "$response.body#/keptBack"},
        lambda _: {"keptBack": [1]},
        " no number as keptBack, and ",
    ),
    "of messages": (_COUNT, {"informational": "[$response.body#/refusedCount]"}, lambda _: {"refusedCount": 30}, ""),
    "another, by the table": (_COUNT + _WORDLESS, {"refused": "$response.body#/keptBack"}, lambda _: {"refusedCount": 30}, ""),
    "errors": (_ERRORS, {}, lambda _: {"errors": ["ST-2 is gone", "too heavy"]}, "has errors (if it says nothing of an item "),
    "informational errors": (_ERRORS, {"informational": "[$response.body#/errors]"}, lambda _: {"errors": ["too heavy"]}, ""),
}
"""By case: fields that the status has, what the tables say of them, their values by the number of refused items, and the doubt."""


@pytest.mark.parametrize("case", BESIDE)
@pytest.mark.parametrize("operation", ["removeStones", "priceStones"])
def test_a_status_that_contradicts_its_results_confirms_nothing_and_leaves_refused_what_is_so(
    operation: str, case: str, way: Way, generated: Package, counting: Callable[..., Package], quarry: Quarry
) -> None:
    fields, said, more, doubt = BESIDE[case]
    given = (operation, ITEMS[operation][:20])
    expected = {each.sku: each.status for each in way.read(quarry.bulk(way, generated).run(*given, site="north"))}
    refused = [*expected.values()].count("rejected")
    assert 0 < refused < 20

    def play(request: httpx2.Request) -> httpx2.Response:
        response = quarry.forward(request)
        status = response.json() if response.content else None
        if not isinstance(status, dict) or status.get("state") != "finished":
            return response
        return httpx2.Response(200, headers=response.headers, json={**status, **more(refused)})

    found = way.read(quarry.bulk(way, counting(fields, **said), play).run(*given, site="north"))
    other = {"confirmed": "unknown"} if doubt else {}
    assert {each.sku: each.status for each in found} == {sku: other.get(status, status) for sku, status in expected.items()}
    assert all(doubt in each.reason for each in found if each.status == "unknown"), {each.reason for each in found}
