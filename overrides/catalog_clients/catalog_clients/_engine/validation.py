"""Find every breach of the spec in any number of items, and count the requests for the valid ones. Nothing is sent."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Annotated, get_args, get_origin

import msgspec

from catalog_clients._engine.ledger.records import PendingItem

from .chunks.chunking import Chunk
from .flows.effects import T, find
from .items.inputs import check_items
from .items.keys import EMPTY
from .items.shapes import NO_FIELD, NO_NUMBER, Shape, fields_of, named, plain, rule_of
from .ledger.records import Breach, Validation
from .limits import Bound, Limiter
from .outcomes.sending import BulkOperation
from .responses.json_paths import PATH, json_path, step
from .run.state import RunState

_PLACE = re.compile(r"(?P<rule>.*) - at `(?P<path>\$.*)`", re.DOTALL)
_NAMED = re.compile(rf"(?P<path>{PATH}): (?P<rule>.*)", re.DOTALL)


@dataclass
class _Window:
    """The requests of a run within the last window of a limit."""

    bound: Bound
    _sent: deque[tuple[float, int]] = field(default_factory=deque)
    _units: int = 0

    def allowed(self, items: int, now: float) -> float:
        """Return the earliest time from now on at which a request with some items could be sent."""
        while self._sent and self._units + self.bound.units_of(items) > self.bound.units:
            moment, freed = self._sent.popleft()
            now = max(now, moment + self.bound.window)
            self._units -= freed
        return now

    def send(self, items: int, now: float) -> None:
        """Record that a request is sent."""
        units = self.bound.units_of(items)
        self._sent.append((now, units))
        self._units += units


@dataclass
class Survey:
    """The breaches of a run's items, and the number of its requests.

    Args:
        operation: how the items would be sent.
        limiter: its rate limiter, if it has limits.
    """

    operation: BulkOperation
    limiter: Limiter | None
    _breaches: list[Breach] = field(default_factory=list)
    _items: int = 0
    _requests: int = 0
    _now: float = 0
    _windows: list[_Window] = field(init=False)

    def __post_init__(self) -> None:
        self._windows = [_Window(each) for each in self.limiter.bounds] if self.limiter else []

    def add(self, chunk: Chunk) -> None:
        """Check the items of a chunk."""
        self._items += len(chunk.items)
        parts = chunk.parts
        if parts is None:
            parts = self.operation.checked([each for each in chunk.items if not each.fault])
        for each in chunk.items:
            if each.fault:
                self._breaches += self._breaches_of(each, each.fault)
        for part in parts:
            self._send(len(part.items))

    def add_all(self, chunks: Iterable[Chunk]) -> None:
        """Check the items of some chunks."""
        for chunk in chunks:
            self.add(chunk)

    def take_breaches(self) -> list[Breach]:
        """Return and remove the breaches that were found since the last call."""
        taken, self._breaches = self._breaches, []
        return taken

    def result(self, state: RunState) -> Validation:
        """Return the result.

        Raises:
            Exception: the error of the input, if it has failed.
        """
        state.finish()
        return Validation(
            breaches=self._breaches,
            items=self._items,
            duplicates=state.duplicates,
            requests=self._requests,
            seconds=self._now,
        )

    def _breaches_of(self, pending: PendingItem, reason: str) -> Iterator[Breach]:
        """Yield all breaches of an item that is not sent."""
        found = dict(self.operation.breaches(pending.item)) if self.operation.breaches else {}
        if named := _NAMED.fullmatch(pending.fault):
            found.setdefault(named["path"], named["rule"])
        path = self.operation.table.chunking.key[0] if self.operation.table.chunking else ()
        sku = find(pending.item, path)
        if isinstance(sku, str) and not sku.strip():
            found.setdefault(json_path(path), EMPTY)
        if not found:
            found = {"$": self._rule(pending.item) or reason.removeprefix("not sent: ")}
        for place, rule in found.items():
            yield Breach(item=pending.position, sku=pending.sku, field=place, rule=rule)

    def _rule(self, item: object) -> str:
        """Return the rule that an item without fields breaks; empty if its request alone breaks none."""
        try:
            self.operation.build([item])
        except (ValueError, RecursionError) as error:
            return str(getattr(error, "rule", error))
        return ""

    def _send(self, items: int) -> None:
        """Record when a request could be sent, if responses took no time: when all limits allow it."""
        self._requests += 1
        for each in self._windows:
            self._now = each.allowed(items, self._now)
        for each in self._windows:
            each.send(items, self._now)


def breaches_of(shape: Shape, item: object) -> Iterator[tuple[str, str]]:
    """Yield path and rule of each breach of an item that has fields."""
    model = shape.model
    if model is None or not isinstance(item, Mapping | msgspec.Struct):
        return
    if isinstance(item, Mapping):
        try:
            item = named(item, model)
        except ValueError:  # a field is given twice; the request reports it
            return
        yield from ((json_path([name]), NO_FIELD) for name in shape.unknown(item))
        yield from ((path, NO_NUMBER) for path in shape.wrong_numbers(item))
    yield from breaches(item, model)


def breaches(value: object, kind: object, path: str = "$") -> Iterator[tuple[str, str]]:
    """Yield path and rule of each part of a value that its type does not allow.

    Args:
        value: as JSON has it, or objects of models.
        kind: type with the constraints of the spec.
        path: of the value.
    """
    own = _breach(value, kind, path)
    if own is None:
        return
    inner, limits = plain(kind)
    if isinstance(inner, type) and issubclass(inner, msgspec.Struct) and isinstance(value, Mapping | msgspec.Struct):
        parts = [*_of_fields(value if isinstance(value, Mapping) else _values(value), inner, path)]
    elif get_origin(inner) is list and isinstance(value, list | tuple):
        length = _breach(value, Annotated[(list[object], *limits)] if limits else list[object], path)
        (element,) = get_args(inner)
        elements = (each for index, one in enumerate(value) for each in breaches(one, element, f"{path}[{index}]"))
        parts = [*([length] if length else []), *elements]
    else:
        parts = []
    yield from parts or [own]


def _breach(value: object, kind: object, path: str) -> tuple[str, str] | None:
    """Return path and rule of the first breach; None if there is none."""
    try:
        msgspec.convert(_values(value) if isinstance(value, msgspec.Struct) else value, kind)
    except msgspec.ValidationError as error:
        rule = rule_of(error, kind)
        place = _PLACE.fullmatch(rule)
        return (f"{path}{place['path'][1:]}", place["rule"]) if place else (path, rule)
    return None


def _values(model: msgspec.Struct) -> dict[str, object]:
    """Return an object of a model as a mapping for JSON, without absent fields."""
    fields = zip(model.__struct_encode_fields__, model.__struct_fields__, strict=True)
    given = ((name, getattr(model, attribute)) for name, attribute in fields)
    return {name: _values(each) if isinstance(each, msgspec.Struct) else each for name, each in given if each is not msgspec.UNSET}


def _of_fields(values: Mapping[str, object], kind: type[msgspec.Struct], path: str) -> Iterator[tuple[str, str]]:
    for each in fields_of(kind):
        if each.name in values:
            yield from breaches(values[each.name], each.kind, path + step(each.name))
        elif each.is_required:
            yield path + step(each.name), "is missing"


def peek(items: Iterable[T]) -> tuple[list[T], Iterator[T]]:
    """Return the first item, if there is one, and all others."""
    check_items(items)
    rest = iter(items)
    return list(islice(rest, 1)), rest


async def apeek(items: AsyncIterable[T]) -> tuple[list[T], AsyncIterator[T]]:
    """Return the first item, if there is one, and all others."""
    rest = aiter(items)
    async for first in rest:
        return [first], rest
    return [], rest


async def continued(head: Sequence[T], rest: AsyncIterator[T]) -> AsyncIterator[T]:
    """Yield some items, and all others."""
    for each in head:
        yield each
    async for each in rest:
        yield each
