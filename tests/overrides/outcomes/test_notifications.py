"""Notifications in an SQS queue, played by moto: a shared one is left alone; from one of the caller's, each waiter gets its own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import boto3
import pytest

from catalog_clients import SqsQueue, notifications
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from tests.clients.access import JWO
from tests.clients.causes import STORES
from tests.overrides.queues import Queue, enveloped, of_event, raw
from tests.overrides.vendors import responses
from tests.overrides.ways import CLOSED, Way, chunks_of, eventually, skus, take_one
from tests.support.aws import aws

HUGE, PATIENCE = 1000, 20
SIZE = 20  # items of a chunk


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    with aws() as url:
        yield url


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a queue be polled more often, and see that nobody reads one when a test has ended."""
    monkeypatch.setattr(notifications, "_LONG_POLL", 0)
    monkeypatch.setattr(notifications, "_PAUSE", 0.02)
    yield
    for thread in threading.enumerate():
        if thread.name == "sqs":
            thread.join(PATIENCE)
            assert not thread.is_alive()


@pytest.fixture
def opened(request: pytest.FixtureRequest, moto: str) -> Iterator[Queue]:
    queue = Queue(moto, request.node.name)
    yield queue
    for future in [*queue.queue._expected.values()]:
        future.cancel()
    assert eventually(lambda: queue.queue._thread is None)
    queue.sqs.close()


MESSAGE = {"Body": json.dumps(raw("A")), "ReceiptHandle": "1"}
FOREIGN = {
    "confirmation": enveloped("A", "SubscriptionConfirmation"),
    "text": "A",
    "list": ["A"],
    "number": 7,
    "null": None,
    "no texts": {"ingestionId": ["A"]},
    "envelope without message": {"Type": "Notification", "TopicArn": "t"},
    "envelope around text": {"Type": "Notification", "TopicArn": "t", "Message": "A"},
    "envelope around a number": {"Type": "Notification", "TopicArn": "t", "Message": 1},
    "deep": "[" * 100_000,
}
OTHERS = {
    "another": raw("B"),
    "another in an envelope": enveloped("B"),
    "name": {"A": "ingestionId"},
    "part": raw("AA"),
    "long": raw("A" * 100_000),
}


@pytest.mark.parametrize("form", [raw, enveloped, of_event, lambda key: {"ingestionId": int(key)}])
def test_a_message_that_is_waited_for_is_taken(opened: Queue, form: Callable[[str], Any]) -> None:
    future = opened.queue.expect("17")
    opened.send(form("17"))
    assert future.result(PATIENCE) is None
    assert opened.left() == 0


def left_by(opened: Queue, body: Any) -> int:
    """Return how many messages are left when one has come before the one that is waited for."""
    opened.send(body)
    future, other = opened.queue.expect("A"), opened.queue.expect("Z")
    opened.polled.wait(PATIENCE)
    opened.send(enveloped("A"))
    future.result(PATIENCE)
    assert other.cancel()
    return opened.left()


@pytest.mark.parametrize("body", FOREIGN.values(), ids=FOREIGN)
def test_what_is_not_a_notification_stays(opened: Queue, body: Any) -> None:
    assert left_by(opened, body) == 1


@pytest.mark.parametrize("body", OTHERS.values(), ids=OTHERS)
def test_a_notification_that_nobody_waits_for_is_received_once(opened: Queue, body: Any) -> None:
    assert left_by(opened, body) == 0


def test_a_notification_that_was_ahead_of_who_waits_for_it_is_kept(opened: Queue) -> None:
    first = opened.queue.expect("A")
    opened.send(raw("EARLY"), raw("A"))
    first.result(PATIENCE)
    assert opened.left() == 0
    assert opened.queue.expect("EARLY").done()
    assert opened.queue.expect("A").done()


def test_what_is_kept_has_a_limit(opened: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifications, "_MOST_KEPT", 3)
    last = opened.queue.expect("LAST")
    opened.send({str(number): f"text {number}" for number in range(1000)}, raw("A" * 2000), raw("B"), raw("LAST"))
    last.result(PATIENCE)
    assert opened.left() == 0
    assert len(opened.queue._arrived) == 3
    assert max(map(len, opened.queue._arrived)) < 2000


