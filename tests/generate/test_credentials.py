"""Any document can describe credentials: tokens that are renewed, and signatures."""

from __future__ import annotations

import sys

import httpx2
import pytest

from tests.generate.packages import Network, Package

VARIABLES = ("MINT_ID", "MINT_SECRET", "MINT_TOKEN")


def test_a_token_is_sent_as_the_scheme_says_and_renewed_where_the_document_says(
    minted: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    def response(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/token":
            sent.append(f"{request.url.host} {request.content.decode()}")
            return httpx2.Response(200, json={"access_token": f"coin-{len(sent)}", "expires_in": 60})
        sent.append(request.headers["Authorization"])
        return httpx2.Response(418 if len(sent) == 2 else 200, json=7)

    for name in VARIABLES:
        monkeypatch.setenv(name, name.lower())
    monkeypatch.delenv("MINT_URL", raising=False)
    with minted.root.Client(auth=minted.root.auth.from_environment(), transport=httpx2.MockTransport(response)) as client:
        assert [client.count(), client.count()] == [7, 7]
    form = "mint.invalid grant_type=refresh_token&refresh_token=mint_token&client_id=mint_id&client_secret=mint_secret"
    assert sent == [form, "Bearer coin-1", form, "Bearer coin-3", "Bearer coin-3"]
    assert repr(minted.root.auth.from_environment()) == "Minted(***)"
    monkeypatch.setenv("MINT_URL", "https://other.invalid/token")
    with minted.root.Client(auth=minted.root.auth.from_environment(), transport=httpx2.MockTransport(response)) as client:
        assert client.count() == 7
    assert sent[5].startswith("other.invalid ")


def test_the_variables_of_the_environment_can_be_asked_for(minted: Package) -> None:
    needed, others = minted.root.auth.VARIABLES, minted.root.auth.OPTIONAL_VARIABLES
    assert needed == dict(zip(("client_id", "client_secret", "refresh_token"), VARIABLES, strict=True))
    assert others == {"url": "MINT_URL"}


def test_a_token_that_is_given_is_sent_as_it_is(minted: Package) -> None:
    network = Network()
    with minted.root.Client(auth=minted.root.auth.MintedToken("coin"), transport=network) as client:
        client.count()
    assert network.request.headers["Authorization"] == "Bearer coin"


def test_signing_without_botocore_reports_what_to_install(minted: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "botocore.session", None)
    with pytest.raises(ImportError, match="install the extra `aws` of this package"):
        minted.root.auth.Signed("us-east-1")
