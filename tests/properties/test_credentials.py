"""Requests carry the credentials that a client is given, and nothing else shows them."""

from __future__ import annotations

import pickle
import string
import traceback
from inspect import signature
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import cases
from tests.properties.cases import Case, examples
from tests.properties.contract import Operation
from tests.properties.credentials import Credential, credentials
from tests.properties.package import BASE_URL, Network, Package

_UNDOCUMENTED = 599
# No code has these texts, so where one is found it is the credential.
_SECRETS = st.text(string.ascii_letters + string.digits, min_size=8, max_size=20).map("s3cr3t{}".format)


def vendor(credential: Credential | None, secret: str, status: int = _UNDOCUMENTED) -> Network:
    """Return a network in which the token endpoint gives the secret, and the API responds with a status."""

    def respond(request: httpx2.Request) -> httpx2.Response:
        if credential is not None and request.url == credential.token_url:
            return httpx2.Response(200, json={"access_token": secret, "expires_in": 3600})
        return httpx2.Response(status, content=b"<html>")

    return Network(respond)


def test_requests_of_both_clients_carry_the_credentials(secured: Operation, package: Package) -> None:
    found = credentials(package, "s3cret")
    assert found, "no security scheme of this API has a class"
    for credential in found:
        network = vendor(credential, "s3cret")
        errors = package.errors_with(cases.sample_case(secured), network, base_url=BASE_URL, auth=credential.auth)
        assert [error.status for error in errors] == [_UNDOCUMENTED] * 2
        requests = [each for each in network.sent if each.url.startswith(BASE_URL)]
        assert [credential.missing_in(each) for each in requests] == [[], []]
        assert {each.url for each in network.sent if each not in requests} == {credential.token_url} - {None}


@examples(0.4)
@given(data=st.data())
def test_no_error_and_no_client_shows_a_credential(operation: Operation, package: Package, data: st.DataObject) -> None:
    secret = data.draw(_SECRETS)
    raising = [status for status, response in operation.responses.items() if response.schema or not response.success]
    status = data.draw(st.sampled_from([*raising, _UNDOCUMENTED]))
    kind = data.draw(st.sampled_from(Package.KINDS))
    requests = (cases.sample_case(operation), Case(operation=operation, values={}))
    for credential in [None, *credentials(package, secret)]:
        auth = credential.auth if credential else _CallersAuth(secret)
        transport = httpx2.MockTransport(vendor(credential, secret, status))
        with package.client(kind, base_url=f"https://user:{secret}@vendor.example/", auth=auth, transport=transport) as client:
            errors = [package.error(client, each) for each in requests]
            for shown in [client, auth, *errors]:
                assert secret not in f"{shown} {shown!r}"
            assert credential is None or repr(auth).endswith("***)")
            for error in errors:
                assert secret not in "".join(traceback.format_exception(error))
                assert secret not in repr(vars(error))
                assert secret.encode() not in pickle.dumps(error)
            assert secret.encode() not in _pickled(client)


@pytest.mark.parametrize("secret", ["", " x", "x ", "a\nb", "\u00e9", None, 5])
def test_an_invalid_credential_is_refused_without_showing_it(package: Package, secret: object) -> None:
    kinds: set[Any] = {type(each.auth) for each in credentials(package, "s3cret")}
    for kind in kinds:
        if len(signature(kind).parameters) > 1:
            continue  # it signs, gets a token or has a user name, and sends nothing as it is given
        with pytest.raises(ValueError, match="a credential is") as refused:
            kind(secret)
        assert not secret or repr(secret) not in str(refused.value)


class _CallersAuth(httpx2.Auth):
    """Credentials of a class that the package does not have."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def auth_flow(self, request: httpx2.Request) -> Any:
        request.headers["Authorization"] = f"AWS4-HMAC-SHA256 {self._secret}"
        yield request


def _pickled(client: Any) -> bytes:
    try:
        return pickle.dumps(client)
    except TypeError:  # open connections cannot be pickled
        return b""
