"""Mutations of a document: each changes one place, at random, as mistakes of people and of programs do."""

from __future__ import annotations

import json
import string
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any, TypeAlias

Json: TypeAlias = Any
Place: TypeAlias = tuple[Json, Any]
"""An object or a list, and the key or the index of a value in it."""

_MOST = 4  # mutations of one document
_TEXT_SHARE = 0.1  # of the documents are mutated as text, which can make them unreadable
_DEPTH = 300
_VALUES: tuple[Json, ...] = (
    *(None, True, False, 0, -1, 1.5, 10**30, -(2**63), 1e308, "", "null", "2024-01-01", [], {}, [None], {"": None}),
    *({"type": "string"}, {"type": ["object", "null"]}, {"$ref": "#"}, {"allOf": []}, {"enum": [None, 1, "a"]}, {"const": {}}),
)
_TEXTS = (
    *(
        "",
        " ",
        '"',
        '"""',
        "'",
        "\\",
        "\n",
        "\r\n",
        "\t",
        "\0",
        "\x7f",
        "\ud800",
        "\u2028",
        "\N{COOKIE}",
        "\N{LATIN SMALL LIGATURE FI}",
    ),
    *("{", "}", "{id}", "/", "//", "../..", "~1", "%7B", "#/", "{{ 1 / 0 }}", "class", "self", "None", "__init__", "0", "9a", "-"),
    *("a" * 300, "\N{CYRILLIC SMALL LETTER EF}" * 40, "import os", "*/*", "text/event-stream", "(?<n>a)\\p{L}", "[", "(a+)+$"),
)
_KEYS = (
    *(
        "$ref",
        "type",
        "format",
        "enum",
        "const",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "items",
        "prefixItems",
        "properties",
        "required",
    ),
    *("additionalProperties", "patternProperties", "discriminator", "nullable", "default", "example", "examples", "pattern"),
    *("minimum", "exclusiveMinimum", "maxLength", "uniqueItems", "multipleOf", "readOnly", "writeOnly", "deprecated", "xml"),
    *("in", "name", "style", "explode", "schema", "content", "headers", "links", "encoding", "servers", "security", "callbacks"),
    *("parameters", "requestBody", "responses", "operationId", "tags", "x-client-retry", "x-client-chunking", "x-client-package"),
)


def mutated(text: str, data: Json, random: Random) -> str:
    """Return a document with some mutations, as JSON or, where its text is mutated, perhaps as neither JSON nor YAML.

    Args:
        text: the document as it is written.
        data: the same, parsed.
        random: decides what is mutated.
    """
    if random.random() < _TEXT_SHARE:
        return _mutated_text(text, random)
    data = deepcopy(data)
    for _ in range(random.randint(1, _MOST)):
        places = list(_places(data))
        if not places:
            break
        random.choice(_MUTATIONS)(places, random)
    return json.dumps(data)


def _places(value: Json) -> Iterator[Place]:
    """Yield every place of a document."""
    todo = [value]
    while todo:
        each = todo.pop()
        keys = list(each) if isinstance(each, dict) else range(len(each)) if isinstance(each, list) else ()
        for key in keys:
            yield each, key
            todo.append(each[key])


def _remove(places: list[Place], random: Random) -> None:
    parent, key = random.choice(places)
    del parent[key]


def _replace(places: list[Place], random: Random) -> None:
    parent, key = random.choice(places)
    parent[key] = deepcopy(random.choice(_VALUES))


def _write(places: list[Place], random: Random) -> None:
    """Change a text, as a whole or within."""
    texts = [(parent, key) for parent, key in places if isinstance(parent[key], str)]
    if texts:
        parent, key = random.choice(texts)
        at = random.randint(0, len(parent[key]))
        parent[key] = random.choice((random.choice(_TEXTS), parent[key][:at] + random.choice(_TEXTS) + parent[key][at:]))


def _rename(places: list[Place], random: Random) -> None:
    named = [(parent, key) for parent, key in places if isinstance(parent, dict)]
    if named:
        parent, key = random.choice(named)
        parent[random.choice((random.choice(_KEYS), random.choice(_TEXTS), key + random.choice(string.printable)))] = parent.pop(
            key
        )


def _add(places: list[Place], random: Random) -> None:
    parent, key = random.choice(places)
    if isinstance(parent, dict):
        parent[random.choice((random.choice(_KEYS), random.choice(_TEXTS)))] = deepcopy(random.choice((*_VALUES, *_TEXTS)))
    else:
        parent.insert(key, deepcopy(random.choice(_VALUES)))


def _move(places: list[Place], random: Random) -> None:
    """Put a copy of one part of the document where another one is."""
    (parent, key), (other, place) = random.choice(places), random.choice(places)
    parent[key] = deepcopy(other[place])


def _refer(places: list[Place], random: Random) -> None:
    """Replace a part by a reference to another one, which may contain it."""
    references = [parent[key] for parent, key in places if key == "$ref" and isinstance(parent[key], str)]
    parent, key = random.choice(places)
    parent[key] = {"$ref": random.choice((*references, "#/paths", "#/info", "other.yaml#/a", "#/components/schemas/Missing"))}


def _nest(places: list[Place], random: Random) -> None:
    """Wrap a part in many levels of the same keyword."""
    parent, key = random.choice(places)
    keyword, value = random.choice(("items", "additionalProperties", "not")), parent[key]
    for _ in range(random.choice((1, 3, _DEPTH))):
        value = {keyword: value}
    parent[key] = value


def _combine(places: list[Place], random: Random) -> None:
    """Make a part one alternative beside another part."""
    (parent, key), (other, place) = random.choice(places), random.choice(places)
    parent[key] = {random.choice(("allOf", "anyOf", "oneOf")): [deepcopy(parent[key]), deepcopy(other[place])]}


_MUTATIONS: tuple[Callable[[list[Place], Random], None], ...] = (
    *(_remove, _replace, _write, _rename, _add, _move, _refer, _nest, _combine),
)


def _mutated_text(text: str, random: Random) -> str:
    """Cut, repeat or change a piece of a text."""
    start = random.randrange(len(text))
    end = min(len(text), start + random.choice((1, 2, 10, 200)))
    inserted = random.choice(("", random.choice(_TEXTS), text[start:end] * 2, "&a [*a]", "<<: *b", "!!python/name:os.system", "\t"))
    return text[:start] + inserted + text[end:]
