# Generated from specs/amazon_catalog_items.yaml; do not edit. Change the spec and run make generate.
"""Errors of Amazon Selling Partner API, Catalog Items: one class for each documented error status, and their base classes."""

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
    "ContentTooLarge",
    "CredentialsError",
    "Forbidden",
    "InternalServerError",
    "InvalidRequest",
    "InvalidResponse",
    "NotFound",
    "ResponseError",
    "ResponseTooLarge",
    "ServiceUnavailable",
    "StatusError",
    "TooManyRequests",
    "UnexpectedStatus",
    "UnsupportedMediaType",
]


class BadRequest(StatusError[models.ErrorList]):
    """400: A parameter is missing or invalid, and the request cannot be read."""


class Forbidden(StatusError[models.ErrorList]):
    """403: Access to the resource is forbidden, for example because it is denied or not authorized, the token has expired or
    the signature is invalid.
    """


class NotFound(StatusError[models.ErrorList]):
    """404: The resource does not exist."""


class ContentTooLarge(StatusError[models.ErrorList]):
    """413: The request is larger than the server accepts."""


class UnsupportedMediaType(StatusError[models.ErrorList]):
    """415: The payload of the request has a format that is not supported."""


class TooManyRequests(StatusError[models.ErrorList]):
    """429: Requests came more often than is allowed."""


class InternalServerError(StatusError[models.ErrorList]):
    """500: Something unexpected kept the server from processing the request."""


class ServiceUnavailable(StatusError[models.ErrorList]):
    """503: The server is overloaded for a time, or under maintenance."""
