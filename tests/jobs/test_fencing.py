"""A worker whose group another one has taken over learns it before it sends anything more, and notes nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from catalog_clients._engine.ledger.records import PendingItem
from catalog_jobs._store.journal import Group, GroupLost, Journal, SendingEnded, entry_of
from tests.clients.access import YANDEX
from tests.clients.causes import ADD
from tests.clients.products import untouched
from tests.jobs.desk import Desk
from tests.overrides.vendors import responses

ITEM = PendingItem("A", 1, "A")
NOTES: dict[str, Callable[[Journal], Any]] = {
    "sending": lambda journal: journal.sending([ITEM]),
    "submitted": lambda journal: journal.submitted([ITEM], 1, "ingestion"),
    "outcomes": lambda journal: journal.outcomes([]),
    "finish": lambda journal: journal.finish(),
}


def offers(desk: Desk, number: int) -> list[str]:
    return [untouched(desk.mocks.vendors[YANDEX]) for _ in range(number)]


@pytest.mark.parametrize("note", NOTES)
def test_one_that_was_replaced_notes_nothing(desk: Desk, note: str) -> None:
    job = desk.submit(YANDEX, ADD, offers(desk, 1))
    (number,) = desk.queue(job)
    old, new = desk.journal(job, number), desk.journal(job, number)
    first = old.take()
    assert first
    assert new.take()
    with pytest.raises(GroupLost, match=f"group 1 of job {job} belongs to another worker"):
        NOTES[note](old)
    old.give_back()
    group = desk.journal(job, number).take()
    assert group
    assert (group.sent, group.accepted, group.known) == ({}, {}, {})
    assert group.key_seed == first.key_seed != "", "its requests have the same keys"
    assert desk.jobs.status(job).state == "running"


def test_one_that_was_replaced_sends_nothing(desk: Desk) -> None:
    job = desk.submit(YANDEX, ADD, offers(desk, 6))
    (number,) = desk.queue(job)
    old = desk.journal(job, number)
    group = old.take()
    assert group
    assert desk.send(job, number)
    before = responses(desk.mocks.vendors[YANDEX])
    with pytest.raises(GroupLost):
        desk.sender(job, old).send(group)
    assert responses(desk.mocks.vendors[YANDEX]) == before
    assert desk.statuses(job) == {"confirmed": 6}
    assert desk.jobs.status(job).counts.total == 6


def test_what_one_is_noting_is_known_to_the_one_that_replaces_it(desk: Desk) -> None:
    job = desk.submit(YANDEX, ADD, offers(desk, 2))
    (number,) = desk.queue(job)
    old, new, began = desk.journal(job, number), desk.journal(job, number), threading.Event()
    assert old.take()

    def take() -> Group | None:
        began.set()
        return new.take()

    with ThreadPoolExecutor(1) as pool:
        with desk.database.begin() as connection:
            old._check(connection, is_final=False)
            taken = pool.submit(take)
            assert began.wait(10)
            with pytest.raises(TimeoutError):
                taken.result(0.3)
            old._note(connection, entry_of("sending", [ITEM, PendingItem("B", 2, "B")]))
        group = taken.result(30)
    assert group
    assert group.sent.keys() == {1, 2}


def test_a_worker_that_stops_sends_nothing_more(desk: Desk) -> None:
    job = desk.submit(YANDEX, ADD, offers(desk, 1))
    (number,) = desk.queue(job)
    journal = desk.journal(job, number)
    assert journal.take()
    desk.stop.set()
    with pytest.raises(SendingEnded, match="the worker stops"):
        journal.sending([ITEM])


def test_a_deleted_job_is_lost(desk: Desk) -> None:
    job = desk.submit(YANDEX, ADD, offers(desk, 1))
    (number,) = desk.queue(job)
    journal = desk.journal(job, number)
    assert journal.take()
    desk.jobs.cancel(job)
    desk.jobs.delete(job)
    with pytest.raises(GroupLost):
        journal.outcomes([])
    assert desk.journal(job, number).take() is None
