"""The tasks of an API that has no code here, from its spec: each operation that takes items is one."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from unittest.mock import patch

import httpx2
from msgspec import structs

from catalog_clients._engine.items.requests import key_place
from catalog_clients._engine.tables.operations import from_environment_of, operation_of
from scripts.apis import client
from scripts.chaos.ledger import Key
from scripts.chaos.task import BARE, Task, entry_of, entry_of_match
from scripts.chaos.vendor import products
from scripts.mock.generic.contents import Contents
from scripts.mock.generic.described import Described, Operation, of_roster
from scripts.mock.generic.errors import documents_header
from scripts.mock.generic.identifiers import Identifiers
from scripts.mock.generic.items import identifier_schema, item_schema
from scripts.mock.generic.rejections import REJECTED, UNKNOWN, can_reject, divides, failing, statuses
from scripts.mock.generic.requests import below
from scripts.mock.generic.responses import place
from scripts.mock.generic.values import Values, schema_of, text_of
from scripts.runtime.behaviour import Retry
from scripts.spec.document import Json

_BEYOND = 900_000_000  # how many more there could be, as far as their identifiers allow
_UNKNOWN_IN = 100  # one item in so many is one of those that no vendor holds
_REJECTED = 0.02
_REJECTED_TOGETHER = 2  # items of a request that is divided until they are found
_STORES = 3
_SECONDS = 2  # a vendor says in whole seconds how long to wait
_MOMENT = 0.05


@dataclass(frozen=True, kw_only=True)
class BulkTask(Task):
    """An operation of any generated client for many items, by `Bulk`."""

    def begin(self, facade: Any, **options: Any) -> Any:
        """Return the stream of results."""
        method = facade.run if self.has_ledger else facade.lookup
        return method(self.operation, self.items, arguments=self.options, **options)


@cache
def tasks(api: str, number: int) -> tuple[BulkTask, ...]:
    """Return a task for each operation of an API that takes items, with a number of items each."""
    described = of_roster(api)
    values = Values(described.schemas)
    making = _Making(described, values, number)
    return tuple(making.task(each) for each in described.operations.values() if each.taken is not None)


def rejected_share(api: str) -> float:
    """Return which share of the items a mock is to reject: few of those whose requests have to be divided for that."""
    operations = of_roster(api).operations.values()
    sizes = [each.table.chunking.size for each in operations if each.table.chunking is not None and divides(each)]
    return min(_REJECTED, _REJECTED_TOGETHER / max(sizes, default=1))


def max_wait(api: str) -> float:
    """Return the longest wait between two attempts, in real seconds.

    It is short where responses have no header that says how long to wait. Waits are not scaled, and each of them holds up all
    requests of a vendor that allows one at a time.
    """
    operations = of_roster(api).operations.values()
    tables = [each.table.retry for each in operations if each.table.retry is not None]
    is_said = any(isinstance(row.wait, str) for table in tables for row in table.responses)
    described = (response for each in operations for response in each.spec.responses.values())
    return _SECONDS if is_said or any(documents_header(each, "retry-after") for each in described) else _MOMENT


def authentication(api: str, given: Mapping[str, str]) -> httpx2.Auth | None:
    """Return the credentials of an API from those that its mock reports; None if it needs none."""
    make: Callable[[], httpx2.Auth] | None = from_environment_of(client(api))
    with patch.dict(os.environ, given):
        return make() if make else None


class _Making:
    def __init__(self, described: Described, values: Values, number: int) -> None:
        self._described, self._values, self._number = described, values, number
        self._contents = Contents(described, values, seed=0, size=_BEYOND + number)

    def task(self, operation: Operation) -> BulkTask:
        """Return the task of an operation."""
        is_lookup = operation.table.matching is not None
        only_reads = is_lookup or operation.is_reading
        polling = operation.table.polling
        is_said = polling is None or polling.confirms  # by something that a client reads
        retry = operation.table.retry
        last = final(retry, removes=operation.method == "DELETE") if is_said else ""
        found = [*self._items(operation)]
        keys = dict(zip(map(repr, (item for item, _ in found)), (key for _, key in found), strict=True))
        return BulkTask(
            operation=operation.id,
            items=[item for item, _ in found],
            held=_exists if only_reads else _was_changed_by(operation.id),
            options=self._arguments(operation),
            key=lambda item: keys[repr(item)],
            has_ledger=not is_lookup,
            refused=_is_missing if only_reads else _was_rejected_by(operation.id),
            repeated=_was_repeated_by(operation.id) if retry is not None and not _is_repeatable(retry) else None,
            entry=partial(entry_of_match, final=last) if is_lookup else partial(entry_of, refusal=_refusal(operation), final=last),
        )

    def _items(self, operation: Operation) -> Iterator[tuple[Any, Key]]:
        """Yield items and their keys; where an item is its key alone, and may be rejected, one in a hundred is unknown."""
        chunking = operation.table.chunking
        assert chunking is not None  # noqa: S101 - it takes items
        schema = item_schema(self._described, operation)
        first, *others = chunking.key
        identifiers = self._identifiers(identifier_schema(self._described, operation) or {})
        store = self._described.schemas.reached(schema, others[0]) if others else {}
        stores = [self._values.make(store, each) for each in range(_STORES)] if others else []
        beyond = identifiers.size - self._number
        is_checked = not operation.is_reading or (operation.taken is not None and operation.taken.part == "path")
        is_said = operation.table.matching is not None or (is_checked and can_reject(operation, UNKNOWN))
        has_unknown = is_said and not first and beyond >= products(self._number)
        for number in range(1, self._number + 1):
            is_unknown = has_unknown and number % _UNKNOWN_IN == _UNKNOWN_IN // 2
            text = identifiers.identifier(beyond + number if is_unknown else number)
            if not first:
                yield identifiers.value(text), Key(text)
                continue
            item = place(self._values.make(schema, number), first, identifiers.value(text))
            if stores:
                place(item, others[0], stores[number % len(stores)])
            yield item, Key(text, text_of(stores[number % len(stores)]) if stores else "")

    def _identifiers(self, schema: Json) -> Identifiers:
        found = self._contents.identifiers(schema)
        if found.size < self._number:
            raise ValueError(f"{self._described.name}: its spec allows {found.size} identifiers of items; choose fewer --skus")
        return found

    def _arguments(self, operation: Operation) -> dict[str, Any]:
        """Return what else a request needs, by the arguments of the generated client."""
        taken, given = operation.taken, dict[str, Any]()
        generated, key = operation_of(client(self._described.name), operation.id), key_place(operation.table)
        places = [(each.part, each.path[0]) for each in (taken, key) if each is not None and each.path]
        places += [("path", name) for name in (operation.table.chunking.parameters if operation.table.chunking is not None else ())]
        for parameter in generated.parameters:
            if parameter.required and (parameter.location, parameter.name) not in places:
                described = operation.spec.parameter(parameter.name, parameter.location) or {}
                given[parameter.argument] = self._values.of(described)
                if parameter.location == "path":
                    text = min(self._contents.places(operation, parameter.name))
                    given[parameter.argument] = self._described.schemas.read(schema_of(described), text)
        body = schema_of(operation.spec.value.get("requestBody", {}))
        if taken is not None and taken.part == "body" and taken.path:
            others = self._values.make(body)
            holder = below(others, taken.path[:-1])
            if isinstance(holder, dict):
                del holder[taken.path[-1]]
            fields = {each.encode_name: each.name for each in structs.fields(generated.model)} if generated.model else {}
            own = key.path[0] if key is not None and key.part == "body" else None
            given |= {fields[name]: value for name, value in others.items() if name != own}
        return given


def _was_changed_by(operation: str) -> Any:
    def held(key: Key, state: dict[str, Any]) -> bool:
        return any(each["operations"].get(operation) and _is_of(key, each["key"]) for each in state["changes"])

    return held


def _was_rejected_by(operation: str) -> Any:
    def refused(key: Key, state: dict[str, Any]) -> bool:
        rejected = [each["key"] for each in state["rejections"] if each["operation"] == operation]
        return not state["exists"] or any(_is_of(key, each) for each in rejected)

    return refused


def _was_repeated_by(operation: str) -> Any:
    def repeated(key: Key, state: dict[str, Any]) -> bool:
        return any(each["operations"].get(operation, 0) > 1 and _is_of(key, each["key"]) for each in state["changes"])

    return repeated


def _is_of(key: Key, shown: str | list[str]) -> bool:
    """Return whether a key is of an item, as the admin endpoint shows it: the text of its only part, or a list of its parts."""
    sku, *stores = shown if isinstance(shown, list) else [shown]
    return sku == key.sku and key.store in ("", *stores)


def _refusal(operation: Operation) -> str:
    """Return a pattern of the reasons of rejections that are not certain once a response was lost."""
    chunking = operation.table.chunking
    found = {each for problem in (UNKNOWN, REJECTED) for each in statuses(operation, problem)}
    found |= {each.status for each in chunking.refusals} if chunking is not None else set()
    words = [rf"\b{status}: " for status in sorted(found)]
    if (condition := failing(operation)) is not None:
        words.append(rf"^the response has .* as {re.escape('.'.join(condition.value.path))}, and not ")
    return "|".join([r"^listed as a failure", *words])


def final(retry: Retry | None, *, removes: bool = False) -> str:
    """Return a pattern of the reasons for which an item stays unknown, as its request may not be sent again.

    Without a table, that is any reason. Where a retry may have another effect, and no key prevents that, it is any but a
    status that the table says to be retryable. Elsewhere, it is a refusal without the body that the document describes. Where
    requests remove items, it is any refusal, as what is removed is refused later.
    """
    if retry is None:
        return ""
    if _is_repeatable(retry):
        return rf"{BARE}|^(?!.*(\b(?!404|410)\d{{3}}: |Error: ))" if removes else BARE
    retryable = "|".join(str(each.status) for each in retry.responses)
    return rf"^(?!.*\b({retryable}): )"


def _is_repeatable(retry: Retry) -> bool:
    """Return whether a request may be sent again whose response was lost."""
    return retry.idempotent or retry.idempotency_key is not None


def _is_missing(_: Key, state: dict[str, Any]) -> bool:
    return not state["exists"]


def _exists(_: Key, state: dict[str, Any]) -> bool:
    return bool(state["exists"])
