"""Any response gives a result, or one error of a small tree with all that is known of the response."""

from __future__ import annotations

import json
from functools import cache, partial

import httpx2
import msgspec
import pytest
from hypothesis import event, given, note
from hypothesis import strategies as st

from scripts.spec.document import Json
from tests.properties import cases
from tests.properties.cases import examples
from tests.properties.contract import DocumentedResponse, Operation
from tests.properties.package import BASE_URL, Package, difference
from tests.properties.schemas import response_validator
from tests.properties.test_responses import assert_error, respond

_MEDIA_TYPES = (
    "application/json",
    "application/json; charset=latin-1",
    "APPLICATION/JSON",
    "text/html",
    "text/plain; charset=?",
    "",
    ";",
    "*/*",
)
_MALFORMED = (
    b"", b"null", b"{}", b"[]", b"<html></html>", b"\xff\xfe", b'"\xed\xa0\x80"', b"1" * 5_000, b"1e999", b"-0", b"NaN",
    b'{"a":' + b"9" * 5_000 + b"}", b"[" * 20_000, b'{"data":' * 20_000, b'{"x":' + b"[" * 20_000,
    b'{"error":{"details":' + b"[" * 20_000,
)  # fmt: skip


def bodies_of(response: DocumentedResponse) -> dict[str, Json]:
    """Return the documented bodies of a response, and one that has every field."""
    return {**response.examples, "complete": cases.complete_response(response)}


def test_both_clients_read_every_documented_response(operation: Operation, package: Package) -> None:
    case = cases.sample_case(operation)
    for documented in operation.responses.values():
        assert documented.success or getattr(package.errors, documented.error).__bases__ == (package.errors.StatusError,)
        for name, body in bodies_of(documented).items():
            headers = {operation.api.request_id: f"id of {name}"} if operation.api.request_id else {}
            for outcome in package.call(case, partial(respond, documented, body, headers)):
                if not documented.success:
                    request = httpx2.Request(operation.method, outcome.sent[0].url)
                    assert_error(package, operation, outcome.error, respond(documented, body, headers, request))
                assert difference(outcome.result if documented.success else outcome.error.data, body) is None


def test_no_error_class_is_without_its_status(package: Package) -> None:
    tree = {"ApiError", "InvalidRequest", "InvalidResponse", "ResponseError", "ResponseTooLarge", "StatusError", "UnexpectedStatus"}
    keys = {key for scheme in package.api.security.values() for key in scheme}
    reads_environment = hasattr(getattr(package.module, "auth", None), "VARIABLES")
    if reads_environment or {"x-client-credentials", "x-amazon-apigateway-authtype"} & keys:
        tree.add("CredentialsError")
    assert {*package.errors.__all__} == tree | package.api.errors


@examples(2)
@given(data=st.data())
def test_any_response_gives_a_result_or_an_error_of_the_tree(operation: Operation, package: Package, data: st.DataObject) -> None:
    status = data.draw(st.sampled_from(sorted(operation.responses)) | st.integers(100, 999))
    content = data.draw(_content(operation))
    headers = data.draw(st.sampled_from([{"Content-Type": each} for each in _MEDIA_TYPES] + [{}]))
    note(f"{status} {headers} {content[:500]!r}")
    event(_assert_in_tree(package, operation, httpx2.Response(status, headers=headers, content=content)))


def test_malformed_content_gives_an_error_of_the_tree(operation: Operation, package: Package) -> None:
    for status in (*operation.responses, 100, 204, 299, 302, 418, 599, 999):
        for content in _MALFORMED:
            _assert_in_tree(package, operation, httpx2.Response(status, content=content))


@examples(0.2)
@given(data=st.data())
def test_a_fault_of_the_connection_passes_through(operation: Operation, package: Package, data: st.DataObject) -> None:
    fault = data.draw(st.sampled_from([httpx2.ConnectError, httpx2.ReadTimeout, httpx2.RemoteProtocolError]))
    case = cases.sample_case(operation)

    def fail(_: httpx2.Request) -> httpx2.Response:
        raise fault("no response")

    for way in package.ways(case):
        with pytest.raises(fault, match="no response"):
            package.outcome(way, fail)


def _assert_in_tree(package: Package, operation: Operation, response: httpx2.Response) -> str:
    """Read a response, check that an error has all that is known, and return the name of the outcome."""
    response.request = httpx2.Request("GET", BASE_URL)
    documented = operation.response(response.status_code)
    error = package.parse(operation, response).error
    if error is not None:
        assert_error(package, operation, error, response)
        return type(error).__name__
    assert documented is not None
    assert documented.success
    # msgspec does not look into the text of what it skips.
    if documented.schema:
        text = response.content.decode(errors="replace")
        assert response_validator(documented).allows(json.loads(text, parse_int=lambda digits: int(digits[:1_000])))
    return "result"


@cache
def _content(operation: Operation) -> st.SearchStrategy[bytes]:
    responses = [each for each in operation.responses.values() if each.schema]
    bodies = [msgspec.json.encode(body) for response in responses for body in bodies_of(response).values()] or [b"{}"]
    cut = st.builds(lambda body, length: body[:length], st.sampled_from(bodies), st.integers(0, 50))
    changed = st.builds(
        lambda body, at, byte: body[:at] + byte + body[at + 1 :], st.sampled_from(bodies), st.integers(0, 50), st.binary(max_size=1)
    )
    invalid = cases.invalid_response(operation.success).map(msgspec.json.encode)
    return st.one_of(st.binary(max_size=60), st.sampled_from(bodies), cut, changed, invalid)
