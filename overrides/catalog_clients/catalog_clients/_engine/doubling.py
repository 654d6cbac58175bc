"""Find the names that an object of JSON has twice: decoders give the last value of them, and the vendor may mean the first."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

_FEWEST_QUOTES = 4  # of two names


class _Doubled(dict[str, object]):
    """An object of JSON that has names twice."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        many = Counter(name for name, _ in pairs)
        self.names = {name for name in many if many[name] > 1}


def doubled_names(content: bytes) -> list[str]:
    """Return the JSON path of each name that is twice in an object; none if the content is not JSON.

    What a doubled name has is not looked into, as everything there is doubtful.
    """
    if content.count(b'"') < _FEWEST_QUOTES:
        return []
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
        return []
    return [*_paths(body, "$")] if found else []


def _paths(value: object, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        doubled = value.names if isinstance(value, _Doubled) else ()
        for name, each in value.items():
            at = f"{path}.{name}"
            yield from (at,) if name in doubled else _paths(each, at)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _paths(each, f"{path}[{index}]")
