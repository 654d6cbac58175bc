"""Any document can describe credentials: tokens that are renewed, and signatures."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest

from scripts.generate.output import generate_one

_VARIABLES = {"client_id": "MINT_ID", "client_secret": "MINT_SECRET", "refresh_token": "MINT_TOKEN"}
_SCHEMES = {
    "Minted": {
        "type": "http",
        "scheme": "bearer",
        "x-client-credentials": {
            "environment": _VARIABLES,
            "optional": {"url": "MINT_URL"},
            "refresh": {"url": "https://mint.invalid/token", "refused": [401, 418]},
        },
    },
    "Signed": {"type": "apiKey", "in": "header", "name": "Authorization", "x-amazon-apigateway-authtype": "awsSigv4"},
}


@pytest.fixture(scope="module")
def minted(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A package that was generated from such a document."""
    folder = tmp_path_factory.mktemp("minted")
    response = {"200": {"description": "Coins.", "content": {"application/json": {"schema": {"type": "integer"}}}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Minted coins", "version": "1"},
        "servers": [{"url": "https://coins.example"}],
        "paths": {"/coins": {"get": {"operationId": "count", "responses": response}}},
        "components": {"securitySchemes": _SCHEMES},
    }
    (folder / "coins.json").write_text(json.dumps(document), encoding="utf-8")
    generate_one(folder / "coins.json", folder / "out")
    sys.path.insert(0, str(folder / "out"))
    try:
        return importlib.import_module("minted_coins")
    finally:
        sys.path.remove(str(folder / "out"))


def test_a_token_is_sent_as_the_scheme_says_and_renewed_where_the_document_says(
    minted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    def response(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/token":
            sent.append(f"{request.url.host} {request.content.decode()}")
            return httpx2.Response(200, json={"access_token": f"coin-{len(sent)}", "expires_in": 60})
        sent.append(request.headers["Authorization"])
        return httpx2.Response(418 if len(sent) == 2 else 200, json=7)

    for name in _VARIABLES.values():
        monkeypatch.setenv(name, name.lower())
    monkeypatch.delenv("MINT_URL", raising=False)
    with minted.Client(auth=minted.auth.from_environment(), transport=httpx2.MockTransport(response)) as client:
        assert [client.count(), client.count()] == [7, 7]
    form = "mint.invalid grant_type=refresh_token&refresh_token=mint_token&client_id=mint_id&client_secret=mint_secret"
    assert sent == [form, "Bearer coin-1", form, "Bearer coin-3", "Bearer coin-3"]
    assert repr(minted.auth.from_environment()) == "Minted(***)"
    monkeypatch.setenv("MINT_URL", "https://other.invalid/token")
    with minted.Client(auth=minted.auth.from_environment(), transport=httpx2.MockTransport(response)) as client:
        assert client.count() == 7
    assert sent[5].startswith("other.invalid ")


def test_a_token_that_is_at_hand_is_sent_as_it_is(minted: Any) -> None:
    def response(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json=len(request.headers["Authorization"]))

    with minted.Client(auth=minted.auth.MintedToken("coin"), transport=httpx2.MockTransport(response)) as client:
        assert client.count() == len("Bearer coin")


def test_signing_without_botocore_reports_what_to_install(minted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "botocore.session", None)
    with pytest.raises(ImportError, match="install the extra `aws` of this package"):
        minted.auth.Signed("us-east-1")


def test_only_what_a_document_needs_is_part_of_its_package(minted: Any, distributions: dict[str, Path]) -> None:
    parts = {"signing.py", "tokens.py"}
    runtime = Path(minted.__file__).parent / "_runtime"
    assert parts <= {path.name for path in runtime.iterdir()}
    for out in distributions.values():
        assert not parts & {path.name for path in out.rglob("*.py")}
