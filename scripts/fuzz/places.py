"""Values that the vendor knows, and the places in a request where they belong.

A place is written `path.businessId`, `query.marketplaceIds`, `body.allApplicableStores` or `body.catalogItems[*].store_id`. The
values at a place are a list: a place that takes a list gets the whole of it, each element (`[*]`) and any other place one of them.

At `body.offerIds[*]?` the vendor takes anything, and known values are only mixed in, with some odd ones. Elements of a list in the
query that go with what another parameter is stand at `query.identifiers[*]?identifiersType=ASIN`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml

Known = Mapping[str, list[Any]]
# Texts that servers have come to grief over. They are mixed in where anything is taken.
ODD = ("a/b", "a b", "a%2Fb", "a+b", "a,b", "ä", "e\u0301", "שלום", "\U0001f600", "'--", "null", "0")
_LOCATIONS = ("path", "query", "body")


class PlacesError(Exception):
    """A file of known values cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A value in a JSON document that can be replaced."""

    holder: Any
    key: Any

    @property
    def value(self) -> Any:
        """The value that stands there."""
        return self.holder[self.key]

    def put(self, value: Any) -> None:
        """Replace the value."""
        self.holder[self.key] = value


def read_known(path: Path) -> Known:
    """Read known values from a YAML or JSON file: a mapping of places to a value or a list of values.

    Raises:
        PlacesError: it cannot be read or is no such mapping.
    """
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PlacesError(f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise PlacesError(f"{path}: cannot be read: {' '.join(str(error).split())}") from error
    if not isinstance(told, dict):
        raise PlacesError(f"{path}: has to be a mapping of places, such as path.businessId, to lists of values")
    for place in told:
        location, dot, rest = str(place).partition(".")
        if location not in _LOCATIONS or not dot or not rest:
            raise PlacesError(f"{path}: {place!r} is no place; write it as path.NAME, query.NAME or body.NAME[*].NAME")
    return normalized(told)


def normalized(known: Mapping[str, Any]) -> Known:
    """Return known values with a list at each place."""
    return {str(place): values if isinstance(values, list) else [values] for place, values in known.items()}


def spots(document: Any, steps: tuple[str, ...]) -> Iterator[Spot]:
    """Yield what stands at a place of a document; nothing if it has no such place."""
    step, *rest = steps
    found: list[Spot] = []
    if step == "*":
        found = [Spot(document, index) for index in range(len(document))] if isinstance(document, list) else []
    elif isinstance(document, dict) and step in document:
        found = [Spot(document, step)]
    for spot in found:
        if rest:
            yield from spots(spot.value, tuple(rest))
        else:
            yield spot


def steps(place: str) -> tuple[str, tuple[str, ...]]:
    """Split a place into its location and the steps from there."""
    location, _, rest = place.partition("?")[0].partition(".")
    return location, tuple(part for part in rest.replace("[*]", ".*").split(".") if part)


def fitting(place: str) -> tuple[str, str, str]:
    """Split `query.NAME[*]?OTHER=TEXT` into the two parameters and the text; empty texts if the place has no such condition."""
    place, _, condition = place.partition("?")
    other, _, text = condition.partition("=")
    return (place.removeprefix("query.").removesuffix("[*]"), other, text) if other else ("", "", "")


def fill(document: Any, place: str, values: list[Any], chance: Random) -> None:
    """Put known values into a place of a document, wherever a value of the same kind stands there."""
    if place.endswith("?"):
        values = [*values, *ODD]
    for spot in spots(document, steps(place)[1]):
        if place.endswith("?") and chance.random() < 0.5:
            continue
        if isinstance(spot.value, list):
            spot.put(values if not any(isinstance(value, list) for value in values) else chance.choice(values))
        elif isinstance(spot.value, bool) or spot.value is None or isinstance(spot.value, dict):
            continue
        else:
            # Another element of the same list that has the value already might make the list invalid.
            others = spot.holder if isinstance(spot.holder, list) else ()
            able = [value for value in values if isinstance(value, str) == isinstance(spot.value, str) and value not in others]
            if able:
                spot.put(chance.choice(able))
