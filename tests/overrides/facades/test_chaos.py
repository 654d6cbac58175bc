"""`make chaos` in a short form, and what it finds where a facade reports a wrong outcome or exceeds a limit."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import structs

import scripts.chaos.run
import scripts.chaos.vendor
from catalog_clients._engine import plans
from catalog_clients._engine.calls.retries import Attempts
from catalog_clients._engine.flows.effects import CallResult
from catalog_clients._engine.ledger.ledger import Ledger
from catalog_clients._engine.ledger.records import ChunkResult, Outcome, PendingItem
from catalog_clients._engine.outcomes.listed import classify_by_failures
from scripts.chaos import ITEMS, JWO, SHIPSIDEKICK, YANDEX, facades, generic, killing, report
from scripts.chaos.__main__ import main
from scripts.chaos.facades import WAYS
from scripts.chaos.ledger import WRONGLY_CONFIRMED, WRONGLY_REJECTED, Comparison, Difference, Entry, Key, compare
from scripts.chaos.results import findings
from scripts.chaos.run import Plan, Row, Run
from scripts.chaos.task import entry_of, entry_of_match
from scripts.chaos.tasks import tasks
from scripts.chaos.vendor import Usage, admin, allowed, exceeded, held, usage
from scripts.chaos.writing import Job
from scripts.mock.engine.limits import FURTHER
from scripts.mock.served import Served
from scripts.mock.serving import Mocks, running
from scripts.mock.settings import Settings
from scripts.runtime.behaviour import Behaviour, Expression, RateLimit, Retry, RetryResponse
from tests.clients.causes import ADD, SEARCH, UPLOAD
from tests.overrides.playing import API_OF, TABLES
from tests.overrides.ways import CONCURRENCY, IDENTIFIERS, OFFERS, SKUS

SECONDS = 240
SEED = 30  # by which Just Walk Out executes archivings although their responses are lost
SMALL = 500  # items of a chunk at most, so that one that is full takes less than a second
MANY = {JWO: min(SKUS, SMALL) * 6 // 5, ITEMS: 15 * IDENTIFIERS, YANDEX: 8 * OFFERS, SHIPSIDEKICK: 150}
APIS = tuple(MANY)
JOB = Job(way="sync", api=SHIPSIDEKICK, skus=1, operation="archive", speed=1, served={})
OPERATIONS = {JWO: ["upload", "archive"], ITEMS: ["lookup"], YANDEX: ["archive", "unarchive"], SHIPSIDEKICK: ["archive"]}


def run(api: str, *, skus: int = 400, chaos: float = 0, way: str = "async", speed: float = 1000, kills: int = 0) -> list[Row]:
    plan = Plan(skus=skus, chaos=chaos, seed=1, way=way, kills=kills, speed=speed)
    return Run(api, plan, until=time.monotonic() + SECONDS, stop=threading.Event()).finish()


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, mocks_with: Callable[[Settings], Mocks]) -> None:
    """Let mock vendors run in a thread instead of a process, which takes a second more to start."""

    def start(arguments: Sequence[str]) -> AbstractContextManager[Served]:
        given = dict(zip(arguments[::2], arguments[1::2], strict=True))
        settings = Settings(speed=float(given["--speed"]), chaos=float(given["--chaos"]), faults=("late-500",))
        return nullcontext(mocks_with(settings).served)

    monkeypatch.setattr(scripts.chaos.run, "spawned", start)


@pytest.fixture(scope="module", params=WAYS)
def rows(request: pytest.FixtureRequest) -> dict[str, list[Row]]:
    """Run all vendors at once, in one process, while three in ten responses fail."""
    operation: Any = plans.Plans._operation

    def small(*given: Any) -> Any:
        found, table = operation(*given)
        chunking = structs.replace(table.chunking, size=min(table.chunking.size, SMALL))
        return found, structs.replace(table, chunking=chunking)

    with pytest.MonkeyPatch.context() as patch, running(Settings(speed=25, chaos=0.3, seed=SEED)) as mocks:
        patch.setattr(plans.Plans, "_operation", small)
        patch.setattr(scripts.chaos.run, "spawned", lambda _: nullcontext(mocks.served))
        with ThreadPoolExecutor(len(APIS)) as pool:
            runs = {api: pool.submit(run, api, skus=MANY[api], chaos=0.3, way=request.param, speed=25) for api in APIS}
        return {api: future.result() for api, future in runs.items()}


@pytest.mark.parametrize("api", APIS)
def test_the_ledger_equals_the_truth_and_no_limit_is_exceeded(rows: dict[str, list[Row]], api: str) -> None:
    assert [row.operation for row in rows[api]] == OPERATIONS[api]
    for row in rows[api]:
        assert row.wrong == []
        statuses = row.found.statuses
        assert statuses.total() == row.skus == MANY[api]
        assert statuses["confirmed"] > 0.9 * row.skus
        assert statuses["rejected"] > 0
        assert statuses["unknown"] == row.found.open
        assert row.usage.calls > row.usage.faults > 0
        assert (allowed(api) is None) == (not row.usage.most)


def test_the_ledger_equals_the_truth_although_its_process_is_killed(
    monkeypatch: pytest.MonkeyPatch, mocks_with: Callable[[Settings], Mocks]
) -> None:
    monkeypatch.setattr(killing, "_SECONDS", 0)
    mocks = mocks_with(Settings(speed=1000, chaos=0.1, seed=1))
    monkeypatch.setattr(scripts.chaos.run, "spawned", lambda _: nullcontext(mocks.served))
    (row,) = run(SHIPSIDEKICK, skus=150, chaos=0.1, kills=1)
    assert row.killed == 1
    assert row.wrong == []
    assert row.found.statuses.total() == 150


def test_why_a_process_fails_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho Traceback >&2\necho 'KeyError: no' >&2\nexit 1\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    (task,) = tasks(SHIPSIDEKICK, 1)
    run = killing.Killing(task, JOB, kills=0, seed=1)
    run.run()
    assert str(run.error) == "KeyError: no"


def test_an_item_that_two_processes_have_sent_had_two_attempts(tmp_path: Path) -> None:
    (task,) = tasks(SHIPSIDEKICK, 1)
    run = killing.Killing(task, JOB, kills=0, seed=1)
    with Ledger(path := tmp_path / "ledger.csv") as ledger:
        for first in (1, 2):
            ledger.sending([PendingItem(None, item, f"S{item}", chunk=1) for item in range(first, 4)])
        ledger.outcomes(Outcome(sku=f"S{item}", status="unknown", reason="404: ", item=item, attempt=1) for item in range(1, 4))
    assert [(entry.key.sku, entry.open) for entry in run._entries(path)] == [("S1", False), ("S2", True), ("S3", True)]


def test_the_truth_meets_no_chaos() -> None:
    with running(Settings(chaos=1, faults=("dropped-before",))) as mocks:
        for api in APIS:
            with admin(mocks.served, api) as vendor:
                assert len(list(held(vendor, ["1"] * 20))) == 20
                assert usage(vendor) == Usage()


A, B, C = Key("A"), Key("B", "STORE-1"), Key("C")
NOTHING = {A: False, B: False, C: False}
ALL = dict.fromkeys(NOTHING, True)
RIGHT = [Entry(A, "confirmed"), Entry(B, "confirmed"), Entry(C, "rejected", "has stocks")]


@pytest.mark.parametrize(
    ("ledger", "after", "found"),
    [
        (RIGHT, {**ALL, C: False}, []),
        (RIGHT, {A: True, B: False, C: False}, ["wrongly confirmed: B in STORE-1: the vendor does not hold it so"]),
        (RIGHT, ALL, ["wrongly rejected: C: has stocks"]),
        (RIGHT[1:], {**ALL, C: False}, ["not reported: A: the ledger does not have it"]),
        ([*RIGHT, Entry(A, "rejected", "why")], {**ALL, C: False}, ["reported twice: A: now as rejected: why"]),
        ([*RIGHT, Entry(Key("D"), "confirmed")], {**ALL, C: False}, ["never sent: D: and yet it is confirmed"]),
        ([*RIGHT[:2], Entry(C, "unknown", "502")], {**ALL, C: False}, ["unknown: C: 502"]),
        ([*RIGHT[:2], Entry(C, "unknown", "404", open=True)], ALL, ["unknown: C: 404"]),
        ([*RIGHT[:2], Entry(C, "unknown", "404", open=True)], {**ALL, C: False}, []),
        ([*RIGHT[:2], Entry(C, "unknown", "502", final=True)], ALL, []),
        (
            [*RIGHT[:2], Entry(C, "confirmed", final=True)],
            {**ALL, C: False},
            [f"{WRONGLY_CONFIRMED}: C: the vendor does not hold it so"],
        ),
        ([*RIGHT[:2], Entry(C, "found with others", "X")], {**ALL, C: False}, ["no status: C: found with others"]),
    ],
)
def test_each_wrong_outcome_is_found_and_named(ledger: list[Entry], after: dict[Key, bool], found: list[str]) -> None:
    assert list(map(str, compare(ledger, NOTHING, after).differences)) == found


RESENT = Retry(responses=(RetryResponse(status=503, wait=1),), attempts=2, max_wait=1, idempotent=True)
ONCE = structs.replace(RESENT, idempotent=False)
KEYED = structs.replace(ONCE, idempotency_key=Expression("request", "header", ("Key",)))
LOST, RETRYABLE, OTHER = "ReadError: lost (https://a.example)", "503: busy", "500: broken"
BARE = "409: In use: empty body"


@pytest.mark.parametrize(
    ("retry", "reasons"),
    [(None, [LOST, RETRYABLE, OTHER, BARE]), (RESENT, [BARE]), (KEYED, [BARE]), (ONCE, [LOST, OTHER, BARE])],
)
def test_what_may_not_be_sent_again_or_is_refused_without_a_word_may_stay_unknown(retry: Retry | None, reasons: list[str]) -> None:
    words = generic.final(retry)
    for reason in (LOST, RETRYABLE, OTHER, BARE):
        unknown, rejected = (Outcome(sku="A", status=each, reason=reason, attempt=1) for each in ("unknown", "rejected"))
        assert entry_of(unknown, final=words).final == (reason in reasons)
        assert not entry_of(rejected, final=words).final
        assert entry_of_match(SimpleNamespace(identifier="A", status="unknown", reason=reason), words).final == (reason in reasons)
        assert not entry_of_match(SimpleNamespace(identifier="A", status="missing", reason=reason), words).final


def test_a_refusal_of_a_removal_that_was_sent_again_may_stay_unknown() -> None:
    words = generic.final(RESENT, removes=True)
    reasons = {"unknown": True, "404: not here": True, "409: in use": False, BARE: True, LOST: False, RETRYABLE: False}
    found = {each: entry_of(Outcome(sku="A", status="unknown", reason=each, attempt=2), final=words).final for each in reasons}
    assert found == reasons


def test_the_report_says_how_many_skus_may_stay_unknown_and_why() -> None:
    found = compare([Entry(A, "unknown", "503", final=True), Entry(B, "unknown", "404", open=True)], NOTHING, {A: True, B: False})
    one, two = findings([Row(api="acme", operation="put", skus=2, found=found)])
    assert one.startswith("acme put: 1 of the unknown SKUs were refused after a lost response")
    why = "nothing says what was done, their requests may not be sent again, or they remove what is refused from then on"
    assert two == f"acme put: 1 of the unknown SKUs are rightly unknown: {why}"


def test_what_was_so_before_may_be_rejected() -> None:
    assert compare(RIGHT, {**NOTHING, C: True}, ALL).differences == []


def test_a_rejection_that_the_vendor_has_not_made_is_found() -> None:
    assert compare(RIGHT, NOTHING, {**ALL, C: False}, {**NOTHING, C: True}).differences == []
    found = compare(RIGHT, NOTHING, {**ALL, C: False}, NOTHING).differences
    assert list(map(str, found)) == ["wrongly rejected: C: the vendor has not rejected it: has stocks"]


def test_an_item_that_was_executed_twice_and_must_not_be_is_found() -> None:
    found = compare(RIGHT, NOTHING, {**ALL, C: False}, repeated={**NOTHING, A: True}).differences
    twice = "the vendor has executed it more than once, and its spec says `idempotent: false`"
    assert list(map(str, found)) == [f"repeated: A: {twice}"]


def test_only_a_second_execution_of_the_same_item_by_the_same_operation_is_one_too_many() -> None:
    repeated = generic._was_repeated_by("put")
    states = [("A", {"put": 2}), ("A", {"put": 1, "get": 2}), ("B", {"put": 2})]
    assert [repeated(Key("A"), {"changes": [{"key": key, "operations": counts}]}) for key, counts in states] == [True, False, False]


@pytest.mark.parametrize("operation", [UPLOAD, SEARCH, ADD])
def test_units_beyond_a_limit_are_named(operation: str) -> None:
    api, most = API_OF[operation], TABLES[operation].rate_limit.burst
    assert exceeded(api, Usage(most={"search": most})) == []
    found = f"limit exceeded: search: {most + 1:g} units within a period, and the limit is {most:g}"
    assert exceeded(api, Usage(most={"search": most + 1})) == [found]


@pytest.mark.parametrize(
    ("most", "shown"),
    [
        ({}, "0/20"),
        ({"all": 18}, "18/20"),
        ({"all": 18, f"all{FURTHER}1": 126}, "18/20"),
        ({"all": 2, f"all{FURTHER}1": 126}, "126/600"),
        ({"all": 21, f"all{FURTHER}1": 600}, "21/20"),
    ],
)
def test_the_report_shows_the_limit_of_which_the_largest_share_was_used(
    monkeypatch: pytest.MonkeyPatch, most: dict[str, float], shown: str
) -> None:
    further = RateLimit(rate=600, period=60, burst=200, cost=1, scope=("credential",))
    limit = RateLimit(rate=20, period=1, burst=20, cost=1, scope=("credential",), also=(further,))
    monkeypatch.setattr(scripts.chaos.vendor, "tables", lambda _: {"put": Behaviour(rate_limit=limit)})
    row = Row(api="acme", operation="put", skus=2, usage=Usage(most=most))
    assert report.table([row]).splitlines()[-1].split()[-2] == shown
    assert bool(exceeded("acme", row.usage)) == (shown == "21/20")


def test_too_many_requests_at_the_same_time_and_refused_ones_are_named() -> None:
    assert exceeded(YANDEX, Usage(parallel=CONCURRENCY)) == []
    found = f"limit exceeded: {CONCURRENCY + 1} requests at the same time, and the limit is {CONCURRENCY}"
    assert exceeded(YANDEX, Usage(parallel=CONCURRENCY + 1)) == [found]
    assert exceeded(SHIPSIDEKICK, Usage(parallel=100)) == []
    assert exceeded(SHIPSIDEKICK, Usage(throttled=1)) == ["limit exceeded: the vendor has refused 1 requests"]


def test_throttling_by_chaos_is_not_a_refusal_of_the_vendor() -> None:
    reported: dict[str, Any] = {"units": {"a": {"most": 3, "period": 1, "total": 9}}, "parallel": {"most": 2}}
    reported |= {"responses": {"a 200": 4, "a 429": 3, "b 420": 2}, "faults": {"throttled": 4, "slow": 1}}
    assert Usage.of(reported) == Usage(calls=9, faults=5, throttled=1, most={"a": 3}, parallel=2)


def test_the_first_findings_are_named_with_their_number() -> None:
    differences = [Difference("unknown", Key(f"SKU-{number}"), "502") for number in range(9)]
    differences.append(Difference("wrongly confirmed", A, "not so"))
    row = Row(api=YANDEX, operation="archive", skus=10, found=Comparison(differences=differences), problems=["limit exceeded: ..."])
    reported = list(findings([row, replace(row, found=Comparison(), problems=[])]))
    assert reported[:2] == [f"{YANDEX} archive: limit exceeded: ...", f"{YANDEX} archive: wrongly confirmed: A: not so"]
    assert reported[-1] == f"{YANDEX} archive: and 6 more"
    assert len(reported) == 6


@pytest.mark.usefixtures("here")
def test_classifying_everything_as_confirmed_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def classify(sent: Sequence[PendingItem], _: CallResult[Any]) -> ChunkResult[Outcome]:
        return ChunkResult(results=[each.outcome("confirmed") for each in sent])

    monkeypatch.setattr(plans, "classify_by_failures", lambda *_, **__: classify)
    archived, unarchived = run(YANDEX)
    assert "wrongly confirmed: SKU-900000050: the vendor does not hold it so" in archived.wrong
    assert archived.found.count(WRONGLY_CONFIRMED) == len(archived.wrong)
    assert unarchived.found.count(WRONGLY_CONFIRMED) == len(unarchived.wrong) == 4


@pytest.mark.usefixtures("here")
def test_leaving_out_a_sku_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def lazy(chunking: Any, **options: Any) -> Any:
        classify: Any = classify_by_failures(chunking, **options)
        return lambda sent, response: replace(done := classify(sent, response), results=done.results[1:])

    monkeypatch.setattr(plans, "classify_by_failures", lazy)
    assert run(YANDEX)[0].wrong[0].startswith("unknown: SKU-")


@pytest.mark.usefixtures("here")
def test_lost_responses_that_are_ignored_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    succeeded = Attempts.succeeded
    monkeypatch.setattr(Attempts, "succeeded", lambda *given: replace(succeeded(*given), lost=False))
    _, archived = run(JWO, chaos=0.7, skus=(skus := min(400, SKUS)))
    assert archived.found.count(WRONGLY_REJECTED) == len(archived.wrong) > 0.75 * skus
    assert archived.wrong[0].endswith(": already archived")


@pytest.mark.usefixtures("here")
def test_a_limit_that_is_ignored_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facades, "scaled_limits", lambda *_: {"searchCatalogItems": None})
    (row,) = run(ITEMS, skus=int(2.5 * TABLES[SEARCH].rate_limit.burst) * IDENTIFIERS, speed=2)
    assert row.found.differences == []
    assert row.problems[0].startswith("limit exceeded: searchCatalogItems vendor: ")


def ended(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        code = main(arguments)
    except SystemExit as end:
        code = int(str(end.code))
    return code, *capsys.readouterr()


@pytest.mark.parametrize(
    "arguments", ["--api petstore", "--skus 0", "--chaos 1.5", "--chaos x", "--speed 0", "--way both", "--seed -1"]
)
def test_bad_input_is_reported_in_one_line(capsys: pytest.CaptureFixture[str], arguments: str) -> None:
    code, printed, line = ended(capsys, *arguments.split())
    assert (code, printed, line.count("\n")) == (2, "", 1)


@pytest.mark.usefixtures("here")
def test_where_all_is_right_the_table_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    code, printed, _ = ended(capsys, "--api", YANDEX, "--skus", "200", "--chaos", "0", "--way", "sync", "--kills", "0")
    lines = printed.splitlines()
    assert (code, len(lines)) == (0, 5)
    assert lines[2].split()[:8] == [YANDEX, "archive", "200", "195", "5", "0", "0", "0"]
    assert lines[-1] == "seed 1, chaos 0, sync: the ledger equals the truth, and no limit was exceeded"


@pytest.mark.usefixtures("here")
def test_what_is_not_done_in_time_is_a_finding(capsys: pytest.CaptureFixture[str]) -> None:
    code, printed, _ = ended(capsys, "--api", SHIPSIDEKICK, "--skus", "5000", "--seconds", "1")
    assert code == 1
    advice = "; choose fewer --skus, more --seconds"
    assert re.search(f"{SHIPSIDEKICK} archive: out of time after .* of 5000 SKUs{advice}$", printed, re.MULTILINE)


@pytest.mark.parametrize(("share", "advice"), [(0.5, ""), (1, ", or a --speed above 50")])
def test_a_higher_speed_is_advised_only_where_a_limit_was_reached(
    share: float, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = (allowed(ITEMS) or 0) * share
    monkeypatch.setattr(scripts.chaos.run, "usage", lambda _: Usage(most={"searchCatalogItems": most}))
    plan = Plan(skus=1, chaos=0, seed=1, way="sync", speed=50)
    vendor: Any = SimpleNamespace()
    assert Run(ITEMS, plan, until=0, stop=threading.Event())._advice(vendor) == f"; choose fewer --skus, more --seconds{advice}"


@pytest.mark.usefixtures("here")
def test_ctrl_c_ends_it_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)

    def interrupt() -> None:
        until = time.monotonic() + 120
        while signal.getsignal(signal.SIGINT) is before and time.monotonic() < until:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    code, printed, _ = ended(capsys, "--api", SHIPSIDEKICK, "--skus", "5000")
    thread.join()
    assert code == 130
    assert f"{SHIPSIDEKICK} archive: interrupted " in printed
    assert signal.getsignal(signal.SIGINT) is before
