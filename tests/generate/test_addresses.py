"""Where requests go: base URLs, servers of operations, variables, and queries in paths."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.generate.packages import Network, Package
from tests.generate.test_tolerance import FINE, generated


def sent(package: Package, name: str, arguments: dict[str, Any], **options: Any) -> str:
    """Return the URL that an operation of a new client is sent to; sync and async clients agree."""
    network = Network(status=204)
    with package.root.Client(transport=network, **options) as client:
        getattr(client, name)(**arguments)
    url = str(network.request.url)

    async def again() -> None:
        async with package.root.AsyncClient(transport=network, **options) as client:
            await getattr(client, name)(**arguments)

    asyncio.run(again())
    assert str(network.request.url) == url
    return url


@pytest.mark.parametrize(
    ("name", "arguments", "target"),
    [
        ("list_files", {}, "/files?v=2&beta=true&kind=old"),
        ("list_files", {"limit": 5, "kind": "new"}, "/files?v=2&beta=true&limit=5&kind=new"),
        ("list_files", {"where": {"a": 1, "b": {"c": []}}}, "/files?v=2&beta=true&kind=old&a=1&b=%7B%22c%22%3A%5B%5D%7D"),
        ("list_files", {"among": ["a", {"b": None}]}, "/files?v=2&beta=true&kind=old&among=a&among=%7B%22b%22%3Anull%7D"),
        (
            "list_files",
            {
                "deep": {"a": None, "b": {"c": None, "d": 1}, "e": ["x", None]},
                "ids": [1, None, 2],
                "page": {"size": None, "sort": ["a", None]},
            },
            "/files?v=2&beta=true&kind=old&deep%5Bb%5D%5Bd%5D=1&deep%5Be%5D%5B0%5D=x&ids=1,2&sort=a",
        ),
        ("search", {"q": "a&b", "lang": "d/e"}, "/search?v=2&lang=d%2Fe&q=a%26b"),
        ("list_files", {"all_": ""}, "/files?v=2&beta=true&kind=old&all="),
        ("list_files", {"all_": True}, "/files?v=2&beta=true&kind=old&all=true"),
        ("list_files", {"since": "2020-01-02 03:04"}, "/files?v=2&beta=true&kind=old&since=2020-01-02%2003%3A04"),
        ("search", {"q": "", "lang": ""}, "/search?v=2&lang=&q="),
        ("keyed", {"id": "a'/1", "person": ""}, "/emails(id='a%27%2F1',person='')?v=2"),
        ("same", {}, "/same?v=2"),
        (
            "join",
            {"first": "a/b", "second": ["c/d", "e"], "third": ["f", "g"], "fourth": "h", "fifth": [1, 2]},
            "/parts/a%2Fb/of.c%2Fd.e/;third=f,g/h/;fifth=1;fifth=2?v=2",
        ),
    ],
)
def test_a_query_of_the_path_and_one_of_the_base_url_are_sent_beside_the_parameters(
    addresses: Package, name: str, arguments: dict[str, Any], target: str
) -> None:
    assert sent(addresses, name, arguments) == f"https://a.example/v1{target}"
    assert sent(addresses, name, arguments, base_url="https://b.example/?v=2") == f"https://b.example{target}"


@pytest.mark.parametrize("arguments", [{"a": "", "b": "b"}, {"a": "a", "b": ".."}])
def test_no_segment_of_a_path_becomes_empty_or_dots(addresses: Package, arguments: dict[str, Any]) -> None:
    with pytest.raises(addresses.errors.InvalidRequest, match="a path parameter cannot be"):
        sent(addresses, "pair", arguments)


def test_an_operation_with_servers_of_its_own_is_sent_there_unless_a_base_url_is_given(addresses: Package) -> None:
    assert sent(addresses, "upload", {}) == "https://up.example/upload"
    assert sent(addresses, "upload", {}, server="server-2", tenant="acme") == "https://up2.example/upload"
    assert sent(addresses, "upload", {}, base_url="https://b.example") == "https://b.example/upload"
    assert sent(addresses, "regional", {}) == "https://eu.regional.example/regional"
    assert sent(addresses, "relative", {}) == "https://a.example/other/relative"
    assert sent(addresses, "yours", {}, base_url="https://b.example/") == "https://b.example/yours"
    with pytest.raises(ValueError, match="no server for yours: give base_url"):
        sent(addresses, "yours", {})
    readme = (addresses.folder / "README.md").read_text(encoding="utf-8")
    assert "- `https://up.example`: `upload`" in readme


def test_variables_of_servers_are_arguments_of_the_client(addresses: Package) -> None:
    assert sent(addresses, "list_files", {}, server="server-2", tenant="acme").startswith("https://acme.eu.example:8443/v1/files?")
    url = sent(addresses, "list_files", {}, server="server-2", tenant="acme", region="us", port="1", base="v 2/x")
    assert url.startswith("https://acme.us.example:1/v%202/x/files?")
    assert sent(addresses, "list_files", {}, server="server-3").startswith("https://api.c.example/sell/v1/files?")
    url = sent(addresses, "list_files", {}, server="server-3", env="-test", base_path="", suffix="/x?")
    assert url.startswith("https://api-test.c.example/x%3F/files?")
    assert sent(addresses, "list_files", {}, server="server-4").startswith("https://gateway.example/prod/files?")
    url = sent(addresses, "list_files", {}, server="server-4", stage="test", rest="/v1/")
    assert url.startswith("https://gateway.example/test/v1/files?")
    assert sent(addresses, "list_files", {}, server="server-5").startswith("https://query.example/prod/files?key=a%20b&")
    url = sent(addresses, "list_files", {}, server="server-5", stage="a&b", key="&x=1/\u00e9+")
    assert url.startswith("https://query.example/a&b/files?key=%26x%3D1/%C3%A9%2B&")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"server": "server-2"}, "give tenant"),
        ({"server": "server-2", "tenant": "acme", "region": "mars"}, "'mars' is none of eu, us"),
        ({"server": "server-2", "tenant": "evil.example/"}, "cannot be part of the name of a host"),
        ({"server": "server-2", "tenant": "/x"}, "cannot be part of the name of a host"),
        ({"server": "server-2", "tenant": ""}, "cannot be part of the name of a host"),
        ({"server": "server-3", "env": "/x"}, "cannot be part of the name of a host"),
        ({"server": "server-3", "base_path": ".evil.example/"}, "cannot be part of the name of a host"),
        ({"tenant": "acme"}, "tenant is not a variable of the server 'default'"),
        ({"base_url": "https://b.example", "tenant": "acme"}, "give either base_url or tenant"),
        ({"base_url": "https://b.example#top"}, "without fragment"),
    ],
)
def test_a_base_url_that_cannot_be_is_refused(addresses: Package, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        addresses.root.Client(**options)


def test_servers_that_all_operations_have_are_those_of_the_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    operation = {**FINE, "servers": [{"url": "https://a.example"}]}
    content = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/a": {"get": operation}}}
    code, report, _ = generated(tmp_path, content, capsys)
    assert (code, [each["rule"] for each in report["notes"]]) == (0, ["unsupported-servers"])
    assert '"default": "https://a.example"' in (tmp_path / "out" / "t" / "client.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("url", ["/v2", "ftp://a.example", "wss://a.example/v2"])
def test_a_server_that_cannot_be_selected_is_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str], url: str) -> None:
    paths = {"/a": {"get": FINE}}
    servers = [{"url": "https://a.example"}, {"url": url}]
    content = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "servers": servers, "paths": paths}
    code, report, _ = generated(tmp_path, content, capsys)
    (note,) = report["notes"]
    assert (code, note["rule"], note["pointer"]) == (0, "unsupported-servers", "#/servers/1")
    assert repr(url) in note["text"]


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("api.a.example/v1", "https://api.a.example/v1"),
        ("localhost:8080", "http://localhost:8080"),
        ("127.0.0.1/v1.0", "http://127.0.0.1/v1.0"),
        ("HTTPS://A.example/V1", "https://A.example/V1"),
    ],
)
def test_a_server_has_a_scheme_in_small_letters(tmp_path: Path, capsys: pytest.CaptureFixture[str], url: str, meant: str) -> None:
    paths = {"/a": {"get": FINE}}
    content = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "servers": [{"url": url}], "paths": paths}
    code, report, _ = generated(tmp_path, content, capsys)
    assert (code, [each["text"] for each in report["notes"]]) == (0, [f"the URL {url!r} is read as {meant!r}"])
    assert f'"default": "{meant}"' in (tmp_path / "out" / "t" / "client.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path", ["^/items/(?<id>[0-9]+)$", r"/items/(?P<id>\d+)/", "/files/(.*)", "/files/[a-z]+", r"/files\.csv", "/*/of/*"]
)
def test_an_operation_whose_path_is_a_pattern_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str], path: str) -> None:
    content = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {path: {"get": FINE}, "/a": {"get": FINE}}}
    code, report, _ = generated(tmp_path, content, capsys)
    (left_out,) = report["left_out"]
    assert (code, left_out["reason"]["rule"]) == (1, "path-parameter")


def test_a_fragment_is_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/#Action=List": {"get": FINE}}}
    code, report, _ = generated(tmp_path, content, capsys)
    assert (code, [each["text"] for each in report["notes"]]) == (0, ["#Action=List in the path is not sent"])


@pytest.mark.parametrize(
    "servers",
    [
        [{"url": "/api/v3/"}],
        [{"url": "./api/v3"}],
        [{"url": "/{base}/v3", "variables": {"base": {"default": "api"}}}],
        [{"url": "{endpoint}/api/v3", "variables": {"endpoint": {"description": "Yours."}}}],
        [{"url": "{host}/api/v3/"}],
    ],
)
def test_the_path_of_a_server_without_a_host_is_added_to_the_base_url(tmp_path: Path, servers: Any) -> None:
    spec = tmp_path / "spec.json"
    name = f"rel{len(json.dumps(servers))}"
    spec.write_text(
        json.dumps(
            {"openapi": "3.0.4", "info": {"title": name, "version": "1"}, "servers": servers, "paths": {"/pet": {"get": FINE}}}
        ),
        encoding="utf-8",
    )
    package = Package(spec, tmp_path / "out")
    assert sent(package, "fine", {}, base_url="https://b.example/") == "https://b.example/api/v3/pet"
    assert sent(package, "fine", {}, base_url="https://b.example/api/v3") == "https://b.example/api/v3/pet"
    assert "`/api/v3`" in (package.folder / "README.md").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="only the path '/api/v3' of its server: give base_url"):
        package.root.Client(base_url=None)


def test_no_base_url_is_needed_where_all_operations_have_their_own(tmp_path: Path) -> None:
    paths: dict[str, Any] = {
        f"/{each}": {"get": {**FINE, "operationId": each}, "servers": [{"url": f"https://{each}.example"}]} for each in "ab"
    }
    paths["/c"] = {"get": {**FINE, "operationId": "c"}}
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps({"openapi": "3.0.4", "info": {"title": "Hosts", "version": "1"}, "paths": paths}), encoding="utf-8")
    package = Package(spec, tmp_path / "out")
    assert [sent(package, each, {}) for each in "ab"] == ["https://a.example/a", "https://b.example/b"]
    with pytest.raises(ValueError, match="no server for c: give base_url"):
        sent(package, "c", {})
    assert sent(package, "c", {}, base_url="https://d.example") == "https://d.example/c"
