"""Just Walk Out: what is uploaded and archived, followed to its end, and accounted for by the reports."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from amazon_jwo_catalog import errors
from amazon_jwo_catalog.models import CatalogItem, ProcessingStatus
from catalog_clients import DeadlineExceeded, Outcome, Reports, Retries
from catalog_clients._engine.ledger.ledger import Ledger
from scripts.mock.engine.call import Call, MockResponse, Respond
from scripts.mock.engine.vendor import Vendor
from scripts.mock.serving import Mocks
from scripts.mock.vendors.amazon_jwo_catalog.ledger import content
from tests.clients.access import JWO
from tests.clients.causes import ARCHIVE, STORES, UPLOAD
from tests.clients.products import untouched
from tests.overrides.vendors import intercepting, responses, setting
from tests.overrides.ways import ANYWHERE, Run, Way, chunks_of, product, skus

_NAMED = {"sku": "item_sku", "status": "status", "store": "store_id", "message": "message"}
_FOREVER = 1e9


def by_sku(outcomes: list[Outcome]) -> dict[str, tuple[str, str]]:
    """Return status and reason by SKU."""
    return {each.sku: (each.status, each.reason) for each in outcomes}


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which reports are until they have been read."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_uploaded_items_are_confirmed_or_rejected_one_by_one(way: Way, mocks: Mocks, temporary: Path) -> None:
    vendor = mocks.vendors[JWO]
    typed, mapped, refused = (untouched(vendor) for _ in range(3))
    items = [CatalogItem(**product(typed)), product(mapped, STORES[1]), product(refused, external_product_id="012345678906")]
    outcomes = way.read(result := way.to(mocks, JWO).upload(items))
    assert by_sku(outcomes) == {typed: ("confirmed", ""), mapped: ("confirmed", ""), refused: ("rejected", "invalid barcode")}
    assert [(each.store, each.item) for each in outcomes] == [(STORES[0], 1), (STORES[1], 2), (STORES[0], 3)]
    assert {(each.chunk, each.attempt) for each in outcomes} == {(1, 1)}
    assert [*temporary.iterdir()] == [], "the report is removed when it was read"
    assert (result.counts.confirmed, result.counts.rejected, result.counts.total) == (2, 1, 3)
    held = [each["stores"] for each in vendor.look_up([typed, mapped, refused])]
    assert held == [{STORES[0]: content(product(typed)).hex()}, {STORES[1]: content(product(mapped, STORES[1])).hex()}, {}]


def test_archived_skus_are_confirmed_or_rejected_one_by_one(way: Way, mocks: Mocks) -> None:
    vendor = mocks.vendors[JWO]
    normal, kept, gone = (untouched(vendor, condition) for condition in (None, "on_planogram", "archived"))
    outcomes = way.read(way.to(mocks, JWO).archive([normal, kept, gone, "NONE"], stores=STORES))
    assert by_sku(outcomes) == {
        normal: ("confirmed", ""),
        kept: ("rejected", "still on planogram"),
        gone: ("rejected", "already archived"),
        "NONE": ("rejected", "unknown SKU"),
    }
    assert [each["state"] for each in vendor.look_up([normal, kept, gone])] == ["ARCHIVED", "ACTIVE", "ARCHIVED"]


@pytest.mark.parametrize("method", ["status", "wait"])
def test_an_unknown_ingestion_is_refused(method: str, way: Way, mocks: Mocks) -> None:
    with pytest.raises(errors.BadRequest, match="The ingestion id is unknown"):
        way.finish(getattr(way.to(mocks, JWO), method)("unknown"))


@pytest.mark.parametrize(("form", "columns"), [("csv", {}), ("json", _NAMED)], ids=["csv", "json with named columns"])
def test_a_report_is_read_in_either_form_and_kept_in_the_folder(
    form: str, columns: dict[str, Any], way: Way, mocks: Mocks, tmp_path: Path, temporary: Path
) -> None:
    vendor = mocks.vendors[JWO]
    normal, kept = untouched(vendor), untouched(vendor, "on_planogram")
    folder = tmp_path / "new" / "reports"
    catalog = way.to(mocks, JWO, reports=replace(ANYWHERE, folder=folder, **columns))
    with setting(vendor, report_format=form):
        outcomes = way.read(catalog.archive([normal, kept], stores=STORES))
    assert by_sku(outcomes) == {normal: ("confirmed", ""), kept: ("rejected", "still on planogram")}
    (report,) = folder.iterdir()
    assert report.name == outcomes[0].ingestion_id
    assert normal in report.read_text()
    assert [*temporary.iterdir()] == [folder.parent]


def test_a_report_without_the_named_columns_is_kept_and_confirms_nothing(way: Way, mocks: Mocks, temporary: Path) -> None:
    catalog = way.to(mocks, JWO, reports=replace(ANYWHERE, sku="article"))
    (outcome,) = way.read(catalog.archive([sku := untouched(mocks.vendors[JWO])], stores=STORES))
    (report,) = temporary.glob("*/*")
    assert outcome.status == "unknown"
    assert f"the report {report} cannot be read" in outcome.reason
    assert "its columns are not certain, from its first line on ('item_sku,store_id,status,message')" in outcome.reason
    assert sku in report.read_text()


def test_whatever_goes_wrong_here_the_ingestion_can_be_waited_for(way: Way, mocks: Mocks, temporary: Path) -> None:
    catalog, outcomes = way.to(mocks, JWO), list[Outcome]()
    temporary.rmdir()
    with pytest.raises(FileNotFoundError):
        way.read(catalog.archive([untouched(mocks.vendors[JWO])], stores=STORES), outcomes.append)
    (outcome,) = outcomes
    assert outcome.status == "unknown"
    assert outcome.reason.startswith("FileNotFoundError: ")
    for method in (catalog.status, catalog.wait):
        status = way.finish(method(outcome.ingestion_id))
        assert status.processing_status == ProcessingStatus.DONE
        assert outcome.ingestion_id in status.report_download_link


def test_a_folder_that_cannot_be_created_is_an_error_before_anything_is_sent(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        Reports(folder=tmp_path / "file" / "reports")


def test_of_several_items_of_a_sku_and_store_the_last_one_counts_across_chunks(way: Way) -> None:
    seconds = iter([300, 1])  # the first upload takes the longest, so that it would end last if others did not wait for it

    async def intercept(vendor: Vendor, call: Call, respond: Respond) -> MockResponse:
        if call.operation != UPLOAD:
            return await respond(call)
        with setting(vendor, processing_seconds=next(seconds)):
            return await respond(call)

    first, second, third = (product("A", item_name=name) for name in ("first", "second", "third"))
    other, elsewhere = product("B"), product("A", STORES[1])
    with intercepting(intercept, {JWO: {}}) as mocks:
        catalog = way.to(mocks, JWO, limits=chunks_of(2))
        outcomes = way.read(result := catalog.upload([first, second, other, third, third, elsewhere]))
        (held,) = mocks.vendors[JWO].look_up(["A"])
    assert [(each.sku, each.store, each.item, each.chunk) for each in sorted(outcomes, key=lambda each: each.item)] == [
        ("A", STORES[0], 2, 1),
        ("B", STORES[0], 3, 1),
        ("A", STORES[0], 4, 2),
        ("A", STORES[1], 6, 2),
    ]
    assert result.counts.duplicates == 2
    assert held["stores"] == {STORES[0]: content(third).hex(), STORES[1]: content(elsewhere).hex()}


@pytest.mark.parametrize(("option", "status"), [("fatal", "FATAL"), ("cancelled", "CANCELLED")])
def test_of_an_ingestion_that_fails_nothing_is_known(option: str, status: str, way: Way, mocks: Mocks, temporary: Path) -> None:
    vendor, catalog = mocks.vendors[JWO], way.to(mocks, JWO)
    with setting(vendor, **{option: 1}):
        (outcome,) = way.read(result := catalog.archive([sku := untouched(vendor)], stores=STORES))
    assert (outcome.status, outcome.reason) == ("unknown", f"it has ended {status}")
    assert result.counts.unknown == 1
    assert way.finish(catalog.wait(outcome.ingestion_id)).processing_status == status
    assert vendor.look_up([sku])[0]["state"] == "ACTIVE"
    assert [*temporary.iterdir()] == []


def test_an_ingestion_that_does_not_end_is_given_up_at_the_deadline(way: Way, mocks: Mocks) -> None:
    vendor, catalog = mocks.vendors[JWO], way.to(mocks, JWO, deadline=0.1)
    with setting(vendor, processing_seconds=_FOREVER):
        (outcome,) = way.read(catalog.archive([untouched(vendor)], stores=STORES))
    assert outcome.status == "unknown"
    assert outcome.reason == f"ingestion {outcome.ingestion_id} is INPROGRESS after 0.1 s"
    assert way.finish(catalog.status(outcome.ingestion_id)).processing_status == ProcessingStatus.INPROGRESS
    with pytest.raises(DeadlineExceeded, match=f"{outcome.ingestion_id} is INPROGRESS"):
        way.finish(catalog.wait(outcome.ingestion_id))


REFUSED: dict[str, tuple[Run, str]] = {
    "archive": (
        lambda catalog, skus: catalog.archive(skus, stores=STORES[:2]),
        f"All stores of the retailer are required. Available stores: {', '.join(STORES)}",
    ),
    "upload": (
        lambda catalog, skus: catalog.upload([product(sku, "NONE") for sku in skus]),
        "One or more StoreID's present in the request is incorrect",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_where_stores_are_wrong_or_missing_all_is_rejected_in_the_vendors_words(name: str, way: Way, mocks: Mocks) -> None:
    vendor, (run, words) = mocks.vendors[JWO], REFUSED[name]
    given = [untouched(vendor) for _ in range(2)]
    held = [*vendor.look_up(given)]
    outcomes = way.read(run(way.to(mocks, JWO), given))
    assert [(each.sku, each.status, each.ingestion_id, each.attempt) for each in outcomes] == [
        (sku, "rejected", "", 1) for sku in given
    ]
    assert all(each.reason.startswith("400: ") and words in each.reason for each in outcomes)
    assert [*vendor.look_up(given)] == held


def test_an_ingestion_id_that_another_chunk_has_confirms_nothing(way: Way) -> None:
    first = list[MockResponse]()

    async def intercept(_: Vendor, call: Call, respond: Respond) -> MockResponse:
        response = await respond(call)
        if call.operation != UPLOAD:
            return response
        first.append(response)
        return first[0]

    items = [product("A"), product("A", STORES[1])]
    with intercepting(intercept, {JWO: {}}) as mocks:
        outcomes = way.read(way.to(mocks, JWO, limits=chunks_of(1), width=1).upload(items))
    assert [each.status for each in outcomes] == ["confirmed", "unknown"]
    assert "the vendor has given another request the same ingestion id" in outcomes[1].reason


def test_what_replaces_an_item_of_an_ingestion_whose_id_another_one_has_is_not_sent(way: Way) -> None:
    async def intercept(_: Vendor, call: Call, respond: Respond) -> MockResponse:
        return first[0] if call.operation == UPLOAD and first else await respond(call)

    items, first = [product("A"), product("B"), product("B", item_name="new")], list[MockResponse]()

    async def keep(vendor: Vendor, call: Call, respond: Respond) -> MockResponse:
        response = await intercept(vendor, call, respond)
        first.extend([response] if call.operation == UPLOAD and not first else [])
        return response

    with intercepting(keep, {JWO: {}}) as mocks:
        outcomes = way.read(way.to(mocks, JWO, limits=chunks_of(1), width=1).upload(items))
    assert [(each.sku, each.status, each.attempt) for each in outcomes] == [
        ("A", "confirmed", 1),
        ("B", "unknown", 1),
        ("B", "unknown", 0),
    ]


def test_an_ingestion_id_that_an_earlier_run_has_confirms_nothing(way: Way, mocks: Mocks, tmp_path: Path) -> None:
    sku, path = untouched(mocks.vendors[JWO]), tmp_path / "ledger.csv"
    earlier = Outcome(sku="A", status="rejected", item=1, chunk=1, ingestion_id="one", attempt=1)
    with Ledger(path) as ledger:
        ledger.outcomes([earlier])
    respond = httpx2.Response(201, json={"ingestionId": "one"})
    facade = way.played(JWO, lambda _: respond, auth=httpx2.Auth())
    (outcome,) = way.read(facade.archive(["A", sku], stores=STORES, resume=path))
    assert (outcome.sku, outcome.status) == (sku, "unknown")
    assert "the vendor has given another request the same ingestion id" in outcome.reason


def test_what_was_accepted_under_an_id_that_cannot_be_read_is_in_the_log(way: Way, caplog: pytest.LogCaptureFixture) -> None:
    respond = httpx2.Response(201, json={"ingestionId": [12345]})
    facade = way.played(JWO, lambda _: respond, auth=httpx2.Auth(), retries=Retries(attempts=1))
    (outcome,) = way.read(facade.archive(["A"], stores=STORES))
    assert (outcome.status, outcome.reason) == (
        "unknown",
        '201: the response breaks the spec at $.ingestionId: Expected `str`, got `array`: {"ingestionId":[12345]}',
    )
    assert '{"ingestionId":[12345]}' in caplog.text


def test_an_archiving_whose_response_was_lost_is_confirmed_by_the_report_of_the_next_attempt(way: Way) -> None:
    lost: list[MockResponse] = []

    async def intercept(vendor: Vendor, call: Call, respond: Respond) -> MockResponse:
        response = await respond(call)
        if call.operation != ARCHIVE or lost:
            return response
        lost.append(response)
        return vendor.error(500, call=call)

    with intercepting(intercept, {JWO: {}}) as mocks:
        archived = untouched(mocks.vendors[JWO], "archived")
        catalog = way.to(mocks, JWO, retries=Retries(max_wait=0.01))
        outcomes = way.read(catalog.archive([*skus(1), archived, "NONE"], stores=STORES))
        counts = responses(mocks.vendors[JWO])
    again = ("confirmed", "already archived, as it was sent before")
    assert by_sku(outcomes) == {skus(1)[0]: again, archived: again, "NONE": ("rejected", "unknown SKU")}
    assert {each.attempt for each in outcomes} == {2}
    assert (counts["archiveCatalog 500"], counts["archiveCatalog 201"]) == (1, 1)
