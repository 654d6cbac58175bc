"""Look up any number of identifiers, and match the items of the responses to them, as the tables of the operation say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import Generic, Literal, TypeVar

import msgspec

from catalog_clients._engine.chunks.chunking import Chunk
from catalog_clients._engine.flows.effects import Call, CallResult, Flow, find
from catalog_clients._engine.items.requests import Requests, keys_of
from catalog_clients._engine.items.spelling import loose_form, normal_form
from catalog_clients._engine.ledger.records import ChunkResult, Outcome, PendingItem
from catalog_clients._engine.outcomes.sending import BulkOperation, failed
from catalog_clients._engine.pages.paging import PageReader, first_page, largest_page, matching_of
from catalog_clients._engine.run.state import RunState
from catalog_clients._engine.tables.behaviour import Behaviour
from catalog_clients._engine.tables.operations import GeneratedOperation
from catalog_clients.errors import InvalidArgument, PagingError

ItemT_co = TypeVar("ItemT_co", covariant=True)
_MOST_PAGES = 100  # of the items of one request


class Match(msgspec.Struct, Generic[ItemT_co], frozen=True, kw_only=True):
    """The items of an identifier.

    Attributes:
        identifier: the identifier, as it was sent.
        status: `found`, `missing` (the vendor has no item for it), `rejected` (by the vendor or the spec) or `unknown`.
        items: all items with this identifier; several items can share one.
        reason: why it was not found; empty if it was.
        raw: with `lookup(raw=True)`, the items as the vendor has sent them, including fields that the spec does not have.
    """

    identifier: str
    status: Literal["found", "missing", "rejected", "unknown"]
    items: tuple[ItemT_co, ...] = ()
    reason: str = ""
    raw: tuple[Mapping[str, object], ...] = ()


MatchT = TypeVar("MatchT", bound=Match[object])


def arguments_of(operation: GeneratedOperation[object], table: Behaviour, given: Mapping[str, object]) -> dict[str, object]:
    """Return the arguments of a lookup: those that are given, and what each request needs so that items can be matched.

    Pages are as large as the spec allows, unless their size is given.

    Raises:
        InvalidArgument: the kind of the identifiers is not given.
    """
    matching, found = matching_of(operation.name, table), dict(given)
    names = {each.name: each.argument for each in operation.parameters}
    if matching.kind and found.get(names[matching.kind.path[0]]) is None:
        raise InvalidArgument(f"{operation.name} needs the argument {names[matching.kind.path[0]]}, the kind of the identifiers")
    found |= first_page(operation, table, found) | largest_page(operation, table, found)
    for name, value in matching.parameters.items():
        is_list = isinstance(value, tuple)
        found[names[name]] = [*dict.fromkeys([*_listed(found.get(names[name])), *_listed(value)])] if is_list else value
    return found


class Lookup(Generic[MatchT]):
    """Finds the items of one batch of identifiers after the other, whatever their type is.

    Args:
        operation: the operation.
        table: what the spec says of its use.
        requests: builds its requests.
        kind: class of what is found.
        raw: whether `Match.raw` has the items as the vendor has sent them.
    """

    def __init__(
        self,
        operation: GeneratedOperation[object],
        table: Behaviour,
        requests: Requests,
        kind: type[MatchT],
        *,
        raw: bool = False,
    ) -> None:
        self._operation, self._table, self._requests, self._made, self._keeps_raw = operation, table, requests, kind, raw
        self._matching, self._keys = matching_of(operation.name, table), keys_of(table.chunking, requests.shape)
        given, names = requests.arguments.parameters, {each.name: each.argument for each in operation.parameters}
        asked = given.get(names[self._matching.kind.path[0]]) if self._matching.kind else None
        self._kind = None if asked is None else str(asked)
        spellings = self._matching.spellings
        self._ignored = self._matching.ignore if self._kind is None else spellings.get(self._kind, ())
        self._alone = table.chunking.alone if table.chunking else None
        self._size = table.chunking.size if table.chunking else 1

    def run(self, chunk: Chunk, state: RunState) -> Flow[ChunkResult[MatchT]]:
        """Find the items of a batch, unless the lookup was stopped."""
        found: dict[str, tuple[object, ...]] = {}
        raw: dict[object, Mapping[str, object]] = {}
        classify = partial(self._classify, found, raw)
        operation = BulkOperation(self._operation.name, self._table, self._requests, classify, keys=self._keys)
        result = yield from operation.run(chunk, state)
        matches = [self._match(each, found, raw) for each in sorted(result.results, key=attrgetter("item"))]
        refusals = sum(each.attempt > 0 and each.status == "rejected" for each in result.results)
        # Where each one of a whole batch is refused, something else is wrong.
        fatal = result.failure if refusals == self._size > 1 else result.fatal
        return ChunkResult(results=matches, fatal=fatal, failure=result.failure)

    def _match(
        self, outcome: Outcome, found: Mapping[str, tuple[object, ...]], raw: Mapping[object, Mapping[str, object]]
    ) -> MatchT:
        items = found.get(outcome.sku, ()) if outcome.attempt else ()
        keys = [find(each, self._matching.key) for each in items]
        return self._made(
            identifier=outcome.sku,
            status=outcome.status if outcome.status != "confirmed" else "found" if found[outcome.sku] else "missing",
            items=items,
            reason=outcome.reason,
            raw=tuple(raw[key] for key in keys if key in raw),
        )

    def _classify(
        self,
        found: dict[str, tuple[object, ...]],
        raw: dict[object, Mapping[str, object]],
        items: Sequence[PendingItem],
        result: CallResult[object],
    ) -> Flow[ChunkResult[Outcome] | None]:
        """Give each identifier its items, unless items are missing, or it is not certain to which identifier an item belongs."""
        whole = self._requests.whole(self._requests.of_keys([each.sku for each in items]))
        pages = PageReader(self._operation, self._table, whole)
        listed, sent, read = list[object](), dict[object, Mapping[str, object]](), 1
        try:
            pages.take(result)
            while True:
                listed += [item for item in pages.items if item not in listed]
                sent |= self._raw(pages)
                if not pages.more or self._is_known(pages, [each.sku for each in items], listed):
                    break
                if read == _MOST_PAGES:
                    return failed(items, None, "unknown", f"the pages do not end after {read}, with {len(listed)} items")
                read += 1
                result = yield Call(pages.request(), len(items))
                if result.error and not pages.is_beyond(result):
                    return None if result.refused and len(items) > 1 else failed(items, result.error, "unknown")
                pages.take(result)
        except PagingError as error:
            return failed(items, error, "unknown", str(error))
        owned, unclear = self._owned([each.sku for each in items], listed)
        if not unclear and pages.total is not None and len(listed) + pages.lost < pages.total:
            unclear = f"the pages end after {len(listed)} of {pages.total} items"
        if unclear and len(items) > 1:
            return None
        found |= owned
        raw |= sent
        known = [not unclear and bool(owned[each.sku] or not pages.breach) for each in items]
        return ChunkResult(
            results=[
                each.outcome("confirmed") if is_known else each.outcome("unknown", unclear or pages.breach)
                for each, is_known in zip(items, known, strict=True)
            ]
        )

    def _is_known(self, pages: PageReader, identifiers: list[str], listed: list[object]) -> bool:
        """Return whether no further page is needed.

        Either all items that the vendor has counted were read, with one for each identifier; or the vendor's maximum was read; or
        an item has none of the identifiers.
        """
        owned, unclear = self._owned(identifiers, listed)
        many, most = len(listed) + pages.lost, self._table.pagination.limit if self._table.pagination else None
        is_counted = pages.total is not None and many >= pages.total
        return bool(unclear) or (most is not None and many >= most) or (is_counted and all(owned.values()))

    def _raw(self, pages: PageReader) -> dict[object, Mapping[str, object]]:
        """Return the items of a page as the vendor has sent them, by their keys, if they are wanted."""
        listed = find(pages.raw, self._matching.items.path) if self._keeps_raw else None
        keyed = [(find(each, self._matching.key), each) for each in listed] if isinstance(listed, list) else []
        return {key: each for key, each in keyed if isinstance(key, str | int) and isinstance(each, dict)}

    def _owned(self, identifiers: list[str], listed: list[object]) -> tuple[dict[str, tuple[object, ...]], str]:
        """Return the items of each identifier, and why it is not certain to which an item belongs; empty if it is certain.

        An identifier that was sent alone has all items that do not name another identifier.
        """
        owned: dict[str, list[object]] = {each: [] for each in identifiers}
        forms = {each: normal_form(each, self._ignored) for each in identifiers}
        reason = ""
        for item in listed:
            held = {*self._identifiers(item)}
            held_forms = {normal_form(each, self._ignored) for each in held}
            owners = [each for each in identifiers if forms[each] in held_forms]
            if not (owners or held or len(identifiers) > 1 or (self._alone and self._alone in identifiers[0])):
                owners = identifiers
            alike = {loose_form(each) for each in held}
            if not owners or any(loose_form(each) in alike for each in identifiers if each not in owners):
                which = find(item, self._matching.key)
                reason = f"the vendor has found {which} for it, which has {', '.join(sorted(held)) or 'no such identifier'}"
            for each in owners:
                if item not in owned[each]:
                    owned[each].append(item)
        return {each: tuple(items) for each, items in owned.items()}, reason

    def _identifiers(self, item: object) -> Iterator[str]:
        """Yield the identifiers of an item that are of the kind which was requested."""
        where = self._matching.identifiers
        if where is None or (self._kind is not None and self._kind == self._matching.key_kind):
            key = find(item, self._matching.key)
            yield from () if key is None else (str(key),)
            return
        for each in _elements(item, where.items):
            value, kind = find(each, where.value), find(each, where.kind) if where.kind else None
            if value is not None and (where.kind is None or str(kind) == self._kind):
                yield str(value)


def _elements(item: object, path: Sequence[str]) -> Iterator[object]:
    """Yield the elements of the lists at a path in an item; the path may lead through lists."""
    if isinstance(item, list):
        for each in item:
            yield from _elements(each, path) if path else (each,)
    elif path and item is not None:
        yield from _elements(find(item, path[:1]), path[1:])


def _listed(value: object) -> list[object]:
    """Return the elements of an argument that is a list, which may be one value or absent."""
    if value is None:
        return []
    return list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [value]
