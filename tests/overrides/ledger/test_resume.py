"""A run that was killed or interrupted goes on with its ledger: nothing is sent twice, and every outcome is the vendor's."""

from __future__ import annotations

import re
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from catalog_clients import Interrupted, Outcome
from catalog_clients._engine.ledger.ledger import Earlier, last_rows, read_ledger
from catalog_clients._engine.run import state as run_state
from scripts.mock.serving import Mocks
from tests.clients.access import JWO
from tests.clients.causes import ARCHIVE, STORES
from tests.clients.products import untouched
from tests.overrides.archiving import Archiver, Archiving
from tests.overrides.playing import FACADES
from tests.overrides.vendors import responses, setting
from tests.overrides.ways import ANYWHERE, Way, eventually, limits_of_chunks

SIZE, CHUNKS = 5, 12
SLOW = 1000  # seconds of the mock's clock that it works on an ingestion, of which a thousand are one of ours


class Run:
    """A run, in one process after the other, that archives SKUs of which each has an outcome of its own."""

    def __init__(self, way: str, mocks: Mocks, archiver: Archiver, ledger: Path) -> None:
        self.way, self.mocks, self._archiver, self.ledger = way, mocks, archiver, ledger
        vendor = mocks.vendors[JWO]
        self.skus = [untouched(vendor, "on_planogram" if number % 7 == 3 else None) for number in range(SIZE * CHUNKS)]
        self.before = responses(vendor)
        self._ending = ExitStack()

    def start(self, *, resume: bool = False) -> Archiving:
        """Start the process."""
        served = self.mocks.served
        process = self._archiver.start(
            FACADES[JWO] if self.way == "sync" else f"Async{FACADES[JWO]}",
            {"base_url": served.urls[JWO], "limits": limits_of_chunks(SIZE), "reports": ANYWHERE, "interval": 0.02, "width": 4},
            self.skus,
            self.ledger,
            credentials=served.credentials[JWO],
            stores=STORES,
            resume=resume,
        )
        return self._ending.enter_context(process)

    def close(self) -> None:
        """End what still runs."""
        self._ending.close()

    def lines(self, status: str) -> int:
        """Return how many lines of the ledger have a status."""
        return sum(row.status == status for row in read_ledger(self.ledger)) if self.ledger.is_file() else 0

    def accepted(self) -> int:
        """Return how many ingestions the vendor has accepted."""
        return (responses(self.mocks.vendors[JWO]) - self.before)[f"{ARCHIVE} 201"]

    def last_outcomes(self) -> dict[int, tuple[str, str, str]]:
        """Return the last line about each item: SKU, status and reason."""
        return {row.item: (row.sku, row.status, row.reason) for row in last_rows(self.ledger) if row.sku}

    def assert_true(self) -> None:
        """Check that the ledger says of each SKU what the vendor says."""
        held = self.mocks.vendors[JWO].look_up(self.skus)
        found = self.last_outcomes()
        assert [found[item][0] for item in range(1, len(self.skus) + 1)] == self.skus
        for item, (sku, each) in enumerate(zip(self.skus, held, strict=True), 1):
            _, status, reason = found[item]
            assert (status == "confirmed") == (each["state"] == "ARCHIVED"), sku
            assert status == "confirmed" or reason == "still on planogram"


@pytest.fixture
def run(way: Way, mocks: Mocks, archiver: Archiver, tmp_path: Path) -> Iterator[Run]:
    with closing(Run(way.name, mocks, archiver, tmp_path / "ledger.csv")) as found:
        yield found


def test_after_a_kill_the_outcomes_are_collected_and_the_rest_is_sent(run: Run) -> None:
    with setting(run.mocks.vendors[JWO], processing_seconds=SLOW):
        process = run.start()
        assert eventually(lambda: run.lines("submitted") >= 3 * SIZE)
        process.kill()
    assert run.lines("confirmed") == 0
    submitted = {row.ingestion_id for row in read_ledger(run.ledger) if row.ingestion_id}
    assert 3 <= len(submitted) <= run.accepted() < CHUNKS
    process = run.start(resume=True)
    assert (process.wait(), process.printed) == (0, "")
    run.assert_true()
    assert {row.ingestion_id for row in read_ledger(run.ledger) if row.status == "confirmed"} >= submitted
    assert run.accepted() <= CHUNKS + 4, "only what was under way without an id may have been sent again"


def assert_helpful(printed: str, run: Run, *, is_raised: bool) -> None:
    """Check that what an interrupted process prints says how to go on and, if it is an error, nothing of what is inside."""
    counts = Counter(status for _, status, _ in run.last_outcomes().values())
    known = f"{counts['confirmed']} items are confirmed, {counts['rejected']} rejected, {counts['unknown']} unknown"
    text = f"the run was interrupted: {known}, and nothing more is sent; resume it with resume='{run.ledger}'"
    lines = printed.splitlines()
    if is_raised:
        assert lines[-1] == f"KeyboardInterrupt: {text}"
        assert len(re.findall(r'File ".*/catalog_clients/', printed)) <= 2
    else:
        assert text in lines


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_sends_nothing_more_and_follows_what_is_under_way(number: signal.Signals, run: Run) -> None:
    with setting(run.mocks.vendors[JWO], processing_seconds=500):
        process = run.start()
        assert eventually(lambda: run.lines("submitted") >= 4 * SIZE)
        process.send_signal(number)
        assert process.wait() == -number, "which a shell calls 130 or 143"
    assert "interrupt again to stop at once" in process.printed
    assert_helpful(process.printed, run, is_raised=run.way == "sync" and number == signal.SIGINT)
    known = Counter(status for _, status, reason in run.last_outcomes().values() if not reason.startswith("not sent: "))
    assert known["submitted"] == known["unknown"] == 0
    assert known["confirmed"] + known["rejected"] == SIZE * run.accepted() < len(run.skus)
    process = run.start(resume=True)
    assert process.wait() == 0
    run.assert_true()
    assert run.accepted() == CHUNKS


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_interrupt_leaves_at_once_and_nothing_is_lost(number: signal.Signals, run: Run) -> None:
    with setting(run.mocks.vendors[JWO], processing_seconds=1e6):
        process = run.start()
        assert eventually(lambda: run.lines("submitted") >= 4 * SIZE)
        process.send_signal(number)
        assert eventually(lambda: "interrupt again" in process.printed)
        process.send_signal(number)
        assert process.wait() == -number
    if number == signal.SIGINT:
        assert_helpful(process.printed, run, is_raised=run.way == "sync")
    earlier = Earlier.read(run.ledger)
    assert sum(len(rows) for _, rows in earlier.pending()) == 4 * SIZE
    assert run.accepted() == 4


def test_the_only_chunk_of_a_run_is_left_in_time_after_an_interrupt(
    way: Way, mocks: Mocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_state, "_DRAIN", 0.2)
    with setting(mocks.vendors[JWO], processing_seconds=1e6):
        result = way.to(mocks, JWO).archive(iter([untouched(mocks.vendors[JWO])]), stores=STORES)
        timer = threading.Timer(0.5, lambda: result._state.stop(Interrupted(signal.SIGINT)))
        timer.start()
        outcomes: list[Outcome] = []
        with pytest.raises(Interrupted):
            way.read(result, outcomes.append)
        timer.join()
    assert [(each.status, each.reason) for each in outcomes] == [
        ("unknown", "the run was abandoned before the ingestion ended; resume it with its ledger")
    ]
    assert outcomes[0].ingestion_id
