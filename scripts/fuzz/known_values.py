"""Values that the vendor accepts, and selectors that say where in a request they belong.

A selector is written `path.businessId`, `query.marketplaceIds`, `body.allApplicableStores` or `body.catalogItems[*].store_id`;
`body[*].store_id` where the body itself is a list. It has a list of values: a parameter or field that is a list gets the whole of
it, each element (`[*]`) and anything else one of them.

At `body.offerIds[*]?` the vendor accepts any value, and known values are only mixed in, with some odd ones. Elements of a list in
the query that belong to a value of another parameter have the selector `query.identifiers[*]?identifiersType=ASIN`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import yaml

Known = Mapping[str, list[Any]]
# Texts that servers have failed at. They are mixed in where any value is accepted.
ODD = ("a/b", "a b", "a%2Fb", "a+b", "a,b", "ä", "e\u0301", "שלום", "\U0001f600", "'--", "null", "0")


class KnownValuesError(Exception):
    """A file of known values cannot be used; the message says why."""


def read_known(path: Path) -> Known:
    """Read known values from a YAML or JSON file: a mapping of selectors to a value or a list of values.

    Raises:
        KnownValuesError: it cannot be read, or is not such a mapping.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise KnownValuesError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if not isinstance(content, dict):
        raise KnownValuesError(f"{path}: has to be a mapping of selectors, such as path.businessId, to lists of values")
    for selector in content:
        if not re.match(r"(path|query|body)\..|body\[\*\]", str(selector)):
            advice = "write it as path.NAME, query.NAME, body.NAME[*].NAME or body[*].NAME"
            raise KnownValuesError(f"{path}: {selector!r} is not a selector; {advice}")
    return normalized(content)


def normalized(known: Mapping[str, Any]) -> Known:
    """Return known values with a list for each selector."""
    return {str(selector): values if isinstance(values, list) else [values] for selector, values in known.items()}


def _slots(document: Any, steps: tuple[str, ...]) -> Iterator[tuple[Any, Any]]:
    """Yield the values that steps lead to in a document, each as its container and its key or index there."""
    step, *rest = steps
    found: Iterable[Any] = ()
    if step == "*" and isinstance(document, list):
        found = range(len(document))
    elif isinstance(document, dict) and step in document:
        found = (step,)
    for key in found:
        if rest:
            yield from _slots(document[key], tuple(rest))
        else:
            yield document, key


def steps(selector: str) -> tuple[str, tuple[str, ...]]:
    """Split a selector into its location and the steps from there."""
    location, *path = selector.partition("?")[0].replace("[*]", ".*").split(".")
    return location, tuple(filter(None, path))


def fitting(selector: str) -> tuple[str, str, str]:
    """Split `query.NAME[*]?OTHER=TEXT` into the two parameters and the text; empty texts if the selector has no such condition."""
    selector, _, condition = selector.partition("?")
    other, _, text = condition.partition("=")
    return (selector.removeprefix("query.").removesuffix("[*]"), other, text) if other else ("", "", "")


def fill(document: Any, selector: str, values: list[Any], chance: Random) -> None:
    """Put known values into a document where a selector points to a value of the same kind."""
    if selector.endswith("?"):
        values = [*values, *ODD]
    for holder, key in _slots(document, steps(selector)[1]):
        value = holder[key]
        if selector.endswith("?") and chance.random() < 0.5:
            continue
        if isinstance(value, list):
            holder[key] = chance.choice(values) if any(isinstance(each, list) for each in values) else values
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            # Another element of the same list that has the value already might make the list invalid.
            others = holder if isinstance(holder, list) else ()
            able = [each for each in values if isinstance(each, str) == isinstance(value, str) and each not in others]
            if able:
                holder[key] = chance.choice(able)
