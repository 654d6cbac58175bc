"""Write JSON paths in the form that generated clients use for breaches, and compare them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

PATH = r'\$(?:[^\s"]|"(?:[^"\\]|\\.)*")*'
"""Regular expression of a JSON path."""
_PLAIN = re.compile(r"[A-Za-z_][\w-]*")
_QUOTED = re.compile(r'\[("(?:[^"\\]|\\.)*")\]')


def json_path(names: Iterable[str | int]) -> str:
    """Return the JSON path of a value, from the names and indexes that lead to it."""
    return "".join(("$", *map(step, names)))


def step(name: str | int) -> str:
    """Return a name or an index as a step of a JSON path: `.name`, `[0]`, or `["a name"]` if it has other characters."""
    return f".{name}" if isinstance(name, str) and _PLAIN.fullmatch(name) else f"[{json.dumps(name)}]"


def without_quotes(path: str) -> str:
    """Return a JSON path for people who know the names as those of columns: `item.a name`; empty for the whole value."""
    return _QUOTED.sub(lambda found: f".{json.loads(found[1])}", path).removeprefix("$").removeprefix(".")


def is_within(path: str, outer: str) -> bool:
    """Return whether a JSON path leads to a value, or to a part of it."""
    return path == outer or path.startswith((f"{outer}.", f"{outer}["))


def is_element(path: str, array: str) -> bool:
    """Return whether a JSON path leads to an element of an array."""
    return re.fullmatch(r"\[\d+\]", path.removeprefix(array)) is not None
