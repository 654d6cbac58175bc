"""Say in words what the behaviour tables of the operations say: limits, sizes, pages, polling, retries."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from scripts.generate.text.markdown import code, inline
from scripts.runtime.behaviour import (
    Behaviour,
    Check,
    Chunking,
    Condition,
    Confirmation,
    Expression,
    Matching,
    Pagination,
    Polling,
    RateLimit,
    Rejections,
    Report,
    Retry,
)

_IGNORED = {"letter-case": "letter case", "separators": "hyphens and white space", "leading-zeros": "leading zeros"}
_PERIODS = {1: "a second", 60: "a minute", 3600: "an hour", 86400: "a day"}


def limits(behaviours: Mapping[str, Behaviour], methods: Mapping[str, str]) -> list[str]:
    """Return a sentence or two of Markdown for each thing that the tables say; what holds for some operations names them.

    Args:
        behaviours: the tables by operationId.
        methods: the Python names of the operations by operationId.
    """
    sentences: dict[tuple[int, str], list[str]] = {}
    weighed = _weighed(behaviours.values())
    for operation, behaviour in behaviours.items():
        for position, text in enumerate(_sentences(behaviour, methods, weighed)):
            sentences.setdefault((position, text), []).append(methods[operation])
    return [
        text if len(names) == len(behaviours) else f"{_listed(map(code, names))}: {text[0].lower()}{text[1:]}"
        for (_, text), names in sorted(sentences.items(), key=lambda each: each[0][0])
        if text
    ]


def _sentences(behaviour: Behaviour, methods: Mapping[str, str], weighed: Collection[int]) -> Iterable[str]:
    """Yield what each of an operation's tables says; nothing for a table that it does not have."""
    yield _rates(behaviour.rate_limit, weighed) if behaviour.rate_limit else ""
    yield _size(behaviour.chunking) if behaviour.chunking else ""
    yield _matching(behaviour.matching, behaviour.chunking) if behaviour.matching and behaviour.chunking else ""
    yield _pages(behaviour.pagination) if behaviour.pagination else ""
    yield _polling(behaviour.polling, methods) if behaviour.polling else ""
    yield _confirmation(behaviour.confirmation) if behaviour.confirmation else ""
    yield _retries(behaviour.retry) if behaviour.retry else ""
    yield _check(behaviour.check) if behaviour.check else ""


def _weighed(behaviours: Iterable[Behaviour]) -> Collection[int]:
    """Return the places in tables at which operations share a limit, and their requests cost different units."""
    costs = defaultdict[int, set[int | Expression]](set)
    for each in behaviours:
        for place, limit in enumerate(each.rate_limit.all if each.rate_limit else ()):
            if "operation" not in limit.scope:
                costs[place].add(limit.cost)
    return [place for place, found in costs.items() if len(found) > 1]


def _rates(limit: RateLimit, weighed: Collection[int]) -> str:
    first, *further = (
        _rate(each, is_weighed=place in weighed and "operation" not in each.scope) for place, each in enumerate(limit.all)
    )
    return " ".join([first, *(f"Also, {text[0].lower()}{text[1:]}" for text in further)])


def _rate(limit: RateLimit, *, is_weighed: bool) -> str:
    unit, costing = _unit(limit, is_weighed=is_weighed)
    per = _PERIODS.get(int(limit.period)) if limit.period == int(limit.period) else None
    shared = "all operations together" if limit.scope == ("credential",) else "each operation separately"
    rate = f"{_number(limit.rate)} {unit} {per or f'in {_duration(limit.period)}'}"
    text = f"At most {rate}, with a burst of {_number(limit.burst)}{costing}"
    text += f", for each credential and {shared}." if "credential" in limit.scope else f", {shared}."
    if limit.concurrency is not None:
        text += f" At most {_number(limit.concurrency)} requests at the same time."
    return " ".join([text, *_corrections(limit, unit)])


