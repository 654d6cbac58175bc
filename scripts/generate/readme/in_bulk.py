"""Show how the operations of a package are used for any number of items, as far as their behaviour tables say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import structs

from scripts.generate.parse.api import ApiOperation
from scripts.generate.render.arguments import is_at
from scripts.generate.render.context import PackageContext
from scripts.generate.render.operations import OperationView
from scripts.generate.text.markdown import code
from scripts.generate.types.loading import Package
from scripts.runtime.behaviour import Behaviour, Chunking, Expression, Pagination

_ORIGINS = (
    "Reports are read only from the origins that the spec names, `report.origins` in `behaviour.OPERATIONS`. Other origins, such "
    'as that of a mock, have to be allowed: `Bulk(..., reports=catalog_clients.Reports(origins=["http://127.0.0.1:*"]))`.'
)


def in_bulk(subject: PackageContext, by_id: Mapping[str, ApiOperation], package: Package) -> list[str]:
    """Return a line of Markdown for each call of `Bulk` that the tables of a package describe, and one about the reports."""
    found = [
        line for view in subject.operations for line in _Calls(view, by_id[view.id], subject.behaviours[view.id], package).lines()
    ]
    has_report = any(each.polling is not None and each.polling.report is not None for each in subject.behaviours.values())
    return [*found, _ORIGINS] if has_report else found


class _Calls:
    """The calls for one operation."""

    def __init__(self, view: OperationView, operation: ApiOperation, table: Behaviour, package: Package) -> None:
        self._view, self._operation, self._table, self._package = view, operation, table, package
        self._key = table.retry.idempotency_key if table.retry is not None else None

    def lines(self) -> Iterator[str]:
        """Yield a line for each call."""
        table, chunking = self._table, self._table.chunking
        # Where no table says where items are, the body that starts work is one.
        takes_items = chunking is not None or (table.polling is not None and self._view.model is not None)
        if chunking is not None and table.matching is not None:
            kind = [self._argument(table.matching.kind)] if table.matching.kind else []
            call = self._call("lookup", ["identifiers"], [*kind, *self._required(chunking)])
            yield f"{call} gives the items of each identifier, of which a request has {_size(chunking)}."
        elif takes_items:
            call = self._call("run", ["items"], self._parameters(None) if chunking is None else self._required(chunking))
            yield f"{call} gives an outcome for each item, {self._by()}; a request has {_size(chunking)}."
        results = table.polling.results if table.polling is not None else None
        if table.polling is not None and takes_items and (results is None or results.index is None):
            places = (*table.polling.body.values(), *table.polling.arguments.values())
            repeated = [self._argument(each) for each in places if each.message == "request" and each.part != "body"]
            calls = [self._call("collect", ["ingestion_id", "items"], repeated)]
            calls += [self._call("read_report", ["path", "items"], [])] if table.polling.report else []
            yield f"{' and '.join(calls)} {'give' if len(calls) > 1 else 'gives'} the outcomes of items that were sent earlier."
        if table.pagination is not None:
            yield f"{self._call('pages', [], self._needed_for_pages(table.pagination))} gives the items of all pages."

    def _call(self, method: str, items: Iterable[str], arguments: Iterable[str]) -> str:
        named = dict.fromkeys(f"{each}=..." for each in arguments)
        given = ", ".join([f'"{self._view.id}"', *items, *named])
        return code(f"bulk.{method}({given})")

    def _by(self) -> str:
        """Return by what the outcome of an item is known."""
        polling = self._table.polling
        if polling is not None and polling.report is not None:
            return "by its report"
        if polling is not None and polling.results_operation is not None:
            return f"by the results that {code(polling.results_operation)} lists"
        if polling is not None and polling.results is not None:
            return "by the results beside the status"
        if polling is not None:
            return "when the work has ended" if polling.confirms else "by something else"
        rejections = self._table.chunking.rejections if self._table.chunking is not None else None
        if rejections is None:
            return "by the response"
        return "by its status in the response" if rejections.status is not None else "by the list of failures in the response"

    def _parameters(self, chunking: Chunking | None) -> list[str]:
        """Return the names of the parameters that are required besides the items."""
        place = (chunking.array or chunking.item) if chunking else None
        return [
            each.argument
            for each in self._operation.parameters
            if each.required
            and not is_at(place, each)
            and not is_at(self._key, each)
            and not (chunking and each.location == "path" and each.name in chunking.parameters)
        ]

    def _required(self, chunking: Chunking | None) -> list[str]:
        """Return the names of the arguments that are required besides the items, also of fields of the body."""
        place = (chunking.array or chunking.item) if chunking else None
        own = place.path[0] if place is not None and place.path else ""
        found = self._parameters(chunking)
        if place is not None and place.part == "body" and not own:
            return found
        body = self._operation.bodies[0] if self._operation.bodies and self._view.fields else None
        model = self._package.type_of(body.schema) if body is not None and body.schema is not None else None
        is_in_body = place is not None and place.part == "body"
        fields = structs.fields(model) if model is not None and (self._operation.body_required or is_in_body) else ()
        taken = {own if is_in_body else "", self._key.path[0] if self._key and self._key.part == "body" else ""}
        return found + [each.name for each in fields if each.required and each.encode_name not in taken]

    def _needed_for_pages(self, pagination: Pagination) -> list[str]:
        """Return the names of the arguments that are required besides what requests a page."""
        changing = pagination.changing
        own = self._argument(changing) if changing is not None and changing.part != "body" else ""
        return [each for each in self._required(None) if each != own]

    def _argument(self, place: Expression) -> str:
        return next(each.argument for each in self._operation.parameters if is_at(place, each))


def _size(chunking: Chunking | None) -> str:
    return f"at most {chunking.size:,}" if chunking is not None and chunking.array is not None else "one"
