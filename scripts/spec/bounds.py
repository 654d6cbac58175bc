"""How large a document may be: one that is deep, or that YAML aliases make endless, would take all memory or all time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import accumulate, chain

import yaml

DEEPEST = 200
LARGEST = 5_000_000
_BRACKETS = re.compile(r"[\[\]{}]")
_JSON_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}\n]', re.DOTALL)
_INDENTED = re.compile(rf"^[ \t?-]{{{DEEPEST},}}", re.MULTILINE)
_ANCHOR = re.compile(r"&\S")
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}


class TooLargeError(Exception):
    """A document is too deep or too large; the message says which, and in which line."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def check_depth(text: str, *, is_json: bool) -> None:
    """Check how deep a text of JSON or YAML is nested, before anything that recurses reads it.

    Raises:
        TooLargeError: it is deeper than `DEEPEST`.
    """
    if is_json or _INDENTED.search(text) or _may_be_deep(text):
        for depth, line in _depths_in_json(text) if is_json else _depths_in_yaml(text):
            if depth > DEEPEST:
                raise TooLargeError(f"more than {DEEPEST} levels of nesting", line)


def _depths_in_json(text: str) -> Iterator[tuple[int, int]]:
    depth, line = 0, 1
    for found in _JSON_BRACKETS.finditer(text):
        depth += _STEP.get(found[0], 0)
        line += found[0].count("\n")
        yield depth, line


def _depths_in_yaml(text: str) -> Iterator[tuple[int, int]]:
    """Yield the depths up to the first error, which the reader reports."""
    depth = 0
    with suppress(yaml.YAMLError):
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            yield depth, event.start_mark.line + 1 if event.start_mark else 1


def _may_be_deep(text: str) -> bool:
    """Return whether there are so many brackets open at one place, of which some may be in strings."""
    return any(depth > DEEPEST for depth in accumulate(_STEP[found[0]] for found in _BRACKETS.finditer(text)))


def check_size(root: yaml.Node | None, text: str) -> None:
    """Check how many values YAML aliases make of a text; without an anchor it has no more than are written in it.

    Raises:
        TooLargeError: there are more than `LARGEST`, or one contains itself.
    """
    sizes: dict[int, int] = {}
    open_nodes: set[int] = set()
    todo = [root] if root is not None and _ANCHOR.search(text) else []
    while todo:
        node = todo[-1]
        scalars, inner = _inside(node)
        missing = [each for each in inner if id(each) not in sizes]
        if id(node) in sizes or not missing:
            sizes[id(node)] = 1 + scalars + sum(sizes[id(each)] for each in inner)
            open_nodes.discard(id(node))
            todo.pop()
            if sizes[id(node)] > LARGEST:
                raise TooLargeError(f"aliases make more than {LARGEST:,} values of it", node.start_mark.line + 1)
            continue
        open_nodes.add(id(node))
        if any(id(each) in open_nodes for each in missing):
            raise TooLargeError("an alias is a part of itself", node.start_mark.line + 1)
        todo += missing


def _inside(node: yaml.Node) -> tuple[int, list[yaml.Node]]:
    """Return how many scalars a node has, which are most of what there is and contain nothing, and the other nodes in it."""
    if isinstance(node, yaml.ScalarNode):
        return 0, []
    parts: list[yaml.Node] = [*chain.from_iterable(node.value)] if isinstance(node, yaml.MappingNode) else node.value
    inner = [each for each in parts if not isinstance(each, yaml.ScalarNode)]
    return len(parts) - len(inner), inner
