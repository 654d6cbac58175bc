"""Whether what `x-client-polling` names exists in the spec, and fits; see `behaviour`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Generator, Iterator
from difflib import get_close_matches

from scripts.lint.behaviour import Problem, Value, listing, schemas, second_part
from scripts.lint.messages import enumerated, short
from scripts.spec.document import Pointer
from scripts.spec.expressions import Operation, bare, find, header_of, operations, parse

_PAGE = re.compile(r"(?i)page|cursor|offset|skip|token")


def polling(operation: Operation, value: Value) -> Iterator[Problem]:
    """The status operation exists and is linked to; each of its states is in one list; the times grow."""
    if not value["interval"] <= value["maxInterval"] <= value["deadline"]:
        yield (), "the times have to grow from interval over maxInterval to deadline; correct them"
    target = find(operation.document, value["operation"])
    if target is None:
        yield ("operation",), f"there is no operation {value['operation']!r}; name the one that reports the status"
        return
    if "location" in value:
        yield from _location(operation, target, value["location"])
    else:
        yield from _link(operation, target)
    yield from _states(target, value)
    yield from _unpaced(target, ("operation",))
    if "wait" in value:
        yield from _wait(operation, target, value["wait"])
    if "results" in value:
        source = target if "resultsOperation" not in value else (yield from _source(operation, target, value))
        yield from _results(source, target, value["results"]) if source is not None else ()
        if source is target:
            yield from _pages(target, ("results", "items"), value["results"]["items"], _known(operation, target, value))
        yield from second_part(operation, ("results", "store"), value["results"])
        if "index" in value["results"] and "array" not in operation.value.get("x-client-chunking", {}):
            yield ("results", "index"), "x-client-chunking names no array, in which an item has an index; name its key"
    yield from _beside(target, value)
    if "report" in value:
        yield from schemas(target, ("report", "link"), value["report"]["link"])
        confirming, rejecting = value["report"]["success"].casefold(), value["report"].get("failures", ())
        for index, word in enumerate(rejecting):
            if word.casefold() == confirming:
                yield ("report", "failures", index), f"{word!r} confirms an item, too; remove it here, or correct success"


def _link(operation: Operation, target: Operation) -> Iterator[Problem]:
    """Each success has a link to the status operation, which gives all that its request needs."""
    at, name = ("operation",), target.value.get("operationId")
    for response in operation.successes:
        link = next((each for each in response.get("links", {}).values() if each.get("operationId") == name), None)
        if link is None:
            yield at, f"the success response has no link to {name!r}; add it under links"
            continue
        fields = link.get("requestBody", {})
        for place in fields.values() if isinstance(fields, dict) else ():
            if not str(place).startswith(("$request.", "$response.")):
                yield at, f"the link to {name!r} has {place!r}, which is no place in a request or response; name one"
        yield from _request(target, at, {*map(bare, link.get("parameters", {}))}, has_body=bool(fields))


def _unpaced(operation: Operation, at: Pointer) -> Iterator[Problem]:
    """What documents that it can be asked too often is paced, or a refusal for that is retried."""
    if {"x-client-retry", "x-client-rate-limit"} & operation.value.keys():
        return
    for status in (429, 503):
        response = operation.responses.get(str(status))
        if response is not None and (status == 429 or header_of(response, "Retry-After")):
            name = operation.value.get("operationId")
            advice = f"{name!r} documents {status}, after which the outcomes of items are unknown without a table that retries it"
            yield at, f"{advice}; add x-client-retry to {name!r}, and x-client-rate-limit if there is a limit"
            return


def _location(operation: Operation, target: Operation, expression: str) -> Iterator[Problem]:
    """The URL exists, and the status operation needs nothing but what is in its path."""
    yield from schemas(operation, ("location",), expression)
    own = {each["name"] for each in operation.parameters if each["in"] == "path"}
    if not any(each["in"] == "path" and each["name"] not in own for each in target.parameters):
        yield ("location",), "the path of the status operation has no parameter that the URL could have; use a link"
    for each in target.parameters:
        if each.get("required") and each["in"] != "path":
            yield ("location",), f"the status operation requires {each['name']!r}, which is not read from the URL; use a link"
    if target.value.get("requestBody", {}).get("required"):
        yield ("location",), "the status operation requires a body, which is not read from the URL; use a link"


def _results(source: Operation, status: Operation, value: Value) -> Iterator[Problem]:
    """The response of the operation that has the results has their list."""
    for at, advice in listing(source, ("results",), value, status):
        suggestion = "; if another operation lists the results, name it as resultsOperation" if at == ("results", "items") else ""
        yield at, f"{advice}{suggestion}"


def _source(operation: Operation, status: Operation, value: Value) -> Generator[Problem, None, Operation | None]:
    """Yield what is wrong with the operation that lists the results, and return it; None if there is none, or no link to it."""
    at, name = ("resultsOperation",), value["resultsOperation"]
    source = find(operation.document, name)
    if source is None:
        yield at, f"there is no operation {name!r}; name the one that lists the results"
        return None
    if name == value["operation"]:
        yield at, f"{name!r} is the status operation, whose response is read anyway; remove this"
        return None
    links = _links(status, name)
    if not links:
        yield at, f"the success response of {value['operation']!r} has no link to {name!r}; add it under links there"
        return None
    given = links[0].get("parameters", {})
    for expression in map(str, given.values()):
        if expression.startswith("$request.") and parse(expression)[2][-1] not in _known(operation, status, value):
            yield at, f"the link to {name!r} has {expression}, with which the status is not requested; take it from the response"
        elif not expression.startswith(("$request.", "$response.")):
            yield at, f"the link to {name!r} has {expression!r}, which is no place in a request or response; name one"
    yield from _unpaced(source, at)
    yield from _request(source, at, {*map(bare, given)})
    yield from _pages(source, at, value["results"]["items"], given)
    return source


def _known(operation: Operation, status: Operation, value: Value) -> set[str]:
    """Return the names of the parameters with which the status is requested."""
    if "location" in value:
        return {each["name"] for each in status.parameters if each["in"] == "path"}
    return {bare(name) for link in _links(operation, value["operation"]) for name in link.get("parameters", {})}


def _links(operation: Operation, target: str) -> list[Value]:
    """Return the links to an operation that the successes of another one have."""
    links = [link for response in operation.successes for link in response.get("links", {}).values()]
    return [link for link in links if link.get("operationId") == target]


def _request(source: Operation, at: Pointer, given: Collection[str], *, has_body: bool = False) -> Iterator[Problem]:
    """The status, or the first page of results, can be requested with what the link gives."""
    counted = [source.value.get("x-client-pagination", {}).get(each) for each in ("page", "offset")]
    for each in source.parameters:
        is_counted = f"$request.{each['in']}.{each['name']}" in counted
        if each.get("required") and each["name"] not in given and not is_counted:
            yield at, f"the operation requires {each['name']!r}, which the link to it does not give; add it to the link"
    if source.value.get("requestBody", {}).get("required") and not has_body:
        yield at, "the operation requires a body, which is not sent; name one that needs none"


def _pages(source: Operation, at: Pointer, items: str, given: Collection[str]) -> Iterator[Problem]:
    """The pages of the results are pages of their list, and it is said how the next one is requested."""
    pagination = source.value.get("x-client-pagination")
    if pagination is not None and pagination["items"] != items:
        yield at, f"a page has its items at {pagination['items']} by x-client-pagination, and results are at {items}; correct one"
    for each in source.parameters if pagination is None else ():
        if each["in"] == "query" and each["name"] not in given and _PAGE.search(each["name"]):
            yield at, f"{each['name']!r} can request a page, and without x-client-pagination one is read only; add it there"


def _beside(target: Operation, value: Value) -> Iterator[Problem]:
    """The table says what the end of the work means, where an operation below the path of the status can have the outcomes."""
    if {"report", "results", "confirms"} & value.keys():
        return
    for other in operations(target.document):
        if str(other.pointer[1]).startswith(f"{target.pointer[1]}/") and other.pointer[2] == "get":
            name = other.value.get("operationId")
            advice = f"{name!r} can have the outcomes of items, and by default the end of the work confirms each item"
            yield (), f"{advice}; name it as resultsOperation, beside results, or add confirms: false, or true if all are done then"


def _wait(operation: Operation, target: Operation, expression: str) -> Iterator[Problem]:
    """The header is documented on a success of one of the two operations."""
    name = expression.removeprefix("$response.header.")
    if not any(header_of(response, name) for each in (operation, target) for response in each.successes):
        yield ("wait",), f"no success of the two operations has a header {name!r}; document it there, or remove this"


def _states(target: Operation, value: Value) -> Iterator[Problem]:
    found = yield from schemas(target, ("status",), value["status"])
    if not found:
        return
    if not all("enum" in schema for schema in found):
        yield ("status",), "the status is not an enum, so its states are unknown; give its schema an enum"
        return
    known = [state for schema in found for state in schema["enum"] if state is not None]
    lists = [(name, state) for name in ("pending", "succeeded", "failed") for state in value[name]]
    times = Counter(state for _, state in lists)
    missing = [state for state in known if state not in list(times)]
    for name, state in lists:
        if state not in known and (meant := get_close_matches(state, map(str, missing), n=1)):
            missing = [each for each in missing if str(each) != meant[0]]
            yield (name,), f"{state!r} is not a value of the status, which has {meant[0]!r}; correct it here, or in the enum"
        elif state not in known:
            advice = f"{state!r} is not a value of the status, which has {enumerated(known)}"
            yield (name,), f"{advice}; remove it, or add it to the enum"
        elif times[state] > 1:
            yield (name,), f"{state!r} is in more than one list; leave it in one"
    for state in missing:
        yield (), f"the status {short(state)} is in none of pending, succeeded and failed; add it to one"
