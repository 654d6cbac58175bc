# Generated from specs/yandex_market_offers.yaml; do not edit. Change the spec and run make generate.
"""Errors of Yandex Market Partner API, offer archive: one class for each documented error status, and their base classes."""

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
    "Locked",
    "NotFound",
    "RateLimited",
    "ResponseError",
    "ResponseTooLarge",
    "StatusError",
    "Unauthorized",
    "UnexpectedStatus",
]


class BadRequest(StatusError[models.ApiErrorResponse]):
    """400: The request has incorrect data."""


class Unauthorized(StatusError[models.ApiErrorResponse]):
    """401: The request has no authorization data."""


class Forbidden(StatusError[models.ApiErrorResponse]):
    """403: The authorization data is wrong, or access to the resource is forbidden."""


class NotFound(StatusError[models.ApiErrorResponse]):
    """404: The resource does not exist."""


class RateLimited(StatusError[models.ApiErrorResponse]):
    """420: The limit of the resource is used up; the header `X-RateLimit-Resource-Until` says when it ends."""


class Locked(StatusError[models.ApiErrorResponse]):
    """423: The operation cannot be applied to the resource now."""


class InternalServerError(StatusError[models.ApiErrorResponse]):
    """500: An internal error of the Market."""
