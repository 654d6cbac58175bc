"""A request is written to its connection only while it has its place at a shared limit: its process may be stopped before."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog_clients import Limits
from catalog_clients._engine.limits import SharedLimiter, Ticket, TurnOver
from scripts.chaos.limits import scaled_limits
from scripts.mock.serving import Mocks
from tests.clients.access import YANDEX
from tests.clients.causes import BUSINESS
from tests.overrides.vendors import responses
from tests.overrides.ways import Way


def test_a_request_that_loses_its_place_before_it_is_written_waits_again_and_is_sent_once(
    way: Way, mocks: Mocks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked, check = list[Ticket](), SharedLimiter.check

    def late(limiter: SharedLimiter, ticket: Ticket) -> None:
        checked.append(ticket)
        if len(checked) in (2, 4):  # each place is checked when it is given, and when the request is written
            raise TurnOver
        check(limiter, ticket)

    monkeypatch.setattr(SharedLimiter, "check", late)
    before = responses(mocks.vendors[YANDEX])
    limits = Limits(scaled_limits(YANDEX, 1000), store=tmp_path / "limits.sqlite")
    market = way.to(mocks, YANDEX, limits=limits)
    (outcome,) = way.read(market.archive(["SKU-0900002"], business_id=BUSINESS))
    assert (outcome.status, outcome.attempt) == ("confirmed", 1)
    assert responses(mocks.vendors[YANDEX]) - before == {"addOffersToArchive 200": 1}
    assert [checked.index(each) for each in checked] == [0, 0, 2, 2, 4, 4]
