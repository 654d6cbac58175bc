"""Whether a value is valid against a schema of the document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from jsonschema.validators import extend
from openapi_schema_validator import OAS30Validator, OAS31Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from scripts.lint.messages import innermost, message_of
from scripts.spec.document import Document, Json, Pointer, join

_URI = "urn:document"


class Values:
    """Checks values against the schemas of one document.

    Args:
        document: the document.
        patterns: whether its regular expressions are trusted; those of a stranger may be of another language, or never end.
    """

    def __init__(self, document: Document, *, patterns: bool = True) -> None:
        self._registry: Registry[Any] = Registry().with_resource(_URI, DRAFT202012.create_resource(document.data))
        self._validator: Any = OAS30Validator if str(document.data["openapi"]).startswith("3.0.") else OAS31Validator
        if not patterns:
            unchecked = dict.fromkeys(("pattern", "patternProperties"), _unchecked)
            self._validator = extend(self._validator, unchecked)  # type: ignore[no-untyped-call]

    def errors(self, schema: Pointer, value: Json) -> Iterator[tuple[Pointer, str]]:
        """Yield where in a value something does not match the schema at a pointer, and what."""
        reference = {"$ref": f"{_URI}#{quote(join(*schema)[1:])}"}
        validator = self._validator(reference, registry=self._registry, format_checker=self._validator.FORMAT_CHECKER)
        for error in validator.iter_errors(value):
            inner = innermost(error)
            yield tuple(inner.absolute_path), message_of(inner)


def _unchecked(*_: object) -> Iterator[Any]:
    return iter(())
