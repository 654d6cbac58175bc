"""Notifications in an SQS queue, in the envelope of SNS or without one."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import Future
from typing import Any

from .calls import LOG

_BATCH, _LONG_POLL, _HIDDEN, _PAUSE = 10, 20, 10, 5


class SqsQueue:
    """An SQS queue that is read while somebody waits for a message, in a thread of its own.

    A message that is waited for is taken out of the queue. All others are left in it: they come back after ten seconds.

    Args:
        url: of the queue.
        client: `boto3.client("sqs")`, with its credentials and region; made by boto3 in its usual way if not given.
    """

    def __init__(self, url: str, client: Any = None) -> None:
        if client is None:
            import boto3  # noqa: PLC0415 - of the extra `aws`, and slow to import

            client = boto3.client("sqs")
        self._url, self._client = url, client
        self._expected: dict[str, Future[None]] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def expect(self, key: str) -> Future[None]:
        """Return a future that is done when a message with the value `key` has come; cancel it to wait no longer."""
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
            except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits
                LOG.warning("the queue cannot be read: %s", error)
                time.sleep(_PAUSE)

    def _receive(self) -> None:
        """Take what has come, or comes before a long poll ends. What is no response of SQS is an error, so that a pause follows."""
        began = time.monotonic()
        asked = {"MaxNumberOfMessages": _BATCH, "WaitTimeSeconds": _LONG_POLL, "VisibilityTimeout": _HIDDEN}
        told = self._client.receive_message(QueueUrl=self._url, **asked)
        messages = told.get("Messages") or ()
        known = [each for each in messages if "Body" in each]
        for message in known:
            self._take(message)
        if len(known) < len(messages) or (not messages and time.monotonic() - began < _LONG_POLL / 2):
            raise ValueError("what is answered is not what SQS responses")

    def _take(self, message: dict[str, str]) -> None:
        with self._lock:
            found = [self._expected.pop(each) for each in _values(message["Body"]) & self._expected.keys()]
        awaited = [future for future in found if future.set_running_or_notify_cancel()]
        for future in awaited:
            future.set_result(None)
        if awaited:
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])


def _values(body: str) -> set[str]:
    """Return the texts of a message; none of what is no notification, such as the confirmation of a subscription."""
    try:
        message = json.loads(body)
        if isinstance(message, dict) and "TopicArn" in message:
            message = json.loads(message["Message"]) if message.get("Type") == "Notification" else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return set()
    return {each for each in message.values() if isinstance(each, str)} if isinstance(message, dict) else set()
