"""Decode JSON, and find names that an object has twice: a decoder keeps the last value, but the vendor may mean the first."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .json_paths import step


class _Doubled(dict[str, object]):
    """A JSON object that has a name twice."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        many = Counter(name for name, _ in pairs)
        self.names = {name for name in many if many[name] > 1}


class Decoded(NamedTuple):
    """What was decoded.

    Attributes:
        value: what the content has; None if it is not JSON.
        doubled: the JSON path of each name that an object has twice. Values of such a name are not searched, as all of them are
            uncertain.
    """

    value: object = None
    doubled: Sequence[str] = ()


def decoded(content: bytes) -> Decoded:
    """Decode the content of a body."""
    found = list[_Doubled]()

    def read(pairs: list[tuple[str, object]]) -> dict[str, object]:
        one = dict(pairs)
        if len(one) == len(pairs):
            return one
        found.append(_Doubled(pairs))
        return found[-1]

    try:
        body = json.loads(content, object_pairs_hook=read)
    except (ValueError, RecursionError):  # which is found where it is read
        return Decoded()
    return Decoded(body, [*_paths(body, "$")] if found else ())


def _paths(value: object, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        doubled = value.names if isinstance(value, _Doubled) else ()
        for name, each in value.items():
            at = path + step(name)
            yield from (at,) if name in doubled else _paths(each, at)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _paths(each, f"{path}[{index}]")
