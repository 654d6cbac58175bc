"""What is said of work that goes on: its status, the time to wait, and the results that the status or another operation lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scripts.mock.engine.call import Refused
from scripts.mock.generic.contents import Contents
from scripts.mock.generic.described import Described, Operation
from scripts.mock.generic.errors import NOT_FOUND, Errors, documents_header
from scripts.mock.generic.ingestions import Ingestions, Run, asked, identifying
from scripts.mock.generic.issuing import NewIdentifiers
from scripts.mock.generic.paging import Paging
from scripts.mock.generic.rejections import Rejections
from scripts.mock.generic.requests import SentRequest
from scripts.mock.generic.responses import ABSENT, Change, Responses
from scripts.mock.generic.store import Key
from scripts.mock.generic.values import examples, schema_of, text_of
from scripts.runtime.behaviour import Expression, Polling
from scripts.spec.expressions import bare
from scripts.spec.statuses import INVALID


class Work:
    """The work of an API.

    Args:
        described: the API.
        contents: what the vendor holds.
        errors, responses, rejections: make what it sends.
        ingestions: runs the work.
        new: makes identifiers.
        seed: from which tokens of pages are derived.
    """

    def __init__(
        self,
        described: Described,
        *,
        contents: Contents,
        errors: Errors,
        responses: Responses,
        rejections: Rejections,
        ingestions: Ingestions,
        new: NewIdentifiers,
        seed: int,
    ) -> None:
        self._described, self._contents, self._errors, self._responses = described, contents, errors, responses
        self._rejections, self._ingestions, self._new = rejections, ingestions, new
        self._paging = Paging(described, errors=errors, seed=seed)
        self._sent_keys = dict[str, Sequence[Key]]()
        self._named = dict[tuple[str, str], str]()  # by identifier of work and parameter, what the status calls its results
        begun = [(each.table.polling, each) for each in described.operations.values() if each.table.polling]
        self._polls = {polling.operation: (polling, each) for polling, each in begun}
        self._lists = {polling.results_operation: (polling, each) for polling, each in begun if polling.results_operation}
        for name, (polling, _) in self._polls.items():
            for identifier in self._examples(described.operations[name], polling):
                ingestions.finish(identifier, polling)

    def is_about(self, operation: Operation) -> bool:
        """Return whether an operation says something of work that another one has begun."""
        return operation.id in self._polls or operation.id in self._lists

    def accept(self, operation: Operation, polling: Polling, identifier: str, keys: Sequence[Key], run: Run) -> None:
        """Begin some work.

        Args:
            operation: begins it.
            polling: how it is polled.
            identifier: of the work.
            keys: what identifies its items, in the order in which they were sent.
            run: does it.
        """
        chunking, taken = operation.table.chunking, operation.taken
        named = taken.path[-1] if taken is not None and taken.path else operation.item_parameter
        columns = [path[-1] if path else named for path in (chunking.key if chunking is not None else ((),))]
        self._sent_keys[identifier] = keys
        self._ingestions.accept(identifier, polling, columns, run)

    def waiting(self, operation: Operation, polling: Polling, identifier: str) -> Mapping[str, str]:
        """Return the header that says when to request the status of some work, if the response of an operation has it."""
        wait = self._ingestions.wait(identifier) if polling.wait is not None else None
        if polling.wait is None or wait is None or not documents_header(operation.success[1], polling.wait):
            return {}
        return {polling.wait.lower(): wait}

    def said(self, operation: Operation, sent: SentRequest) -> tuple[list[Change], Mapping[str, str]]:
        """Return what a response says of work: changes of its body, and headers.

        Raises:
            Refused: there is no such work, or it has no results yet.
        """
        return self._status(operation, sent) if operation.id in self._polls else self._results(operation, sent)

    def _status(self, operation: Operation, sent: SentRequest) -> tuple[list[Change], Mapping[str, str]]:
        polling, begun_by = self._polls[operation.id]
        identifier = asked(polling, sent)
        status = self._ingestions.status(identifier) if identifier is not None else None
        if identifier is None or status is None:
            raise self._refusal(operation, "There is no such work.")
        changes, headers = [Change(path=polling.status.path, values=(status,))], {**self.waiting(operation, polling, identifier)}
        if polling.report is not None:
            link = self._ingestions.link(identifier)
            changes.append(Change(path=polling.report.link.path, values=(link,) if link else (ABSENT, None, "")))
        changes += self._rejections.counted(polling.results, self._ingestions.problems(identifier) or {})
        if polling.results_operation not in (None, operation.id):
            for place, text in self._names_of_results(operation, polling, identifier):
                if place.part == "header":
                    headers[place.path[0].lower()] = text
                else:
                    value = self._described.schemas.read(self._responses.at(operation, place.path), text)
                    changes.append(Change(path=place.path, values=(value,) if text else (ABSENT, None, "")))
        elif polling.results is not None:
            none = [Change(path=polling.results.items.path, values=(ABSENT, None, []))]
            listed = self._listed(operation, polling, begun_by, identifier)
            page, more = self._page(operation, sent, listed) if polling.results_operation else (listed, {})
            changes += page or none
            headers |= more
        return changes, headers

    def _listed(self, operation: Operation, polling: Polling, begun_by: Operation, identifier: str) -> list[Change]:
        """Return the results of some work as a change of a response; nothing before the work has succeeded."""
        problems, keys = self._ingestions.problems(identifier), self._sent_keys.get(identifier, ())
        if problems is None:
            return []
        return self._rejections.listed(operation, polling.results, begun_by.table.chunking, keys, problems)

    def _names_of_results(self, operation: Operation, polling: Polling, identifier: str) -> Iterator[tuple[Expression, str]]:
        """Yield where the response with a status has what identifies the results, and that; empty before the work has succeeded."""
        has_ended = self._ingestions.problems(identifier) is not None
        listing = self._described.operations[str(polling.results_operation)]
        for name, place in polling.results_arguments.items():
            if place.message == "response":
                if has_ended and (identifier, name) not in self._named:
                    taking = schema_of(listing.spec.parameter(bare(name)) or {})
                    self._named[identifier, name] = self._new.next([self._responses.at(operation, place.path), taking])
                yield place, self._named.get((identifier, name), "")

    def _results(self, operation: Operation, sent: SentRequest) -> tuple[list[Change], Mapping[str, str]]:
        """Return the results of some work, or those of the page that is requested."""
        polling, begun_by = self._lists[operation.id]
        identifier = self._asked_for_results(polling, sent)
        is_known = identifier is not None and self._ingestions.status(identifier) is not None
        changes = self._listed(operation, polling, begun_by, identifier) if identifier is not None and is_known else []
        if not changes:
            raise self._refusal(operation, "The work has no results." if is_known else "There is no such work.")
        return self._page(operation, sent, changes)

    def _page(self, operation: Operation, sent: SentRequest, changes: list[Change]) -> tuple[list[Change], Mapping[str, str]]:
        """Return those results of some work that are on the page that is requested, and headers about pages."""
        table = operation.table.pagination
        if table is None or not changes:
            return changes, {}
        rows = changes[0].values[0]
        section = self._paging.section(operation, table, sent, len(rows))
        page: list[Any] = [rows[place] for place in section.positions]
        return [Change(path=changes[0].path, values=(page,) if page else (page, ABSENT, None)), *section.changes], section.headers

    def _asked_for_results(self, polling: Polling, sent: SentRequest) -> str | None:
        """Return the identifier of the work whose results are requested; None if nothing identifies any."""
        own = {*polling.body, *(name for _, name, _ in identifying(polling))}
        for name, place in polling.results_arguments.items():
            part, dot, bare = name.partition(".")
            values = (sent.at(where, (bare if dot else name,)) for where in ((part,) if dot else ("path", "query", "header")))
            text = next((text_of(value) for value in values if value is not None), None)
            if place.message == "response":
                return next((work for (work, of), found in self._named.items() if (of, found) == (name, text)), None)
            if place.path[-1] in own:
                return text
        return None

    def _refusal(self, operation: Operation, text: str) -> Refused:
        return Refused(self._errors.response(operation, self._errors.status(operation, (*NOT_FOUND, 409, *INVALID)), text))

    def _examples(self, operation: Operation, polling: Polling) -> Iterator[str]:
        """Yield the examples of the identifiers of work; what a document shows has ended."""
        for _, name, _ in identifying(polling):
            yield from self._contents.examples(operation, name)
        for value in examples(operation.spec.value.get("requestBody", {})):
            yield from (str(value[name]) for name in polling.body if isinstance(value, dict) and name in value)
