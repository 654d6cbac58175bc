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
from tests.overrides.servers import Reply, aws, serving
from tests.overrides.ways import CLOSED, SKUS, Way, eventually, responses, take_one

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
        self.name = "".join(each if each.isalnum() else "-" for each in name)
        config = Config(retries={"total_max_attempts": 1}, connect_timeout=5)
        self.sqs = boto3.client("sqs", endpoint_url=endpoint, config=config, **KEYS)
        self.url = f"{endpoint}/123456789012/{self.name}"
        if create:
            self.create()
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

    def create(self) -> None:
        self.url = self.sqs.create_queue(QueueName=self.name)["QueueUrl"]

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
    for thread in [each for each in [queue.queue._thread] if each]:
        thread.join(PATIENCE)
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


def test_a_message_that_cannot_be_deleted_is_notified_all_the_same(opened: Queue, caplog: pytest.LogCaptureFixture) -> None:
    delete = opened.sqs.delete_message
    opened.sqs.delete_message = lambda **given: delete(**{**given, "QueueUrl": f"{opened.url}-gone"})
    future = opened.queue.expect("A")
    opened.send(raw("A"))
    future.result(PATIENCE)
    assert eventually(lambda: "the queue cannot be read" in caplog.text)


def test_a_queue_is_read_as_soon_as_it_can_be(moto: str, caplog: pytest.LogCaptureFixture) -> None:
    late = Queue(moto, "late", create=False)
    future = late.queue.expect("A")
    assert eventually(lambda: "the queue cannot be read" in caplog.text)
    late.create()
    late.send(raw("A"))
    future.result(PATIENCE)
    late.sqs.close()


@pytest.mark.parametrize(
    ("reply", "warnings"),
    [
        (Reply(status=503, body=b"<html>busy</html>"), 2),
        (Reply(status=403, body=b'{"__type": "AccessDenied"}'), 2),
        (Reply(status=503, body=b"..", sent=1), 2),
        (Reply(body=b"<html>Welcome</html>"), 0),
        (Reply(body=b"["), 0),
    ],
)
def test_whatever_the_response_the_queue_is_read_again(reply: Reply, warnings: int, caplog: pytest.LogCaptureFixture) -> None:
    replies = iter([reply, reply])
    with serving(lambda _: next(replies, Reply(body=json.dumps({"Messages": [MESSAGE]}).encode()))) as server:
        broken = Queue(server.url, "broken", create=False)
        broken.queue.expect("A").result(PATIENCE)
        assert eventually(lambda: broken.queue._thread is None)
        broken.sqs.close()
    assert caplog.text.count("the queue cannot be read") == warnings


class Fake:
    """A client that is responded at once, whatever it is."""

    def __init__(self, *responses: Any) -> None:
        self.requests, self.deleted = 0, list[str]()
        self._responses = iter(responses)

    def receive_message(self, **_: Any) -> Any:
        self.requests += 1
        return next(self._responses)

    def delete_message(self, **given: Any) -> None:
        self.deleted.append(given["ReceiptHandle"])


@pytest.mark.parametrize(
    "response",
    [None, [], "Messages", {"Messages": 5}, {"Messages": [None]}, {"Messages": [{}]}, {"Messages": [{"Body": None}]}, {}],
    ids=repr,
)
def test_an_invalid_response_of_sqs_neither_ends_the_reading_nor_its_pauses(
    response: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(notifications, "_LONG_POLL", 20)
    pauses: list[float] = []
    monkeypatch.setattr("catalog_clients.notifications.time.sleep", pauses.append)
    fake = Fake(response, response, {"Messages": [{"ReceiptHandle": "0"}, MESSAGE]})
    queue = SqsQueue("http://sqs.test/queue", fake)
    queue.expect("A").result(PATIENCE)
    assert eventually(lambda: queue._thread is None)
    assert (fake.requests, fake.deleted) == (3, ["1"])
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


@pytest.mark.parametrize("without_envelope", [True, False])
def test_work_is_known_to_have_ended_when_the_message_comes(
    way: Way, moto: str, mocks_with: Callable[[Settings], Mocks], monkeypatch: pytest.MonkeyPatch, *, without_envelope: bool
) -> None:
    monkeypatch.undo()  # it is read as by everybody
    there = Queue(moto, f"work-{way.name}-{without_envelope}")
    reported = {"queue_url": there.url, "queue_endpoint": moto, "queue_raw": without_envelope}
    mocks = mocks_with(Settings(speed=1000, options={JWO: reported}))
    catalog = way.to(mocks, JWO, queue=there.queue, interval=HUGE, silence=HUGE, width=4)
    skus = [f"SKU-{number:07}" for number in range(1, SKUS + 2)]
    outcomes = way.read(catalog.archive(skus, stores=STORES))
    assert len(outcomes) == len(skus)
    assert "unknown" not in {each.status for each in outcomes}
    assert responses(mocks.vendors[JWO])["getCatalogUploadStatus 200"] == 2
    assert there.left() == 1  # the confirmation of the subscription
    there.sqs.close()


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

    way.value(run())
    way.close()
    assert [each for each in opened.queue._expected.values() if not each.done()] == []


def test_a_run_that_is_given_up_expects_nothing(way: Way, opened: Queue, mocks: Mocks) -> None:
    def notify() -> None:
        eventually(lambda: len(opened.queue._expected) == 2)
        opened.send(raw(min(opened.queue._expected)))

    catalog = way.to(mocks, JWO, queue=opened.queue, silence=60, width=2)
    notifying = threading.Thread(target=notify)
    notifying.start()
    take_one(way, catalog.archive([f"SKU-{number:07}" for number in range(1, SKUS + 2)], stores=STORES), close=True)
    notifying.join()
    assert eventually(lambda: opened.queue._thread is None)
