"""`make torture` in a short form, and what it finds where jobs lose or invent an outcome."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

import scripts.torture.run
from catalog_jobs import RowOutcome
from scripts.chaos import JWO, SHIPSIDEKICK, YANDEX
from scripts.chaos.ledger import Comparison, Difference, Key, compare
from scripts.chaos.results import findings
from scripts.chaos.tasks import tasks
from scripts.mock.serving import running
from scripts.mock.settings import Settings
from scripts.torture import report
from scripts.torture.__main__ import _shares, main
from scripts.torture.killing import ALL, DATABASE, WORKER
from scripts.torture.planned import entries
from scripts.torture.run import Plan, Row, Run
from scripts.torture.workers import Fork, forking
from tests.support.commands import refusal

SECONDS = 400
SPEED = 100.0
KILLS = {(JWO, "sqlite"): 5, (SHIPSIDEKICK, "sqlite"): 6, (YANDEX, "postgresql"): 9}
SEED = 19  # by which the first three kills are of different kinds
SKUS = {JWO: 600, YANDEX: 1200, SHIPSIDEKICK: 240}


@contextmanager
def workers_for(folder: Path) -> Iterator[Fork]:
    """Offer workers, and one vendor for all runs, as each process of either takes seconds to start."""
    vendor = Settings(speed=SPEED, chaos=0.3, size=100_000)
    with pytest.MonkeyPatch.context() as patch, forking(folder / "workers.log") as fork, running(vendor) as mocks:
        patch.setattr(scripts.torture.run, "spawned", lambda _: nullcontext(mocks.served))
        yield fork


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], list[Row]]:
    def run(api: str, database: str, fork: Fork) -> list[Row]:
        plan = Plan(skus=SKUS[api], chaos=0.3, seed=SEED, kills=KILLS[api, database], speed=SPEED, kill_after=0.7)
        return Run(api, database, plan, fork, until=time.monotonic() + SECONDS, stop=threading.Event()).finish()

    def run_all(api: str, fork: Fork) -> dict[tuple[str, str], list[Row]]:
        return {pair: run(*pair, fork) for pair in KILLS if pair[0] == api}  # its counts are those of one run at a time

    with workers_for(tmp_path_factory.mktemp("torture")) as fork, ThreadPoolExecutor(len(SKUS)) as pool:
        found = pool.map(run_all, SKUS, [fork] * len(SKUS))
        return {pair: rows for some in found for pair, rows in some.items()}


@pytest.mark.parametrize(("api", "database"), KILLS)
def test_whatever_is_killed_the_ledger_equals_the_truth_and_no_limit_is_exceeded(
    rows: dict[tuple[str, str], list[Row]], api: str, database: str
) -> None:
    found = rows[api, database]
    assert sum(row.killed.total() for row in found) == KILLS[api, database]
    for row in found:
        assert row.wrong == []
        assert row.found.statuses.total() == row.skus >= SKUS[api]
        assert row.found.statuses["confirmed"] > 0.9 * row.skus
        assert row.found.statuses["unknown"] == row.found.open
        assert row.faults > 0
        assert row.sent >= row.least


def test_workers_and_the_database_are_killed(rows: dict[tuple[str, str], list[Row]]) -> None:
    assert {each for row in rows[YANDEX, "postgresql"] for each in row.killed} == {WORKER, ALL, DATABASE}
    assert {each for row in rows[JWO, "sqlite"] for each in row.killed} == {WORKER}


def test_a_job_that_loses_or_invents_outcomes_is_found() -> None:
    (task,) = tasks(SHIPSIDEKICK, 3)
    first, second, third = (key.sku for key in task.keys)
    outcomes = [
        RowOutcome(line=1, sku=first, status="confirmed", attempt=1),
        RowOutcome(line=2, sku=second, status="pending"),
        RowOutcome(line=3, sku=first, status="rejected", reason="404: no", attempt=1),
    ]
    held = dict.fromkeys(task.keys, False)
    found = compare(entries(task, iter(outcomes), repeated=False), held, held)
    assert [*map(str, found.differences)] == [
        f"wrongly confirmed: {first}: the vendor does not hold it so",
        f"no status: {second}: pending",
        f"reported twice: {first}: now as rejected: 404: no",
        f"not reported: {third}: the ledger does not have it",
    ]


@pytest.mark.parametrize(
    ("attempt", "repeated", "is_open"), [(0, True, False), (1, False, False), (1, True, True), (2, False, True)]
)
def test_what_was_refused_after_it_may_have_been_sent_before_may_be_unknown(attempt: int, repeated: bool, is_open: bool) -> None:
    (task,) = tasks(SHIPSIDEKICK, 1)
    outcome = RowOutcome(line=1, sku=task.keys[0].sku, status="unknown", reason="404: no such product", attempt=attempt)
    (entry,) = entries(task, iter([outcome]), repeated=bool(repeated))
    assert (entry.status, entry.open) == ("unknown", is_open)


@pytest.mark.parametrize(
    "arguments", ["--api amazon_catalog_items", "--database oracle", "--kills -1", "--chaos 2", "--kill-after 0"]
)
def test_bad_input_is_reported_in_one_line(capsys: pytest.CaptureFixture[str], arguments: str) -> None:
    assert refusal(capsys, main, *arguments.split())


def test_kills_are_shared_out_among_the_runs() -> None:
    assert _shares(200, 6) == [33, 33, 34, 33, 33, 34]
    assert _shares(2, 3) == [0, 1, 1]


def test_the_table_has_what_was_killed_and_repeated() -> None:
    row = Row(api=YANDEX, database="postgresql", operation="addOffersToArchive", jobs=2, skus=20, sent=9, least=4, repeated=3)
    row.killed.update({WORKER: 5, ALL: 6, DATABASE: 7})
    row.add(Comparison(differences=[Difference("unknown", Key(f"SKU-{number}"), "502") for number in range(7)]))
    row.problems.append("limit exceeded: ...")
    cells = report.table([row]).splitlines()[-1].split()
    assert cells == [YANDEX, "postgresql", "addOffersToArchive", "2", "20", *"000", "0", "5", "6", "7", "0", "9/4", "3", "0.0"]
    found = [*findings([row])]
    assert (len(found), found[0]) == (6, f"{YANDEX} postgresql addOffersToArchive: limit exceeded: ...")
    assert found[-1].endswith("and 3 more")
