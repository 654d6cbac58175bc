"""Notifications in an SQS queue, in the envelope of SNS or without one."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Protocol, cast

from ._engine.limits import LOG

_BATCH, _LONG_POLL, _HIDDEN, _PAUSE = 10, 20, 10, 5


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
    """An SQS queue that is read, in a thread, while a message is waited for.

    A message that is waited for is deleted from the queue. All others are left in it: they become visible again after ten seconds.

    Args:
        url: of the queue.
        client: `boto3.client("sqs")`, with its credentials and region; default: made by boto3 in its usual way.
    """

    def __init__(self, url: str, client: object = None) -> None:
        if client is None:
            import boto3  # noqa: PLC0415 - of the extra `aws`, and slow to import

            client = boto3.client("sqs")
        self._url, self._client = url, cast("_Client", client)  # boto3 has no types
        self._expected: dict[str, Future[None]] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def expect(self, key: str) -> Future[None]:
        """Return a future that is done when a message with the value `key` has arrived; cancel it to stop waiting."""
        with self._lock:
            future = self._expected.get(key)
            if future is None or future.done():
                future = self._expected[key] = Future()
            if self._thread is None:
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
                LOG.warning("the queue cannot be read: %s", error)
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
        """Notify who waits for a message, if anybody does."""
        with self._lock:
            found = [self._expected.pop(each) for each in _values(message["Body"]) & self._expected.keys()]
        awaited = [future for future in found if future.set_running_or_notify_cancel()]
        for future in awaited:
            future.set_result(None)
        if awaited:
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])


def _values(body: str) -> set[str]:
    """Return the texts of a message; none of one that is not a notification, such as the confirmation of a subscription."""
    try:
        message = json.loads(body)
        if isinstance(message, dict) and "TopicArn" in message:
            message = json.loads(message["Message"]) if message.get("Type") == "Notification" else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return set()
    return {each for each in message.values() if isinstance(each, str)} if isinstance(message, dict) else set()
