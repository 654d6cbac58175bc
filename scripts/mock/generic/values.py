"""Values for what nobody has stored: the examples of the document, or else values made from a schema.

A value is the same for the same schema and number in each run. Only what a schema requires is made, so that a response says no more
than it must.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from string import ascii_letters, digits
from typing import Any, Final
from uuid import UUID

from scripts.mock.generic.described import Schemas
from scripts.spec.document import Json

_DEEPEST: Final = 12
_LONGEST: Final = 10_000
_TRIED: Final = 200
_PLAIN: Final = ascii_letters + digits + "-_"
_MANY: Final = ("allOf", "anyOf", "oneOf")
_FORMATS: Final = {
    "date": "2024-01-31",
    "date-time": "2024-01-31T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "P1D",
    "email": "someone@example.com",
    "idn-email": "someone@example.com",
    "hostname": "example.com",
    "idn-hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "uri-reference": "https://example.com/",
    "iri": "https://example.com/",
    "byte": "bW9jaw==",
    "json-pointer": "/mock",
    "regex": "mock",
}


class UnmadeError(Exception):
    """No value could be made for a schema; the message says what to put into the document."""


class Values:
    """Makes values for the schemas of a document.

    Args:
        schemas: those of the document.
    """

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def of(self, holder: Mapping[str, Json], number: int = 0) -> Any:
        """Return a value for a media type, a parameter or a header: an example of it, or else one of its schema."""
        schema = schema_of(holder)
        for value in examples(holder):
            if self._schemas.valid(schema, value):
                return value
        return self.make(schema, number)

    def make(self, schema: Json, number: int = 0) -> Any:
        """Return a value for a schema; other numbers give other values, as far as the schema has several.

        Raises:
            UnmadeError: none of those that were made is valid.
        """
        complaint = ""
        for value in self._candidates(schema, number, 0):
            complaint = self._schemas.complaint(schema, value)
            if not complaint:
                return value
        raise UnmadeError(f"no value can be made for {self._described(schema)} ({complaint or 'no candidate'}); give it an example")

    def _described(self, schema: Json) -> str:
        return str(schema.get("$ref") or schema.get("description") or schema)[:100] if isinstance(schema, dict) else "a schema"

    def _candidates(self, schema: Json, number: int, depth: int) -> Iterator[Any]:
        """Yield values that may be valid: those that the document names, and then one of each alternative."""
        if depth > _DEEPEST:
            return
        found = self._schemas.follow(schema)
        yield from named(found, number)
        for keyword in ("oneOf", "anyOf"):
            if found.get(keyword):
                rest = {key: value for key, value in found.items() if key != keyword}
                for member in sorted(found[keyword], key=lambda each: self._schemas.follow(each).get("type") == "null"):
                    yield from self._candidates({"allOf": [rest, member]} if rest else member, number, depth + 1)
                return
        if "allOf" in found:
            found = self._merged(found)
            if any(keyword in found for keyword in _MANY):
                yield from self._candidates(found, number, depth + 1)
                return
            yield from named(found, number)
        for kind in self._kinds(found):
            yield from self._of_type(kind, found, number, depth)

    def _merged(self, schema: Mapping[str, Json]) -> dict[str, Json]:
        """Return one schema for a schema and all that it combines by allOf."""
        whole: dict[str, Json] = {}
        for part in [{key: value for key, value in schema.items() if key != "allOf"}, *schema["allOf"]]:
            followed = self._schemas.follow(part)
            for key, value in (self._merged(followed) if "allOf" in followed else followed).items():
                if key == "properties":
                    before = whole.get(key, {})
                    both = {name: {"allOf": [before[name], value[name]]} for name in value if name in before}
                    whole[key] = {**before, **value, **both}
                elif key == "required":
                    whole[key] = [*dict.fromkeys([*whole.get(key, ()), *value])]
                else:
                    whole[key] = value
        return whole

    def _kinds(self, schema: Mapping[str, Json]) -> list[str]:
        kinds = schema.get("type")
        if isinstance(kinds, str):
            return [kinds]
        if kinds:
            return sorted(kinds, key=lambda each: each == "null")
        if schema.keys() & {"properties", "required", "additionalProperties", "minProperties"}:
            return ["object"]
        return ["array"] if schema.keys() & {"items", "minItems"} else ["string", "integer", "object"]

    def _of_type(self, kind: str, schema: Mapping[str, Json], number: int, depth: int) -> Iterator[Any]:
        match kind:
            case "object":
                yield self._object(schema, number, depth)
            case "array":
                yield self._array(schema, number, depth)
            case "string":
                yield from _texts(schema, number)
            case "integer" | "number":
                yield from _numbers(schema, number)
            case "boolean":
                yield number % 2 == 0
            case _:
                yield None

    def _object(self, schema: Mapping[str, Json], number: int, depth: int) -> dict[str, Any]:
        properties: Mapping[str, Json] = schema.get("properties", {})
        made = {name: self._inner(properties.get(name, True), number, depth) for name in schema.get("required", ())}
        for name in properties:
            if len(made) >= schema.get("minProperties", 0):
                break
            if name not in made:
                made[name] = self._inner(properties[name], number, depth)
        others = schema.get("additionalProperties", True)
        for index in range(schema.get("minProperties", 0) - len(made)):
            made[f"field{index + 1}"] = self._inner(others, number + index, depth)
        return made

    def _array(self, schema: Mapping[str, Json], number: int, depth: int) -> list[Any]:
        first: list[Json] = schema.get("prefixItems", [])
        least = max(schema.get("minItems", 0), len(first))
        kinds = [first[index] if index < len(first) else schema.get("items", True) for index in range(least)]
        return [self._inner(kind, number + index, depth) for index, kind in enumerate(kinds)]

    def _inner(self, schema: Json, number: int, depth: int) -> Any:
        for value in self._candidates(schema, number, depth + 1):
            if self._schemas.valid(schema, value):
                return value
        return None


def text_of(value: Any) -> str:
    """Return how a value is written in a path, a query or a report: as in JSON, but a text as it is."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def schema_of(holder: Mapping[str, Json]) -> Json:
    """Return the schema of a media type, parameter or header, which may have it below its media type."""
    content: Mapping[str, Json] = next(iter(holder.get("content", {}).values()), {})
    return holder.get("schema", content.get("schema", True))


