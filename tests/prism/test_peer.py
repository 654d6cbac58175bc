"""The clients understand every response of a mock that is not ours, and it finds nothing wrong with what they send."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote

from hypothesis import assume, event, given, note
from hypothesis import strategies as st

from scripts.spec.document import Json
from tests.prism.peer import Called, Peer
from tests.properties.cases import Case, examples, sample_case, valid
from tests.properties.contract import DocumentedResponse, Operation
from tests.properties.gaps import WHOLE, leave_out
from tests.properties.package import difference
from tests.properties.schemas import (
    equal,
    kinds,
    narrowed,
    narrowed_anywhere,
    parameters_schema,
    parameters_validator,
    request_schema,
    response_validator,
    target,
)
from tests.properties.violations import known, violations
from tests.support.ways import WAYS

_SEEDS = range(1, 30)
_INVENTIONS = 3
_BODIES = {"array": b"[]", "object": b"{}"}
_LARGEST_INTEGER = 2**53 - 1


def assert_understood(peer: Peer, operation: Operation, response: DocumentedResponse, called: Called, wanted: Json) -> None:
    """The client gives a typed result or the typed error of the status, and in it what the response says."""
    if response.success:
        assert called.error is None
        assert difference(called.result, wanted) is None
    else:
        assert type(called.error) is peer.package.error_class(operation, response.status)
        assert (called.error.status, called.error.operation) == (response.status, operation.id)
        assert difference(called.error.data, wanted) is None


def assert_nothing_wrong(operation: Operation, called: Called) -> None:
    """Prism finds nothing wrong with the request, nor with its own response, which need not fit each pattern of a further spec."""
    assert_right(operation, called)
    assert operation.api.package not in WHOLE or not called.violations


def assert_right(operation: Operation, called: Called) -> None:
    """Prism finds nothing wrong with the request; it does not know which alternative of a union a discriminator names."""
    if not called.request_is_right and narrowed_anywhere(operation.api, request_schema(operation)):
        leave_out(operation.api, f"{operation.id}: Prism takes the tried alternative of a union for wrong")
    assert called.request_is_right


def test_every_documented_example_is_understood(
    peer: Peer, operation: Operation, response: DocumentedResponse, example: str, way: str
) -> None:
    called = peer.call(way, sample_case(operation), f"code={response.status}, example={example}")
    assert not called.violations
    assert called.response.status_code == response.status
    assert equal(called.response.json(), response.examples[example])
    assert_understood(peer, operation, response, called, response.examples[example])


def test_what_prism_invents_is_understood(peer: Peer, operation: Operation, response: DocumentedResponse, way: str) -> None:
    inventions = list(islice(_inventions(peer, operation, response, way), _INVENTIONS))
    assert inventions, "Prism failed with every seed"
    for called in inventions:
        assert_right(operation, called)
        assert called.response.status_code == response.status
        body = called.response.json() if response.schema else None
        readable = response_validator(response).allows(body)
        more_allowed = narrowed_anywhere(response.api, response.schema or {})
        assert readable or more_allowed or called.violations, "Prism takes its response for right"
        if readable:
            assert_understood(peer, operation, response, called, known(response.api, response.schema or {}, body))
        elif called.error is None:
            assert more_allowed, "it is read, although it is not what the spec says"
        elif response.success:  # Prism cuts off what leads back into itself, and leaves out what is required there
            assert type(called.error) is peer.package.errors.InvalidResponse
        else:
            assert_understood(peer, operation, response, called, None)


@examples(0.4)
@given(data=st.data())
def test_prism_finds_nothing_wrong_with_a_request(peer: Peer, operation: Operation, data: st.DataObject) -> None:
    case = data.draw(valid(operation))
    assume(not _misread(case))
    note(repr(case))
    for way in WAYS:
        try:
            called = peer.call(way, case)
        except peer.package.errors.InvalidRequest:
            event("refused")
        else:
            event("sent")
            assert_nothing_wrong(operation, called)
            assert called.response.status_code == operation.success.status


def test_prism_refuses_a_wrong_request(peer: Peer, operation: Operation) -> None:
    case = sample_case(operation)
    assert_nothing_wrong(operation, peer.send(case))
    if operation.api.security:
        assert peer.send(case, credentials=False).response.status_code == 401
    for change in islice(_invalid(operation, case), 1):
        if peer.send(case, **change).response.status_code not in (400, 422):
            leave_out(operation.api, f"{operation.id}: Prism does not refuse {change}")


def _inventions(peer: Peer, operation: Operation, response: DocumentedResponse, way: str) -> Iterator[Called]:
    for seed in _SEEDS:
        called = peer.call(way, sample_case(operation), f"code={response.status}, dynamic=true, seed={seed}")
        if not called.failed:
            yield called


def _misread(case: Case) -> bool:
    """Return whether Prism reads the parameters differently.

    It takes a list of one empty text for a missing list, and allows no integer that JavaScript cannot hold.
    """
    values = case.parameters.values()
    return any(each == [""] or (isinstance(each, int) and each > _LARGEST_INTEGER) for each in values)


def _invalid(operation: Operation, case: Case) -> Iterator[dict[str, Any]]:
    """Yield what makes the request of an operation invalid: another body, no query, or another path or query parameter."""
    if operation.body is not None and not narrowed(operation.api, operation.body):
        allowed = kinds(target(operation.api, operation.body))
        yield from ({"content": content} for kind, content in _BODIES.items() if allowed and kind not in allowed)
    written = {each.name: quote(str(case.parameters.get(each.key)), safe="") for each in operation.parameters}
    if any(each.location == "query" and each.required for each in operation.parameters):
        yield {"target": operation.path.format_map(written)}
    for change in violations(operation.api, parameters_schema(operation), dict(case.parameters)):
        parameter = operation.parameter(str(change.path[0])) if len(change.path) == 1 else None
        text = quote(change.value, safe="") if isinstance(change.value, str) and change.value.strip() else ""
        if parameter is None or not text or parameters_validator(operation).allows(change.applied(dict(case.parameters))):
            continue
        if parameter.location == "path":
            yield {"target": operation.path.format_map({**written, parameter.name: text})}
        elif parameter.location == "query":
            yield {"target": f"{operation.path.format_map(written)}?{parameter.name}={text}"}
