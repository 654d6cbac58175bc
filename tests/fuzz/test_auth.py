from __future__ import annotations

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from requests import PreparedRequest

from scripts.fuzz.auth import SCHEMES, AuthError, LoginWithAmazon
from tests.fuzz.server import MockResponse, Seen, as_json, serving

AWS = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "hidden", "AWS_SESSION_TOKEN": "session", "AWS_REGION": "eu-west-1"}


def test_the_bytes_that_are_signed_are_the_bytes_that_are_sent() -> None:
    with serving(lambda _: as_json(200, {})) as served:
        body = {"itemSkus": ["ä/%2F", "\u0000"]}
        auth = SCHEMES["amazon_jwo_catalog"].make(AWS)
        requests.post(f"{served.url}/v1/catalog/archive?a=%2F&b=ü", json=body, auth=auth, timeout=5)
    seen = served.seen[0]
    request = AWSRequest(
        method="POST", url=served.url + seen.path, data=seen.body, headers={"content-type": seen.headers["content-type"]}
    )
    request.context["timestamp"] = seen.headers["x-amz-date"]
    signer = SigV4Auth(Credentials("AKIA", "hidden", "session"), "execute-api", "eu-west-1")
    request.headers["X-Amz-Date"] = seen.headers["x-amz-date"]
    request.headers["X-Amz-Security-Token"] = seen.headers["x-amz-security-token"]
    signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    assert seen.headers["authorization"].endswith(f"Signature={signature}")


class Login:
    """A token endpoint and an API that takes the tokens which are valid."""

    def __init__(self) -> None:
        self.given = 0
        self.valid: set[str] = set()

    def __call__(self, request: Seen) -> MockResponse:
        if request.path == "/token":
            self.given += 1
            self.valid = {f"token-{self.given}"}
            return as_json(200, {"access_token": f"token-{self.given}", "expires_in": 100})
        known = request.headers.get("x-amz-access-token") in self.valid
        return as_json(200 if known else 403, {})


def login(url: str, now: list[float]) -> LoginWithAmazon:
    names = ("SP_API_CLIENT_ID", "SP_API_CLIENT_SECRET", "SP_API_REFRESH_TOKEN")
    return LoginWithAmazon({**dict.fromkeys(names, "x"), "SP_API_TOKEN_URL": f"{url}/token"}, clock=lambda: now[0])


def test_a_token_is_renewed_before_it_expires() -> None:
    vendor, now = Login(), [0.0]
    with serving(vendor) as served:
        auth = login(served.url, now)
        for now[0] in (0.0, 79.0, 81.0, 99.0):
            assert requests.get(served.url, auth=auth, timeout=5).status_code == 200
    assert auth.tokens == ["token-1", "token-2"]


def test_a_token_is_renewed_after_a_403_but_only_once() -> None:
    vendor = Login()
    with serving(vendor) as served:
        auth = login(served.url, [0.0])
        assert requests.get(served.url, auth=auth, timeout=5).status_code == 200
        vendor.valid = set()
        assert requests.get(served.url, auth=auth, timeout=5).status_code == 200
        assert vendor.given == 2
        vendor.valid = set()
        response = requests.get(served.url, auth=auth, timeout=5)
        assert response.status_code == 200
        assert vendor.given == 3
        served.seen.clear()
        auth.renew = lambda: auth.tokens.append("wrong")  # type: ignore[method-assign]  # a token that is refused
        vendor.valid = set()
        assert requests.get(served.url, auth=auth, timeout=5).status_code == 403
        assert [request.headers["x-amz-access-token"] for request in served.seen] == ["token-3", "wrong"]


def test_a_refused_refresh_token_is_told() -> None:
    with serving(lambda _: as_json(400, {"error": "invalid_grant"})) as served, pytest.raises(AuthError) as refused:
        login(served.url, [0.0])(PreparedRequest())
    assert str(refused.value) == f"{served.url}/token gives no access token: it returns 400 Bad Request"


def test_missing_variables_are_named() -> None:
    assert SCHEMES["amazon_jwo_catalog"].missing({"AWS_REGION": "", "AWS_ACCESS_KEY_ID": "x"}) == [
        "AWS_SECRET_ACCESS_KEY",
        "AWS_REGION",
    ]
