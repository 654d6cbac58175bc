"""Jobs whose outcomes an operation of its own lists, page by page: a process that ends anywhere loses none of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from scripts.mock.engine.clock import Clock
from scripts.mock.serving import Mocks, running
from scripts.mock.settings import Settings
from tests.generate.packages import Package
from tests.jobs.desk import Crash, Desk, crashing
from tests.overrides.outcomes.test_result_pages import DOCUMENT, ITEMS, STONES, Quarry

_CHUNK = 20  # items, the results of which are on several pages


class _Open(Desk):
    """A desk at a vendor with one credential."""

    package: Package

    def auth(self, api: str) -> httpx2.Auth:
        found: httpx2.Auth = self.package.root.auth.QuarryToken(next(iter(self.mocks.served.credentials[api].values())))
        return found


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return Package(DOCUMENT, tmp_path_factory.mktemp("quarry"))


@pytest.fixture
def mocks() -> Iterator[Mocks]:
    with running(Settings(options={Quarry.api: {"rejected": 0.4}}), kinds=Quarry.kinds, clock=Clock(speed=10_000)) as found:
        yield found


@pytest.fixture
def desk(tmp_path: Path, mocks: Mocks, generated: Package) -> Iterator[Desk]:
    found = _Open(tmp_path / "jobs.sqlite", mocks, size=_CHUNK)
    found.package = generated
    yield found
    found.close()


@pytest.mark.parametrize("operation", ITEMS)
@pytest.mark.parametrize("moment", [("submitted", True), ("outcomes", False)], ids=lambda each: each[0])
def test_the_pages_of_accepted_work_are_read_again_after_a_crash(
    moment: tuple[str, bool], operation: str, desk: Desk, mocks: Mocks
) -> None:
    job = desk.submit(Quarry.api, operation, ITEMS[operation], arguments={"site": "north"})
    (first, *_) = desk.queue(job)
    name, after = moment
    with pytest.raises(Crash):
        desk.send(job, first, spy=crashing(name, after=after))
    assert desk.send_all(job) == "finished"
    with Quarry(mocks) as quarry:
        rejected = quarry.rejected(operation, STONES)
    assert 0 < len(rejected) < len(STONES)
    expected = {sku: "rejected" if sku in rejected else "confirmed" for sku in STONES}
    assert {each.sku: each.status for each in desk.outcomes(job)} == expected
    assert desk.jobs.status(job).repeated == 0
