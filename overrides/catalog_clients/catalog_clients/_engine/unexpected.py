"""Find what a success response has and its spec does not: an error, or a field that names an item of the request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from catalog_clients.errors import shortened

from .chunking import PendingItem
from .effects import CallResult, attributes, find, texts_in
from .joint import Said
from .tables import Behaviour

_ERRORS = {"error": (dict, list, str, int), "errors": (dict, list, int)}  # names of most vendors for errors
_SUCCESSES = ("success", "ok", "succeeded", "successful")  # fields that are false after an error
_FAILURES = re.compile("fail(ed|ures?)|reject(ed|ions?)|refused|skipped|partial", re.IGNORECASE)  # in names that count failures
_NOT_DONE = re.compile("not(?=[A-Z_])")  # prefixes of fields that list failures, such as notArchived
_STATES = ("status", "state")  # fields that have one of these words after an error
_BAD_STATE = re.compile("error|failed|failure|partial", re.IGNORECASE)
_MARKS = re.compile(rb'"error|"succe|"ok"|"not|fail|reject|refused|skipped|partial', re.IGNORECASE)
_WITH_PARTS = (dict, list)  # values of JSON that have others in them
_WORD = re.compile(r"[\w-]+(?:\.[\w-]+)*")


def error_beside(table: Behaviour, items: Sequence[PendingItem], result: CallResult[object]) -> str:
    """Return the name of an error in a success response that its spec does not have; empty if there is none.

    It may be in the body, or in an object of the body that has a value of a condition or the list of refused items. A field that
    lists failures is not an error of the whole request if it names items.
    """
    if result.response is None or not _MARKS.search(result.response.content):
        return ""
    body = result.json()
    places = [each.value for each in table.confirmation.conditions] if table.confirmation else []
    if table.chunking and table.chunking.rejections:
        places.append(table.chunking.rejections.items)
    paths = {each.path[:end] for each in places for end in range(len(each.path))} | {()}
    found = {name for path in paths for name in _errors(find(body, path), find(result.value, path))}
    found |= {name for name in _ERRORS if f"$.{name}" in result.doubled}
    if found - _ERRORS.keys():
        found -= {path.rpartition(".")[2] for path in named_elsewhere(result, items).values()} - _ERRORS.keys()
    return min(found, default="")


def _errors(value: object, known: object) -> Iterator[str]:
    """Yield the names in an object that mean an error and that its model does not have."""
    documented = attributes(type(known)) if isinstance(known, msgspec.Struct) else {}
    for name, each in value.items() if isinstance(value, Mapping) else ():
        is_error = isinstance(each, _kinds_of_errors(name)) and bool(each)
        is_bad = name in _STATES and isinstance(each, str) and _BAD_STATE.fullmatch(each.strip())
        if name not in documented and (is_error or is_bad or (name in _SUCCESSES and each is False)):
            yield name


def _kinds_of_errors(name: str) -> tuple[type, ...]:
    """Return the types of values that mean an error under a name, unless they are empty, zero or false."""
    if name in _ERRORS:
        return _ERRORS[name]
    if _FAILURES.search(name):
        return (dict, list, int)
    return (dict, list) if _NOT_DONE.match(name) else ()


def named_elsewhere(result: CallResult[object], items: Sequence[PendingItem]) -> Mapping[str, str]:
    """Return the SKUs of items that a response names in a field unknown to its spec, with the field's path. They may have failed.

    An item is named by a text that is its SKU, in any letter case, or contains it as a word; or by a number in a list.
    """
    texts = [(text.casefold(), path) for text, path in _unknown_texts(result.json(), result.value, "$")]
    if not texts:
        return {}
    paths = {word: path for text, path in texts for word in (text, *_WORD.findall(text))}
    return {each.sku: path for each in items if (path := _path_of(each.sku.strip().casefold(), paths))}


def unexplained(path: str) -> Said:
    """Return status and reason of an item that a response names at a path unknown to its spec."""
    return "unknown", shortened(f"the response names it in {path}, which the spec does not have")


def _path_of(sku: str, paths: Mapping[str, str]) -> str:
    """Return the path of a text that is a SKU or, if the SKU has several words, contains it; empty if there is none."""
    if sku in paths or _WORD.fullmatch(sku):
        return paths.get(sku, "")
    return next((path for text, path in paths.items() if sku in text), "")


def _unknown_texts(value: object, known: object, path: str) -> Iterator[tuple[str, str]]:
    """Yield the texts below names that a model does not have, with the paths of these names."""
    if isinstance(value, dict) and isinstance(known, msgspec.Struct):
        documented = attributes(type(known))
        for name, each in value.items():
            if name not in documented:
                yield from ((text, f"{path}.{name}") for text in texts_in(each))
            elif isinstance(each, _WITH_PARTS):
                yield from _unknown_texts(each, getattr(known, documented[name]), f"{path}.{name}")
    elif isinstance(value, list) and isinstance(known, list) and len(value) == len(known):
        for index, (each, model) in enumerate(zip(value, known, strict=True)):
            yield from _unknown_texts(each, model, f"{path}[{index}]")
