"""Where the spec says `idempotent: false`, a resumed run sends nothing again that the vendor may have executed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import pytest

from catalog_clients import AccessRefused, Bulk, Outcome, Retries
from catalog_clients._engine.ledger.exports import ledger_of
from catalog_clients._engine.ledger.ledger import Ledger, last_rows
from tests.generate.packages import Package
from tests.support.harbour import API, DISCARD, NUMBERS, SHOP, SIZE, Harbour, client, served

FIRST, SECOND = NUMBERS[:SIZE], NUMBERS[SIZE:]
ONCE, FIRST_TWICE = Counter(NUMBERS), Counter([*NUMBERS, *FIRST])
_RUN = """\
import sys
import harbour_returns
from catalog_clients import AccessRefused, Bulk, Retries
ledger, url, shop, *numbers = sys.argv[1:]
with Bulk(harbour_returns, base_url=url, width=1) as bulk:
    bulk.run("discardReturns", numbers, shop_code=shop).write(ledger)
"""


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return client(tmp_path_factory.mktemp(API))


@pytest.fixture
def harbour(returns: Package, monkeypatch: pytest.MonkeyPatch) -> Iterator[Harbour]:
    with served(returns) as found:
        for name, value in found.credentials.items():
            monkeypatch.setenv(name, value)
        yield found


def _resume(harbour: Harbour, ledger: Path, **options: Any) -> Counter[str]:
    """Resume a run, and return the number of its outcomes by status, of those that its ledger has at the end."""
    with Bulk(harbour.client, base_url=harbour.url, width=1) as bulk:
        bulk.run(DISCARD, NUMBERS, shop_code=SHOP, resume=ledger, **options).write()
    return Counter(row.status for row in last_rows(ledger_of(ledger)))


def _reasons(ledger: Path) -> set[str]:
    return {row.reason for row in last_rows(ledger_of(ledger)) if row.status == "unknown"}


@pytest.mark.parametrize("name", ["ledger.csv", "ledger.jsonl", "outcomes.xlsx"])
def test_what_was_in_flight_when_its_run_was_killed_is_sent_again_only_if_that_is_said(
    harbour: Harbour, tmp_path: Path, name: str
) -> None:
    ledger = tmp_path / name
    harbour.kill_in_flight(_RUN, str(ledger), harbour.url, SHOP, *NUMBERS)
    for _ in range(2):
        assert _resume(harbour, ledger) == {"unknown": len(FIRST), "confirmed": len(SECOND)}
        assert harbour.executed() == ONCE
        (reason,) = _reasons(ledger)
        assert "resend_unknown" in reason
    assert _resume(harbour, ledger, resend_unknown=True) == {"confirmed": len(NUMBERS)}
    assert harbour.executed() == FIRST_TWICE


def test_what_waited_for_a_limit_when_its_run_was_killed_is_sent_when_it_is_resumed(harbour: Harbour, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.csv"
    harbour.kill_waiting(tmp_path / "run.log", _RUN, str(ledger), harbour.url, SHOP, *NUMBERS)
    assert harbour.executed() == Counter(FIRST)
    assert _resume(harbour, ledger) == {"confirmed": len(NUMBERS)}
    assert harbour.executed() == ONCE


def _begin(harbour: Harbour, ledger: Path, fault: str) -> None:
    """Run, while each response fails in a way; or while the credentials are wrong."""
    with suppress(AccessRefused), harbour.failing(fault) if fault else nullcontext():
        auth = None if fault else harbour.client.auth.HarbourKey("wrong")
        with Bulk(harbour.client, base_url=harbour.url, width=1, retries=Retries(attempts=1), auth=auth) as bulk:
            bulk.run(DISCARD, NUMBERS, shop_code=SHOP).write(ledger)


@pytest.mark.parametrize(
    ("fault", "may_be_executed"), [("dropped-after", True), ("html", True), ("empty", True), ("throttled", False), ("", False)]
)
def test_what_was_certainly_not_executed_is_sent_when_its_run_is_resumed_and_nothing_else(
    harbour: Harbour, tmp_path: Path, fault: str, may_be_executed: bool
) -> None:
    ledger = tmp_path / "ledger.csv"
    _begin(harbour, ledger, fault)
    assert harbour.executed() == (ONCE if may_be_executed else {})
    assert {bool(row.attempt) for row in last_rows(ledger)} == {may_be_executed}
    assert all(each.startswith(("not executed: ", "not sent: ")) != may_be_executed for each in _reasons(ledger))
    outcomes = {"unknown" if may_be_executed else "confirmed": len(NUMBERS)}
    with suppress(ZeroDivisionError):  # a resumed run that ends early changes nothing of that
        _resume(harbour, ledger, progress=lambda _: 1 / 0)
    assert _resume(harbour, ledger) == outcomes
    assert harbour.executed() == ONCE


@pytest.mark.parametrize(("attempt", "status"), [(0, "confirmed"), (1, "unknown")])
def test_what_a_vendor_says_in_a_reason_does_not_let_an_item_be_sent_again(
    harbour: Harbour, tmp_path: Path, attempt: int, status: str
) -> None:
    said, ledger = "not executed: in the words of the vendor", tmp_path / "ledger.csv"
    with Ledger(ledger) as file:
        file.outcomes(
            Outcome(sku=each, status="unknown", reason=said, item=position, chunk=1, attempt=attempt)
            for position, each in enumerate(NUMBERS, 1)
        )
    assert _resume(harbour, ledger) == {status: len(NUMBERS)}
    assert harbour.executed() == ({} if attempt else ONCE)
