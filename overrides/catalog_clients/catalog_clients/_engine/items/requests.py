"""Build the requests of an operation. Its table says where the items go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from uuid import UUID

import msgspec

from catalog_clients._engine.flows.effects import find
from catalog_clients._engine.responses.json_paths import is_within
from catalog_clients._engine.tables.behaviour import Behaviour, Request
from catalog_clients._engine.tables.chunks import Chunking
from catalog_clients._engine.tables.expressions import Expression
from catalog_clients._engine.tables.operations import GeneratedOperation
from catalog_clients.errors import InvalidArgument

from .idempotency import key_of
from .inputs import other_elements
from .keys import KeyPart, fault_of
from .places import BODY, argument_of, given_at, path_in_errors
from .shapes import Field, Shape, apart_of, element_of, field_at, fields_of, inserted, model_of, named

_PATH = "path"
_BYTES = (bytes, bytearray, memoryview)
_SAMPLES = (str(UUID(int=0)), "1", "A", 1)  # items that a spec may allow; the most common one first


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of all requests of a run.

    Attributes:
        parameters: parameters, by keyword of the method.
        body: fields of the body by their names in the spec, or a body without fields; None for no body.
        given: the arguments as given by the caller.
    """

    parameters: Mapping[str, object] = field(default_factory=dict)
    body: object = None
    given: Mapping[str, object] = field(default_factory=dict)

    def at(self, operation: GeneratedOperation[object], place: Expression | None) -> object:
        """Return the value that is given for a place in a request; None if there is none."""
        if place is None:
            return None
        return find(self.body, place.path) if place.part == BODY else self.parameters.get(argument_of(operation, place))

    def having(self, operation: GeneratedOperation[object], place: Expression, value: object) -> Arguments:
        """Return the same arguments with a value at a place in a request."""
        if place.part != BODY:
            return replace(self, parameters={**self.parameters, argument_of(operation, place): value})
        return replace(self, body=inserted(self.body if isinstance(self.body, Mapping) else {}, place.path, value))

    def purpose(self) -> dict[str, object]:
        """Return the arguments without the order of lists, for the purpose of a run in its ledger."""
        return {name: sorted(map(str, each)) if isinstance(each, list) else each for name, each in self.given.items()}


