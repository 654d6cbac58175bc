"""Say what is documented, inferred and unknown about a vendor, and what this project has chosen: the notes of its spec."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.generate.text.markdown import code, inline
from scripts.spec.document import METHODS, Json, Pointer

_KEY = "x-client-note"
_SECTIONS = {
    "documented": ("Documented on another page", "The vendor says it, but not in the document that the spec was written from."),
    "inferred": ("Inferred", "It follows from what is documented."),
    "unknown": ("Unknown", "Only the vendor knows it."),
    "departure": ("Different on purpose", "The spec departs from the document."),
    "client": ("Chosen by this project", "A number, a name or a choice that is not the vendor's."),
}


def known(spec: Json) -> Iterator[str]:
    """Yield the Markdown of the section about all notes of a spec; nothing where it has none."""
    places: dict[str, dict[str, list[str]]] = {basis: {} for basis in _SECTIONS}
    for pointer, note in _notes(spec, ()):
        found = places[note["basis"]].setdefault(note["text"], [])
        if (place := _place(spec, pointer)) not in found:
            found.append(place)
    if not any(places.values()):
        return
    yield "## What is known, and how {#known}"
    yield "All else on this page is in the vendor's document. This is not, and beside it is the part of the spec that it is about."
    for basis, (title, meaning) in _SECTIONS.items():
        if places[basis]:
            yield f"### {title}"
            yield meaning
            yield "\n".join(f"- {inline(text)} ({', '.join(where)})" for text, where in places[basis].items())


def _notes(value: Json, pointer: Pointer) -> Iterator[tuple[Pointer, dict[str, str]]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == _KEY:
                yield from ((pointer, note) for note in inner)
            else:
                yield from _notes(inner, (*pointer, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _notes(inner, (*pointer, index))


def _place(spec: Json, pointer: Pointer) -> str:
    """Return the words for a place in a spec: the operation or the component, and which part of it."""
    if pointer[:1] == ("paths",) and len(pointer) > 2 and pointer[2] in METHODS:
        name, rest = spec["paths"][pointer[1]][pointer[2]]["operationId"], pointer[3:]
    elif pointer[:1] == ("components",):
        name, rest = pointer[2], pointer[3:]
    else:
        name, rest = {"info": "the spec", "servers": "the servers"}.get(str(pointer[0]) if pointer else "", "the spec"), ()
        return str(name)
    named = [str(each) for each in rest if each not in {"properties", "items", "responses", "headers", "parameters"}]
    return code(".".join([str(name), *named]))
