"""SQS queues of moto, and the forms of the messages in them."""

from __future__ import annotations

import json
import threading
from typing import Any

import boto3
from botocore.config import Config

from catalog_clients import SqsQueue
from tests.overrides.ways import eventually

_LONGEST_NAME = 75
_KEYS = {"aws_access_key_id": "mock", "aws_secret_access_key": "mock", "region_name": "us-east-1"}


class Queue:
    """A queue of moto, from all sides."""

    def __init__(self, endpoint: str, name: str, *, create: bool = True) -> None:
        name = "".join(each if each.isalnum() else "-" for each in name)[-_LONGEST_NAME:]
        config = Config(retries={"total_max_attempts": 1}, connect_timeout=5)
        self.sqs = boto3.client("sqs", endpoint_url=endpoint, config=config, **_KEYS)
        self.url = self.sqs.create_queue(QueueName=name)["QueueUrl"] if create else f"{endpoint}/123456789012/{name}"
        self.polled = threading.Event()
        self._receive = self.sqs.receive_message
        self.sqs.receive_message = self._polled
        self.queue = SqsQueue(self.url, self.sqs, exclusive=True)

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


def raw(key: str) -> dict[str, Any]:
    return {"ingestionId": key, "status": "DONE"}


def enveloped(key: str, kind: str = "Notification") -> dict[str, Any]:
    return {"Type": kind, "TopicArn": "arn:aws:sns:us-east-1:0:t", "Message": json.dumps(raw(key))}


def of_event(key: str) -> dict[str, Any]:
    """Return a message as EventBridge sends it."""
    return {"version": "0", "id": "0-1", "detail-type": "Ingestion", "source": "vendor", "detail": raw(key)}