def examples(holder: Mapping[str, Json]) -> list[Json]:
    """Return the examples of a media type, parameter or header."""
    found = [holder["example"]] if "example" in holder else []
    listed = holder.get("examples", {})
    found += [each["value"] for each in listed.values() if isinstance(each, dict) and "value" in each]
    return found + [value for content in holder.get("content", {}).values() for value in examples(content)]


def named(schema: Mapping[str, Json], number: int) -> Iterator[Any]:
    """Yield the values that a schema itself names, the one of the number first."""
    for keyword in ("const", "example", "default"):
        if keyword in schema:
            yield schema[keyword]
    several: Iterable[Json] = schema.get("examples") or schema.get("enum") or ()
    values = [*several] if isinstance(several, list) else []
    if values:
        place = number % len(values)
        yield from values[place:] + values[:place]


def _texts(schema: Mapping[str, Json], number: int) -> Iterator[str]:
    least, most = schema.get("minLength", 0), schema.get("maxLength", math.inf)
    if schema.get("format") == "uuid":
        yield str(UUID(int=(0x4000_8000 << 48) + number))
    if (text := _FORMATS.get(schema.get("format", ""))) is not None:
        yield text
    for text in (f"mock-{number}", f"m{number}", f"{number}", "mock", "m", ""):
        if len(text) <= most:
            yield text.ljust(least, "-")
    if "pattern" in schema:
        yield from _matching(schema["pattern"], least, min(most, _LONGEST))


def _numbers(schema: Mapping[str, Json], number: int) -> Iterator[float]:
    unit = schema.get("multipleOf", 1)
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    start = 0
    if low is not None:
        start = math.ceil(low / unit)
    elif high is not None and high <= 0:
        start = math.floor(high / unit) - number - 1
    for place in (start + number, start + 1, start):
        yield place * unit
    if low is not None and high is not None:
        yield (low + high) / 2


@cache
def _matching(pattern: str, least: int, most: int) -> list[str]:
    """Return a text that matches a pattern, if one is found: the first one, as looking for the shortest takes a second."""
    # It takes half a second to load, which documents without patterns do without.
    from hypothesis import HealthCheck, Phase, find, settings  # noqa: PLC0415 - as said above
    from hypothesis import strategies as st  # noqa: PLC0415 - likewise
    from hypothesis.errors import HypothesisException  # noqa: PLC0415 - likewise

    chosen = settings(
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        max_examples=_TRIED,
        phases=[Phase.generate],
    )
    printable = st.characters(min_codepoint=32, max_codepoint=126)
    ways: Sequence[tuple[bool, Any]] = ((True, _PLAIN), (True, printable), (True, None), (False, None))
    for is_whole, alphabet in ways:
        with suppress(HypothesisException, re.error):
            made = st.from_regex(pattern, fullmatch=is_whole, alphabet=alphabet)
            return [find(made, lambda text: least <= len(text.strip()) <= len(text) <= most, settings=chosen)]
    return []