class Requests:
    """Builds the requests of an operation.

    Attributes:
        operation: the operation.
        arguments: arguments of all requests.
        shape: the form of items.
    """

    def __init__(
        self,
        operation: GeneratedOperation[object],
        table: Behaviour,
        arguments: Mapping[str, object],
        extra_fields: Collection[str] = (),
    ) -> None:
        """Check the arguments.

        Raises:
            ValueError: the table does not say where the items go.
            InvalidArgument: an argument is required and not given, or the spec forbids it.
            TypeError: an argument is unknown.
        """
        if isinstance(extra_fields, str) or not isinstance(extra_fields, Collection):
            raise TypeError(f"extra_fields must be a list of names, and not {type(extra_fields).__name__}")
        if not all(isinstance(each, str) for each in extra_fields):
            raise TypeError(f"extra_fields must be a list of names, and not {extra_fields!r}")
        self.operation, self._table = operation, table.chunking
        self._place = place_of(operation, table.chunking)
        own = table.chunking.parameters if table.chunking else {}
        self.arguments = _read(operation, arguments, self._place, key_place(table), [*own])
        self.shape = shape_of(operation, table.chunking, extra_fields)
        arguments_of = {each.name: each.argument for each in operation.parameters if each.location == _PATH}
        self._own = {arguments_of[name]: KeyPart(path, self.shape.alias(path)) for name, path in own.items()}
        self._of_item = [
            (self._place.part, path_in_errors(self._place)),
            *((_PATH, f"$.{name}") for name in own),
        ]  # what may be refused of an item
        is_whole, key = self._place.part == BODY and not self._place.path, key_place(table)
        # If the item is the body, it has its own key, or gets one when it is sent.
        self._key = None if is_whole and key and key.part == BODY else key
        model = model_of(operation.contents[0].strict) if operation.contents else None
        self._order = [each.name for each in fields_of(model)] if model else []  # order of the fields in the spec
        self._check()

    def __call__(self, items: list[object], origin: str = "") -> Request[object]:
        """Return the request for some items.

        Args:
            items: at most as many as the table allows.
            origin: part of the request's key, besides its content; see `origin_of`. Default: a new key.
        """
        whole = self.whole(items)
        if origin and self._key:
            whole = self._keyed(whole, self._key, origin)
        return self.operation.request(whole.parameters, whole.body)

    def whole(self, items: list[object]) -> Arguments:
        """Return the arguments of the request for some items."""
        return self._placed(self._values(items) if self._place.part != BODY else self.shape.read_all(items))

    def _keyed(self, whole: Arguments, place: Expression, origin: str) -> Arguments:
        """Return the arguments of a request with its key; without it, if they cannot be sent: then building the request fails."""
        try:
            key = key_of(origin, [whole.parameters, whole.body])
        except (TypeError, ValueError, OverflowError, RecursionError):
            return whole
        return whole.having(self.operation, place, key)

    def _placed(self, found: list[object]) -> Arguments:
        """Return the arguments of the request for some items as they are sent."""
        parameters, body = self.arguments.parameters, self.arguments.body
        value = found if self._table and self._table.array else next(iter(found), None)
        if self._place.part != BODY:
            return self.arguments.having(self.operation, self._place, value)
        parameters = {**parameters, **{name: part.value(value) for name, part in self._own.items()}}
        if not self._place.path:
            return Arguments(parameters, self.shape.sent(value))
        whole = inserted(body if isinstance(body, Mapping) else {}, self._place.path, value)
        return Arguments(parameters, {name: whole[name] for name in self._order if name in whole} | whole)

    def of_keys(self, keys: Sequence[str]) -> list[object]:
        """Return items that consist only of their keys."""
        return [int(each) for each in keys] if self.shape.is_number(()) else list(keys)

    def _check(self) -> None:
        """Refuse arguments that the spec forbids for all requests.

        Raises:
            InvalidArgument: one is refused.
        """
        for sample in _SAMPLES:
            whole = self._placed([sample] if self.shape.model is None else [])
            try:
                self.operation.request(whole.parameters, whole.body)
            except ValueError as error:
                location, path = getattr(error, "location", None), getattr(error, "path", "")
                if any(location == each and is_within(path, begin) for each, begin in self._of_item):
                    continue  # only the item is invalid; another one may show errors in the arguments
                raise InvalidArgument(str(error)) from error
            return

    def _values(self, items: list[object]) -> list[object]:
        """Return the values of a list. A value that contains the separator becomes the values that the vendor would read."""
        separator, most = (self._table.alone, self._table.size) if self._table and self._table.array else (None, 1)
        if separator is None:
            return items
        values = [value for each in items for value in (each.split(separator) if isinstance(each, str) else [each])]
        if len(values) > most:
            raise ValueError(f"it has more than {most} parts between {separator!r}, which separates the values of a request")
        return values


@dataclass(frozen=True, slots=True)
class _WholeBody:
    """The place of an item that is the whole body."""

    message: str = "request"
    part: str = BODY
    path: tuple[str, ...] = ()


def place_of(operation: GeneratedOperation[object], chunking: Chunking | None) -> Expression:
    """Return where the items of a request go.

    Raises:
        ValueError: the table does not say where, and the body of the operation is not an object.
    """
    if place := (chunking.array or chunking.item) if chunking else None:
        return place
    content = operation.contents[0] if operation.contents else None
    if content and model_of(content.strict):
        return _WholeBody()
    if content and content.media_type != "application/json" and not content.media_type.endswith("+json"):
        what = f"its body is {content.media_type}, and no table says where its items are"
    else:
        what = (
            "its spec does not say where the items of a request go; add x-client-chunking to the operation, with `array` or `item`"
        )
    raise ValueError(f"{operation.name} cannot be run in bulk: {what}")


