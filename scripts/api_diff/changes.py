"""A change between two states of a distribution: what it needs, and how a changelog tells it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from scripts.packages.versions import Bump

Heading = Literal["Added", "Changed", "Removed"]
HEADINGS: tuple[Heading, ...] = ("Added", "Changed", "Removed")
# What a change is about, from the whole to the part, such as ("operation", "archive_catalog", "item_skus").
Topic = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing to tell.

    Attributes:
        bump: what it needs; MAJOR is a breaking change.
        heading: where it stands in the changelog.
        text: the change in words.
        topics: what it says something about, so that the same is not told twice.
    """

    bump: Bump
    heading: Heading
    text: str
    topics: frozenset[Topic] = field(default=frozenset())

    @property
    def line(self) -> str:
        """The change as a changelog tells it."""
        return f"Breaking: {self.text}" if self.bump is Bump.MAJOR else self.text


def joined(of_spec: Iterable[Change], of_python: Iterable[Change]) -> tuple[Change, ...]:
    """Join what has changed in the spec and in Python, where only what the spec does not say already is told.

    What Python says again makes the change of the spec as weighty as it is in Python.
    """
    told = list(of_spec)
    rest: list[Change] = []
    for change in of_python:
        if (place := _says(told, change)) is None:
            rest.append(change)
        else:
            told[place] = replace(told[place], bump=max(told[place].bump, change.bump))
    once = {each.text: each for each in sorted([*told, *rest], key=lambda each: each.bump)}  # of the same text, the weightiest
    return tuple(sorted(once.values(), key=lambda each: (HEADINGS.index(each.heading), -each.bump)))


def _says(told: Sequence[Change], change: Change) -> int | None:
    """Return the place of the change that says what another one is about: that itself, or the whole that it is a part of."""
    for place, each in enumerate(told):
        if change.topics and all(any(topic[:end] in each.topics for end in range(1, len(topic) + 1)) for topic in change.topics):
            return place
    return None
