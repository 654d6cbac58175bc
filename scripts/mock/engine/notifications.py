"""Notifications in an SQS queue, as an SNS topic delivers them: in a server on this machine that replaces SQS, and never in AWS."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Final, TypeAlias
from urllib.parse import urlsplit
from uuid import uuid4

from msgspec import Meta

_LOG: Final = logging.getLogger(__name__)
# Not even a proxy of the environment gets the messages.
_CONNECTIONS: Final = {"connect_timeout": 5, "read_timeout": 10, "retries": {"max_attempts": 1}, "proxies": {}}
_INVENTED: Final = {"aws_access_key_id": "mock", "aws_secret_access_key": "mock", "aws_session_token": "mock"}
_TOPIC: Final = "mock-catalog-ingestions"

LocalUrl: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"\A(https?://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?(/\S*)?)?\Z",
        description="empty, or a URL of this machine, such as http://127.0.0.1:5000/000000000000/queue",
    ),
]


@dataclass
class Queue:
    """A queue that is subscribed to the topic of a vendor. It gets invented credentials, whatever boto3 would find on this machine.

    Attributes:
        url: of the queue.
        endpoint: of the server that replaces SQS; if empty, that of `url`.
        region: of the queue.
        raw: whether the message is delivered as it was published, without an envelope.
    """

    url: LocalUrl
    endpoint: LocalUrl
    region: str
    raw: bool
    _client: Any = field(default=None, init=False, repr=False)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)

    async def publish(self, message: Mapping[str, object]) -> None:
        """Send a message, the first one after a confirmation of the subscription, which is not a notification.

        A message that fails to be sent is lost, and logged.
        """
        text = json.dumps(message)
        async with self._turn:
            await asyncio.to_thread(self._send, text if self.raw else json.dumps(self._envelope("Notification", text)))

    def _send(self, body: str) -> None:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - see _open

        try:
            if self._client is None:
                opened = self._open()
                opened.send_message(QueueUrl=self.url, MessageBody=json.dumps(self._confirmation()))
                self._client = opened
            self._client.send_message(QueueUrl=self.url, MessageBody=body)
        except (BotoCoreError, ClientError) as error:
            _LOG.warning("%s: no notification could be sent: %s", self.url, error)

    def _open(self) -> Any:
        import boto3  # noqa: PLC0415 - it takes long to import, and is seldom needed
        from botocore.config import Config  # noqa: PLC0415 - likewise

        server = urlsplit(self.url)
        return boto3.client(
            "sqs",
            region_name=self.region,
            endpoint_url=self.endpoint or f"{server.scheme}://{server.netloc}",
            config=Config(**_CONNECTIONS),
            **_INVENTED,
        )

    def _confirmation(self) -> dict[str, str]:
        text = f"You have chosen to subscribe to the topic {self._topic}.\nTo confirm the subscription, visit the SubscribeURL."
        return {
            **self._envelope("SubscriptionConfirmation", text),
            "Token": uuid4().hex,
            "SubscribeURL": "https://sns.invalid/?Action=ConfirmSubscription",
        }

    def _envelope(self, kind: str, text: str) -> dict[str, str]:
        return {
            "Type": kind,
            "MessageId": str(uuid4()),
            "TopicArn": self._topic,
            "Message": text,
            "Timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
            "SignatureVersion": "1",
            "Signature": "bW9jaw==",
            "SigningCertURL": "https://sns.invalid/mock.pem",
            "UnsubscribeURL": "https://sns.invalid/?Action=Unsubscribe",
        }

    @property
    def _topic(self) -> str:
        return f"arn:aws:sns:{self.region}:000000000000:{_TOPIC}"