def key_place(table: Behaviour) -> Expression | None:
    """Return where each request of an operation has its key; None if requests have no keys."""
    return table.retry.idempotency_key if table.retry else None


def arguments_for(operation: GeneratedOperation[object], arguments: Mapping[str, object]) -> Arguments:
    """Return the arguments of an operation without items.

    Raises:
        InvalidArgument: a required argument is missing.
        TypeError: an argument is unknown.
    """
    return _read(operation, arguments, None, None)


def shape_of(operation: GeneratedOperation[object], chunking: Chunking | None, extra_fields: Collection[str] = ()) -> Shape:
    """Return the form of an operation's items.

    Raises:
        ValueError: the table does not say where the items go.
    """
    place = place_of(operation, chunking)
    if place.part == BODY:
        whole = operation.contents[0].strict if operation.contents else None
        found = field_at(whole, place.path)
        kind = found.kind if found else None if place.path else whole
    else:
        name = argument_of(operation, place)
        fields = fields_of(operation.strict) if operation.strict else ()
        kind = next((each.kind for each in fields if each.attribute == name), None)
    return Shape(element_of(kind) if chunking and chunking.array else kind, extra_fields, apart_of(operation, chunking, kind))


def keys_of(table: Chunking | None, shape: Shape) -> list[KeyPart]:
    """Return the parts of an item's key."""
    return [KeyPart(path, shape.alias(path), shape.is_number(path)) for path in table.key] if table else []


def stores_of(operation: GeneratedOperation[object], table: Behaviour, given: Mapping[str, object]) -> Collection[str] | None:
    """Return the stores that the arguments of a run name for all items; empty if the operation has none, None if none are given.

    Raises:
        InvalidArgument, TypeError: one of them is not a name.
    """
    place = table.confirmation.stores if table.confirmation else None
    if place is None:
        return ()
    name, value = given_at(operation, place, given)
    found = _kept(name, value)
    for each in found if isinstance(found, list) else ():
        if not isinstance(each, str | int) or isinstance(each, bool):
            raise InvalidArgument(f"{name}: {each!r} is not the name of a store")
    return ([*map(str, found)] or None) if isinstance(found, list) else None


def known_stores_of(operation: GeneratedOperation[object], table: Behaviour, given: Mapping[str, object]) -> Collection[str] | None:
    """Do the same for items that another run has sent; None, too, if each item has a store, which may be given without it."""
    has_stores = table.chunking is not None and len(table.chunking.key) > 1
    return None if has_stores else stores_of(operation, table, given)


def _read(
    operation: GeneratedOperation[object],
    given: Mapping[str, object],
    place: Expression | None,
    key: Expression | None,
    of_item: Collection[str] = (),
) -> Arguments:
    """Check the arguments of a run, and return those of parameters and those of the body.

    Args:
        operation: the operation.
        given: the arguments.
        place: where its items go, if it has items.
        key: where each request has its key, if it has one.
        of_item: names of path parameters with a value of the item.
    """
    values = {name: _kept(name, value) for name, value in given.items() if value is not None and value is not msgspec.UNSET}
    for name, value in values.items():
        if isinstance(value, list) and any(isinstance(each, _BYTES) for each in value):  # JSON would have them in Base64
            raise TypeError(f"{name}: its elements must be texts, and not bytes")
    in_body = place is not None and place.part == BODY
    taken = (place.part, place.path[:1]) if place else None
    own_key = (key.part, key.path) if key else None
    places = [taken, own_key, *((_PATH, (name,)) for name in of_item)]
    parameters = [each for each in operation.parameters if (each.location, (each.name,)) not in places]
    has_body = bool(operation.contents) and taken != (BODY, ())
    fields = fields_of(operation.model) if operation.model and has_body else ()
    own = [each for each in fields if not (place and place.path == (each.name,)) and (BODY, (each.name,)) != own_key]
    _check_key(operation, values, key)
    names = {each.attribute: each.name for each in own}
    _check_names(operation, values, [*(each.argument for each in parameters), *names, *([BODY] if has_body else [])])
    body = _body(values, own)
    needed = [(each.argument, f"{each.location} $.{each.name}: the parameter") for each in parameters if each.required]
    if BODY not in values and (in_body or operation.body_required or body):
        required = [each for each in own if each.is_required and not (place and each.name in place.path[:1])]
        needed += [(each.attribute, f"body $.{each.name}: the field") for each in required]
    for name, what in needed:
        if name not in values:
            raise InvalidArgument(f"{operation.name}: {what} is required; give it as the argument {name}")
    return Arguments({each.argument: values[each.argument] for each in parameters if each.argument in values}, body, values)


