"""Notifications in the caller's SQS queue, in an envelope of SNS or EventBridge, or without one."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from itertools import islice
from typing import Protocol, cast

from ._engine.flows.forks import renewed_after_fork
from ._engine.limits import LOG
from .errors import shortened

_BATCH, _LONG_POLL, _HIDDEN, _PAUSE = 10, 20, 30, 5
_MOST_KEPT, _LONGEST_KEPT = 10_000, 1_000


class _Client(Protocol):
    """The part of `boto3.client("sqs")` that is used."""

    # As boto3 names them.
    # ruff: noqa: N803
    def receive_message(
        self, *, QueueUrl: str, MaxNumberOfMessages: int, WaitTimeSeconds: int, VisibilityTimeout: int
    ) -> Mapping[str, object]:
        """Return the response of SQS, with `Messages`."""

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> object:
        """Delete a message."""


class SqsQueue:
    """The caller's SQS queue. A thread reads it while a run waits for a notification.

    SQS cannot search a queue: a reader also receives messages that are meant for other readers. Each receive hides a message for a
    time and raises its receive count, until SQS moves it to the dead-letter queue. Therefore this class reads a queue only with
    `exclusive=True`: that says that nothing else reads it. If your queue has other readers, subscribe a second queue to the topic.

    In an exclusive queue, each notification is deleted after it was read. If nothing waits for it yet, it is kept in memory, up to
    10,000 texts. Other messages, such as the confirmation of a subscription, are not deleted: each receive hides them for 30
    seconds, until the queue's redrive policy or retention period removes them. One object in one process reads an exclusive queue:
    a forked process leaves the queue to its parent.

    Args:
        url: URL of the queue.
        client: `boto3.client("sqs")`; default: made by boto3, with its usual credentials and region.
        exclusive: whether only this object reads the queue. Default: False; then the queue is not read, and a warning is logged.

    Attributes:
        exclusive: whether the queue is read.

    Raises:
        TypeError: an argument has another type.
        ValueError: `url` is not the URL of a queue.
    """

    def __init__(self, url: str, client: object = None, *, exclusive: bool = False) -> None:
        _check(url, client, exclusive)
        if not exclusive:
            LOG.warning(
                "%s is not read, as its other readers would lose messages: subscribe a queue without other readers, and use "
                "SqsQueue(url, exclusive=True); until then the status is polled",
                url,
            )
        elif client is None:
            import boto3  # noqa: PLC0415 - of the extra `aws`, and slow to import

            client = boto3.client("sqs")
        self.exclusive = exclusive
        self._url, self._client = url, cast("_Client", client)  # boto3 has no types
        self._expected: dict[str, Future[None]] = {}
        self._arrived: dict[str, None] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        renewed_after_fork(self)

    def renew(self) -> None:
        """Leave the queue to the parent, in a forked process."""
        self.exclusive, self._lock, self._expected = False, threading.Lock(), {}

    def expect(self, key: str) -> Future[None]:
        """Return a future that is done when a notification that contains `key` as a value has arrived; cancel it to stop waiting.

        If the queue is not exclusive, the future is never done.
        """
        with self._lock:
            future = self._expected.get(key)
            if future is None or future.done():
                future = Future()
                if key in self._arrived:
                    future.set_result(None)
                elif self.exclusive:
                    self._expected[key] = future
            if self._expected and self._thread is None:
                self._thread = threading.Thread(target=self._read, name="sqs", daemon=True)
                self._thread.start()
        return future

    def _read(self) -> None:
        while True:
            with self._lock:
                self._expected = {key: future for key, future in self._expected.items() if not future.done()}
                if not self._expected:
                    self._thread = None
                    return
            try:
                self._receive()
            except Exception as error:  # noqa: BLE001 - whatever it is, messages are still waited for
                LOG.warning("the queue cannot be read: %s", shortened(str(error)))
                time.sleep(_PAUSE)

    def _receive(self) -> None:
        """Handle the messages of a long poll. A response that is not from SQS raises an error, after which the thread pauses."""
        began = time.monotonic()
        response = self._client.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=_BATCH, WaitTimeSeconds=_LONG_POLL, VisibilityTimeout=_HIDDEN
        )
        messages = response.get("Messages") or []
        if not isinstance(messages, list):
            raise TypeError("the response of SQS has no list of messages")
        known = [each for each in messages if "Body" in each]
        for message in known:
            self._take(message)
        if len(known) < len(messages) or (not messages and time.monotonic() - began < _LONG_POLL / 2):
            raise ValueError("the response is not one of SQS")

    def _take(self, message: Mapping[str, str]) -> None:
        """Keep a notification, notify whatever waits for it, and delete it."""
        texts = _values(message["Body"])
        with self._lock:
            found = [self._expected.pop(each) for each in texts & self._expected.keys()]
            self._arrived |= dict.fromkeys(each for each in texts if len(each) <= _LONGEST_KEPT)
            for earliest in [*islice(self._arrived, max(0, len(self._arrived) - _MOST_KEPT))]:
                del self._arrived[earliest]
        for future in found:
            if future.set_running_or_notify_cancel():
                future.set_result(None)
        if texts:
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])


def _check(url: object, client: object, exclusive: object) -> None:
    """Refuse wrong arguments now: in the thread, their errors would be seen late."""
    if not isinstance(url, str) or not isinstance(exclusive, bool):
        raise TypeError(f"url must be of type str, and exclusive of type bool; they are {url!r} and {exclusive!r}")
    if not url.startswith(("https://", "http://")):
        raise ValueError(f"url must be that of a queue, such as https://sqs.REGION.amazonaws.com/ACCOUNT/NAME, and not {url!r}")
    if isinstance(client, bool):  # meant as `exclusive`
        raise TypeError(f'client must be boto3.client("sqs"), and not {client}')


def _values(body: str) -> set[str]:
    """Return the texts and numbers of a notification; none for another message, such as the confirmation of a subscription."""
    try:
        message = json.loads(body)
        if isinstance(message, dict) and "TopicArn" in message:
            message = json.loads(message["Message"]) if message.get("Type") == "Notification" else None
        if isinstance(message, dict) and "detail-type" in message:
            message = message["detail"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return set()
    values = message.values() if isinstance(message, dict) else ()
    return {str(each) for each in values if isinstance(each, str | int) and not isinstance(each, bool)}
