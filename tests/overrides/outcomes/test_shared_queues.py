"""An SQS queue that others read too is left alone, whatever its redrive policy is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from catalog_clients import SqsQueue
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from tests.clients.access import JWO
from tests.clients.causes import STORES
from tests.overrides.queues import Queue, enveloped, raw
from tests.overrides.ways import Way, chunks_of, eventually, skus
from tests.support.aws import aws

HUGE = 1000
SIZE = 20  # items of a chunk
RUNS = 2


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    with aws() as url:
        yield url


class Shared(Queue):
    """A queue with messages of other readers, and a dead-letter queue in which they end if they are received too often."""

    def __init__(self, endpoint: str, name: str, *, most_receives: int) -> None:
        super().__init__(endpoint, name)
        self.dead = self.sqs.create_queue(QueueName=f"dead-{self.url.rpartition('/')[2]}")["QueueUrl"]
        arn = self.attribute(self.dead, "QueueArn")
        policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": most_receives})
        self.sqs.set_queue_attributes(QueueUrl=self.url, Attributes={"RedrivePolicy": policy})
        self.bodies = [
            *map(json.dumps, (raw("theirs"), enveloped("theirs"), enveloped("theirs", "SubscriptionConfirmation"))),
            "text",
        ]
        self.send(*self.bodies)

    def attribute(self, url: str, name: str) -> Any:
        return self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name]

    def received_counts(self) -> dict[str, int]:
        """Receive each message once, as their reader would, and return how often it has been received."""
        names: Any = {"MessageSystemAttributeNames": ["ApproximateReceiveCount"]}
        messages = self._receive(QueueUrl=self.url, MaxNumberOfMessages=10, **names)["Messages"]
        return {each["Body"]: int(each["Attributes"]["ApproximateReceiveCount"]) for each in messages}


@pytest.mark.parametrize("most_receives", [1, 3])
def test_a_shared_queue_is_left_alone_and_the_status_is_polled(
    way: Way, moto: str, mocks_with: Callable[[Settings], Mocks], caplog: pytest.LogCaptureFixture, most_receives: int
) -> None:
    shared = Shared(moto, f"shared-{most_receives}-{way.name}", most_receives=most_receives)
    mocks = mocks_with(Settings(speed=1000, options={JWO: {"queue_url": shared.url, "queue_endpoint": moto, "queue_raw": True}}))
    for _ in range(RUNS):
        queue = SqsQueue(shared.url, shared.sqs)
        waiting = queue.expect("theirs")
        catalog = way.to(mocks, JWO, queue=queue, silence=HUGE, interval=0.02, limits=chunks_of(SIZE))
        outcomes = way.read(catalog.archive(skus(SIZE + 1), stores=STORES))
        assert "unknown" not in {each.status for each in outcomes}
        assert waiting.cancel()
    assert not shared.polled.is_set()
    assert shared.attribute(shared.dead, "ApproximateNumberOfMessages") == "0"
    # The messages of the vendor itself are there too, which the mock sends on its own, as those of the other readers are.
    expected = len(shared.bodies) + 1 + RUNS * 2
    assert eventually(lambda: int(shared.attribute(shared.url, "ApproximateNumberOfMessages")) == expected)
    found = shared.received_counts()
    assert set(found.values()) == {1}, "the first receipt is that of the other reader"
    assert (
        caplog.messages.count(
            f"{shared.url} is not read, as its other readers would lose messages: subscribe a queue without other readers, and use "
            "SqsQueue(url, exclusive=True); until then the status is polled"
        )
        == RUNS
    )
    shared.sqs.close()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((5,), "url must be of type str"),
        (("",), "url must be that of a queue, such as https://sqs.REGION.amazonaws.com/ACCOUNT/NAME, and not ''"),
        (("my-queue",), "url must be that of a queue"),
        (("https://sqs.test/queue", True), 'client must be boto3.client("sqs"), and not True'),
    ],
)
def test_arguments_that_are_not_of_a_queue_are_an_error_at_once(arguments: Any, message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        SqsQueue(*arguments)


@pytest.mark.parametrize("exclusive", [None, 1, "no"])
def test_only_a_plain_yes_means_that_a_queue_is_the_callers_own(exclusive: Any) -> None:
    with pytest.raises(TypeError, match="exclusive of type bool"):
        SqsQueue("https://sqs.test/queue", exclusive=exclusive)
