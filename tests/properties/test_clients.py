"""Both clients send to the servers of the spec, and keep their spec and their options."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.properties import cases
from tests.properties.contract import Operation
from tests.properties.package import Network, Package
from tests.properties.schemas import as_sent
from tests.properties.wire import read

_BASE_URLS = (
    "https://h.example",
    "http://h.example:8080",
    "https://h.example/a/b",
    "https://h.example/a/",
    "http://127.0.0.1/%20x",
    "https://[::1]:8443/v1",
)
_INVALID_BASE_URLS = (
    "",
    "h.example",
    "ftp://h.example",
    "https://",
    "https:///path",
    "https://h.example/#",
    "https://h.example:port",
)


def test_a_named_server_is_that_of_the_spec(operation: Operation, package: Package) -> None:
    assert [*operation.api.servers] == [*package.module.client.SERVERS]
    for name, url in operation.api.servers.items():
        _assert_sends_to(package, operation, url, server=name)
    if operation.api.servers:
        _assert_sends_to(package, operation, next(iter(operation.api.servers.values())))
    else:
        with pytest.raises(TypeError, match="base_url"):
            package.module.Client()


@pytest.mark.parametrize("base_url", _BASE_URLS)
def test_a_base_url_keeps_its_path(operation: Operation, package: Package, base_url: str) -> None:
    _assert_sends_to(package, operation, base_url, base_url=base_url)


@pytest.mark.parametrize("kind", Package.KINDS)
def test_invalid_options_of_a_client_are_refused(package: Package, kind: str) -> None:
    make = getattr(package.module, kind)
    for url in _INVALID_BASE_URLS:
        with pytest.raises(ValueError, match="base_url"):
            make(base_url=url)
    other = httpx2.Client() if kind == "Client" else httpx2.AsyncClient()
    with pytest.raises(ValueError, match="either"):
        make(base_url="https://h.example", transport=httpx2.MockTransport(Network()), http_client=other)
    if package.api.servers:
        with pytest.raises(ValueError, match="unknown"):
            make(server="no such server")
        with pytest.raises(ValueError, match="either"):
            make(server=next(iter(package.api.servers)), base_url="https://h.example")
    with pytest.raises(TypeError, match="auth is"):
        make(base_url="https://h.example", auth="secret")
    with pytest.raises(TypeError, match="http_client is no"):
        make(base_url="https://h.example", http_client=httpx2.AsyncClient() if kind == "Client" else httpx2.Client())


@pytest.mark.parametrize("kind", Package.KINDS)
def test_a_client_closes_only_its_own_http_client(package: Package, kind: str) -> None:
    case = cases.sample_case(package.api.operations[0])
    transport = httpx2.MockTransport(Network())
    with package.client(kind, base_url="https://h.example", transport=transport) as client:
        pass
    with pytest.raises(RuntimeError, match="closed"):
        package.error(client, case)
    own = getattr(httpx2, kind)(transport=transport)
    for _ in range(2):
        with package.client(kind, base_url="https://h.example", http_client=own) as client:
            assert type(package.error(client, case)) is package.error_class(case.operation, 599)


def test_the_package_carries_its_spec(package: Package) -> None:
    assert (package.home / "openapi.yaml").read_text(encoding="utf-8") == package.api.text
    assert package.module.__version__ == package.api.version


def _assert_sends_to(package: Package, operation: Operation, url: str, **options: Any) -> None:
    case = cases.sample_case(operation)
    network = Network()
    assert [type(error) for error in package.errors_with(case, network, **options)] == [package.error_class(operation, 599)] * 2
    for sent in network.sent:
        assert read(operation, url, sent).values == as_sent(operation, case.values)
    assert len(network.sent) == 2
