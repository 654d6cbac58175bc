"""Rows of a table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RateLimit:
    """A limit."""

    rate: float
    concurrency: int | None = None


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """How an operation is used."""

    rate_limit: RateLimit | None = None
