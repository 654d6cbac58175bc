"""Any document can describe credentials: tokens that are renewed, and signatures."""

from __future__ import annotations

import asyncio
import json
import sys
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import cast
from urllib.parse import parse_qsl

import httpx2
import pytest
from botocore.credentials import Credentials

from catalog_clients import AsyncBulk, Bulk, CredentialsError, Limits
from scripts.chaos import generic
from scripts.mock.engine.clock import VirtualClock
from scripts.mock.generic.described import of_file
from scripts.mock.generic.vendor import generic as generic_vendor
from scripts.mock.serving import running
from scripts.mock.settings import Settings
from tests.generate.packages import Network, Package
from tests.overrides.vendors import responses

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


def test_keys_that_are_given_sign_without_a_session_of_botocore_which_is_slow_to_make(
    minted: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "botocore.session", None)
    request = httpx2.Request("GET", "https://mint.example/coins")
    next(minted.root.auth.Signed("us-east-1", credentials=Credentials("KEY", "secret")).auth_flow(request))
    assert "Credential=KEY/" in request.headers["Authorization"]


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


FLOW = {"clientCredentials": {"tokenUrl": "https://login.example/token", "scopes": {"read": "Read.", "park": "Park."}}}
ISSUED = {"type": "oauth2", "flows": FLOW}
KEY = {"type": "apiKey", "in": "header", "name": "X-Key"}
IN_FORM = {"x-client-credentials": {"token": {"client": "form", "fields": {"audience": "vans"}, "refused": [403]}}}
BASIC = "Basic " + b64encode(b"an%20id:a%2Fsecret").decode()


class Issuer:
    """A token endpoint, and an API that refuses the tokens that are no longer valid."""

    def __init__(self, refusal: int = 401, **response: object) -> None:
        self.requests: list[httpx2.Request] = []
        self.sent: list[tuple[httpx2.Headers, bytes]] = []
        self.valid, self._refusal, self._response = "", refusal, response or {"expires_in": 100}

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.host == "login.example":
            self.requests.append(request)
            self.valid = f"token-{len(self.requests)}"
            return httpx2.Response(200, json={"access_token": self.valid, "token_type": "bearer", **self._response})
        self.sent.append((request.headers.copy(), request.content))  # a request that is sent again is changed
        is_valid = request.headers["Authorization"] == f"Bearer {self.valid}"
        return httpx2.Response(200 if is_valid else self._refusal, json={})


def fleet(folder: Path, scheme: Mapping[str, object], *, name: str, beside: Mapping[str, object] | None = None) -> Package:
    """Return the client of an API with tokens that are issued, and with a key beside them."""
    schemes = {"fleet": scheme, **({"key": beside} if beside else {})}
    required = {"fleet": ["park"], **({"key": []} if beside else {})}
    title = {"title": name, "version": "1"}
    return made(folder, {**VANS, "info": title, "components": {"securitySchemes": schemes}, "security": [required]})


