"""Whatever comes back, the caller gets a result or one error of a small tree, which tells all that is known and no secret."""

from __future__ import annotations

import asyncio
import pickle
import string
import traceback
from functools import partial
from typing import Any

import httpx2
import msgspec
import pytest
from hypothesis import event, given, note
from hypothesis import strategies as st

from scripts.spec.document import Json
from tests.properties import cases
from tests.properties.breaks import known
from tests.properties.cases import Case, examples
from tests.properties.contract import DocumentedResponse, Operation, error_class, same_name
from tests.properties.package import BASE_URL, Network, Package, difference
from tests.properties.schemas import complete, judge_response, sample
from tests.properties.test_responses import respond
from tests.properties.wire import read

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
_UNLOVED = (
    b"", b"null", b"{}", b"[]", b"<html></html>", b"\xff\xfe", b'"\xed\xa0\x80"', b"1" * 5_000, b"1e999", b"-0", b"NaN",
    b'{"a":' + b"9" * 5_000 + b"}", b"[" * 20_000, b'{"data":' * 20_000, b'{"x":' + b"[" * 20_000,
    b'{"error":{"details":' + b"[" * 20_000,
)  # fmt: skip
# No code has these texts, so where one is found it is the credential.
_SECRETS = st.text(string.ascii_letters + string.digits, min_size=8, max_size=20).map("s3cr3t{}".format)


def error_bodies(response: DocumentedResponse) -> dict[str, Json]:
    """Return the documented bodies of an error, and one that has every field."""
    return {**response.examples, "complete": sample(response.api, complete(response.api, response.schema or {}))}


def test_every_documented_error_has_its_class(operation: Operation, package: Package) -> None:
    case = cases.sample_case(operation)
    for status, response in operation.responses.items():
        if response.success:
            continue
        kind = getattr(package.errors, error_class(status))
        assert kind.__bases__ == (package.errors.StatusError,)
        for name, body in error_bodies(response).items():
            headers = {operation.api.request_id: f"id of {name}"} if operation.api.request_id else {}
            for outcome in package.call(case, partial(_answering, response, body, headers)):
                error = outcome.error
                assert type(error) is kind, f"{status} {name} gave {error!r}"
                assert difference(error.data, body) is None
                assert error.body == msgspec.json.encode(body)
                assert (error.status, error.operation, error.method) == (status, operation.id, operation.method)
                assert error.url == outcome.sent[0].url
                assert error.request_id == (f"id of {name}" if headers else None)
                assert isinstance(error.response, httpx2.Response)
                assert error.response.status_code == status
                shown = str(error)
                assert all(
                    part in shown for part in (operation.id, operation.method, error.url, str(status), error.request_id or "")
                )
                _assert_survives_pickling(error)


def test_no_error_class_is_without_its_status(package: Package) -> None:
    statuses = {status for each in package.api.operations for status, response in each.responses.items() if not response.success}
    tree = {"ApiError", "CredentialsError", "InvalidRequest", "InvalidResponse", "ResponseError", "StatusError", "UnexpectedStatus"}
    assert {*package.errors.__all__} == tree | {error_class(status) for status in statuses}


@examples(4)
@given(data=st.data())
def test_any_response_gives_a_result_or_an_error_of_the_tree(operation: Operation, package: Package, data: st.DataObject) -> None:
    status = data.draw(st.sampled_from(sorted(operation.responses)) | st.integers(100, 999))
    content = data.draw(_content(operation))
    headers = data.draw(st.sampled_from([{"Content-Type": each} for each in _MEDIA_TYPES] + [{}]))
    note(f"{status} {headers} {content[:500]!r}")
    event(_assert_in_tree(package, operation, httpx2.Response(status, headers=headers, content=content)))


def test_a_response_that_no_parser_likes_gives_an_error_of_the_tree(operation: Operation, package: Package) -> None:
    for status in (*operation.responses, 100, 204, 299, 302, 418, 599, 999):
        for content in _UNLOVED:
            _assert_in_tree(package, operation, httpx2.Response(status, content=content))


@examples()
@given(data=st.data())
def test_an_error_is_decoded_exactly_if_a_tolerant_reader_can(operation: Operation, package: Package, data: st.DataObject) -> None:
    response = data.draw(st.sampled_from([each for each in operation.responses.values() if not each.success]))
    body = data.draw(cases.valid_response(response) | cases.strange_response(response))
    note(f"{response.status} {body!r}")
    error = package.parse(operation, respond(response, body)).error
    assert type(error) is getattr(package.errors, error_class(response.status))
    readable = judge_response(response).allows(body)
    event("readable" if readable else "wrong")
    assert (error.data is not None) is readable
    assert not readable or difference(error.data, known(operation.api, response.schema or {}, body)) is None


@examples(0.4)
@given(data=st.data())
def test_no_error_and_no_client_shows_a_credential(operation: Operation, package: Package, data: st.DataObject) -> None:
    secret = data.draw(_SECRETS)
    status = data.draw(st.sampled_from([*operation.responses, 599]))
    case = cases.sample_case(operation)
    for auth in [_Secret(secret), *_credentials(package, secret)]:
        client = package.module.Client(
            base_url=f"https://user:{secret}@vendor.example/",
            auth=auth,
            transport=httpx2.MockTransport(partial(_html, status)),
        )
        errors = [_raised(package, client, case), _raised(package, client, Case(operation=operation, parameters={}, body=None))]
        for each in [client, auth, *errors]:
            assert secret not in f"{each} {each!r}"
        for each in errors:
            assert secret not in "".join(traceback.format_exception(each))
            assert secret not in repr(vars(each))
            assert secret.encode() not in pickle.dumps(each)
        assert secret.encode() not in _pickled(client)
        client.close()


