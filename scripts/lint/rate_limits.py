"""Whether what `x-client-rate-limit` says exists in the spec, and contradicts neither itself nor another operation."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.lint.behaviour import Problem, Value, arrays, schemas
from scripts.spec.document import Pointer
from scripts.spec.expressions import Operation, operations

_KEY = "x-client-rate-limit"
_COUNTED = ("scope", "cost", "period")
_NUMBERS = ("rate", "period", "burst", "concurrency")


def rate_limit(operation: Operation, value: Value) -> Iterator[Problem]:
    """Costs are arrays, headers are documented and have an effect, and limits neither repeat nor contradict each other."""
    headers = dict[str, int]()
    for place, (pointer, limit) in enumerate(_limits(value)):
        for field, advice in _limit(operation, limit):
            yield (*pointer, *field), advice
        for name, header in limit.get("corrections", {}).items():
            if place != (first := headers.setdefault(header.lower(), place)):
                advice = f"{header!r} corrects {_named(first)}, too; name a header of this limit alone, or remove the correction"
                yield (*pointer, "corrections", name), advice
        yield from _repeated(value, place)
        yield from _shared(operation, limit, place)


def _limits(value: Value) -> list[tuple[Pointer, Value]]:
    """Return the limits, and where they are below the extension."""
    return [((), value), *((("also", index), each) for index, each in enumerate(value.get("also", ())))]


def _limit(operation: Operation, value: Value) -> Iterator[Problem]:
    """A cost that is an expression is an array; the headers that correct the limit are documented, and have an effect."""
    if isinstance(value["cost"], str):
        yield from arrays(operation, ("cost",), value["cost"])
    corrections = value.get("corrections", {})
    if "until" in corrections and "remaining" not in corrections:
        yield ("corrections", "until"), "it has no effect without remaining; name the header with what is left, too, or remove this"
    if "untilFormat" in value and "until" not in corrections:
        yield ("untilFormat",), "it has no effect without until; name that header in corrections, or remove this"
    for name, header in corrections.items():
        advice = "document it on a response of the operation, or remove the correction"
        yield from schemas(operation, ("corrections", name), header, advice)


def _repeated(value: Value, place: int) -> Iterator[Problem]:
    """No two limits count the same in the same period, as only the lower one would matter."""
    pointer, limit = _limits(value)[place]
    for first, (_, other) in enumerate(_limits(value)[:place]):
        if all(_comparable(limit[name]) == _comparable(other[name]) for name in _COUNTED):
            yield pointer, f"{_named(first)} has the same scope, cost and period, so that only the lower of them counts; remove one"


def _shared(operation: Operation, limit: Value, place: int) -> Iterator[Problem]:
    """What operations have in common by its scope has the same numbers in all of them; only what a request costs is their own."""
    if "operation" in limit["scope"]:
        return
    for other in operations(operation.document):
        found = _limits(other.value[_KEY])[place : place + 1] if _KEY in other.value else []
        for _, theirs in found:
            differing = [name for name in _NUMBERS if theirs.get(name) != limit.get(name)]
            if "operation" not in theirs["scope"] and differing and _is_before(other, operation):
                pointer, _ = _limits(operation.value[_KEY])[place]
                its = f"{_named(place)} of {other.value.get('operationId')}"
                advice = "give both the same numbers, write one of them at another place, or add operation to the scope"
                yield (*pointer, "scope"), f"by its scope it is one limit with {its}, which has another {differing[0]}; {advice}"
                return


def _is_before(first: Operation, second: Operation) -> bool:
    return first.pointer != second.pointer and [*map(str, first.pointer)] < [*map(str, second.pointer)]


def _comparable(value: Value) -> Value:
    return sorted(value) if isinstance(value, list) else value


def _named(place: int) -> str:
    return f"also/{place - 1}" if place else "the first limit"
