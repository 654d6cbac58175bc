"""Notifications in an SQS queue of the caller's own, in the envelope of SNS, of EventBridge or without one."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from itertools import islice
from typing import Protocol, cast

from ._engine.forks import renewed_after_fork
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
    """An SQS queue of the caller's own, which is read, in a thread, while a notification is waited for.

    SQS cannot search a queue: whoever reads one receives the messages of its other readers too. Each time hides them for a while
    and raises their receive count, which nothing lowers, until they are moved to the dead-letter queue. So a queue is not touched,
    and nothing in it is waited for, unless the caller says that nobody else reads it. Where a queue is shared, subscribe a second
    one to the topic.

    In an exclusive queue, each notification is deleted when it has been read, also one that nobody waits for yet: that is kept in
    memory, the last 10,000 texts. What is not a notification, such as the confirmation of a subscription, is not deleted, but
    hidden for 30 seconds each time it is received; it ends as the queue's redrive policy or retention period says. An exclusive
    queue is read by one object in one process: a forked process leaves it to its parent.

    Args:
        url: of the queue.
        client: `boto3.client("sqs")`, with its credentials and region; default: made by boto3 in its usual way.
        exclusive: whether nobody but this object reads the queue. Default: no, so that it is not read, and a warning is logged.

    Attributes:
        exclusive: whether it is read.

    Raises:
        TypeError: an argument is of another type.
        ValueError: the URL is not that of a queue.
    """

    def __init__(self, url: str, client: object = None, *, exclusive: bool = False) -> None:
        _check(url, client, exclusive)
        if not exclusive:
            LOG.warning(
                "%s is not read, as that would harm its other readers: subscribe a queue that has none, and say "
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
        """Leave the queue to the parent, in a process that was forked while it may have been read."""
        self.exclusive, self._lock, self._expected = False, threading.Lock(), {}

    def expect(self, key: str) -> Future[None]:
        """Return a future that is done when a notification with the value `key` has arrived; cancel it to stop waiting.

        Unless the queue is exclusive, nothing arrives.
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
        """Handle the messages of a long poll. A response that is not one of SQS is an error, so that a pause follows."""
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
        """Keep a notification, tell who waits for it, and delete it."""
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
    """Refuse arguments that only show in the thread, or whose meaning is not certain."""
    if not isinstance(url, str) or not isinstance(exclusive, bool):
        raise TypeError(f"url must be of type str, and exclusive of type bool; they are {url!r} and {exclusive!r}")
    if not url.startswith(("https://", "http://")):
        raise ValueError(f"url must be that of a queue, such as https://sqs.REGION.amazonaws.com/ACCOUNT/NAME, and not {url!r}")
    if isinstance(client, bool):  # meant as `exclusive`
        raise TypeError(f'client must be boto3.client("sqs"), and not {client}')


def _values(body: str) -> set[str]:
    """Return the texts and numbers of a message; none of one that is not a notification, such as one about a subscription."""
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