def test_every_scheme_puts_its_credential_where_the_spec_says(operation: Operation, package: Package) -> None:
    case = cases.sample_case(operation)
    for auth, header, value in _headers_of_schemes(package, "s3cret"):
        network = Network()
        transport = httpx2.MockTransport(network)
        with package.module.Client(base_url=BASE_URL, auth=auth, transport=transport) as client:
            assert _raised(package, client, case).status == 599
        asyncio.run(_call_async(package, case, auth=auth, transport=transport))
        for sent in network.sent:
            assert read(operation, BASE_URL, sent).headers[header.lower()] == value
        assert len(network.sent) == 2


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
    """Read a response, and return what it gave; all that is known of an error stands in it."""
    response.request = httpx2.Request("GET", BASE_URL)
    documented = operation.responses.get(response.status_code)
    error = package.parse(operation, response).error
    if error is None:
        assert documented is not None
        assert documented.success
        # msgspec does not look into the text of what it skips.
        assert judge_response(documented).allows(msgspec.json.decode(response.content.decode(errors="replace")))
        return "result"
    if documented is None:
        assert type(error) is package.errors.UnexpectedStatus
    elif documented.success:
        assert type(error) is package.errors.InvalidResponse
    else:
        assert type(error) is getattr(package.errors, error_class(response.status_code))
    assert (error.status, error.body, error.response) == (response.status_code, response.content, response)
    assert (error.operation, error.method, error.url) == (operation.id, operation.method, BASE_URL)
    assert error.request_id is None
    _assert_survives_pickling(error)
    return type(error).__name__


class _Secret(httpx2.Auth):
    """Credentials that a caller brings along."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def auth_flow(self, request: httpx2.Request) -> Any:
        request.headers["Authorization"] = f"AWS4-HMAC-SHA256 {self._secret}"
        yield request


def _credentials(package: Package, secret: str) -> list[httpx2.Auth]:
    return [auth for auth, _, _ in _headers_of_schemes(package, secret)]


def _headers_of_schemes(package: Package, secret: str) -> list[tuple[httpx2.Auth, str, str]]:
    """Return the credentials of each scheme that needs no more than a header, with the header."""
    found = []
    for name, scheme in package.api.security.items():
        if scheme["type"] == "http" and scheme["scheme"] == "bearer":
            header, value = "Authorization", f"Bearer {secret}"
        elif scheme["type"] == "apiKey" and scheme["in"] == "header" and "x-amazon-apigateway-authtype" not in scheme:
            header, value = scheme["name"], secret
        else:
            continue
        sent = f"{name}Token" if "refresh" in scheme.get("x-client-credentials", {}) else name
        kinds = [getattr(package.module.auth, each) for each in dir(package.module.auth) if same_name(each, sent)]
        assert len(kinds) == 1, f"{name} has the classes {kinds}"
        found.append((kinds[0](secret), header, value))
    return found


def _content(operation: Operation) -> st.SearchStrategy[bytes]:
    bodies = [msgspec.json.encode(each) for response in operation.responses.values() for each in response.examples.values()]
    cut = st.builds(lambda body, length: body[:length], st.sampled_from(bodies), st.integers(0, 50))
    changed = st.builds(
        lambda body, at, byte: body[:at] + byte + body[at + 1 :], st.sampled_from(bodies), st.integers(0, 50), st.binary(max_size=1)
    )
    fixed = st.sampled_from(_UNLOVED)
    strange = cases.strange_response(operation.success).map(msgspec.json.encode)
    return st.one_of(st.binary(max_size=60), st.sampled_from(bodies), cut, changed, fixed, strange)


def _html(status: int, _: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(status, content=b"<html>")


def _answering(response: DocumentedResponse, body: Json, headers: dict[str, str], _: httpx2.Request) -> httpx2.Response:
    return respond(response, body, headers)


async def _call_async(package: Package, case: Case, **options: Any) -> None:
    async with package.module.AsyncClient(base_url=BASE_URL, **options) as client:
        with pytest.raises(package.errors.UnexpectedStatus):
            await getattr(client, package.method(case.operation))(**package.arguments(case))


def _raised(package: Package, client: Any, case: Case) -> Any:
    try:
        getattr(client, package.method(case.operation))(**package.arguments(case))
    except package.errors.ApiError as error:
        return error
    raise AssertionError("nothing was raised")


def _pickled(client: Any) -> bytes:
    try:
        return pickle.dumps(client)
    except TypeError:  # a client has open connections, and so is nothing to be kept
        return b""


def _assert_survives_pickling(error: Any) -> None:
    again = pickle.loads(pickle.dumps(error))  # what was written a moment ago
    assert type(again) is type(error)
    assert str(again) == str(error)
    known = vars(error).keys() - {"response"}
    assert {name: getattr(again, name) for name in known} == {name: getattr(error, name) for name in known}
    assert again.response is None
