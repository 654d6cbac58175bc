"""Which items a vendor rejects, and how it says so: in a list, in a report, or by refusing a request."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from scripts.mock.engine.call import Refused
from scripts.mock.engine.catalog import draw
from scripts.mock.generic.described import Described, Operation
from scripts.mock.generic.errors import NOT_FOUND, Errors
from scripts.mock.generic.responses import ABSENT, Change, Path, Responses
from scripts.mock.generic.store import Key
from scripts.mock.generic.values import Values, named
from scripts.runtime.behaviour import Chunking, Condition, Ignored
from scripts.runtime.behaviour import Rejections as Listing
from scripts.spec.document import Json
from scripts.spec.statuses import INVALID

_INDEX: Final = re.compile(r"(?:^|(?<=[/.\[]))[0-9]+")
UNKNOWN: Final = "unknown"
REJECTED: Final = "rejected"


def statuses(operation: Operation, problem: str) -> list[int]:
    """Return the documented statuses that reject the one item of a request for a problem, the best one first."""
    table, retry = operation.table.confirmation, operation.table.retry
    rejecting = table.rejects if table is not None else ()
    rows = retry.responses if retry is not None else ()
    retryable = {each.status for each in rows if each.text is None and each.value is None}
    wanted = NOT_FOUND if problem == UNKNOWN else dict.fromkeys((*rejecting, 409, *INVALID))
    return [
        each
        for each in wanted
        if operation.spec.response(each) is not None and each not in retryable and (not rejecting or each in rejecting)
    ]


def divides(operation: Operation) -> bool:
    """Return whether an operation refuses a whole request for one of its items, which is found when they are divided."""
    table, chunking = operation.table, operation.table.chunking
    if chunking is None or chunking.rejections is not None or table.polling is not None or not chunking.refusals:
        return False
    return chunking.refusals[0].by in ((), chunking.key[0])


def _other(text: str, ignored: Sequence[Ignored]) -> str:
    """Return another spelling of a text in lower or upper case, where that does not count."""
    return text if "letter-case" not in ignored else text.lower() if text.lower() != text else text.upper()


def _is_map(listing: Listing) -> bool:
    """Return whether a list is a map of its elements by the keys of the items."""
    return listing.key is None and listing.index is None


def failing(operation: Operation) -> Condition | None:
    """Return the condition by which a success response rejects the one item of its request, if the document has one."""
    table, chunking = operation.table.confirmation, operation.table.chunking
    conditions = table.conditions if table is not None and chunking is not None and chunking.item is not None else ()
    return next((each for each in conditions if each.failures), None)


def can_reject(operation: Operation, problem: str) -> bool:
    """Return whether the document has a way of rejecting one item for a problem."""
    chunking, polling = operation.table.chunking, operation.table.polling
    if chunking is None:
        return False
    if polling is not None:
        return polling.results is not None or (polling.report is not None and bool(polling.report.failures))
    if chunking.item is not None:
        return failing(operation) is not None or bool(statuses(operation, problem))
    return chunking.rejections is not None or divides(operation)


class Rejections:
    """Rejects items of an API.

    Args:
        described: the API.
        values, errors, responses: make what it sends.
        option: gives an option by its name.
        seed: from which it follows which items are rejected.
    """

    def __init__(
        self,
        described: Described,
        *,
        values: Values,
        errors: Errors,
        responses: Responses,
        option: Callable[[str], Any],
        seed: int,
    ) -> None:
        self._described, self._values, self._errors, self._responses = described, values, errors, responses
        self._option, self._seed = option, seed

    def problem(self, operation: Operation, key: Key, *, is_known: bool) -> str:
        """Return why an item is rejected, or an empty text; none is where the document has no way of saying so."""
        if draw(REJECTED, self._seed, operation.id, *key) < self._option("rejected") and can_reject(operation, REJECTED):
            return REJECTED
        return UNKNOWN if not is_known and can_reject(operation, UNKNOWN) else ""

    def refuse(self, operation: Operation, problems: Mapping[Key, str]) -> None:
        """Refuse a request for its one item, or for one of several where their list has no place for rejections.

        Raises:
            Refused: with the documented error.
        """
        chunking, done = operation.table.chunking, operation.table.retry and operation.table.retry.done
        if chunking is not None and chunking.rejections is not None:
            return
        is_one = chunking is None or chunking.item is not None
        for problem in filter(None, problems.values()):
            if problem == done and is_one:
                status = self._errors.with_text(operation, done) or self._errors.status(operation, (409, *INVALID))
                raise Refused(self._errors.response(operation, status, done, containing=done))
            if problem != done and failing(operation) is not None:
                continue  # the success says so
            if problem != done and is_one:
                status = statuses(operation, problem)[0]
                raise Refused(self._errors.response(operation, status, f"The item is {problem}."))
            if problem != done and chunking is not None:
                refusal = chunking.refusals[0]
                text = f"{refusal.text or 'The request'}: an item is {problem}."
                raise Refused(self._errors.response(operation, refusal.status, text, containing=refusal.text or ""))

    def said(self, operation: Operation, problems: Mapping[Key, str]) -> list[Change]:
        """Return what a success response has by which the one item of its request is rejected; nothing if it is not."""
        condition = failing(operation)
        return (
            [Change(path=condition.value.path, values=condition.failures)]
            if condition is not None and any(problems.values())
            else []
        )

    def listed(
        self,
        operation: Operation,
        listing: Listing | None,
        chunking: Chunking | None,
        keys: Sequence[Key],
        problems: Mapping[Key, str],
    ) -> list[Change]:
        """Return the list of the rejected items, or of all with their status, as a change of a response, if that has a list.

        Args:
            operation: has the response.
            listing: says where the response has the list; None if it has none.
            chunking: says where the request had the items.
            keys: what identifies the items, in the order in which they were sent.
            problems: why each item is rejected; an empty text if it is not.
        """
        if listing is None:
            return []
        element = self._responses.at(operation, (*listing.items.path, "0"))
        if listing.index is None:
            rows = [(key, problem) for key, problem in problems.items()]
        else:
            schema = self._described.schemas.reached(element, listing.index)
            array = chunking.array.path if chunking is not None and chunking.array is not None else ()
            rows = [((self._index(schema, array, index),), problems[key]) for index, key in enumerate(keys, listing.first)]
        ignored = chunking.ignore if chunking is not None and listing.index is None else ()
        spelt = [([_other(part, ignored) for part in key], problem) for key, problem in rows]
        made = [(name[0], self._row(element, listing, name, each)) for name, each in spelt if each or listing.status is not None]
        found: Any = dict(made) if _is_map(listing) else [row for _, row in made]
        return [Change(path=listing.items.path, values=(found,) if found else (found, ABSENT, None))]

    def counted(self, listing: Listing | None, problems: Mapping[Key, str]) -> list[Change]:
        """Return the number of the rejected items as a change of a response, if that has it."""
        if listing is None or listing.refused is None:
            return []
        return [Change(path=listing.refused.path, values=(sum(map(bool, problems.values())),))]

    def _index(self, schema: Json, array: Path, index: int) -> str:
        """Return the index of an item in an array, or a path with it where that is what the schema or its example has."""
        schemas = self._described.schemas
        if not {"integer", "number"}.isdisjoint(schemas.kinds(schema)):
            return str(index)
        dotted = f"{'.'.join(array)}[{index}]"
        given = [_INDEX.sub(str(index), each, count=1) for each in named(schemas.follow(schema), 0) if isinstance(each, str)]
        return next(
            (each for each in (*given, f"/{'/'.join((*array, str(index)))}", dotted) if schemas.valid(schema, each)), str(index)
        )

    def _row(self, element: Json, listing: Listing, name: Sequence[str], problem: str) -> Any:
        """Return an element of the list, about an item with a problem or without one, which is named by its key or its index."""
        schemas, path = self._described.schemas, listing.index if listing.index is not None else listing.key or ()
        put, made = self._responses.put, self._values.make(element)
        if not _is_map(listing):
            made = put(element, made, path, schemas.read(schemas.reached(element, path), name[0]))
            if not path:
                return made
        if listing.store is not None:
            made = put(element, made, listing.store, schemas.read(schemas.reached(element, listing.store), name[1]))
        if listing.status is not None:
            made = put(element, made, listing.status, (listing.failures if problem else listing.success)[0])
        if listing.reason is not None and problem:
            made = put(element, made, listing.reason, self._reason(schemas.reached(element, listing.reason), problem))
        elif listing.reason:
            without = put(element, deepcopy(made), listing.reason, ABSENT)
            made = without if schemas.valid(element, without) else made
        return made

    def _reason(self, schema: Json, problem: str) -> Any:
        words = self._described.schemas.follow(schema).get("enum")
        if not words:
            return problem if self._described.schemas.valid(schema, problem) else self._values.make(schema)
        is_fitting = [word for word in words if (UNKNOWN in str(word).lower()) == (problem == UNKNOWN)]
        return (is_fitting or words)[0]
