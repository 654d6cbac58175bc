"""Any generated client for any number of items: APIs for which there is no line of code, from their tables alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any

import httpx2
import pytest

import catalog_clients
from catalog_clients import CatalogItems, InvalidArgument, Limits, Reports, Retries
from catalog_clients._engine.flows.effects import CallResult
from catalog_clients._engine.ledger.ledger import read_ledger
from catalog_clients._engine.ledger.records import ChunkResult, PendingItem
from scripts.apis import apis
from scripts.command import ROOT
from tests.clients.access import JWO
from tests.generate.packages import Package
from tests.overrides.depot import KEY, Depot, open_depot
from tests.overrides.playing import PLANS
from tests.overrides.ways import Way, asynchronous

SUPPORT = ROOT / "tests" / "support"
LOOPBACK = Reports(origins=["http://127.0.0.1:*"])
WAREHOUSE = {"warehouse_code": "LEEDS-2"}
BOOKING = {"weight": 1, "recipient": "Ada", "carriedBy": {"vanNumber": 7}}


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Package]:
    """The clients of the further APIs, which are generated once."""
    folder = tmp_path_factory.mktemp("bulk")
    return {name: Package(SUPPORT / f"{name}_api.yaml", folder / name) for name in ("fifth", "plain")}


@pytest.fixture
def depot_package(packages: dict[str, Package]) -> Any:
    return packages["fifth"].root


@pytest.fixture
def parcels(packages: dict[str, Package]) -> Any:
    return packages["plain"].root


@pytest.fixture
def depot() -> Iterator[Depot]:
    with open_depot() as found:
        yield found


@pytest.fixture
def bulk(way: Way, depot: Depot, depot_package: Any) -> Any:
    """The fifth API in bulk, without its limits."""
    return opened(way, depot_package, depot.url, auth=depot_package.auth.DepotKey(KEY))


def opened(way: Way, package: Any, url: str, **options: Any) -> Any:
    kind: Any = catalog_clients.Bulk if way.name == "sync" else catalog_clients.AsyncBulk
    limits = Limits(dict.fromkeys(package.behaviour.OPERATIONS))
    given = {"http_client": way._http, "limits": limits, "interval": 0.01, "reports": LOOPBACK, **options}
    return kind(package, base_url=url, **given)


def statuses(outcomes: list[Any]) -> dict[str, tuple[str, str]]:
    return {each.sku: (each.status, each.reason) for each in outcomes}


# Chunks, and a list of what is refused.


def test_items_are_split_and_those_confirmed_that_are_not_listed(way: Way, bulk: Any, depot: Depot) -> None:
    levels = [{"skuCode": f"SKU-{number}", "unitCount": number} for number in range(160)]
    levels[80]["skuCode"] = "GONE-80"
    found = statuses(way.read(result := bulk.run("reportStockLevels", levels, **WAREHOUSE)))
    assert found.pop("GONE-80") == ("rejected", "unknownSku")
    assert set(found.values()) == {("confirmed", "")}
    assert (result.counts.confirmed, result.counts.rejected) == (159, 1)
    assert sorted(len(each["stockLevels"]) for each in depot.sent("POST", "/warehouses/LEEDS-2/stockLevels")) == [10, 75, 75]


def test_items_have_the_names_of_the_spec_or_those_of_python(way: Way, bulk: Any, depot: Depot, depot_package: Any) -> None:
    model = depot_package.models.StockLevel(sku_code="MODEL", unit_count=1)
    proxy = types.MappingProxyType({"skuCode": "PROXY", "unitCount": 4})
    items = [model, {"sku_code": "PYTHON", "unit_count": 2}, {"skuCode": "SPEC", "unit_count": 3}, proxy]
    given = asynchronous(items) if way.name == "async" else iter(items)
    outcomes = way.read(bulk.run("report_stock_levels", given, **WAREHOUSE))
    assert [(each.sku, each.status) for each in outcomes] == [(sku, "confirmed") for sku in ("MODEL", "PYTHON", "SPEC", "PROXY")]
    ((sent,),) = (each.values() for each in depot.sent("POST", "/warehouses/LEEDS-2/stockLevels"))
    assert [(each["skuCode"], each["unitCount"]) for each in sent] == [("MODEL", 1), ("PYTHON", 2), ("SPEC", 3), ("PROXY", 4)]


def test_what_the_spec_forbids_is_rejected_alone(way: Way, bulk: Any, depot: Depot) -> None:
    wrong = {
        "A": ({"skuCode": "A", "unitCount": -1}, "unitCount"),
        "B": ({"skuCode": "B", "unitCount": 1, "unitcount": 2}, "$.unitcount: the spec has no such field"),
        "C": ({"skuCode": "C", "unitCount": 1, "unit_count": 2}, "$.unitCount: it is given twice"),
        "D": ({"sku_code": "D"}, "unitCount"),
        "": ({"unitCount": 1}, "$.skuCode: is missing"),
        "E": ("E", "an item must be a StockLevel or a mapping"),
    }
    items = [*(item for item, _ in wrong.values()), {"skuCode": "RIGHT", "unitCount": 1}]
    found = statuses(way.read(bulk.run("reportStockLevels", items, **WAREHOUSE)))
    assert found.pop("RIGHT") == ("confirmed", "")
    assert {sku: (status, wrong[sku][1] in reason) for sku, (status, reason) in found.items()} == dict.fromkeys(
        wrong, ("rejected", True)
    )
    assert list(depot.stock) == ["RIGHT"]


def test_extra_fields_are_sent_as_they_are(way: Way, bulk: Any, depot: Depot) -> None:
    item = {"sku_code": "A", "unitCount": 1, "shelf": "9"}
    assert [each.status for each in way.read(bulk.run("reportStockLevels", [item], extra_fields=["shelf"], **WAREHOUSE))] == [
        "confirmed"
    ]
    assert depot.stock["A"]["shelf"] == "9"


def test_validation_sends_nothing(way: Way, bulk: Any, depot: Depot) -> None:
    items = [{"skuCode": "A", "unit_count": -1, "shelf": 9}, {"sku_code": "B", "unitCount": 1}, {"sku_code": "B", "unitCount": 1}]
    found = way.finish(bulk.validate("reportStockLevels", items, **WAREHOUSE))
    assert [(each.item, each.sku, each.field) for each in found.breaches] == [(1, "A", "$.shelf"), (1, "A", "$.unitCount")]
    assert (found.items, found.duplicates, found.requests) == (2, 1, 1)
    with pytest.raises(ValueError, match="warehouseCode"):
        way.finish(bulk.validate("reportStockLevels", items, warehouse_code="L"))
    assert depot.asked == []


# Work that ends later, with a report whose columns the spec names.


def test_an_ingestion_is_followed_to_its_report(way: Way, bulk: Any, depot: Depot) -> None:
    depot.fates |= {"LOST": ("lost", "shelf 4"), "ODD": ("eaten", "")}
    depot.expired = 1
    batches = [{"batchLabel": " FINE "}, {"batchLabel": "FINE"}, {"batch_label": "LOST", "box_count": 2}, {"batchLabel": "ODD"}]
    outcomes = way.read(bulk.run("createRecalls", batches, order={"cause": "moths"}, **WAREHOUSE))
    found = statuses(outcomes)
    assert found["FINE"] == ("confirmed", "")
    assert found["LOST"] == ("rejected", "shelf 4")
    assert found["ODD"] == ("unknown", "its status in the report is 'eaten'")
    assert {each.ingestion_id for each in outcomes} == {"1"}
    (sent,) = depot.sent("POST", "/warehouses/LEEDS-2/recalls")
    assert sent["order"]["cause"] == "moths"
    assert sent["order"]["batches"][1] == {"batchLabel": "LOST", "boxCount": 2}
    assert [path for _, path, _ in depot.asked if "protocols" in path] == ["/protocols/1/1", "/protocols/1/2"]


def test_a_refused_chunk_is_divided(way: Way, bulk: Any) -> None:
    batches = [{"batchLabel": f"B-{number}"} for number in range(7)]
    batches[3]["batchLabel"] = "BAD-3"
    found = statuses(way.read(bulk.run("createRecalls", batches, order={"cause": "moths"}, **WAREHOUSE)))
    status, reason = found.pop("BAD-3")
    assert (status, "a label is not one of ours" in reason) == ("rejected", True)
    assert {each for each, _ in found.values()} == {"confirmed"}


def test_an_ingestion_is_collected_by_its_id_and_its_report_read_from_a_file(
    way: Way, bulk: Any, depot: Depot, tmp_path: Path
) -> None:
    way.read(bulk.run("createRecalls", [{"batchLabel": "A"}, {"batchLabel": "B"}], order={"cause": "moths"}, **WAREHOUSE))
    depot.fates["B"] = ("sold", "")
    found = way.read(bulk.collect("createRecalls", "1", ["A", {"batch_label": "B"}, "C"], **WAREHOUSE))
    assert [(each.sku, each.status) for each in found] == [("A", "confirmed"), ("B", "rejected"), ("C", "unknown")]
    report = tmp_path / "protocol.json"
    report.write_text('[{"batch": "A", "fate": "packed"}]', encoding="utf-8")
    assert [each.status for each in way.read(bulk.read_report("createRecalls", report, ["A"]))] == ["confirmed"]
    with pytest.raises(InvalidArgument, match="the status of an ingestion of createRecalls needs the argument warehouse_code"):
        bulk.collect("createRecalls", "1", ["A"])
    with pytest.raises(InvalidArgument, match="must not be empty"):
        bulk.collect("createRecalls", "", ["A"], **WAREHOUSE)
    with pytest.raises(InvalidArgument, match="searchNumber"):
        bulk.collect("createRecalls", "first", ["A"], **WAREHOUSE)


def test_a_run_goes_on_with_its_ledger(way: Way, bulk: Any, depot: Depot, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.csv"
    items = [{"skuCode": "A", "unitCount": 1}, {"skuCode": "B", "unitCount": 1}]

    def write(result: Any, path: Path | None) -> None:
        way.finish(result.write(path) if way.name == "sync" else result.awrite(path))

    write(bulk.run("reportStockLevels", items[:1], **WAREHOUSE), ledger)
    write(bulk.run("reportStockLevels", items, resume=ledger, **WAREHOUSE), None)
    sent = [each["stockLevels"][0]["skuCode"] for each in depot.sent("POST", "/warehouses/LEEDS-2/stockLevels")]
    assert sent == ["A", "B"]
    assert [row.sku for row in read_ledger(ledger) if row.status == "confirmed"] == ["A", "B"]


# One item a request.


def test_single_items_are_confirmed_by_what_the_response_says_of_them(way: Way, bulk: Any, depot: Depot) -> None:
    depot.products |= {"MUG-1": [], "MUG-2": [], "SOLD-1": []}
    depot.retired["MUG-2"] = "2024-01-01T00:00:00Z"
    found = statuses(way.read(bulk.run("retireProduct", ["mug-1", "MUG-2", "SOLD-1", "NONE", "x" * 41])))
    assert found["mug-1"] == ("confirmed", "")
    assert found["MUG-2"] == ("confirmed", "retired already on 2024-01-01T00:00:00Z")
    assert found["SOLD-1"][0] == "unknown", "409 is none of the statuses that reject"
    assert found["NONE"] == ("rejected", '404: {"problemKind": "unknownSku"}')
    assert found["x" * 41][0] == "rejected"
    assert len(depot.asked) == 4


# Pages and lookups.


def test_all_pages_are_read(way: Way, bulk: Any, depot: Depot) -> None:
    depot.stock |= {f"SKU-{number}": {"skuCode": f"SKU-{number}", "unitCount": number} for number in range(8)}
    pages = bulk.pages("listStockLevels", **WAREHOUSE)
    assert [each.sku_code for each in way.read(pages)] == list(depot.stock)
    assert [len(each.stock_levels) for each in way.read(pages.pages())] == [3, 3, 2]
    assert [each["productCount"] for each in way.read(pages.raw_pages())] == [8, 8, 8]
    assert len(way.read(bulk.pages("listStockLevels", most=4, **WAREHOUSE))) == 4
    assert [each.unit_count for each in way.read(bulk.pages("list_stock_levels", page_number=3, **WAREHOUSE))] == [6, 7]


def test_identifiers_get_their_items_by_the_spellings_of_their_kind(way: Way, bulk: Any, depot: Depot) -> None:
    eans = [f"00{number}0{number}" for number in range(1, 9)]
    depot.products |= {f"MUG-{each}": [{"standard": "ean", "digits": each}, {"standard": "upc", "digits": "7"}] for each in eans}
    depot.products["TWIN"] = [{"standard": "ean", "digits": eans[0]}]
    asked = [eans[0], eans[1].lstrip("0"), "?bad", "777", *eans[2:]]
    found = {each.identifier: each for each in way.read(bulk.lookup("findProducts", asked, raw=True, code_kind="ean"))}
    assert [each.sku_code for each in found[eans[0]].items] == [f"MUG-{eans[0]}", "TWIN"]
    assert [each.sku_code for each in found[eans[1].lstrip("0")].items] == [f"MUG-{eans[1]}"]
    assert {each["colour"] for each in found[eans[0]].raw} == {"blue"}
    assert (found["?bad"].status, found["777"].status) == ("rejected", "missing")
    assert {found[each].status for each in eans[2:]} == {"found"}
    depot.asked.clear()
    again = way.read(bulk.lookup("findProducts", [*eans[2:], "7"], code_kind="ean"))
    assert [each.identifier for each in again if each.status != "found"] == ["7"], "it is a code of another kind"
    assert len(depot.asked) == 2, "the two pages of one chunk say which code each product has"


def test_a_key_is_an_identifier_of_its_own_kind(way: Way, bulk: Any, depot: Depot) -> None:
    depot.products |= {"MUG-1": [], "0MUG": []}
    found = {each.identifier: each.status for each in way.read(bulk.lookup("findProducts", ["MUG-1", "MUG"], code_kind="sku"))}
    assert found == {"MUG-1": "found", "MUG": "unknown"}, "another spelling of a code of a shop is another code"


# APIs whose spec has no tables.


def _parcels(way: Way, parcels: Any, play: Callable[[httpx2.Request], httpx2.Response]) -> Any:
    http = way.http(transport=httpx2.MockTransport(play))
    retries, auth = Retries(attempts=2, max_wait=0.01), parcels.auth.CarrierLoginToken("token")
    return opened(way, parcels, "https://parcels.example", auth=auth, http_client=http, retries=retries)


def test_without_tables_each_item_is_one_body_and_a_success_confirms_it(way: Way, parcels: Any) -> None:
    sent: list[bytes] = []

    def play(request: httpx2.Request) -> httpx2.Response:
        sent.append(request.content)
        if b"Nobody" in request.content:
            return httpx2.Response(409, json={"reason": "nobody"})
        return httpx2.Response(201, json={"parcelId": "PQ-000017", "state": "booked", "weight": 1})

    pythonic = {"weight": 1, "recipient": "Bo", "carried_by": {"vanNumber": 8}}
    items = [BOOKING, BOOKING, {**BOOKING, "recipient": "Nobody"}, pythonic, {"weight": -1}]
    outcomes = way.read(_parcels(way, parcels, play).run("bookParcel", items))
    assert [each.sku for each in sorted(outcomes, key=lambda each: each.item)] == ["1", "2", "3", "4", "5"]
    assert {each.item for each in outcomes if each.status == "confirmed"} == {1, 2, 4}
    assert {each.item for each in outcomes if each.status == "rejected"} == {3, 5}
    assert len(sent) == 4, "two bookings that are the same are two"


def test_without_a_retry_table_nothing_is_sent_twice(way: Way, parcels: Any) -> None:
    calls: list[int] = []

    def play(_: httpx2.Request) -> httpx2.Response:
        calls.append(1)
        return httpx2.Response(500, json={"reason": "down"})

    (outcome,) = way.read(_parcels(way, parcels, play).run("bookParcel", [BOOKING]))
    assert (outcome.status, outcome.attempt, len(calls)) == ("unknown", 1, 1)


# Requests that are executed once, by their keys.


def test_a_request_whose_response_was_lost_is_sent_again_with_its_key(way: Way, bulk: Any, depot: Depot) -> None:
    depot.lost = 1
    batches = [{"batchLabel": f"B-{number}"} for number in range(50)]
    found = statuses(way.read(bulk.run("createRecalls", batches, order={"cause": "moths"}, **WAREHOUSE)))
    assert set(found.values()) == {("confirmed", "")}
    assert (len(depot.keys), len({*depot.keys})) == (3, 2)
    assert sorted(map(len, depot.recalled)) == [10, 40]


def test_a_resumed_run_sends_a_request_again_as_it_was(way: Way, depot: Depot, depot_package: Any, tmp_path: Path) -> None:
    batches, ledger = [{"batchLabel": f"B-{number}"} for number in range(60)], tmp_path / "ledger.csv"
    depot.lost, options = 2, {"auth": depot_package.auth.DepotKey(KEY), "width": 1}
    bulk = opened(way, depot_package, depot.url, retries=Retries(attempts=1), **options)
    write = attrgetter("write" if way.name == "sync" else "awrite")
    run = bulk.run("createRecalls", batches[:50], order={"cause": "moths"}, **WAREHOUSE)
    counts = way.finish(write(run)(ledger))
    assert (counts.unknown, len(depot.recalled)) == (50, 2)
    again = opened(way, depot_package, depot.url, **options)
    run = again.run("createRecalls", batches, order={"cause": "moths"}, resume=ledger, **WAREHOUSE)
    counts = way.finish(write(run)(ledger))
    assert counts.confirmed == 60
    assert depot.keys[:2] == depot.keys[2:4]
    assert [len(each) for each in depot.recalled] == [40, 10, 10]
    way.read(again.run("createRecalls", batches[:50], order={"cause": "moths"}, **WAREHOUSE))
    assert len(depot.recalled) == 5, "another run is another request"


# What is wrong is one error, and nothing is sent.


IN_LEEDS = {"arguments": WAREHOUSE}
MISUSES: list[tuple[str, tuple[Any, ...], dict[str, Any], str]] = [
    ("run", ("reportStockLevel", []), {}, r"no operation 'reportStockLevel'; it has .*; did you mean reportStockLevels\?$"),
    ("run", ("nothing", []), {}, "bramble_depot has no operation 'nothing'"),
    ("run", ("getRecallSearch", []), {}, "getRecallSearch cannot be run in bulk: .* add x-client-chunking"),
    ("pages", ("reportStockLevels",), IN_LEEDS, "reportStockLevels has no pages: .* add x-client-pagination"),
    ("lookup", ("listStockLevels", []), IN_LEEDS, "looks nothing up: .* add x-client-chunking and x-client-matching"),
    ("lookup", ("retireProduct", []), {}, "looks nothing up: .* add x-client-matching"),
    ("collect", ("reportStockLevels", "1", []), {}, "starts no ingestions: .* add x-client-polling"),
    (
        "collect",
        ("createRecalls", "1", []),
        {"warehouse": "L"},
        r"no argument 'warehouse'; it has .*; did you mean warehouse_code\?$",
    ),
    ("read_report", ("reportStockLevels", "x", []), {}, "starts no ingestions: .* add x-client-polling"),
    ("run", ("reportStockLevels", []), {}, r"\$\.warehouseCode: the parameter is required; give it as the argument warehouse_code"),
    ("run", ("reportStockLevels", []), {"warehouse_code": "L"}, r"path \$\.warehouseCode: Expected `str` of length >= 3"),
    ("run", ("createRecalls", []), {**IN_LEEDS, "order": {"cause": ""}}, r"body \$\.order\.cause: Expected `str` of length >= 1"),
    ("run", ("createRecalls", []), {**IN_LEEDS, "recall_key": "k"}, "a key of its own.*; leave out the argument recall_key"),
    ("pages", ("listStockLevels",), {**IN_LEEDS, "page_size": 0}, r"query \$\.pageSize: Expected `int` >= 1"),
    ("run", ("reportStockLevels", []), {"warehouse": "L"}, r"no argument 'warehouse'; it has .*; did you mean warehouse_code\?$"),
    ("run", ("reportStockLevels", []), {**IN_LEEDS, "stock_levels": []}, "no argument 'stock_levels'"),
    ("run", ("retireProduct", []), {"sku_code": "A"}, "no argument 'sku_code'"),
    ("run", ("createRecalls", []), {**IN_LEEDS, "body": {}, "order": {"cause": "x"}}, "the body is given twice"),
    ("run", ("reportStockLevels", []), {**IN_LEEDS, "extra_fields": "shelf"}, "extra_fields must be a list"),
    ("lookup", ("findProducts", ["A"]), {}, "findProducts needs the argument code_kind"),
    ("lookup", ("findProducts", "A"), {"code_kind": "sku"}, "items must be an iterable of items"),
    *[
        ("run", ("reportStockLevels", items), IN_LEEDS, "items must be an iterable of items")
        for items in ("A", {"skuCode": "A"}, None, b"A", 5)
    ],
]


@pytest.mark.parametrize(("name", "given", "named", "message"), MISUSES)
def test_a_wrong_use_is_one_error_that_says_what_is_missing(
    name: str, given: tuple[Any, ...], named: dict[str, Any], message: str, bulk: Any, depot: Depot
) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        getattr(bulk, name)(*given, **named)
    assert depot.asked == []


def test_items_that_are_bytes_are_an_error_at_the_first_one(way: Way, bulk: Any, depot: Depot) -> None:
    with pytest.raises(TypeError, match="each item must be text, and the first one is of type bytes"):
        way.read(bulk.run("retireProduct", (each for each in (b"A", b"B"))))
    assert depot.asked == []


@pytest.mark.parametrize("package", ["acme", None, catalog_clients, CatalogItems])
def test_what_is_not_a_generated_client_is_refused(package: Any) -> None:
    with pytest.raises(TypeError, match="package must be a generated client"):
        catalog_clients.Bulk(package)


def test_missing_credentials_are_an_error_at_once(depot_package: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BRAMBLE_DEPOT_KEY", raising=False)
    with pytest.raises(catalog_clients.CredentialsError, match="BRAMBLE_DEPOT_KEY"):
        catalog_clients.Bulk(depot_package)


def test_no_code_of_the_package_names_the_further_apis() -> None:
    sources = [*Path(catalog_clients.__file__).parent.rglob("*.py")]
    assert [path.name for path in sources if re.search(r"(?i)bramble|quillmoor|depot", path.read_text(encoding="utf-8"))] == []


def test_only_a_facade_needs_the_client_of_its_vendor() -> None:
    code = "import sys, catalog_clients; catalog_clients.Bulk; print(*sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "overrides" / "catalog_clients")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert not {name.partition(".")[0] for name in done.stdout.split()} & apis().keys()


def test_work_of_which_the_response_has_no_id_is_not_asked_for() -> None:
    plan = PLANS[JWO].run("archiveCatalog", {"all_applicable_stores": ["S"]})
    found = plan._classify([PendingItem("A", 1, "A")], CallResult(), "")
    assert isinstance(found, ChunkResult)
    assert found.is_open
    assert [(each.status, each.ingestion_id) for each in found.results] == [("unknown", "")]
    assert "cannot be followed" in found.results[0].reason
