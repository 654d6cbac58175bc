"""What the operations of an API do, by its tables: change products, list and look them up, begin work and report its status."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from scripts.mock.engine.call import MockResponse, Refused
from scripts.mock.generic.contents import Contents
from scripts.mock.generic.described import Described, Operation
from scripts.mock.generic.errors import NOT_FOUND, Errors
from scripts.mock.generic.ingestions import Ingestions
from scripts.mock.generic.issuing import NewIdentifiers
from scripts.mock.generic.items import item_schema
from scripts.mock.generic.lists import Lists
from scripts.mock.generic.locations import locate
from scripts.mock.generic.lookups import Lookups
from scripts.mock.generic.rejections import Rejections
from scripts.mock.generic.requests import SentRequest, below
from scripts.mock.generic.responses import Change, Path, Responses
from scripts.mock.generic.store import Key, Scope, Store
from scripts.mock.generic.values import Values, schema_of, text_of
from scripts.mock.generic.work import Work
from scripts.runtime.behaviour import Chunking, Polling
from scripts.spec.document import Json
from scripts.spec.expressions import parse

_SOME: Final = 5
_ODD: Final = ("a/b", "ä", "0", " ")


Items = Mapping[Key, Any]
"""The items of a request: what identifies each, and its content; None if it has none."""


class Operations:
    """Runs the operations of an API.

    Args:
        described: the API.
        store, contents: what the vendor holds.
        values, errors, responses: make what it sends.
        ingestions: runs work that goes on after its response.
        option: gives an option by its name.
        seed: from which contents and rejections are derived.
        base_url: that of the vendor.
    """

    def __init__(
        self,
        described: Described,
        *,
        store: Store,
        contents: Contents,
        values: Values,
        errors: Errors,
        responses: Responses,
        ingestions: Ingestions,
        option: Callable[[str], Any],
        seed: int,
        base_url: str,
    ) -> None:
        self._base_url = base_url
        self._described, self._store, self._contents, self._values = described, store, contents, values
        self._errors, self._responses = errors, responses
        self._lookups = Lookups(described, contents=contents, store=store)
        self._rejections = Rejections(described, values=values, errors=errors, responses=responses, option=option, seed=seed)
        self._lists = Lists(described, store=store, contents=contents, errors=errors, option=option, seed=seed)
        self._new = NewIdentifiers(described, values, seed=seed)
        self._work = Work(
            described,
            contents=contents,
            errors=errors,
            responses=responses,
            rejections=self._rejections,
            ingestions=ingestions,
            new=self._new,
            seed=seed,
        )

    def run(self, operation: Operation, sent: SentRequest) -> MockResponse:
        """Respond to a valid request.

        Raises:
            Refused: with the documented error.
        """
        self._check_places(operation, sent)
        if self._work.is_about(operation):
            return self._said(operation, sent, *self._work.said(operation, sent))
        table, scope = operation.table, self._scope(operation, sent)
        if table.pagination is not None:
            return self._said(operation, sent, *self._lists.page(operation, table.pagination, sent, scope))
        if table.matching is not None:
            return self._made(operation, sent, self._lists.looked_up(operation, table.matching, sent))
        if operation.is_reading:
            return self._read(operation, sent)
        return self._change(operation, sent)

    def is_known(self, operation: Operation, text: str) -> bool:
        """Return whether there is a product with an identifier that an operation takes."""
        return self._lookups.is_held(operation, text)

    def known(self) -> dict[str, list[Any]]:
        """Return what exists of the paths, and identifiers of products for what is sent, by location."""
        found: dict[str, list[Any]] = {}
        for operation in self._described.operations.values():
            for parameter in operation.spec.parameters:
                if parameter["in"] == "path" and not self._work.is_about(operation):
                    place, some = f"path.{parameter['name']}", self._in_path(operation, parameter)
                    found[place] = [*dict.fromkeys([*found.get(place, ()), *some])]
            if place := self._place(operation):
                found[place] = self._some(item_schema(self._described, operation))
        return {place: values for place, values in found.items() if values}

    def _in_path(self, operation: Operation, parameter: Mapping[str, Json]) -> list[Any]:
        name, schema = parameter["name"], schema_of(parameter)
        if name == operation.item_parameter:
            return self._some(schema)
        return [self._described.schemas.read(schema, text) for text in sorted(self._contents.places(operation, name))]

    def _place(self, operation: Operation) -> str:
        """Return where an operation takes identifiers alone, but for its path; empty if it does not, or if they have kinds."""
        taken, chunking, matching = operation.taken, operation.table.chunking, operation.table.matching
        if taken is None or chunking is None or chunking.key != ((),) or taken.part == "path" or (matching and matching.kind):
            return ""
        named = ".".join((taken.part, *taken.path))
        if chunking.array is None:
            return named
        schema = item_schema(self._described, operation)
        is_open = taken.part == "body" and all(self._described.schemas.valid(schema, text) for text in _ODD)
        return f"{named}[*]{'?' if is_open else ''}"

    def _some(self, schema: Json) -> list[Any]:
        """Return some identifiers of products: numbered ones, and those that the document shows."""
        identifiers = self._contents.identifiers(schema)
        numbered = [identifiers.identifier(number) for number in range(1, min(_SOME, identifiers.size) + 1)]
        return [*map(identifiers.value, dict.fromkeys([*numbered, *sorted(self._contents.documented(schema))]))]

    def _check_places(self, operation: Operation, sent: SentRequest) -> None:
        """Refuse a request for something that does not exist, where the document has an error for that."""
        status = self._errors.status(operation, NOT_FOUND)
        if not self._errors.documents(operation, status) or self._work.is_about(operation):
            return
        item, chunking = operation.item_parameter, operation.table.chunking
        for part, name in sent.parameters:
            if part == "path" and (chunking is None or name not in chunking.parameters):
                text = text_of(sent.parameters[part, name])
                known = self.is_known(operation, text) if name == item else self._exists(operation, name, text)
                if not known:
                    raise Refused(self._errors.response(operation, status, f"{name} {text} does not exist."))

    def _exists(self, operation: Operation, name: str, text: str) -> bool:
        schema = self._described.schemas.follow(schema_of(operation.spec.parameter(name, "path") or {}))
        is_given = text in self._contents.places(operation, name) or self._store.is_issued(text)
        return is_given or schema.keys() & {"enum", "const"} != set()

    def _scope(self, operation: Operation, sent: SentRequest) -> Scope:
        item = operation.item_parameter
        places = ((name, text_of(value)) for (part, name), value in sent.parameters.items() if part == "path" and name != item)
        return tuple(sorted(places))

    # Changes

    def _change(self, operation: Operation, sent: SentRequest) -> MockResponse:
        scope, items = self._scope(operation, sent), self._items(operation, sent)
        if operation.table.polling is not None:
            return self._begin(operation, operation.table.polling, sent, scope, items)
        problems = self._problems(operation, scope, items)
        self._rejections.refuse(operation, problems)
        self._apply(operation, scope, items, problems)
        known = self._content(operation, scope, next(iter(items))) if len(items) == 1 else ()
        chunking = operation.table.chunking
        listing = chunking.rejections if chunking is not None else None
        listed = self._rejections.listed(operation, listing, chunking, self._keys(operation, sent), problems)
        counted = (*self._counted(operation, sent, problems), *self._rejections.counted(listing, problems))
        return self._made(operation, sent, *known, *listed, *counted, *self._rejections.said(operation, problems))

    def _items(self, operation: Operation, sent: SentRequest) -> Items:
        """Return the items of a request; of several with the same key the one that the table says."""
        chunking, item = operation.table.chunking, operation.item_parameter
        if chunking is not None and operation.taken is not None:
            found: dict[Key, Any] = {}
            for key, each in zip(self._keys(operation, sent), self._given(operation, chunking, sent), strict=True):
                if key not in found or chunking.keep == "last":
                    found[key] = each if isinstance(each, dict) else None
            return found
        if item:
            body = sent.body if isinstance(sent.body, dict) and operation.method in {"POST", "PUT"} else None
            return {(text_of(sent.parameters["path", item]),): body}
        path = self._lists.created(operation)
        value = below(sent.body, path) if path else None
        return {(text_of(value),): sent.body} if value is not None else {}

    def _given(self, operation: Operation, chunking: Chunking, sent: SentRequest) -> Sequence[Any]:
        given = sent.at(operation.taken.part, operation.taken.path) if operation.taken is not None else None
        if chunking.array is not None:
            return given or ()
        in_path = {name: sent.at("path", (name,)) for name, path in chunking.parameters.items() if path == (name,)}
        return ({**in_path, **given} if isinstance(given, dict) else given,)

    def _keys(self, operation: Operation, sent: SentRequest) -> Sequence[Key]:
        """Return what identifies each item of a request, in the order in which they were sent, by its table."""
        chunking = operation.table.chunking
        if chunking is None:
            return ()
        given = self._given(operation, chunking, sent)
        return [tuple(_normal(chunking, below(each, path)) for path in chunking.key) for each in given]

    def _problems(self, operation: Operation, scope: Scope, items: Items) -> dict[Key, str]:
        """Return why each item is rejected, or that it is already as the operation makes it; an empty text if it is neither."""
        done = operation.table.retry.done if operation.table.retry else None
        found: dict[Key, str] = {}
        for key, item in items.items():
            is_known = item is not None or self.is_known(operation, key[0])
            problem = self._rejections.problem(operation, key, is_known=is_known)
            if problem:
                self._store.reject(operation.id, scope, key, problem)
            elif done and (record := self._store.find(scope, key)) is not None and record.last == operation.id:
                problem = done
            found[key] = problem
        return found

    def _apply(self, operation: Operation, scope: Scope, items: Items, problems: Mapping[Key, str]) -> None:
        """Change the products that have no problem."""
        is_gone = operation.method == "DELETE" and "GET" in self._described.at(operation.path)[0]
        kind, confirmation = self._lists.kind(operation), operation.table.confirmation
        conditions = confirmation.conditions if confirmation is not None else ()
        state = {each.value.path[0]: each.values[0] for each in conditions if each.values and len(each.value.path) == 1}
        for key, item in items.items():
            if not problems.get(key):
                self._store.change(operation.id, scope, key, item=item, state=state, kind=kind, is_gone=is_gone)

    def _begin(self, operation: Operation, polling: Polling, sent: SentRequest, scope: Scope, items: Items) -> MockResponse:
        response, identifiers = self._issue(operation, sent, *self._counted(operation, sent, {}))

        def run() -> Mapping[Key, str]:
            problems = self._problems(operation, scope, items)
            self._apply(operation, scope, items, problems)
            return problems

        if identifiers:
            self._work.accept(operation, polling, identifiers[0], self._keys(operation, sent), run)
            response.headers.update(self._work.waiting(operation, polling, identifiers[0]))
        return response

    # Reading

    def _read(self, operation: Operation, sent: SentRequest) -> MockResponse:
        item = operation.item_parameter
        if not item:
            return self._made(operation, sent)
        scope, key = self._scope(operation, sent), (text_of(sent.parameters["path", item]),)
        record = self._store.find(scope, key)
        if record is not None and self._described.schemas.valid(self._responses.schema(operation), record.content):
            return self._made(operation, sent, Change(path=(), values=(record.content,)))
        return self._made(operation, sent, *self._content(operation, scope, key))

    def _content(self, operation: Operation, scope: Scope, key: Key) -> Iterator[Change]:
        """Yield what is known of the one product of a request, as far as the response has a place for it."""
        record = self._store.find(scope, key)
        content = record.content if record is not None and isinstance(record.content, dict) else {}
        for name, value in content.items():
            if self._responses.at(operation, (name,)):
                yield Change(path=(name,), values=(value,), is_optional=True)

    # Responses

    def _said(self, operation: Operation, sent: SentRequest, changes: Iterable[Change], headers: Mapping[str, str]) -> MockResponse:
        response = self._made(operation, sent, *changes)
        response.headers.update(headers)
        return response

    def _made(self, operation: Operation, sent: SentRequest, *changes: Change) -> MockResponse:
        """Return the success response, with what identifies things in it, and what confirms them."""
        is_search = operation.table.pagination is not None
        if not operation.is_reading and not is_search and not self._work.is_about(operation):
            return self._issue(operation, sent, *changes)[0]
        return self._responses.make(operation, [*self._echo(operation, sent), *changes])[0]

    def _issue(self, operation: Operation, sent: SentRequest, *changes: Change) -> tuple[MockResponse, list[str]]:
        """Return the success response of a change, with new identifiers where the document links to them, and these."""
        created = self._lists.created(operation)
        new = [created] if created and isinstance(sent.body, dict) and below(sent.body, created) is None else []
        places: dict[Path, list[Json]] = {}
        for path, schema in (*self._links(operation), *((path, {}) for path in new)):
            places.setdefault(path, [self._responses.at(operation, path)]).append(schema)
        fresh: list[Change] = []
        for path, schemas in places.items():
            value = self._described.schemas.read(schemas[0], self._new.next(schemas))
            fresh.append(Change(path=path, values=(value,), is_optional=True))
        known = [*self._echo(operation, sent), *self._confirmations(operation, sent), *changes]
        polling, location = operation.table.polling, None
        if polling is not None and polling.location is not None:
            location = locate(self._described, polling, sent, self._new)
            if polling.location.part == "body":
                known.append(Change(path=polling.location.path, values=(f"{self._base_url}{location.path}", location.path)))
        response, body = self._responses.make(operation, [*fresh, *known])
        identifiers = [text_of(found) for path in places if (found := below(body, path)) is not None]
        if location is not None and polling is not None and polling.location is not None:
            identifiers = [location.identifier]
            if polling.location.part == "header":
                response.headers[polling.location.path[0].lower()] = f"{self._base_url}{location.path}"
        for each in identifiers:
            self._store.issue(each)
        for path in new:
            if (found := below(body, path)) is not None:
                self._apply(operation, self._scope(operation, sent), {(text_of(found),): sent.body}, {})
        return response, identifiers

    def _links(self, operation: Operation) -> Iterator[tuple[Path, Json]]:
        """Yield where the success response has values that other operations take, and the schemas of what takes them."""
        for link in operation.success[1].get("links", {}).values():
            taking, body = self._described.operations.get(link.get("operationId")), link.get("requestBody", {})
            given = {**link.get("parameters", {}), **(body if isinstance(body, dict) else {})}
            for name, text in given.items():
                if isinstance(text, str) and text.startswith("$response.body#/"):
                    yield parse(text)[2], self._taking(taking, name) if taking is not None else {}

    def _taking(self, operation: Operation, name: str) -> Json:
        """Return the schema of a parameter, which may be named with its location, or else of a field of the body."""
        parameter = operation.spec.parameter(name) or operation.spec.parameter(name.partition(".")[2])
        if parameter is not None:
            return schema_of(parameter)
        return self._described.schemas.reached(schema_of(operation.spec.value.get("requestBody", {})), (name,))

    def _confirmations(self, operation: Operation, sent: SentRequest) -> Iterator[Change]:
        """Yield what confirms the items of a request, and says since when they have had their state."""
        table, chunking = operation.table.confirmation, operation.table.chunking
        if table is None:
            return
        now = datetime.now(UTC).isoformat(timespec="seconds")
        for condition in table.conditions:
            if condition.item is None:
                yield Change(path=condition.value.path, values=condition.values[:1] or (now,))
            elif chunking is not None and operation.taken is not None:
                item = below(sent.at(operation.taken.part, operation.taken.path), condition.item)
                yield Change(path=condition.value.path, values=(item,))
        key = next(iter(self._items(operation, sent)), None)
        record = self._store.find(self._scope(operation, sent), key) if key is not None else None
        if table.since is not None:
            yield Change(path=table.since.value.path, values=(record.since if record is not None else now,))

    def _counted(self, operation: Operation, sent: SentRequest, problems: Mapping[Key, str]) -> Iterator[Change]:
        """Yield the number of the items of a request that have no problem, if the response has to count them."""
        place = operation.table.confirmation.count if operation.table.confirmation is not None else None
        if place is not None:
            yield Change(path=place.path, values=(sum(not problems.get(key) for key in self._keys(operation, sent)),))

    def _echo(self, operation: Operation, sent: SentRequest) -> Iterator[Change]:
        """Yield what a response repeats of its request: what has the name of a parameter of the path, or of a field of the body."""
        given = {name: value for (part, name), value in sent.parameters.items() if part == "path"}
        if isinstance(sent.body, dict):
            given |= {name: value for name, value in sent.body.items() if not isinstance(value, (dict, list))}
        item = operation.item_parameter
        if item and self._responses.at(operation, ("id",)) and item.lower().endswith("id"):
            given.setdefault("id", given[item])
        for name, value in given.items():
            schema = self._responses.at(operation, (name,))
            if schema and self._described.schemas.valid(schema, value):
                yield Change(path=(name,), values=(value,), is_optional=True)


def _normal(chunking: Chunking, value: object) -> str:
    text = "" if value is None else text_of(value)
    return text.strip() if chunking.normalize == "trim" else text