def test_each_of_many_waiters_gets_its_own(opened: Queue) -> None:
    keys = [f"ingestion-{number}" for number in range(25)]
    futures = {key: opened.queue.expect(key) for key in keys}
    late = futures.pop(keys[7])
    opened.send(*(enveloped(key) for key in reversed(keys) if key in futures))
    for future in futures.values():
        future.result(PATIENCE)
    assert not late.done()
    opened.send(raw(keys[7]))
    late.result(PATIENCE)
    assert opened.left() == 0


def test_a_message_that_is_not_waited_for_any_more_is_received_once_and_who_waits_again_gets_it(
    opened: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "_LONG_POLL", 1)  # so that it is asked meanwhile
    gone, again, other = (opened.queue.expect(key) for key in "ABC")
    opened.polled.wait(PATIENCE)
    gone.cancel()
    again.cancel()
    again = opened.queue.expect("B")
    assert not again.done()
    opened.send(raw("A"), raw("B"), raw("C"))
    again.result(PATIENCE)
    other.result(PATIENCE)
    assert opened.left() == 0


def test_a_queue_is_read_while_somebody_waits_and_not_longer(opened: Queue) -> None:
    opened.queue.expect("A").cancel()
    assert eventually(lambda: opened.queue._thread is None)
    opened.send(raw("A"))
    opened.queue.expect("A").result(PATIENCE)
    assert opened.left() == 0


