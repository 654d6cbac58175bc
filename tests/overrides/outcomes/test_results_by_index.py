"""An API that names items by their index, and the status of work by a URL, from its document to the outcomes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any

import httpx2
import pytest

from catalog_clients._engine.calls.polling import parameter_of
from catalog_clients._engine.flows.effects import CallResult
from catalog_clients._engine.ledger.ledger import last_rows
from catalog_clients._engine.ledger.records import PendingItem
from catalog_clients._engine.outcomes.ingestions import Following, Ingestions
from catalog_clients._engine.outcomes.listed import classify_by_failures
from catalog_clients._engine.reports.download import JITTER
from catalog_clients._engine.tables.operations import operation_of
from scripts.lint import extensions
from scripts.mock.engine.clock import Clock
from scripts.spec.document import read
from tests.generate.packages import Package
from tests.overrides.playing import Player
from tests.overrides.wares import DOCUMENT, Wares
from tests.overrides.ways import Way

BASE = "https://api.wares.example/v3"
SKUS = [f"W-{number}" for number in range(1, 6)]
WARES = [{"sku": sku, "price": 1} for sku in SKUS]
PATCHES = [{"sku": sku, "merge": {"price": 1}} for sku in SKUS]


@pytest.fixture(scope="module")
def wares() -> Iterator[Wares]:
    with Wares.served() as found:
        yield found


def played(way: Way, package: Package, play: Callable[[httpx2.Request], httpx2.Response], **options: Any) -> Any:
    return way.bulk(package.root, BASE, http_client=way.http(transport=httpx2.MockTransport(play)), **options)


def results(*outcomes: str, first: int = 0) -> list[dict[str, Any]]:
    return [{"number": first + place, "outcome": each, "problem": f"it is {each}"} for place, each in enumerate(outcomes)]


def test_the_document_is_clean_and_its_tables_say_it(generated: Package) -> None:
    assert extensions.check(read(DOCUMENT)) == []
    tables = generated.root.behaviour.OPERATIONS
    listing, polling = tables["patchWares"].chunking.rejections, tables["uploadWares"].polling
    assert (listing.key, listing.index, listing.first) == (None, ("number",), 1)
    assert (polling.path, polling.wait) == ("/shops/{shop}/jobs/{jobId}", "Retry-After")
    assert {name: each.message for name, each in polling.arguments.items()} == {"shop": "request", "jobId": "response"}
    words = " ".join((generated.folder / "README.md").read_text(encoding="utf-8").split())
    assert "`Location` of the response has its URL. `Retry-After` says how long to wait before the next request." in words
    assert "`results` of the status has the outcome of each item, by its index in the request." in words
    assert 'bulk.run("uploadWares", items, shop=...)` gives an outcome for each item, by the results beside the status' in words
    assert "bulk.collect(" not in words


def test_results_are_matched_by_their_index_and_not_by_their_order(way: Way, generated: Package) -> None:
    listed = results("done", "refused", "done", "done", "lost", first=1)[::-1]
    bulk = played(way, generated, lambda _: httpx2.Response(207, json=listed))
    found = way.read(bulk.run("patchWares", PATCHES, shop="EAST"))
    assert [each.status for each in found] == ["confirmed", "rejected", "confirmed", "confirmed", "unknown"]
    assert [each.sku for each in found] == SKUS
    assert found[1].reason == "it is refused"


def test_a_list_of_the_indexes_of_failures_confirms_all_others(way: Way, generated: Package) -> None:
    bulk = played(way, generated, lambda _: httpx2.Response(200, json={"failed": [1, 3]}))
    found = way.read(bulk.run("deleteWares", SKUS, shop="EAST"))
    assert [each.status for each in found] == ["confirmed", "rejected", "confirmed", "rejected", "confirmed"]


def test_what_is_refused_by_a_repeated_removal_may_be_removed(way: Way, generated: Package) -> None:
    calls = list[str]()

    def play(request: httpx2.Request) -> httpx2.Response:
        calls.append(request.method)
        if len(calls) == 1:
            raise httpx2.ReadTimeout("lost")
        return httpx2.Response(200, json={"failed": [1, 3]})

    bulk = played(way, generated, play)
    found = way.read(bulk.run("deleteWares", SKUS, shop="EAST"))
    assert [each.status for each in found] == ["confirmed", "unknown", "confirmed", "unknown", "confirmed"]


@pytest.mark.parametrize("failed", [[5], [-1], ["a"], [1, 5]])
def test_an_index_that_was_not_sent_confirms_nothing(way: Way, generated: Package, failed: list[Any]) -> None:
    bulk = played(way, generated, lambda _: httpx2.Response(200, json={"failed": failed}))
    assert {each.status for each in way.read(bulk.run("deleteWares", SKUS, shop="EAST"))} == {"unknown"}


@pytest.mark.parametrize(
    "paths",
    [
        ["/wares/1/sku", "/wares/3"],
        ["/wares/1/sku", "/wares/1/price", "/wares/3/price"],
        ["#/wares/1", "body/wares/3/sku"],
        ["wares[1].sku", "$.wares[3]"],
        ["$['wares'][1]['a/b']", "body.wares.3.sku"],
        ["1", "wares/3/parts/0"],
    ],
    ids=str,
)
def test_a_path_into_the_request_names_its_item(paths: list[str], way: Way, generated: Package) -> None:
    errors = [{"source": {"pointer": each}, "title": f"it is {each}"} for each in paths]
    bulk = played(way, generated, lambda _: httpx2.Response(200, json={"errors": errors}))
    found = way.read(bulk.run("priceWares", WARES, shop="EAST"))
    assert [each.status for each in found] == ["confirmed", "rejected", "confirmed", "rejected", "confirmed"]
    assert found[3].reason == f"it is {paths[-1]}"


@pytest.mark.parametrize("path", ["/wares/5", "/wares", "/parts/1", "parts[1].wares[1]", "/wares/01", "wares1", "/wares/-1", ""])
def test_a_path_to_something_else_confirms_nothing(path: str, way: Way, generated: Package) -> None:
    errors = [{"source": {"pointer": each}, "title": "wrong"} for each in ("/wares/1", path)]
    bulk = played(way, generated, lambda _: httpx2.Response(200, json={"errors": errors}))
    found = way.read(bulk.run("priceWares", WARES, shop="EAST"))
    assert {each.status for each in found} == {"unknown"}
    assert "not for exactly these 5 items: it names '" in found[0].reason


class Vendor:
    """Plays a vendor whose work has ended at its second status.

    Args:
        location: the header of the response that begins the work.
        listed: the results.
        waits: the headers Retry-After of all responses, in their order.
    """

    def __init__(self, location: str, listed: list[Any], waits: tuple[str, ...] = ()) -> None:
        self._location, self._listed, self._waits, self.paths = location, listed, [*waits], list[str]()

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.paths.append(request.url.raw_path.decode())
        headers = {"Retry-After": self._waits.pop(0)} if self._waits else {}
        if request.method == "POST":
            return httpx2.Response(202, headers={**headers, "Location": self._location})
        state = {"state": "queued"} if len(self.paths) == 2 else {"state": "finished", "results": self._listed}
        return httpx2.Response(200, headers=headers, json=state)


@pytest.mark.parametrize(
    "location", [f"{BASE}/shops/EAST/jobs/17%2F4", "/v3/shops/EAST/jobs/17%2F4?token=x#y", "shops/EAST/jobs/17%2F4/"]
)
def test_work_is_followed_by_the_url_of_its_status(way: Way, generated: Package, location: str) -> None:
    vendor = Vendor(location, results("done", "refused", "done", "done", "done"))
    bulk = played(way, generated, vendor, interval=0)
    found = way.read(bulk.run("uploadWares", WARES, shop="EAST"))
    assert [each.status for each in found] == ["confirmed", "rejected", "confirmed", "confirmed", "confirmed"]
    assert {each.ingestion_id for each in found} == {"17/4"}
    assert vendor.paths == ["/v3/shops/EAST/batches", *["/v3/shops/EAST/jobs/17%2F4"] * 2]


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        (
            "https://elsewhere.example/status?id=17",
            "the URL of its status is 'https://elsewhere.example/status?id=17', and does not end with /shops/{shop}/jobs/{jobId}",
        ),
        ("", "the response has no URL of its status"),
    ],
)
def test_a_url_of_something_else_leaves_all_unknown_and_is_not_requested(
    way: Way, generated: Package, location: str, reason: str
) -> None:
    vendor = Vendor(location, [])
    found = way.read(played(way, generated, vendor, interval=0).run("uploadWares", WARES, shop="EAST"))
    assert {each.status for each in found} == {"unknown"}
    assert found[0].reason == f"its ingestion cannot be followed, as {reason}"
    assert len(vendor.paths) == 1


def test_the_vendor_says_when_its_status_is_requested(generated: Package) -> None:
    table, operation = generated.root.behaviour.OPERATIONS["uploadWares"], operation_of(generated.root, "getJob")
    states = iter([("queued", "5"), ("queued", "0"), ("queued", "soon"), ("finished", "9")])

    def vendor(_: object) -> CallResult[Any]:
        state, wait = next(states)
        return CallResult(value={"state": state}, response=httpx2.Response(200, headers={"Retry-After": wait}))

    player = Player(vendor)
    request = operation.request({"shop": "EAST", "job_id": "1"})
    player.run(Ingestions("uploadWares", table, lambda _: request, Following()).wait({"jobId": "1"}, 7))
    assert [each for each in player.slept if each[0]] == [(7, 0), (5, 0), (1, 0), (2.25, JITTER)]  # never less than requested


@pytest.mark.parametrize("waits", [("7", "4"), ("", "")])
def test_the_response_that_begins_work_says_when_to_ask_first(generated: Package, waits: tuple[str, str]) -> None:
    headers = {"Location": "/shops/A/jobs/1", "Retry-After": waits[0]}
    begun: CallResult[Any] = CallResult(response=httpx2.Response(202, headers=headers))
    table, operation = generated.root.behaviour.OPERATIONS["uploadWares"], operation_of(generated.root, "getJob")
    ended = {"state": "finished", "results": results("done")}
    player = Player(lambda _: CallResult(value=ended, response=httpx2.Response(200, headers={"Retry-After": waits[1]})))
    request = operation.request({"shop": "EAST", "job_id": "1"})
    flow = Ingestions("uploadWares", table, lambda _: request, Following()).classify([PendingItem(None, 1, "W-1")], begun)
    assert [each.status for each in player.run(flow).results] == ["confirmed"]
    assert [seconds for seconds, _ in player.slept if seconds] == [float(waits[0] or 1)]


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("/shops/A/jobs/1", ("A", "1")),
        ("https://h.example/base/shops/a%20b/jobs/1/", ("a b", "1")),
        ("jobs/1", ("", "")),
        ("/shops/A/jobs/1/results", ("", "")),
        ("/shops/A/jobs/", ("", "")),
        ("", ("", "")),
        ("/myshops/A/jobs/1", ("", "")),
    ],
)
def test_parameters_are_read_from_the_end_of_a_path(url: str, found: tuple[str, str]) -> None:
    assert tuple(parameter_of("/shops/{shop}/jobs/{jobId}", name, url) for name in ("shop", "jobId")) == found


def test_what_another_run_has_sent_is_known_only_if_each_index_is_listed_once(generated: Package) -> None:
    table = generated.root.behaviour.OPERATIONS["uploadWares"]
    items = [PendingItem(None, position, f"W-{position}") for position in (3, 5)]

    def statuses(*listed: int) -> list[str]:
        value = {"state": "finished", "results": [{"number": each, "outcome": "done"} for each in listed]}
        classify = classify_by_failures(table, table.polling.results, is_collected=True)
        found: Any = classify(items, CallResult(value=value))
        return [each.status for each in found.results]

    assert statuses(0, 1) == statuses(1, 0) == ["confirmed"] * 2
    for listed in ((0,), (0, 1, 2), (0, 0), (1, 2), ()):
        assert statuses(*listed) == ["unknown"] * 2


@pytest.mark.parametrize(
    ("indexes", "failed", "statuses"),
    [
        ([0, 1, 2], [1], ["confirmed", "rejected", "confirmed"]),
        ([0, 2, 4], [2], ["confirmed", "rejected", "confirmed"]),
        ([0, 2, 4], [], ["confirmed"] * 3),
        ([0, 2, 4], [1, 2], ["unknown"] * 3),  # an item that is not known any more
        ([None, None, None], [1], ["unknown"] * 3),
        ([0, 2, 4], [[2]], ["unknown"] * 3),
        ([0, 2, 4], [{"at": 2}], ["unknown"] * 3),
    ],
)
def test_what_another_run_has_sent_is_known_if_its_place_is(
    indexes: list[int | None], failed: list[object], statuses: list[str], generated: Package
) -> None:
    items = [PendingItem(None, number, f"W-{number}", index=index) for number, index in enumerate(indexes, 1)]
    classify = classify_by_failures(generated.root.behaviour.OPERATIONS["deleteWares"], is_collected=True)
    found: Any = classify(items, CallResult(value={"failed": failed}))
    assert [each.status for each in found.results] == statuses


def test_an_index_that_is_none_of_the_request_casts_doubt_on_all(generated: Package) -> None:
    table = generated.root.behaviour.OPERATIONS["uploadWares"]
    value = {"state": "finished", "results": [{"number": each, "outcome": "done"} for each in (1, 2, 3)]}
    found: Any = classify_by_failures(table, table.polling.results)(
        [PendingItem(None, each, f"W-{each}") for each in (1, 2, 3)], CallResult(value=value)
    )
    reason = "the response has results by index, but not for exactly these 3 items: it names '3'"
    assert [(each.status, each.reason) for each in found.results] == [("unknown", reason)] * 3
    assert found.unexpected == 1


def test_a_run_that_goes_on_reads_results_by_the_places_that_its_ledger_has(way: Way, generated: Package, tmp_path: Path) -> None:
    vendor, ledger = Vendor("/shops/EAST/jobs/17", results("done", "refused", "done")), tmp_path / "ledger.csv"

    def play(request: httpx2.Request) -> httpx2.Response:
        return vendor(request) if request.method == "POST" or is_there else httpx2.Response(404, json={"title": "not yet"})

    is_there = False
    write, bulk = attrgetter("write" if way.name == "sync" else "awrite"), played(way, generated, play, interval=0)
    assert way.finish(write(bulk.run("uploadWares", WARES, shop="EAST"))(ledger)).unknown == 5
    is_there = True
    assert way.finish(write(bulk.run("uploadWares", WARES, shop="EAST", resume=ledger))(ledger)).unknown == 2
    assert [row.status for row in last_rows(ledger)] == ["confirmed", "rejected", "confirmed", "unknown", "unknown"]


def test_only_the_run_that_has_sent_items_can_read_their_results(way: Way, generated: Package) -> None:
    bulk = played(way, generated, lambda _: httpx2.Response(500))
    with pytest.raises(ValueError, match="only the run that has sent them, or one that resumes its ledger, can read them"):
        bulk.collect("uploadWares", "17", WARES, shop="EAST")


def test_a_body_that_is_no_json_cannot_be_run_in_bulk(way: Way, generated: Package) -> None:
    bulk = played(way, generated, lambda _: httpx2.Response(500))
    with pytest.raises(ValueError, match="its body is application/x-ndjson, and no table says where its items are"):
        bulk.run("importWares", ["a"], shop="EAST")


def test_the_mock_does_all_that_the_document_says(wares: Wares) -> None:
    shop = "/shops/EAST"
    with wares.changed(rejected=0.5):
        patched = wares.http.patch(f"{shop}/wares", json=[*PATCHES, PATCHES[0]])
        begun = wares.http.post(f"{shop}/batches", json={"items": WARES})
        place = begun.headers["Location"]
        before = wares.http.get(place)
        wares.clock.advance(60)
        after = wares.http.get(place)
    found = {each["number"]: each["outcome"] for each in patched.json()}
    assert [*found] == [1, 2, 3, 4, 5, 6]
    assert found[1] == found[6]
    assert {*found.values()} == {"done", "refused"}
    assert (before.json(), before.headers["Retry-After"]) == ({"state": "queued"}, begun.headers["Retry-After"])
    assert [each["number"] for each in after.json()["results"]] == [0, 1, 2, 3, 4]
    assert "Retry-After" not in after.headers
    assert {"done", "refused"} >= {each["outcome"] for each in after.json()["results"]}
    assert wares.http.get(f"{shop}/jobs/none").status_code == 404
    with wares.changed(rejected=1):
        priced = wares.http.put(f"{shop}/wares", json={"wares": WARES}).json()
        assert [each["source"]["pointer"] for each in priced["errors"]] == [f"/wares/{place}" for place in range(5)]
        assert wares.http.delete(f"{shop}/wares", params={"ids": ",".join(SKUS)}).json() == {"failed": [0, 1, 2, 3, 4]}


BODY = "content: {application/json: {schema: {type: object, required: [url], properties: {url: {type: string}}}}}"
BEGUN = "description: The job has begun."
HEADER = ["response = client.with_raw_response.upload_wares(", 'print(response.raw.headers["Location"])  # the URL of the status']


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, HEADER),
        ({BEGUN: f"{BEGUN}\n          {BODY}"}, [*HEADER, "result = response.parse()", "print(result.url)"]),
        (
            {BEGUN: f"{BEGUN}\n          {BODY}", "location: $response.header.Location": "location: $response.body#/url"},
            ["result = client.upload_wares(", "print(result.url)"],
        ),
    ],
    ids=["header", "header and body", "body"],
)
def test_the_readme_shows_the_url_of_the_status_and_sends_no_url_as_an_argument(
    changes: dict[str, str], shown: list[str], tmp_path: Path
) -> None:
    text, document = DOCUMENT.read_text(encoding="utf-8"), tmp_path / "wares.yaml"
    status = {
        "title: Wares": "title: Other Wares",  # so that its package is another one
        "/shops/{shop}/jobs/{jobId}:": "/jobs/{jobId}:",
        "parameters: [*shop, {name: jobId": "parameters: [{name: jobId",
        "schema: {type: string, minLength: 1}}]": "schema: {type: string}, example: '7'}]",
    }
    for before, after in {**status, **changes}.items():
        assert text.count(before) == 1
        text = text.replace(before, after)
    document.write_text(text, encoding="utf-8")
    readme = (Package(document, tmp_path / "made").folder / "README.md").read_text(encoding="utf-8")
    assert [each for each in shown if each not in readme] == []
    assert 'result = client.get_job(job_id="7")' in readme
    assert "started" not in readme


def test_bulk_and_the_mock_agree(way: Way, generated: Package) -> None:
    with Wares.served(clock=Clock(speed=1000), rejected=0.5) as served:
        bulk = way.bulk(generated.root, served.vendor.base_url, interval=0.01)
        runs = (("uploadWares", WARES * 50), ("priceWares", WARES), ("patchWares", PATCHES), ("deleteWares", SKUS))
        for operation, items in runs:
            found = way.read(bulk.run(operation, items, shop="EAST"))
            rejected = {
                each["key"] for sku in SKUS for each in served.look_up([sku])[0]["rejections"] if each["operation"] == operation
            }
            assert {each.sku for each in found if each.status == "rejected"} == rejected
            assert {*Counter(each.status for each in found)} == {"confirmed", "rejected"}
        assert len(way.read(bulk.pages("listWares", shop="EAST"))) >= len(SKUS) - 3
        keys = [json.loads(line) for line in served.admin.get("keys").text.splitlines()]
        assert [(each["operation"], each["sent"], each["executed"]) for each in keys] == [
            ("uploadWares", 1, 1),
            ("patchWares", 1, 1),
        ]
