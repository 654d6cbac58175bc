"""Checks of responses beyond their schema: the promises of the `x-client-*` tables, each tried on a few cases."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from copy import deepcopy
from typing import Any

import schemathesis
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckContext
from schemathesis.core.transport import Response

from scripts.fuzz.worker.editing import Editor, chance_of, decoded, reached, texts_of
from scripts.fuzz.worker.follow import Follower, rows
from scripts.fuzz.worker.keys import Keys
from scripts.fuzz.worker.pages import Turn
from scripts.fuzz.worker.rules import breaking, broken
from scripts.runtime.behaviour import Behaviour, Chunking, Expression, Ignored, Pagination, Rejections

Check = Callable[[CheckContext, Response, Case[Any]], None]

CHECKS = (
    "work_ends",
    "pages_end",
    "found_alone_found_together",
    "pages_lose_nothing",
    "refusals_name_what_was_sent",
    "required_is_required",
    "rules_are_kept",
    "lists_are_limited",
)

# How many cases of an operation a check is tried on. Long lists take the vendor a long time.
_TRIED = {"lists_are_limited": 1}
_TRIED_DEFAULT = 3
_TRIED_AFTER_FAILURE = 12
_MAX_PAGES = 60
_INDEX = re.compile(r"(?:^|(?<=[/.\[]))[0-9]+")  # itself, or in a path into the request, such as /items/3/sku
_MAX_WITHOUT_ITEMS = 20
_ALONE = 3


class Checks:
    """The checks of this project.

    Each of them sends more requests, and so is tried only on the first cases that it applies to. After a failure it is tried on
    more, so that Schemathesis can look for the shortest case.

    Args:
        editor: has the tables of the operations.
        follower: sends the requests.
        keys: makes identifiers for long lists.
        full: whether lists of the maximum length, and longer ones, are sent.
    """

    def __init__(self, *, editor: Editor, follower: Follower, keys: Keys, full: bool) -> None:
        self._editor = editor
        self._follower = follower
        self._keys = keys
        self._full = full
        self._tried: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._failed: set[tuple[str, str]] = set()

    def register(self) -> None:
        """Let Schemathesis run the checks."""
        for name in CHECKS:
            schemathesis.check(self._sampled(getattr(self, name)))

    def _sampled(self, check: Callable[[CheckContext, Response, Case[Any], Behaviour], bool]) -> Check:
        def sampled(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
            if case.meta is None or case.meta.generation.mode is GenerationMode.NEGATIVE or not _succeeded(response):
                return
            key = (check.__name__, case.operation.label)
            tried, content = self._tried[key], repr((case.method, case.path_parameters, dict(case.query), case.body))
            most = _TRIED_AFTER_FAILURE if key in self._failed else _TRIED.get(check.__name__, _TRIED_DEFAULT)
            if content not in tried and len(tried) >= most:
                return
            tried.add(content)
            try:
                applied = check(ctx, response, case, self._editor.behaviour(case))
            except AssertionError:
                self._failed.add(key)
                raise
            if not applied:
                tried.discard(content)

        sampled.__name__ = check.__name__
        return sampled

    def work_ends(self, ctx: CheckContext, response: Response, case: Case[Any], behaviour: Behaviour) -> bool:
        """Accepted work ends, and its report or its results have each item that was sent."""
        if behaviour.polling is None:
            return False
        status = self._follower.finished(ctx, case, behaviour.polling, response)
        report = behaviour.polling.report
        if reached(behaviour.polling.status, status) not in behaviour.polling.succeeded:
            return True
        if behaviour.polling.results is not None:
            self._check_results(ctx, response, case, behaviour, status)
        if report is None:
            return True
        link = reached(report.link, status)
        if not isinstance(link, str):
            raise AssertionError("the work has succeeded, but there is no link to its report")
        if behaviour.chunking is not None:
            items = _list_of(behaviour.chunking.array, case)
            found = [frozenset(row) for row in rows(self._follower.report(link))]
            for item in items:
                key = _key(behaviour.chunking, item)
                if not any(row.issuperset(key) for row in found):
                    raise AssertionError(f"lost item: the report has no row of {' / '.join(key)!r}, which was sent")
            if len(found) > len(items) + 1:
                raise AssertionError(f"the report has {len(found)} rows for {len(items)} items")
        return True

    def _check_results(self, ctx: CheckContext, response: Response, case: Case[Any], behaviour: Behaviour, status: Any) -> None:
        """The results of finished work, in its status or on the pages of another operation, are of what was sent."""
        chunking, polling = behaviour.chunking, behaviour.polling
        if chunking is None or chunking.array is None or polling is None or polling.results is None:
            return
        found = reached(polling.results.items, status)
        if polling.results_operation is not None:
            other, first = self._follower.results(ctx, case, polling, response, status)
            table = self._editor.operations.get(polling.results_operation, Behaviour())
            if first.status_code in waits(table):
                return
            if not _succeeded(first):
                raise AssertionError(f"the work has succeeded, and {polling.results_operation} gets {first.status_code}")
            found = reached(polling.results.items, decoded(first))
            if table.pagination is not None:
                pages, is_ended = self._pages(ctx, first, other, table)
                if not is_ended:
                    return
                found = [json.loads(each) for each in pages]
        _check_listed(chunking, polling.results, _list_of(chunking.array, case), found)

    def pages_end(self, ctx: CheckContext, response: Response, case: Case[Any], behaviour: Behaviour) -> bool:
        """Pages end, neither a token nor an item comes twice, and there are no items after the end."""
        pages = behaviour.pagination
        if pages is None or Turn.of(case, pages).next(pages, response) is None:
            return False
        found, is_ended = self._pages(ctx, response, case, behaviour)
        if pages.limit is not None and len(found) > pages.limit:
            raise AssertionError(f"{len(found)} items are on all pages; the limit is {pages.limit}")
        twice = [item for item, times in Counter(found).items() if times > 1]
        if twice:
            raise AssertionError(f"an item is on more than one page: {twice[0][:200]}")
        if is_ended and pages.first is not None:
            self._nothing_beyond(ctx, case, pages, behaviour)
        return True

    def _nothing_beyond(self, ctx: CheckContext, case: Case[Any], pages: Pagination, behaviour: Behaviour) -> None:
        """A page after the last one has no items and no successor, or is refused."""
        turn = Turn.of(case, pages).beyond(pages)
        _, response = self._turned(ctx, case, turn)
        if not _succeeded(response):
            is_refusal = response.status_code < 500 and pages.beyond in (None, response.status_code)
            if not is_refusal and response.status_code not in waits(behaviour):
                raise AssertionError(f"a page after the last one gets {response.status_code}")
        elif reached(pages.items, decoded(response)) or turn.next(pages, response) is not None:
            raise AssertionError("a page after the last one has items, or says that there is another page")

    def found_alone_found_together(self, ctx: CheckContext, response: Response, case: Case[Any], behaviour: Behaviour) -> bool:
        """An item that is found for one identifier alone is also found for several of them together."""
        chunking, pages = behaviour.chunking, behaviour.pagination
        if chunking is None or pages is None or chunking.array is None or chunking.array.part != "query":
            return False
        if not self._is_readable(chunking.array, case):
            return False
        name = chunking.array.path[-1]
        together = str(case.query.get(name, "")).split(",")
        if len(together) < 2 or _is_later_page(case, behaviour):
            return False
        found, ended = self._pages(ctx, response, case, behaviour)
        if not ended or not found:
            return False
        for identifier in together[:_ALONE]:
            alone, again = self._again(ctx, case, {**texts_of(case), name: identifier})
            for item in self._pages(ctx, again, alone, behaviour)[0]:
                if item not in found:
                    raise AssertionError(
                        f"{name}={identifier} alone finds an item that {','.join(together)} does not: {item[:200]}"
                    )
        return True

    def pages_lose_nothing(self, ctx: CheckContext, response: Response, case: Case[Any], behaviour: Behaviour) -> bool:
        """The same on several pages, which are too rare among the first cases."""
        pages = behaviour.pagination
        paged = pages is not None and Turn.of(case, pages).next(pages, response) is not None
        return paged and self.found_alone_found_together(ctx, response, case, behaviour)

    def refusals_name_what_was_sent(self, ctx: CheckContext, response: Response, case: Case[Any], behaviour: Behaviour) -> bool:
        """A list of refused items has only items that were sent."""
        chunking = behaviour.chunking
        if chunking is None or chunking.array is None or chunking.rejections is None:
            return False
        found = reached(chunking.rejections.items, decoded(response))
        _check_listed(chunking, chunking.rejections, _list_of(chunking.array, case), found)
        return False

    def required_is_required(self, ctx: CheckContext, response: Response, case: Case[Any], behaviour: Behaviour) -> bool:
        """A query without a required parameter is refused; Schemathesis does not try this if the query has lists."""
        required, texts = self._editor.query(case).required, texts_of(case)
        for name in sorted(required & texts.keys()):
            fewer = {key: text for key, text in texts.items() if key != name}
            self._has_to_refuse(ctx, case, fewer, f"accepted without {name}, which is required")
        return bool(required)

    def rules_are_kept(self, ctx: CheckContext, response: Response, case: Case[Any], behaviour: Behaviour) -> bool:
        """A query that breaks a rule between parameters is refused."""
        query, texts = self._editor.query(case), texts_of(case)
        if not query.rules or _is_later_page(case, behaviour):
            return False
        for rule in broken(query.rules, texts):
            raise AssertionError(f"accepted, though it breaks a rule: {rule.because}")
        chance = chance_of("supply")
        for rule, changed in breaking(query.rules, texts, lambda name: self._editor.supply(query, name, chance)):
            self._editor.fit(query, changed, (), chance)  # so that only the rule is a reason to refuse it
            self._has_to_refuse(ctx, case, changed, f"accepted, though it breaks a rule: {rule.because}")
        return True

    def lists_are_limited(self, ctx: CheckContext, response: Response, case: Case[Any], behaviour: Behaviour) -> bool:
        """A list of the maximum length is accepted, and one with one more element is refused."""
        chunking = behaviour.chunking
        array = chunking.array if chunking else None
        items = _list_of(array, case)
        if chunking is None or array is None or not items or not self._full or not self._is_readable(array, case):
            return False
        if self._editor.may_be_refused(case) or _is_later_page(case, behaviour):
            return False
        name = "/".join(array.path) or "the body"
        for length in (chunking.size, chunking.size + 1):
            more = (self._other(case, chunking, items[0], number) for number in range(length - len(items)))
            longer = [*items, *more][:length]
            if chunking.max_body_bytes is not None and len(json.dumps([case.body, longer])) > chunking.max_body_bytes:
                return False
            again = self._with(ctx, case, array, longer)
            if length > chunking.size and _succeeded(again):
                raise AssertionError(f"{name} has {length} elements and is accepted; {chunking.size} are allowed")
            if length == chunking.size and 400 <= again.status_code < 500 and again.status_code not in waits(behaviour):
                raise AssertionError(f"{name} may have {length} elements, and gets {again.status_code}")
        return True

    def _is_readable(self, array: Expression, case: Case[Any]) -> bool:
        """Return whether a list is in a body, or separated by commas in the query."""
        return array.part == "body" or array.path[-1] in self._editor.query(case).lists

    def _other(self, case: Case[Any], chunking: Chunking, item: Any, number: int) -> Any:
        """Return an item like another one, in a body with another key."""
        if chunking.array is not None and chunking.array.part == "query":
            return item  # it may be there twice
        path, key = chunking.key[0], self._keys.key(case.operation.definition.raw["operationId"], number)
        if not path:
            return key
        other = deepcopy(item)
        holder = other
        for part in path[:-1]:
            holder = holder[part]
        holder[path[-1]] = key
        return other

    def _with(self, ctx: CheckContext, case: Case[Any], array: Expression, items: list[Any]) -> Response:
        """Send a case again with another list; it is not recorded, since records stay in memory."""
        if array.part == "query":
            return self._again(ctx, case, {**texts_of(case), array.path[-1]: ",".join(items)}, recorded=False)[1]
        body: Any = items
        if array.path:
            body = deepcopy(case.body)
            holder: Any = body
            for part in array.path[:-1]:
                holder = holder[part]
            holder[array.path[-1]] = items
        return self._follower.again(ctx, case, body=body, recorded=False)[1]

    def _again(
        self, ctx: CheckContext, case: Case[Any], texts: Mapping[str, str], *, recorded: bool = True
    ) -> tuple[Case[Any], Response]:
        """Send a case again with another query."""
        return self._follower.again(ctx, case, query=self._editor.query(case).encoded(texts), recorded=recorded)

    def _has_to_refuse(self, ctx: CheckContext, case: Case[Any], texts: Mapping[str, str], otherwise: str) -> None:
        other, response = self._again(ctx, case, texts)
        if _succeeded(response):
            raise AssertionError(f"{otherwise}\n{other.as_curl_command()}")

    def _pages(self, ctx: CheckContext, response: Response, case: Case[Any], behaviour: Behaviour) -> tuple[list[str], bool]:
        """Return the items of a page and of those after it, and whether the last page was reached."""
        pages = behaviour.pagination
        assert pages is not None  # noqa: S101 - checked by the callers
        items: list[str] = []
        turn, keys, without_items = Turn.of(case, pages), list[object](), 0
        for _ in range(_MAX_PAGES):
            found = [json.dumps(item, sort_keys=True) for item in reached(pages.items, decoded(response)) or ()]
            items += found
            without_items = 0 if found else without_items + 1
            if without_items > _MAX_WITHOUT_ITEMS:
                raise AssertionError(f"the pages never end: {_MAX_WITHOUT_ITEMS} in a row have no items")
            following = turn.next(pages, response)
            if following is None:
                return items, True
            if following.key in keys:
                raise AssertionError(f"the pages never end: the token {following.key} comes twice")
            keys.append(following.key)
            turn = following
            _, response = self._turned(ctx, case, turn)
            if response.status_code in waits(behaviour):
                return items, False
            if response.status_code == pages.beyond:
                return items, True
            if response.status_code != 200:
                raise AssertionError(f"the page of the token {turn.key} gets {response.status_code}")
        return items, False

    def _turned(self, ctx: CheckContext, case: Case[Any], turn: Turn) -> tuple[Case[Any], Response]:
        """Send a case again for another page."""
        return self._follower.again(ctx, case, query=self._editor.query(case).encoded(turn.query), body=turn.body)


def _check_listed(chunking: Chunking, listing: Rejections, items: list[Any], listed: Any) -> None:
    """What a response lists was sent; where it lists each item with its status, all that was sent is listed."""
    sent = {_unspelled(_text(item, chunking.key[0], chunking), chunking.ignore) for item in items}
    if listing.index is not None:
        sent = {str(index) for index in range(listing.first, listing.first + len(items))}
    found = set[str]()
    for row in listed or ():
        named = _text(row, listing.key or listing.index or (), chunking)
        indexes = _INDEX.findall(named) if listing.index is not None else []
        found.add(indexes[0] if indexes else _unspelled(named, chunking.ignore))
    if found - sent:
        raise AssertionError(f"the response lists {min(found - sent)!r}, which was not sent")
    if listing.status is not None and sent - found:
        raise AssertionError(f"lost item: the response does not list {min(sent - found)!r}, which was sent")


def _succeeded(response: Response) -> bool:
    return 200 <= response.status_code < 300


def _is_later_page(case: Case[Any], behaviour: Behaviour) -> bool:
    """Return whether a case asks for a page that it names, which may not be the first one, or is valid with one query only."""
    pages = behaviour.pagination
    return pages is not None and Turn.of(case, pages).at(pages.changing) is not None


def waits(behaviour: Behaviour) -> frozenset[int]:
    """Return the statuses after which a client has to wait: they say nothing about the request."""
    rows = behaviour.retry.responses if behaviour.retry else ()
    return frozenset(each.status for each in rows if each.value is None)


def _list_of(array: Expression | None, case: Case[Any]) -> list[Any]:
    if array is None:
        return []
    if array.part == "query":
        text = case.query.get(array.path[-1])
        return text if isinstance(text, list) else str(text).split(",") if text is not None else []
    found = reached(array, case.body)
    return found if isinstance(found, list) else []


def _text(item: Any, path: tuple[str, ...], chunking: Chunking) -> str:
    for part in path:
        item = item.get(part) if isinstance(item, dict) else None
    return str(item).strip() if chunking.normalize == "trim" else str(item)


def _unspelled(text: str, ignored: Collection[Ignored]) -> str:
    """Return what all spellings of a key have in common."""
    text = text.upper() if "letter-case" in ignored else text
    text = re.sub(r"[-\s]", "", text) if "separators" in ignored else text
    return text.lstrip("0") if "leading-zeros" in ignored else text


def _key(chunking: Chunking, item: Any) -> tuple[str, ...]:
    return tuple(_text(item, path, chunking) for path in chunking.key)