def _unit(limit: RateLimit, *, is_weighed: bool) -> tuple[str, str]:
    """Return what a limit counts, and what a request uses of that if the first does not say it."""
    if isinstance(limit.cost, Expression):
        unit, used = f"elements of {_place(limit.cost)}", f"one for each element of {_place(limit.cost)}"
    else:
        unit, used = "requests" if limit.cost == 1 else "", _number(limit.cost)
    if unit and not is_weighed:
        return unit, ""
    return "units", f", of which a request uses {used}"


def _corrections(limit: RateLimit, unit: str) -> Iterable[str]:
    """Say of each header that corrects a limit what it is, and what is done with it."""
    if limit.rate_per_second is not None:
        yield f"The header {_header(limit.rate_per_second)} of a response is how many {unit} a second are allowed from then on."
    if limit.limit is not None:
        period = _duration(limit.period)
        yield f"The header {_header(limit.limit)} of a response is how many {unit} in {period} are allowed from then on."
    if limit.remaining is not None:
        left = f"The header {_header(limit.remaining)} of a response is how many {unit} are left in the current period"
        until = f"before {_time(limit)}" if limit.until else f"within {_duration(limit.period)}"
        yield f"{left}: where others have used the limit, too, no more than that are sent {until}."
    elif limit.until is not None:
        yield f"The header {_header(limit.until)} of a response is the time at which all {unit} are available again."


def _header(name: str) -> str:
    """Return a header as Markdown, with the part of a structured one."""
    header, _, part = name.partition(";")
    return f"{code(header)} ({code(part)})" if part else code(header)


def _time(limit: RateLimit) -> str:
    unit = f", in {limit.until_format.removeprefix('epoch-')} since 1970" if limit.until_format else ""
    return f"the time in the header {_header(limit.until or '')}{unit}"


def _size(chunking: Chunking) -> str:
    if chunking.item is not None:
        where = f"as {_place(chunking.item)}" if chunking.item.path else "which is its body"
        path = [
            f"the {code('.'.join(pointer))} of which is {code(name)} of the path" for name, pointer in chunking.parameters.items()
        ]
        size = ", and ".join([f"A request has one item, {where}", *path])
    else:
        size = f"A request has at most {_number(chunking.size)} elements of {_place(chunking.array) if chunking.array else ''}"
    and_most = ", and at most" if chunking.item is not None else " and"
    text = f"{size}." if chunking.max_body_bytes is None else f"{size}{and_most} {_number(chunking.max_body_bytes)} bytes."
    if chunking.alone:
        text += f" One that contains {code(chunking.alone)} has to be the only one."
    if chunking.ignore:
        text += (
            f" What responses call an item may differ by {_listed(_IGNORED[each] for each in chunking.ignore)} from what was sent."
        )
    text += _refused(chunking.rejections, "response") if chunking.rejections is not None else ""
    for each in chunking.refusals:
        words = f" with the words “{inline(each.text)}”" if each.text else ""
        whose = f"single values of {code('.'.join(each.by))}" if each.by else "single elements"
        text += f" A response {each.status}{words} may be due to {whose}: divide what was refused, and send the parts."
    return text


def _refused(listing: Rejections, message: str) -> str:
    return f" {_place(listing.refused)} of the {message} is the number of those that are refused." if listing.refused else ""


def _matching(matching: Matching, chunking: Chunking) -> str:
    requested = chunking.array or chunking.item
    places = []
    if matching.key_kind or not matching.identifiers:
        kind = f" (kind {code(matching.key_kind)})" if matching.key_kind else ""
        places.append(f"{code('.'.join(matching.key))}{kind}")
    if matching.identifiers:
        places.append(code(".".join((*matching.identifiers.items, *matching.identifiers.value))))
    wanted = f"what was requested as {_place(requested)}" if requested and requested.path else "what was requested"
    text = f"An element of {_place(matching.items)} is {wanted} if it has that as {_listed(places, 'or')}."
    for name, value in matching.parameters.items():
        values = value if isinstance(value, tuple) else (value,)
        text += f" It can be matched only if {code(name)} has {_listed(code(str(each)) for each in values)}."
    kinds = [f"{_listed(_IGNORED[each] for each in form)} in {code(kind)}" for kind, form in matching.spellings.items()]
    kinds += [_listed(_IGNORED[each] for each in matching.ignore)] if matching.ignore else []
    return f"{text} Two spellings of one identifier may differ by {_listed(kinds)}." if kinds else text


