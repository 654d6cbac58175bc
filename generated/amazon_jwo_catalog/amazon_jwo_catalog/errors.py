# Generated from specs/amazon_jwo_catalog.yaml; do not edit. Change the spec and run make generate.
"""Errors of Amazon Just Walk Out Catalog API: one class for each documented error status, and their base classes."""

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
    "ResponseError",
    "ResponseTooLarge",
    "StatusError",
    "TooManyRequests",
    "UnexpectedStatus",
]


class BadRequest(StatusError[models.Error]):
    """400: The upload was refused as a whole. The archiving was refused as a whole. If stores are missing, the text lists all
    available stores of the retailer; keep it whole. The request is invalid, or the ingestion id is unknown or belongs to
    another retailer.
    """


class Forbidden(StatusError[models.Error]):
    """403: The role lacks the permission, or the onboarding of the retailer is unfinished."""


class TooManyRequests(StatusError[models.Error]):
    """429: The API was called too often. The API was called too often; repeat after a short wait."""


class InternalServerError(StatusError[models.Error]):
    """500: An unknown error; its text says whether the vendor recommends to repeat the request. An error inside the service:
    either a store configuration issue, which Amazon's support has to resolve, or an unknown error, for which the vendor
    recommends repeating the request. An error inside the service.
    """
