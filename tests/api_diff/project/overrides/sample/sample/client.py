"""A synchronous and an asynchronous client, as in a generated package."""

from __future__ import annotations

from typing import Literal

from . import models
from ._engine.base import Sender

DEFAULT_TIMEOUT = 30.0
_AGENT = "sample"
Server = Literal["production"]


class Client(Sender):
    """Synchronous."""

    def __init__(self, base_url: str | None = None, *, timeout: float = DEFAULT_TIMEOUT) -> None:
        self._address, self._timeout = base_url, timeout

    def archive(self, *, business_id: int, body: models.Request) -> models.Fault:
        """Archive offers."""
        raise NotImplementedError

    def delete(self, *, business_id: int) -> None:
        """Delete offers."""


class AsyncClient(Sender):
    """Asynchronous."""

    async def archive(self, *, business_id: int, body: models.Request) -> models.Fault:
        """Archive offers."""
        raise NotImplementedError