def _pages(pagination: Pagination) -> str:
    text = f"Results are paginated: {_next_page(pagination)}"
    if last := _last_page(pagination):
        text += f" {last}"
    if pagination.limit is None:
        return text
    return f"{text} All pages together have at most {_number(pagination.limit)} elements of {_place(pagination.items)}."


def _next_page(pagination: Pagination) -> str:
    """Say how the next page is requested."""
    if pagination.link is not None:
        is_linked = pagination.link.part == "header" and pagination.link.path[0].lower() == "link"
        return f"{_place(pagination.link)} of a response{' (`rel=next`)' if is_linked else ''} is the URL of the next page."
    if pagination.page is not None:
        return f"{_place(pagination.page)} is the number of a page, and the first page is {pagination.first}."
    if pagination.offset is not None:
        return f"{_place(pagination.offset)} is where a page begins, and the first item is at {pagination.first}."
    token, parameter = (_place(each) if each else "" for each in (pagination.token, pagination.parameter))
    return f"{token} of a response, sent as {parameter}, requests the next page."


def _last_page(pagination: Pagination) -> str:
    """Say which page is the last one, unless that is the one without a token or a link."""
    if pagination.more is not None:
        return f"The last page has {_place(pagination.more)} false."
    if pagination.first is None:
        return ""
    if pagination.pages is not None:
        return f"{_place(pagination.pages)} of a response is the number of pages."
    if pagination.total is not None:
        return f"{_place(pagination.total)} of a response is the number of items on all pages."
    last = "fewer items than requested" if pagination.last_page == "short" else "no items"
    ended = f"The first page with {last} is the last one"
    return f"{ended}; a page after the last one gets the status {pagination.beyond}." if pagination.beyond else f"{ended}."


def _polling(polling: Polling, methods: Mapping[str, str]) -> str:
    method = code(methods.get(polling.operation, polling.operation))
    ended = f"{_listed(map(code, polling.succeeded), 'or')} says that it has ended"
    failed = f", {_listed(map(code, polling.failed), 'or')} that it has failed" if polling.failed else ""
    between = f"every {_duration(polling.interval)}"
    if polling.max_interval != polling.interval:
        between += f" at first and every {_duration(polling.max_interval)} later"
    deadline = _duration(polling.deadline)
    text = f"The response comes before the work is done. Poll {method} {between}, for {deadline} at most: {ended}{failed}."
    if polling.report is not None:
        text += (
            f" A report has the outcome of each item: {_place(polling.report.link)} of the response is its URL for"
            f" {_duration(polling.report.lifetime)}, and {code(polling.report.success)} in it confirms an item."
        )
        text += _report(polling.report)
    if polling.location is not None:
        text += f" {_place(polling.location)} of the response has its URL."
    if polling.wait is not None:
        text += f" {code(polling.wait)} says how long to wait before the next request."
    if polling.results is not None:
        how = "by its index in the request" if polling.results.index is not None else "by its key"
        other = polling.results_operation
        said = f"{code(methods.get(other, other))}, on all its pages," if other is not None else "the status"
        text += f" At the end, {_place(polling.results.items)} of {said} has the outcome of each item, {how}."
        text += _refused(polling.results, "status")
    if not polling.confirms:
        text += " The end of the work confirms no item: something else says which items were done."
    return text


def _report(report: Report) -> str:
    text = f" {_listed(map(code, report.failures), 'or')} rejects it." if report.failures else ""
    if report.expired:
        text += f" A response {_listed(map(str, report.expired), 'or')} to the URL says that the URL has expired."
    return text


