"""Plans: how an operation is used, from the tables of a generated client and the arguments of the caller."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Generic, NoReturn

from catalog_clients.errors import checking_arguments
from catalog_clients.options import Reports

from .calls.call import Api
from .calls.polling import polling_of, status_request
from .items.keys import KeyPart
from .items.requests import Requests, arguments_for, check_repeated, keys_of, known_stores_of, shape_of, stores_of
from .ledger.records import Outcome
from .lookups.matching import Lookup, MatchT, arguments_of
from .outcomes.following import Following
from .outcomes.ingestions import Ingestions
from .outcomes.listed import classify_by_failures
from .outcomes.result_pages import result_pages
from .outcomes.sending import BulkOperation, Classify, RunChunk, classify_by_success
from .pages.paging import PageReader, check_paginated, first_page, matching_of
from .tables.behaviour import Behaviour
from .tables.operations import GeneratedOperation, operation_of
from .validation import breaches_of

_FIXED = frozenset({str, int, bool, type(None)})  # types of arguments that cannot change


@dataclass(frozen=True, slots=True)
class ItemsOf:
    """The items of an operation that another run has sent.

    Attributes:
        name: its operationId.
        table: what the spec says of its use.
        keys: how the parts of an item's key are given.
    """

    name: str
    table: Behaviour
    keys: Sequence[KeyPart]


@dataclass(frozen=True, slots=True)
class LookupPlan(Generic[MatchT]):
    """A lookup, and the operation whose limits it keeps."""

    operation: BulkOperation
    lookup: Lookup[MatchT]


@dataclass(slots=True)
class Plans:
    """Makes plans for the operations of an API. Operations are named by operationId or method.

    Attributes:
        api: the API.
        following: how its ingestions are followed.
    """

    api: Api
    following: Following = field(default_factory=Following)
    _last: tuple[object, BulkOperation] | None = field(default=None, init=False)  # what was asked of `run`, and the plan

    def run(
        self, name: str, arguments: Mapping[str, object], *, extra_fields: Collection[str] = (), strict: bool = False
    ) -> BulkOperation:
        """Return the plan that sends items and finds their outcomes: the last one, if it is for the same arguments.

        Args:
            name: name of the operation.
            arguments: arguments of all requests.
            extra_fields: fields of items that the spec does not have; they are sent unchanged.
            strict: whether an invalid item ends the run.

        Raises:
            ValueError: there is no such operation, or its tables do not say how it is used for items.
            InvalidArgument: an argument is missing, or the spec forbids it.
            TypeError: an argument is unknown.
        """
        asked = name, strict, [(each, type(value), value) for each, value in arguments.items()]
        is_fixed = extra_fields == () and _FIXED.issuperset(map(type, arguments.values()))
        if is_fixed and (last := self._last) and last[0] == asked:
            return last[1]
        operation, table = self._operation(name)
        requests = Requests(operation, table, arguments, extra_fields)
        given = requests.arguments.given
        ingestions = self._ingestions(operation, table, given, stores_of(operation, table, given)) if table.polling else None
        plan = self._bulk(operation, table, requests, _classify(operation, table, ingestions), ingestions, strict=strict)
        self._last = (asked, plan) if is_fixed else None
        return plan

    def lookup(self, name: str, arguments: Mapping[str, object], kind: type[MatchT], *, raw: bool = False) -> LookupPlan[MatchT]:
        """Return the plan of a lookup.

        Args:
            name: name of the operation.
            arguments: arguments of all requests.
            kind: class of the matches.
            raw: whether `Match.raw` has the items as the vendor has sent them.

        Raises:
            ValueError, InvalidArgument, TypeError: as in `run`.
        """
        operation, table = self._operation(name)
        matching_of(operation.name, table)
        requests = Requests(operation, table, arguments_of(operation, table, arguments))
        lookup = Lookup(operation, table, requests, kind, raw=raw)
        return LookupPlan(self._bulk(operation, table, requests, classify_by_success(table), None), lookup)

    def pages(self, name: str, arguments: Mapping[str, object]) -> Callable[[], PageReader]:
        """Return a function that begins to read the pages of an operation.

        Raises:
            ValueError: there is no such operation, or its spec does not say how further pages are requested.
            InvalidArgument: an argument is missing, or the spec forbids it.
            TypeError: an argument is unknown.
        """
        operation, table = self._operation(name)
        check_paginated(operation.name, table)
        whole = {**arguments, **first_page(operation, table, arguments)}
        begin = partial(PageReader, operation, table, arguments_for(operation, whole))
        with checking_arguments():
            begin().request()
        return begin

    def ingestions(self, name: str, arguments: Mapping[str, object] | None = None) -> Ingestions:
        """Return what follows the ingestions that an operation starts.

        Raises:
            ValueError: there is no such operation, or its spec does not say how to follow them.
            InvalidArgument: an argument that the request for the status needs is missing.
            TypeError: an argument is unknown.
        """
        operation, table = self._operation(name)
        check_repeated(operation, arguments or {})
        return self._ingestions(operation, table, arguments or {}, known_stores_of(operation, table, arguments or {}))

    def reading(
        self, name: str, path: str | Path, reports: Reports | None, arguments: Mapping[str, object] | None = None
    ) -> RunChunk[Outcome]:
        """Return a function that reads the outcomes of items from a report that was kept.

        Raises:
            ValueError: there is no such operation, or it has no reports.
            TypeError: an argument is unknown.
        """
        operation, table = self._operation(name)
        check_repeated(operation, arguments or {})
        stores = known_stores_of(operation, table, arguments or {})
        return Ingestions(operation.name, table, _no_request, self.following, stores).reading(Path(path), reports)

    def items(self, name: str) -> ItemsOf:
        """Return the keys of an operation's items.

        Raises:
            ValueError: there is no such operation, or its tables do not say where its items go.
        """
        operation, table = self._operation(name)
        return ItemsOf(operation.name, table, keys_of(table.chunking, shape_of(operation, table.chunking)))

    def _operation(self, name: str) -> tuple[GeneratedOperation[object], Behaviour]:
        operation = operation_of(self.api.package, name)
        return operation, self.api.table(operation.name)

    def _ingestions(
        self,
        operation: GeneratedOperation[object],
        table: Behaviour,
        arguments: Mapping[str, object],
        stores: Collection[str] | None,
    ) -> Ingestions:
        package, polling = self.api.package, polling_of(operation.name, table)
        make = status_request(package, operation, polling, arguments)
        read = result_pages(package, self.api.table, operation, polling, arguments)
        return Ingestions(operation.name, table, make, self.following, stores, read)

    def _bulk(
        self,
        operation: GeneratedOperation[object],
        table: Behaviour,
        requests: Requests,
        classify: Classify,
        ingestions: Ingestions | None,
        *,
        strict: bool = False,
    ) -> BulkOperation:
        return BulkOperation(
            operation.name,
            table,
            requests,
            classify,
            collect=ingestions.collect if ingestions else None,
            breaches=partial(breaches_of, requests.shape),
            strict=strict,
            arguments=requests.arguments.purpose(),
            keys=keys_of(table.chunking, requests.shape),
        )


def _classify(operation: GeneratedOperation[object], table: Behaviour, ingestions: Ingestions | None) -> Classify:
    """Return what finds the outcomes of an accepted request: from a report, a list, or the success itself."""
    if ingestions:
        return ingestions.classify
    has_list = table.chunking is not None and table.chunking.rejections is not None
    removes = operation.method == "DELETE"
    return classify_by_failures(table, removes=removes) if has_list else classify_by_success(table)


def _no_request(_: object) -> NoReturn:
    raise AssertionError("no request is made to read a report that was kept")