@pytest.mark.parametrize(
    ("name", "more", "header", "form"),
    [
        ("Basic Fleet", {}, BASIC, {"scope": "park"}),
        ("Form Fleet", IN_FORM, None, {"client_id": "an id", "client_secret": "a/secret", "scope": "park", "audience": "vans"}),
    ],
)
def test_a_token_for_the_credentials_of_the_client_alone_is_requested_as_the_flow_says(
    name: str,
    more: Mapping[str, object],
    header: str | None,
    form: Mapping[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vans, issuer, now = fleet(tmp_path, {**ISSUED, **more}, name=name), Issuer(403 if more else 401), [0.0]
    prefix = name.upper().replace(" ", "_") + "_FLEET"
    needed, others = vans.root.auth.VARIABLES, vans.root.auth.OPTIONAL_VARIABLES
    assert needed == {"client_id": f"{prefix}_CLIENT_ID", "client_secret": f"{prefix}_CLIENT_SECRET"}
    assert others == {"url": f"{prefix}_URL", "scope": f"{prefix}_SCOPE"}
    for variable, value in zip(needed.values(), ("an id", "a/secret"), strict=True):
        monkeypatch.setenv(variable, value)
    auth = vans.root.auth.from_environment()
    auth._clock = lambda: now[0]
    with vans.root.Client(base_url="https://vans.example", auth=auth, transport=httpx2.MockTransport(issuer)) as client:
        for now[0] in (0, 89, 91):
            client.park(body={"van": "7"})
        assert len(issuer.requests) == 2, "renewed before it expires"
        issuer.valid = "another"
        client.park(body={"van": "7"})
    assert len(issuer.requests) == 3, "renewed once after a refusal"
    found = [(headers["Authorization"], content) for headers, content in issuer.sent[-2:]]
    assert found == [("Bearer token-2", b'{"van":"7"}'), ("Bearer token-3", b'{"van":"7"}')]
    assert issuer.requests[0].headers.get("Authorization") == header
    assert dict(parse_qsl(issuer.requests[0].content.decode())) == {"grant_type": "client_credentials", **form}


def test_a_token_whose_lifetime_is_not_said_is_used_until_it_is_refused(tmp_path: Path) -> None:
    vans, issuer = fleet(tmp_path, ISSUED, name="Lasting Fleet"), Issuer(scope="park")
    auth = vans.root.auth.Fleet(client_id="a", client_secret="b", scope="")  # noqa: S106 - of nobody
    with vans.root.Client(base_url="https://vans.example", auth=auth, transport=httpx2.MockTransport(issuer)) as client:
        for _ in range(3):
            client.park(body={"van": "7"})
    assert [each.content for each in issuer.requests] == [b"grant_type=client_credentials"]


@pytest.mark.parametrize("url", [None, "/token"])
def test_without_the_url_of_the_token_endpoint_it_is_asked_for(url: str | None, tmp_path: Path) -> None:
    flow = {"clientCredentials": {"scopes": {}, **({"tokenUrl": url} if url else {})}}
    vans = fleet(tmp_path, {"type": "oauth2", "flows": flow}, name=f"Fleet {'there' if url else 'nowhere'}")
    assert "url" in vans.root.auth.VARIABLES


def test_a_token_that_is_renewed_is_sent_together_with_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vans, issuer = fleet(tmp_path, ISSUED, name="Keyed Fleet", beside=KEY), Issuer()
    values = {"FLEET_CLIENT_ID": "a", "FLEET_CLIENT_SECRET": "b", "FLEET_URL": "https://login.example/eu/token", "KEY": "a-key"}
    for variable, value in values.items():
        monkeypatch.setenv(f"KEYED_FLEET_{variable}", value)

    async def send() -> None:
        options = {"base_url": "https://vans.example", "transport": httpx2.MockTransport(issuer)}
        async with vans.root.AsyncClient(auth=vans.root.auth.from_environment(), **options) as client:
            issuer.valid = "another"
            await client.park(body={"van": "7"})

    with vans.root.Client(
        base_url="https://vans.example", auth=vans.root.auth.from_environment(), transport=httpx2.MockTransport(issuer)
    ) as client:
        client.park(body={"van": "7"})
    asyncio.run(send())
    assert [each.url.path for each in issuer.requests] == ["/eu/token"] * 2
    assert [(headers["X-Key"], headers["Authorization"]) for headers, _ in issuer.sent] == [
        ("a-key", "Bearer token-1"),
        ("a-key", "Bearer token-2"),
    ]


@pytest.mark.parametrize("is_async", [False, True])
def test_runs_in_bulk_share_one_token_of_the_mock_and_renew_it_once_when_it_has_expired(
    is_async: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vans = fleet(tmp_path, ISSUED, name=f"Mocked Fleet {is_async}", beside=KEY)
    with running(Settings(), kinds=[generic_vendor(of_file(tmp_path / "spec.json"))], clock=VirtualClock()) as mocks:
        ((api, vendor),) = mocks.vendors.items()
        for variable, value in mocks.served.credentials[api].items():
            monkeypatch.setenv(variable, value)
        items, clock = [{"van": str(number)} for number in range(40)], cast("VirtualClock", vendor.clock)

        async def park() -> None:
            async with AsyncBulk(vans.root, base_url=mocks.served.urls[api]) as bulk:
                for _ in range(2):
                    found.extend([each.status async for each in bulk.run("park", items)])
                    clock.advance(3600)

        found: list[str] = []
        if is_async:
            asyncio.run(park())
        else:
            with Bulk(vans.root, base_url=mocks.served.urls[api]) as bulk:
                for _ in range(2):
                    found.extend(each.status for each in bulk.run("park", items))
                    clock.advance(3600)
        assert found == ["confirmed"] * 80
        assert responses(vendor)["/token 200"] == 2


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