def _confirmation(confirmation: Confirmation) -> str:
    sentences = []
    if confirmation.conditions:
        sentences.append(f"A success confirms what was requested only if {_listed(map(_condition, confirmation.conditions))}.")
    if confirmation.count:
        what = f"If {_place(confirmation.count)} is not the number of items that are sent and not refused"
        sentences.append(f"{what}, the outcome of the items that the response does not name is unknown.")
    if confirmation.since:
        sentences.append(f"A time before the request in {_place(confirmation.since.value)} says that it was so before.")
    if confirmation.stores:
        place = _place(confirmation.stores)
        sentences.append(f"A report that names stores confirms an item only if it does so for each of {place} of the request.")
    if confirmation.retires:
        sentences.append("What is confirmed is no longer in use at this vendor, so it may be deleted elsewhere.")
    if confirmation.rejects:
        sentences.append(f"Of the errors, {_listed(map(str, confirmation.rejects), 'or')} alone rejects items.")
    return " ".join(sentences)


def _condition(condition: Condition) -> str:
    place, unless = _place(condition.value), " or absent" if condition.optional else ""
    if condition.time:
        return f"{place} is a time in the past{unless}"
    if condition.item is None:
        rejecting = f" ({_listed(map(_json, condition.failures), 'or')} rejects it)" if condition.failures else ""
        return f"{place} is {_listed(map(_json, condition.values), 'or')}{unless}{rejecting}"
    whose = f"the {code('.'.join(condition.item))} of the item" if condition.item else "the item"
    ignored = f" ({_listed(_IGNORED[each] for each in condition.ignore)} ignored)" if condition.ignore else ""
    return f"{place} is {whose}{ignored}{unless}"


def _json(value: object) -> str:
    return code(value if isinstance(value, str) else json.dumps(value))


def _retries(retry: Retry) -> str:
    responses = []
    for each in retry.responses:
        since = f", in {each.wait_format.removeprefix('epoch-')} since 1970" if each.wait_format else ""
        wait = f"as the header {code(each.wait)} says{since}" if isinstance(each.wait, str) else f"after {_duration(each.wait)}"
        words = f" with the words “{inline(each.text)}”" if each.text else ""
        words += f" with {_listed(map(_json, each.values), 'or')} as {_place(each.value)}" if each.value else ""
        responses.append(f"{each.status}{words} ({wait})")
    text = f"Retryable: {_listed(responses)}; no other response is. " if responses else "No response is retryable. "
    if responses:
        text += f"Give up after {retry.attempts} attempts, or if a wait would be longer than {_duration(retry.max_wait)}. "
    lost = "may be sent again" if retry.idempotent else "must not be sent again: it may have been processed"
    if retry.idempotency_key:
        lost = f"may be sent again with the same {_place(retry.idempotency_key)}, by which it is processed once;"
        lost += " each call has a new one, unless one is given"
    return f"{text}A request whose response was lost {lost}."


def _check(check: Check) -> str:
    given = [
        f"{_listed(code(str(each)) for each in (value if isinstance(value, tuple) else (value,)))} as {code(name)}"
        for name, value in {**check.parameters, **check.body}.items()
    ]
    request = f"A request with {_listed(given)}" if given else "A request"
    also = f", and so does {_listed(map(str, check.accepted), 'or')}" if check.accepted else ""
    said = f"a success says that they are accepted{also}; 401 or 403 that they are not"
    return f"{request} changes nothing, and checks credentials: {said}."


def _place(expression: Expression) -> str:
    return code(".".join(expression.path)) if expression.path else "the body itself"


def _number(value: float) -> str:
    return f"{int(value):,}" if value == int(value) else f"{value:,}"


def _duration(seconds: float) -> str:
    if seconds % 60 == 0 and seconds > 60:
        return f"{_number(seconds / 60)} minutes"
    return f"{_number(seconds)} second{'' if seconds == 1 else 's'}"


def _listed(texts: Iterable[str], last: str = "and") -> str:
    found = list(texts)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} {last} {found[-1]}"
