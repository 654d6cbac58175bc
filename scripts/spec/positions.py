"""Where in a JSON text everything is, in the nodes that PyYAML gives for YAML.

A reader of YAML cannot do it: it refuses control characters and long keys, which are JSON.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

import yaml

_STRING, _MAP, _LIST = (f"tag:yaml.org,2002:{each}" for each in ("str", "map", "seq"))
_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:\n]|[^\s{}\[\],:"]+', re.DOTALL)


def compose_json(text: str) -> yaml.Node:
    """Return the nodes of a text that is valid JSON; scalars but for keys have no value."""
    line = 0
    root = _Open(yaml.SequenceNode(_LIST, []))
    stack = [root]
    for found in _WORD.finditer(text):
        word = found[0]
        if word == "\n":
            line += 1
        elif word in "{[":
            node = yaml.MappingNode(_MAP, []) if word == "{" else yaml.SequenceNode(_LIST, [])
            stack[-1].add(node, line)
            stack.append(_Open(node))
        elif word in "}]":
            stack.pop()
        elif word not in ",:":
            stack[-1].add(yaml.ScalarNode(_STRING, word), line)
            line += word.count("\n")
    whole: yaml.Node = root.node.value[0]
    return whole


def child_of(node: yaml.Node | None, part: str) -> tuple[int, yaml.Node] | None:
    """Return the line and the node of a part of an object or a list; None if it has no such part."""
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            if key.value == part:
                return key.start_mark.line + 1, child
    elif isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
        child = node.value[int(part)]
        return child.start_mark.line + 1, child
    return None


@dataclass(slots=True)
class _Open:
    """An object or a list that has not ended; of an object perhaps a key that has no value yet."""

    node: yaml.MappingNode | yaml.SequenceNode
    keys: list[yaml.ScalarNode] = field(default_factory=list)

    def add(self, node: yaml.Node, line: int) -> None:
        node.start_mark = yaml.Mark("", 0, line, 0, None, 0)
        if isinstance(self.node, yaml.SequenceNode):
            self.node.value.append(node)
        elif self.keys:
            self.node.value.append((self.keys.pop(), node))
        elif isinstance(node, yaml.ScalarNode):
            node.value = json.loads(node.value, strict=False)
            self.keys.append(node)
