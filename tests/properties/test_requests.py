"""A valid request is sent as the spec says, or refused for one of the reasons in `refusals`."""

from __future__ import annotations

from typing import Any

import requests
from hypothesis import assume, event, given, note
from hypothesis import strategies as st

from tests.properties import cases
from tests.properties.cases import Case, examples
from tests.properties.contract import Operation
from tests.properties.package import BASE_URL, Outcome, Package
from tests.properties.refusals import refusals
from tests.properties.schemas import as_sent, equal, parameters_validator, request_validator
from tests.properties.wire import Sent, read


def assert_sent_as_demanded(package: Package, case: Case, outcomes: tuple[Outcome, ...]) -> None:
    """Each way of calling has sent one request, and it says what the case says."""
    for outcome in outcomes:
        assert len(outcome.sent) == 1, f"{len(outcome.sent)} requests went out; {outcome.error}"
        assert outcome.sent == outcomes[0].sent, "not all ways of calling send the same bytes"
    operation = case.operation
    came = read(operation, BASE_URL, outcomes[0].sent[0])
    assert equal(came.values, as_sent(operation, case.values))
    headers = dict(came.headers)
    assert (headers.pop("content-type", None) == "application/json") is (case.body is not None)
    accepted = {media_type for response in operation.responses.values() for media_type in response.media_types}
    assert {each.strip() for each in headers.pop("accept").split(",")} == accepted
    assert headers.pop("user-agent").startswith(f"{package.api.distribution}/{package.api.version} (Language=Python/")
    assert not headers, "a header that the spec does not have"


def assert_sent_or_refused(package: Package, case: Case, outcomes: tuple[Outcome, ...]) -> None:
    """A valid request has been sent as demanded, if nothing forbids that."""
    reasons = refusals(case.operation, case.values)
    if reasons:
        assert_refused(package, outcomes, reasons)
    else:
        assert_sent_as_demanded(package, case, outcomes)


def assert_refused(package: Package, outcomes: tuple[Outcome, ...], reasons: set[tuple[str, str]]) -> None:
    """Each way of calling has refused the request for one of these reasons, and sent nothing."""
    for outcome in outcomes:
        assert outcome.sent == (), "a request that is not sendable was sent"
        assert isinstance(outcome.error, package.errors.InvalidRequest)
        path = outcome.error.path
        paths = {path, path.removesuffix("[...]")}  # an error does not name the key of a map
        assert {(outcome.error.location, each) for each in paths} & reasons, f"{outcome.error} is not one of {sorted(reasons)}"


@examples()
@given(data=st.data())
def test_a_valid_request_is_sent_as_the_spec_says(operation: Operation, package: Package, data: st.DataObject) -> None:
    case = data.draw(cases.valid(operation))
    note(repr(case))
    event("refused" if refusals(operation, case.values) else "sent")
    assert_sent_or_refused(package, case, package.call(case, typed=True))


@examples(0.2)
@given(data=st.data())
def test_a_complete_request_loses_nothing(operation: Operation, package: Package, data: st.DataObject) -> None:
    whole = data.draw(cases.complete_case(operation))
    for kept in whole.values or [None]:
        case = Case(operation=operation, values=cases.sendable(operation, whole.values, keep=kept))
        note(repr(case))
        assert kept is None or kept in case.values
        assert_sent_as_demanded(package, case, package.call(case, typed=True))


@examples(0.6)
@given(data=st.data())
def test_the_request_equals_that_of_schemathesis(operation: Operation, package: Package, data: st.DataObject) -> None:
    theirs = _sent_by_schemathesis(data.draw(cases.from_schemathesis(operation)))
    note(repr(theirs))
    reading = read(operation, BASE_URL, theirs, strictly=False)
    case = Case(operation=operation, values=cases.as_json(reading.values))
    # A list that Schemathesis has joined may be read back as a longer one, where a value has a comma.
    assume(parameters_validator(operation).allows(case.parameters))
    assert request_validator(operation).allows(case.values)
    event("refused" if refusals(operation, case.values) else "sent")
    assert_sent_or_refused(package, case, package.call(case))


def _sent_by_schemathesis(case: Any) -> Sent:
    given = case.as_transport_kwargs(BASE_URL)
    known = {name: given[name] for name in ("method", "url", "headers", "params", "data", "json", "cookies") if name in given}
    prepared = requests.Request(**known).prepare()
    body: Any = prepared.body or b""
    return Sent(
        method=str(prepared.method),
        url=str(prepared.url),
        headers=[(name, value if isinstance(value, str) else value.decode()) for name, value in prepared.headers.items()],
        content=body.encode() if isinstance(body, str) else body,
    )