class Fake:
    """A client whose responses the test gives; an exception is raised instead."""

    def __init__(self, *responses: Any) -> None:
        self.deleted: list[str] = []
        self._responses = iter(responses)

    def receive_message(self, **_: Any) -> Any:
        response = next(self._responses)
        if isinstance(response, Exception):
            raise response
        return response

    def delete_message(self, **given: Any) -> None:
        self.deleted.append(given["ReceiptHandle"])
        if given["ReceiptHandle"] == "undeletable":
            raise OSError(given["ReceiptHandle"])


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between two looks at a queue, which take no time."""
    found: list[float] = []
    monkeypatch.setattr(notifications, "_LONG_POLL", 20)
    monkeypatch.setattr("catalog_clients.notifications.time.sleep", found.append)
    return found


def test_a_message_that_cannot_be_deleted_has_come_all_the_same(pauses: list[float], caplog: pytest.LogCaptureFixture) -> None:
    queue = SqsQueue("http://sqs.test/queue", Fake({"Messages": [{**MESSAGE, "ReceiptHandle": "undeletable"}]}), exclusive=True)
    queue.expect("A").result(PATIENCE)
    assert eventually(lambda: queue._thread is None)
    assert caplog.messages == ["the queue cannot be read: undeletable"]
    assert pauses.count(notifications._PAUSE) == 1


INVALID: list[Any] = [
    None,
    [],
    "Messages",
    {"Messages": 5},
    {"Messages": [None]},
    {"Messages": [{}]},
    {"Messages": [{"Body": None}]},
    {},
]


@pytest.mark.parametrize("response", [*INVALID, OSError("503")], ids=repr)
def test_neither_an_error_nor_an_invalid_response_of_sqs_ends_the_reading_or_its_pauses(
    response: Any, pauses: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    fake = Fake(response, response, {"Messages": [{"ReceiptHandle": "0"}, MESSAGE]})
    queue = SqsQueue("http://sqs.test/queue", fake, exclusive=True)
    queue.expect("A").result(PATIENCE)
    assert eventually(lambda: queue._thread is None)
    assert fake.deleted == ["1"]
    # A message whose body is null says nothing, and is not invalid. The last response has one without a body beside the right one.
    invalid = 1 if response == {"Messages": [{"Body": None}]} else 3
    assert pauses.count(notifications._PAUSE) == caplog.text.count("the queue cannot be read") == invalid


def test_the_client_is_made_by_boto3_if_none_is_given(opened: Queue, moto: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"AWS_ACCESS_KEY_ID": "mock", "AWS_SECRET_ACCESS_KEY": "mock", "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in {**names, "AWS_ENDPOINT_URL": moto, "NO_PROXY": "127.0.0.1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    queue = SqsQueue(opened.url, exclusive=True)
    opened.send(raw("A"))
    queue.expect("A").result(PATIENCE)
    client: Any = queue._client
    client.close()


def test_work_is_known_to_have_ended_when_the_message_comes(
    way: Way, opened: Queue, moto: str, mocks_with: Callable[[Settings], Mocks], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # it is read as by everybody
    mocks = mocks_with(Settings(speed=1000, options={JWO: {"queue_url": opened.url, "queue_endpoint": moto}}))
    catalog = way.to(mocks, JWO, queue=opened.queue, interval=HUGE, silence=HUGE, width=4, limits=chunks_of(SIZE))
    outcomes = way.read(catalog.archive(skus(SIZE + 1), stores=STORES))
    assert len(outcomes) == SIZE + 1
    assert "unknown" not in {each.status for each in outcomes}
    assert responses(mocks.vendors[JWO])["getCatalogUploadStatus 200"] == 2
    assert opened.left() == 1  # the confirmation of the subscription


@pytest.mark.parametrize("kind", ["silent", "missing", "gone"])
def test_without_messages_the_status_is_polled(
    way: Way, mocks: Mocks, moto: str, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    queue = Queue(CLOSED if kind == "gone" else moto, f"{kind}-{way.name}", create=kind == "silent")
    catalog = way.to(mocks, JWO, queue=queue.queue, silence=0.05, interval=0.02)
    (outcome,) = way.read(catalog.archive(["SKU-NONE"], stores=STORES))
    assert (outcome.status, outcome.reason) == ("rejected", "unknown SKU")
    assert kind == "silent" or eventually(lambda: "the queue cannot be read" in caplog.text)
    queue.sqs.close()


def test_a_queue_that_stays_silent_is_not_a_reason_to_poll_without_a_pause(
    way: Way, opened: Queue, mocks_with: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "_LONG_POLL", 1)  # as above
    mocks = mocks_with(Settings(speed=1000, options={JWO: {"processing_seconds": 600}}))
    catalog = way.to(mocks, JWO, queue=opened.queue, silence=0.05, interval=0.2)
    way.read(catalog.archive(["SKU-NONE"], stores=STORES))
    assert 2 <= responses(mocks.vendors[JWO])["getCatalogUploadStatus 200"] <= 12


def test_a_wait_that_is_cancelled_expects_nothing(opened: Queue, mocks: Mocks) -> None:
    way = Way("async")
    catalog = way.to(mocks, JWO, queue=opened.queue, silence=HUGE)

    async def run() -> None:
        waiting = asyncio.create_task(catalog.wait("ingestion"))
        await asyncio.to_thread(opened.polled.wait, PATIENCE)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    way.finish(run())
    way.close()
    assert [each for each in opened.queue._expected.values() if not each.done()] == []


def test_a_run_that_is_given_up_expects_nothing(way: Way, opened: Queue, mocks: Mocks) -> None:
    def notify() -> None:
        eventually(lambda: len(opened.queue._expected) == 2)
        opened.send(raw(min(opened.queue._expected)))

    catalog = way.to(mocks, JWO, queue=opened.queue, silence=60, width=2, limits=chunks_of(SIZE))
    notifying = threading.Thread(target=notify)
    notifying.start()
    take_one(way, catalog.archive(skus(SIZE + 1), stores=STORES))
    notifying.join()
    assert eventually(lambda: opened.queue._thread is None)


def test_a_hostile_message_is_hidden_from_an_exclusive_queue_for_half_a_minute(opened: Queue) -> None:
    opened.send(*(FOREIGN[each] for each in ("deep", "text", "confirmation")))
    for number in range(20):
        future = opened.queue.expect(f"ingestion-{number}")
        opened.send(raw(f"ingestion-{number}"))
        future.result(PATIENCE)
    assert opened.left() == 3
    hidden = opened.sqs.get_queue_attributes(QueueUrl=opened.url, AttributeNames=["ApproximateNumberOfMessagesNotVisible"])
    assert hidden["Attributes"]["ApproximateNumberOfMessagesNotVisible"] == "3"


def test_a_forked_process_leaves_the_queue_to_its_parent(opened: Queue) -> None:
    waiting = opened.queue.expect("A")
    with opened.queue._lock:
        child = os.fork()
        if not child:
            with suppress(BaseException):
                signal.alarm(PATIENCE)
                os._exit(opened.queue.exclusive or opened.queue.expect("B").done() or opened.queue._thread is None)
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    opened.send(raw("A"))
    waiting.result(PATIENCE)
