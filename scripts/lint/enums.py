"""Whether a client may rely on the values of an enum: every enum that a response can contain has to say so.

An enum without a name is a finding of `naming` alone, which says all that is to be done.
"""

from __future__ import annotations

from scripts.lint.naming import is_named
from scripts.spec.document import Document
from scripts.spec.finding import Finding
from scripts.spec.objects import walk

RULES = ("enum-openness", "enum-mark")

EXTENSION = "x-client-enum"


def check(document: Document) -> list[Finding]:
    """Find enums in responses that are marked neither open nor closed, and marks on what is not an enum."""
    findings = [
        document.finding(
            (*thing.pointer, EXTENSION), "enum-mark", "this schema has no enum; move the mark to the enum or remove it"
        )
        for thing in walk(document)
        if thing.kind == "schema" and EXTENSION in thing.value and "enum" not in thing.value
    ]
    unmarked = {
        id(thing.value): thing.pointer  # a schema that an alias of YAML repeats is one enum
        for pointer, operation in document.operations()
        if "responses" in operation
        for thing in walk(document, (*pointer, "responses"), "responses", follow=True)
        if thing.kind == "schema" and "enum" in thing.value and EXTENSION not in thing.value and is_named(thing)
    }
    advice = f"a response can contain this enum; add '{EXTENSION}: open', or 'closed' if an unlisted value is an error"
    return findings + [document.finding(pointer, "enum-openness", advice) for pointer in unmarked.values()]
