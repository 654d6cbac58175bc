"""Errors, which inherit attributes from a private module."""

from __future__ import annotations

from typing import Generic, TypeVar

from . import models
from ._engine.base import ApiError, ResponseError

__all__ = ["ApiError", "Conflict", "Locked", "Refused", "ResponseError", "StatusError"]
Data = TypeVar("Data")


class StatusError(ResponseError, Generic[Data]):
    """An error of a status."""


class Conflict(StatusError[models.Fault]):
    """409."""


class Locked(StatusError[models.Fault]):
    """423."""


class Refused(ApiError):
    """Refused without a response."""

    def __init__(self, response: str, skew: float) -> None:
        self.response, self.skew = response, skew
