# Generated from specs/shipsidekick_products.yaml; do not edit. Change the spec and run make generate.
"""Errors of ShipSidekick API, product archive: one class for each documented error status, and their base classes."""

from __future__ import annotations

from . import models
from ._runtime.errors import (
    ApiError,
    CredentialsError,
    InvalidRequest,
    InvalidResponse,
    ResponseError,
    ResponseTooLarge,
    StatusError,
    UnexpectedStatus,
)

__all__ = [
    "ApiError",
    "BadRequest",
    "CredentialsError",
    "Forbidden",
    "InternalServerError",
    "InvalidRequest",
    "InvalidResponse",
    "NotFound",
    "ResponseError",
    "ResponseTooLarge",
    "StatusError",
    "Unauthorized",
    "UnexpectedStatus",
]


class BadRequest(StatusError[models.ErrorResponse]):
    """400: The request is malformed."""


class Unauthorized(StatusError[models.ErrorResponse]):
    """401: The key is missing or wrong."""


class Forbidden(StatusError[models.ErrorResponse]):
    """403: The key has no full write access to products."""


class NotFound(StatusError[models.ErrorResponse]):
    """404: There is no such product."""


class InternalServerError(StatusError[models.ErrorResponse]):
    """500: An error on the side of ShipSidekick."""