def _check_key(operation: GeneratedOperation[object], values: Mapping[str, object], key: Expression | None) -> None:
    """Refuse a key that is given for all requests: the vendor would regard later requests as retries of the first one.

    Raises:
        InvalidArgument: it is given.
    """
    if key is None:
        return
    named = [each.argument for each in operation.parameters if (each.location, (each.name,)) == (key.part, key.path)]
    if key.part == BODY:
        named = [each.attribute for each in (fields_of(operation.model) if operation.model else ()) if each.name == key.path[0]]
        body = values.get(BODY)
        named += [BODY] if find(body, key.path) is not None else []
    for name in named:
        if name in values:
            what = f"{key.part} $.{key.path[0]}: each request gets a key of its own, so that the vendor executes each once"
            raise InvalidArgument(f"{operation.name}: {what}; leave out the argument {name}")


def check_repeated(operation: GeneratedOperation[object], given: Mapping[str, object]) -> None:
    """Refuse unknown arguments of an operation, some of which another request also needs.

    Raises:
        TypeError: it is refused.
    """
    fields = fields_of(operation.model) if operation.model else ()
    _check_names(operation, given, [*(each.argument for each in operation.parameters), *(each.attribute for each in fields)])


def _check_names(operation: GeneratedOperation[object], values: Mapping[str, object], known: Sequence[str]) -> None:
    for name in values.keys() - {*known}:
        suggested = get_close_matches(name, known, n=1)
        advice = f"; did you mean {suggested[0]}?" if suggested else ""
        raise TypeError(f"{operation.name} has no argument {name!r}; it has {', '.join(sorted(known)) or 'none'}{advice}")


def _body(values: Mapping[str, object], fields: Sequence[Field]) -> object:
    """Return the body of the arguments: a whole one, or its fields, with the names of the spec."""
    whole = values.get(BODY) if all(each.attribute != BODY for each in fields) else None
    found = {each.name: _plain(values[each.attribute], each.kind) for each in fields if each.attribute in values}
    if whole is None:
        return found or None
    if found:
        raise TypeError(f"the body is given twice: as `body`, and by its fields ({', '.join(found)})")
    return _plain(whole, None)


def _plain(value: object, kind: object) -> object:
    """Return an object of a model as the mapping that JSON has of it, and a mapping with the names of the spec."""
    if isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(value)
    model = model_of(kind)
    return named(value, model) if model and isinstance(value, Mapping) else value


def _kept(name: str, value: object) -> object:
    """Return the value of an argument; an iterator becomes a list.

    Raises:
        TypeError: its elements are not values, but for instance the column names of a table.
        InvalidArgument: an element is an invisible text.
    """
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping | msgspec.Struct):
        if advice := other_elements(value):
            raise TypeError(f"{name}: must be a list, and not {type(value).__name__}{advice}")
        kept = list(value)
        for index, each in enumerate(kept):
            if isinstance(each, str) and (wrong := fault_of(each)):
                raise InvalidArgument(f"{name}[{index}]: {each!r} {wrong}")
        return kept
    return value
