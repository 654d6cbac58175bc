"""Forms as they are sent: each value is a text there, and a list of one element is the same as this element."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import jsonschema_rs

FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
_SHARED: Final = "x-bundled"  # where Schemathesis puts what the schemas of a body refer to


def is_valid_as_sent(schema: dict[str, Any], body: dict[str, Any]) -> bool:
    """Return whether a form is valid by its schema as it is sent, whatever its values were before."""
    shared = {_SHARED: schema.get(_SHARED, {})}
    properties = {name: {**shared, **each} for name, each in schema.get("properties", {}).items() if isinstance(each, dict)}
    sent = {name: _as_sent(properties.get(name, {}), value) for name, value in body.items()}
    return jsonschema_rs.is_valid(schema, sent)


def _as_sent(schema: dict[str, Any], value: Any) -> Any:
    """Return a value that its schema allows and that is sent in the same way; the value itself if there is none."""
    return next((each for each in _sent_alike(value) if jsonschema_rs.is_valid(schema, each)), value)


def _sent_alike(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, list) and len(value) == 1:
        yield value[0]
    elif isinstance(value, (str, int, float)):
        yield [value]
        yield [value if isinstance(value, str) else json.dumps(value)]
