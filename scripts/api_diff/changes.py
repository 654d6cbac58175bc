"""A change between two states of a distribution, and the version bump that it needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from scripts.packages.versions import Bump

Heading = Literal["Added", "Changed", "Removed"]
HEADINGS: tuple[Heading, ...] = ("Added", "Changed", "Removed")


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change.

    Attributes:
        bump: what it needs; MAJOR is a breaking change.
        heading: section of the changelog that it belongs to.
        text: the change in words.
        subjects: dotted names of the Python objects that it is about. Of a change of a spec these are endings, such as
            `Offer.price`, as a spec does not say in which module they are.
    """

    bump: Bump
    heading: Heading
    text: str
    subjects: frozenset[str] = field(default=frozenset())

    @property
    def line(self) -> str:
        """The change as a line of a changelog."""
        return f"Breaking: {self.text}" if self.bump is Bump.MAJOR else self.text


def merge(of_spec: Iterable[Change], of_python: Iterable[Change]) -> tuple[Change, ...]:
    """Join the changes of a spec and of the Python API, without those of Python that the spec's already report.

    For a field that is new or has another type the rating of the spec counts, as it knows limits, and whether the field is in
    requests. Of all others only those are left out that need no higher bump.
    """
    spec = list(of_spec)
    rest = [change for change in of_python if not any(_reports(each, change) for each in spec)]
    unique = {change.text: change for change in sorted([*spec, *rest], key=lambda each: each.bump)}
    return tuple(sorted(unique.values(), key=lambda each: (HEADINGS.index(each.heading), -each.bump)))


def _reports(of_spec: Change, of_python: Change) -> bool:
    """Return whether a change of the spec says the same as one of Python."""
    paths = [f".{each}." for each in of_python.subjects]
    subjects = tuple(f".{each}." for each in of_spec.subjects)
    if of_spec.heading == of_python.heading != "Removed" and paths and all(path.endswith(subjects) for path in paths):
        return True
    return of_python.bump <= of_spec.bump and all(any(subject in path for subject in subjects) for path in paths)
