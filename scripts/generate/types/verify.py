"""Prove that msgspec can read every generated type; some it refuses only when a decoder is built, which users would see first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from types import ModuleType
from typing import Any, get_type_hints

import msgspec

from scripts.generate.types.annotations import annotation
from scripts.generate.types.directions import Directions
from scripts.generate.types.loading import Package
from scripts.spec.document import Pointer
from scripts.spec.finding import SpecError


def prove_types(directions: Directions, package: Package) -> None:
    """Build a decoder for each type of the modules `models` and `_strict`, and for each response.

    Raises:
        SpecError: a type cannot be read.
    """
    document = directions.api.document
    findings = []
    for label, pointer, kind in [*_named_types(directions, package), *_results(directions, package)]:
        problem = _problem(kind, package.decoding)
        if problem is not None:
            advice = textwrap.shorten(f"msgspec cannot read the type of {label}: {problem}; describe it in another way", 400)
            findings.append(document.finding(pointer, "unreadable-type", advice))
    if findings:
        raise SpecError(findings)


def _named_types(directions: Directions, package: Package) -> Iterable[tuple[str, Pointer, Any]]:
    for module in (package.models, package.load("_strict")):
        for name, pointer in directions.pointers.items():
            kind = vars(module).get(name, Any)
            # Other aliases are only used inside of others, which are read as a whole.
            if isinstance(kind, type) or name in directions.api.schemas:
                yield name, pointer, kind


def _results(directions: Directions, package: Package) -> Iterable[tuple[str, Pointer, Any]]:
    for operation in directions.api.operations:
        contents = [content for response in operation.responses for content in response.contents]
        for text in dict.fromkeys(annotation(content.schema) for content in contents if content.schema is not None):
            yield text, operation.pointer, package.named(text)


def _problem(kind: Any, decoding: ModuleType) -> str | None:
    try:
        for each in (kind, *_parts(kind, decoding)):
            msgspec.json.Decoder(each, dec_hook=decoding.dec_hook)
    except (TypeError, NameError) as error:
        return str(error)
    return None


def _parts(kind: Any, decoding: ModuleType) -> Iterable[Any]:
    if not isinstance(kind, type) or not issubclass(kind, decoding.Custom):
        return []
    if issubclass(kind, decoding.AnyOf):
        return list(decoding.members(kind))
    hints = get_type_hints(kind, include_extras=True)
    return [hints[name] for name in ("value", "named", "others") if name in hints]
