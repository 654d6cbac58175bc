"""`make chaos` of an API that has no code: what its operations are compared with follows from its spec."""

from __future__ import annotations

from collections import Counter

import pytest

from scripts.chaos import generic
from scripts.chaos.ledger import compare
from scripts.chaos.results import truth
from scripts.command import ROOT
from scripts.mock.engine.clock import Clock
from scripts.mock.generic.described import of_file
from scripts.mock.generic.vendor import generic as mock_of
from tests.generate.packages import Package
from tests.mock.callers import Caller
from tests.overrides.ways import Way

DOCUMENT = ROOT / "tests" / "support" / "wholesale.yaml"
ITEMS = 200


class Wholesale(Caller):
    """A caller of the mock."""

    api = "vexley_wholesale"
    kinds = (mock_of(of_file(DOCUMENT)),)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return Package(DOCUMENT, tmp_path_factory.mktemp("wholesale"))


def test_what_only_reads_is_compared_with_what_the_vendor_holds(
    way: Way, generated: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generic, "client", lambda _: generated.root)
    monkeypatch.setattr(generic, "of_roster", lambda _: of_file(DOCUMENT))
    task = next(each for each in generic.tasks.__wrapped__("vexley_wholesale", ITEMS) if each.operation == "getArticle")
    with Wholesale.served(clock=Clock(speed=1000)) as wholesale:
        auth = generated.root.auth.VexleyKey(next(iter(wholesale.credentials.values())))
        bulk = way.bulk(generated.root, wholesale.vendor.base_url, auth=auth)
        ledger = [task.entry(each) for each in way.read(task.begin(bulk))]
        before, refused = (truth(task.keys, each, wholesale.admin) for each in (task.held, task.refused))
    assert Counter(each.status for each in ledger) == {"confirmed": ITEMS - ITEMS // 100, "rejected": ITEMS // 100}
    assert compare(ledger, before, before, refused).differences == []
