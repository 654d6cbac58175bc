"""What public classes inherit."""

from __future__ import annotations


class ApiError(Exception):
    """Any error."""


class ResponseError(ApiError):
    """An error of a response."""

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id


class Sender:
    """Sends requests."""

    def send(self, request: str) -> str:
        """Send a request."""
        return request


class Chunker:
    """Splits items."""

    size: int = 1
