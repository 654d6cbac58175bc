"""The results of finished work that another operation lists than that of its status, on one page or several."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from catalog_clients._engine.calls.polling import Key, repeated_values, typed_arguments
from catalog_clients._engine.flows.effects import Call, CallResult, Flow, Sleep
from catalog_clients._engine.items.requests import arguments_for
from catalog_clients._engine.pages.paging import PageReader, first_page, largest_page
from catalog_clients._engine.tables.behaviour import Behaviour, Package, Polling
from catalog_clients._engine.tables.operations import GeneratedOperation, operation_of
from catalog_clients.errors import AccessError, CatalogError, DeadlineExceeded, PagingError, describe

ReadResults: TypeAlias = Callable[[Key, CallResult[object], float], Flow[list[CallResult[object]]]]
"""Reads the pages of the results of work, given its key, its last status, and the seconds that this may take."""


@dataclass(frozen=True, slots=True)
class ResultPages:
    """Reads all results of some work, or none: an item on a page that is missing would seem to have no failure.

    Attributes:
        operation: lists the results.
        table: what the spec says of its use.
        polling: where a page has the results, and where the parameters of its request are.
        repeated: what the request for the status has from the request that has begun the work, by name.
    """

    operation: GeneratedOperation[object]
    table: Behaviour
    polling: Polling
    repeated: Mapping[str, object]

    def __call__(self, key: Key, status: CallResult[object], seconds: float) -> Flow[list[CallResult[object]]]:
        """Return all pages.

        Raises:
            AccessError: the credentials are refused.
            DeadlineExceeded: there are too many pages for the time.
            CatalogError: a page is not available, is there twice or is the last one too early, or none can be requested.
        """
        reader, pages, totals = self._reader(key, status), list[CallResult[object]](), set[int]()
        began = yield Sleep(0)
        while reader.more:
            left = seconds - ((yield Sleep(0)) - began)
            if left <= 0:
                raise DeadlineExceeded(f"{self.operation.name}: only {len(pages)} pages of its results were read in {seconds:g} s")
            result: CallResult[object] = yield Call(reader.request(), seconds=left)
            if isinstance(result.error, AccessError):
                raise result.error
            if result.error is not None and not reader.is_beyond(result):
                what = f"{self.operation.name}: page {len(pages) + 1} of its results is not available"
                raise CatalogError(f"{what}: {describe(result.error)}")
            if reader.take(result) is not None:
                pages.append(result)
            if reader.total is not None:
                totals.add(reader.total)
        why = (
            "have a result twice"
            if reader.repeated
            else "count the results differently (if `total` is of one page, remove it from x-client-pagination)"
            if len(totals) > 1
            else ""
        )
        if why or reader.is_cut_short:
            why = why or f"end before all of {reader.total} results"
            raise PagingError(f"{self.operation.name}: its {len(pages)} pages {why}, so that a result may be missing")
        return pages

    def _reader(self, key: Key, status: CallResult[object]) -> PageReader:
        values = {**self.repeated, **key}
        found = dict[str, object](self.polling.constants) if self.polling.results_operation == self.polling.operation else {}
        for name, place in self.polling.results_arguments.items():
            named = (place.path[-1], f"{place.part}.{place.path[-1]}")  # in a link, a name may have its location as a prefix
            given = next((values[each] for each in named if each in values), None)
            found[name] = given if place.message == "request" else status.at(place)
            if found[name] is None:
                raise CatalogError(f"{self.operation.name} needs {name}, which the response with the status does not have")
        arguments = typed_arguments(self.operation, found)
        for some in (first_page, largest_page):
            arguments |= some(self.operation, self.table, arguments)
        items = self.polling.results.items if self.polling.results is not None else None
        return PageReader(self.operation, self.table, arguments_for(self.operation, arguments), items)


def result_pages(
    package: Package,
    tables: Callable[[str], Behaviour],
    operation: GeneratedOperation[object],
    polling: Polling,
    given: Mapping[str, object],
) -> ResultPages | None:
    """Return what reads the results of an operation's work; None if no other operation lists them.

    Args:
        package: the generated client.
        tables: gives the table of an operation.
        operation: the operation that begins the work.
        polling: how its end is detected.
        given: the arguments of that operation; the request for the results may need some of them.

    Raises:
        InvalidArgument: one of these is not given.
    """
    if polling.results_operation is None:
        return None
    listing = operation_of(package, polling.results_operation)
    return ResultPages(listing, tables(listing.name), polling, repeated_values(operation, polling, given))
