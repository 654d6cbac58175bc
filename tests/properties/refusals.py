"""Which requests are valid by their schemas and still not sendable, and why.

A client states four reasons: a comma inside a comma-joined list, text that a header cannot carry, a path segment that servers and
clients resolve away, and a broken rule between parameters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scripts.spec.document import Json
from tests.properties.contract import BODY, Operation, Parameter

Refusal = tuple[str, str]
DOTS = ("", ".", "..")


def refusals(operation: Operation, values: Mapping[str, Json]) -> set[Refusal]:
    """Return the location and the JSON path of every reason to refuse a request that is valid by its schemas."""
    found = {
        (parameter.location, f"$.{parameter.name}{below}")
        for key, value in values.items()
        if key != BODY
        for parameter in [operation.parameter(key)]
        for below in _unwritable(parameter, value)
    }
    return found | {(location, path) for location, path, _ in broken_rules(operation, values)}


def broken_rules(operation: Operation, values: Mapping[str, Json]) -> Iterator[tuple[str, str, str]]:
    """Yield for each broken rule the location and path of the parameter that is excluded or missing, and the rule in words."""
    for rule in operation.rules:
        for each in rule.broken_by(values):
            yield each.location, f"$.{each.name}", rule.because


def sendable_text(parameter: Parameter, text: str) -> str:
    """Change a text so that it can be sent in this parameter, and leave it as it is where it can be."""
    if parameter.location == "header":
        text = "".join(each if " " <= each <= "~" or each == "\t" else chr(33 + ord(each) % 94) for each in text).strip()
    many = parameter.schema.get("type") == "array"
    if many and parameter.joined:
        text = text.replace(",", ";")
    return "-" if parameter.location == "path" and not many and text in DOTS else text


def _unwritable(parameter: Parameter, value: Json) -> Iterator[str]:
    many = isinstance(value, list)
    if parameter.location == "path" and value == []:
        yield ""
    for index, each in enumerate(value if many else [value]):
        if isinstance(each, str) and sendable_text(parameter, each) != each:
            yield f"[{index}]" if many else ""
