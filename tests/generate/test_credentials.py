"""Any document can describe credentials: tokens that are renewed, and signatures."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx2
import pytest

from catalog_clients import Bulk, CredentialsError, Limits
from scripts.chaos import generic
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


VAN_TOKEN = "VAN_HIRE_VAN_TOKEN"  # noqa: S105 - the name of a variable
POST = {
    "operationId": "park",
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "object", "properties": {"van": {"type": "string"}}}}},
    },
    "responses": {"200": {"description": "Parked."}},
}
VANS = {"openapi": "3.1.0", "info": {"title": "Van Hire", "version": "1"}, "paths": {"/vans": {"post": POST}}}
SCHEMES = {"securitySchemes": {"vanToken": {"type": "http", "scheme": "bearer"}}}


def made(folder: Path, content: Mapping[str, object]) -> Package:
    """Return the client of a document."""
    (folder / "spec.json").write_text(json.dumps(content), encoding="utf-8")
    return Package(folder / "spec.json", folder / "made")


def parked(package: Package, network: Network, store: Path) -> list[str]:
    """Park a van with the credentials of the environment, within the limits of a store."""
    http = httpx2.Client(transport=network)
    with Bulk(package.root, base_url="https://vans.example", http_client=http, limits=Limits(store=store)) as bulk:
        return [each.status for each in bulk.run("park", [{"van": "7"}])]


def test_variables_that_a_document_does_not_name_have_the_names_of_package_and_scheme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vans = made(tmp_path, {**VANS, "components": SCHEMES, "security": [{"vanToken": []}]})
    assert vans.root.auth.VARIABLES == {"token": VAN_TOKEN}
    readme = (vans.folder / "README.md").read_text(encoding="utf-8")
    assert f'auth=auth.VanToken(os.environ["{VAN_TOKEN}"])' in readme
    assert "auth=auth.from_environment()" in readme
    monkeypatch.delenv(VAN_TOKEN, raising=False)
    with pytest.raises(CredentialsError, match=f"no credentials: give `auth`, or set {VAN_TOKEN} in the environment"):
        parked(vans, Network(), tmp_path / "limits")
    network = Network()
    monkeypatch.setenv(VAN_TOKEN, "a-token")
    assert parked(vans, network, tmp_path / "limits") == ["confirmed"]
    assert network.request.headers["Authorization"] == "Bearer a-token"


def test_an_api_without_credentials_needs_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vans = made(tmp_path, {**VANS, "info": {"title": "Open Vans", "version": "1"}})
    network = Network()
    assert parked(vans, network, tmp_path / "limits") == ["confirmed"]
    assert "Authorization" not in network.request.headers
    monkeypatch.setattr(generic, "client", lambda _: vans.root)
    assert generic.authentication(vans.name, {}) is None


def test_credentials_that_are_required_together_are_read_together(pets: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in pets.root.auth.VARIABLES.values():
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(pets.errors.CredentialsError, match="set PET_SHOP_SHOP_AUTH and PET_SHOP_API_KEY in the environment"):
        pets.root.auth.from_environment()
    monkeypatch.setenv("PET_SHOP_SHOP_AUTH", "a-token")
    monkeypatch.setenv("PET_SHOP_API_KEY", "a-key")
    network = Network({})
    with pets.root.Client(base_url="https://pets.example", auth=pets.root.auth.from_environment(), transport=network) as client:
        client.get_inventory()
    assert (network.request.headers["Authorization"], network.request.headers["api_key"]) == ("Bearer a-token", "a-key")


def test_the_first_of_several_alternatives_is_read(billing: Package) -> None:
    assert billing.root.auth.VARIABLES == {"username": "BILLING_BASIC_AUTH_USERNAME", "password": "BILLING_BASIC_AUTH_PASSWORD"}
