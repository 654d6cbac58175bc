"""Notifications in an SQS queue, played by moto: each waiter gets its own, nothing else is taken, no failure ends the reading."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from catalog_clients import SqsQueue, notifications
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from tests.clients.access import JWO
from tests.clients.causes import STORES
from tests.overrides.vendors import aws, responses
from tests.overrides.ways import CLOSED, SKUS, Way, eventually, skus, take_one

HUGE, PATIENCE = 1000, 20
KEYS = {"aws_access_key_id": "mock", "aws_secret_access_key": "mock", "region_name": "us-east-1"}


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


class Queue:
    """A queue of moto, from all sides."""

    def __init__(self, endpoint: str, name: str, *, create: bool = True) -> None:
        name = "".join(each if each.isalnum() else "-" for each in name)
        config = Config(retries={"total_max_attempts": 1}, connect_timeout=5)
        self.sqs = boto3.client("sqs", endpoint_url=endpoint, config=config, **KEYS)
        self.url = self.sqs.create_queue(QueueName=name)["QueueUrl"] if create else f"{endpoint}/123456789012/{name}"
        self.polled = threading.Event()
        self._receive = self.sqs.receive_message
        self.sqs.receive_message = self._polled
        self.queue = SqsQueue(self.url, self.sqs)

    def _polled(self, **given: Any) -> Any:
        self.polled.set()
        reported = self._receive(**given)
        if not reported.get("Messages"):
            threading.Event().wait(0.02)
        return reported

    def send(self, *bodies: Any) -> None:
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.url, MessageBody=body if isinstance(body, str) else json.dumps(body))

    def left(self) -> int:
        """Return how many messages are in the queue, seen or not, when it is not read any more."""
        assert eventually(lambda: self.queue._thread is None)
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        reported = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return sum(int(reported[name]) for name in names)


@pytest.fixture
def opened(request: pytest.FixtureRequest, moto: str) -> Iterator[Queue]:
    queue = Queue(moto, request.node.name)
    yield queue
    for future in [*queue.queue._expected.values()]:
        future.cancel()
    assert eventually(lambda: queue.queue._thread is None)
    queue.sqs.close()


def raw(key: str) -> dict[str, Any]:
    return {"ingestionId": key, "status": "DONE"}


def enveloped(key: str, kind: str = "Notification") -> dict[str, Any]:
    return {"Type": kind, "TopicArn": "arn:aws:sns:us-east-1:0:t", "Message": json.dumps(raw(key))}


MESSAGE = {"Body": json.dumps(raw("A")), "ReceiptHandle": "1"}
FOREIGN = {
    "confirmation": enveloped("A", "SubscriptionConfirmation"),
    "another": raw("B"),
    "another in an envelope": enveloped("B"),
    "text": "A",
    "list": ["A"],
    "number": 7,
    "null": None,
    "name": {"A": "ingestionId"},
    "part": raw("AA"),
    "envelope without message": {"Type": "Notification", "TopicArn": "t"},
    "envelope around text": {"Type": "Notification", "TopicArn": "t", "Message": "A"},
    "envelope around a number": {"Type": "Notification", "TopicArn": "t", "Message": 1},
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("form", [raw, enveloped])
def test_a_message_that_is_waited_for_is_taken(opened: Queue, form: Callable[[str], Any]) -> None:
    future = opened.queue.expect("A")
    opened.send(form("A"))
    assert future.result(PATIENCE) is None
    assert opened.left() == 0


@pytest.mark.parametrize("body", FOREIGN.values(), ids=FOREIGN)
def test_what_nobody_waits_for_stays(opened: Queue, body: Any) -> None:
    opened.send(body)
    future, other = opened.queue.expect("A"), opened.queue.expect("Z")
    opened.polled.wait(PATIENCE)
    opened.send(enveloped("A"))
    future.result(PATIENCE)
    assert other.cancel()
    assert opened.left() == 1


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


def test_a_message_that_is_not_waited_for_any_more_stays_and_who_waits_again_gets_it(
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
    assert opened.left() == 1


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
    queue = SqsQueue("http://sqs.test/queue", Fake({"Messages": [{**MESSAGE, "ReceiptHandle": "undeletable"}]}))
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
    queue = SqsQueue("http://sqs.test/queue", fake)
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
    queue = SqsQueue(opened.url)
    opened.send(raw("A"))
    queue.expect("A").result(PATIENCE)
    client: Any = queue._client
    client.close()


def test_work_is_known_to_have_ended_when_the_message_comes(
    way: Way, opened: Queue, moto: str, mocks_with: Callable[[Settings], Mocks], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # it is read as by everybody
    mocks = mocks_with(Settings(speed=1000, options={JWO: {"queue_url": opened.url, "queue_endpoint": moto}}))
    catalog = way.to(mocks, JWO, queue=opened.queue, interval=HUGE, silence=HUGE, width=4)
    outcomes = way.read(catalog.archive(skus(SKUS + 1), stores=STORES))
    assert len(outcomes) == SKUS + 1
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

    catalog = way.to(mocks, JWO, queue=opened.queue, silence=60, width=2)
    notifying = threading.Thread(target=notify)
    notifying.start()
    take_one(way, catalog.archive(skus(SKUS + 1), stores=STORES))
    notifying.join()
    assert eventually(lambda: opened.queue._thread is None)
