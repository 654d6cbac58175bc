"""Dataclasses, a Literal, keywords in a TypedDict, and an object that only the package makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict, Unpack

from ._engine.base import Chunker

Status = Literal["confirmed", "rejected", "unknown"]


@dataclass
class Retries:
    """How often to retry."""

    attempts: int = 6
    budget: float = 900


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many items there are."""

    total: int
    unexpected: int = 0


class Options(TypedDict, total=False):
    """Keywords."""

    strict: bool


class Stream:
    """Results as they come."""

    def __init__(self, chunker: Chunker) -> None:
        self._chunker = chunker

    def counts(self) -> Counts:
        """Return the counts."""
        raise NotImplementedError


def run(name: str, **options: Unpack[Options]) -> Stream:
    """Run something."""
    raise NotImplementedError
