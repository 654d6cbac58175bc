"""Chaos breaks the configured share of responses in the configured ways, and the same ones in each run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing

import httpx2
import pytest
from starlette.datastructures import Headers

from scripts.mock.engine.chaos import FAULTS, Chaos
from scripts.mock.engine.clock import Clock
from scripts.mock.engine.vendor import Call
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from tests.mock.asking import SHIPSIDEKICK, Admin

SMALL = [f"/products/{number}" for number in range(200)]
MANY = [f"/products/{number}" for number in range(5000)]


def fates(settings: Settings, paths: list[str], *, body: bytes = b"", query: str = "", method: str = "DELETE") -> list[str | None]:
    chaos = Chaos(settings)
    calls = (Call(method=method, path=path, query=query, headers=Headers(), body=body, scope={}) for path in paths)
    return [chaos.fate(call) for call in calls]


@pytest.mark.parametrize("share", [0.05, 0.3, 0.9])
def test_the_configured_share_fails(share: float) -> None:
    found = fates(Settings(chaos=share), MANY)
    failed = len(MANY) - found.count(None)
    deviation: float = (len(MANY) * share * (1 - share)) ** 0.5
    assert abs(failed - len(MANY) * share) < 4 * deviation


def test_none_or_all_can_fail() -> None:
    assert set(fates(Settings(), SMALL)) == {None}
    assert None not in fates(Settings(chaos=1), SMALL)


def test_all_kinds_of_failure_are_as_likely_unless_some_are_chosen() -> None:
    found = Counter(fates(Settings(chaos=1), MANY))
    assert found.keys() == FAULTS.keys()
    assert max(found.values()) < 1.3 * min(found.values())
    assert set(fates(Settings(chaos=1, faults=("html", "empty")), MANY)) == {"html", "empty"}


def test_a_seed_gives_the_same_fates_whatever_the_order() -> None:
    settings = Settings(chaos=0.5)
    there = fates(settings, SMALL * 2)
    assert there == fates(settings, SMALL * 2)
    assert there[:200] == list(reversed(fates(settings, SMALL[::-1])))
    interleaved = fates(settings, [path for path in SMALL for _ in range(2)])
    assert there == interleaved[::2] + interleaved[1::2]


def test_a_request_that_is_repeated_meets_another_fate() -> None:
    there = fates(Settings(chaos=0.5), SMALL * 2)
    assert there[:200] != there[200:]


@pytest.mark.parametrize("other", [{"body": b"1"}, {"query": "a=1"}, {"method": "GET"}], ids=repr)
def test_the_request_decides_the_fate(other: dict[str, object]) -> None:
    settings = Settings(chaos=0.5)
    assert fates(settings, SMALL) != fates(settings, SMALL, **other)  # type: ignore[arg-type]  # of several types
    assert fates(settings, SMALL) != fates(Settings(chaos=0.5, seed=2), SMALL)


class Client:
    """Archives a product of a mock whose responses all fail in one way."""

    path = "/products/00000000-0000-4000-8000-000000000001"

    def __init__(self, mocks: Mocks) -> None:
        self.admin = Admin(mocks, SHIPSIDEKICK)
        key = mocks.served.credentials[SHIPSIDEKICK]["SHIPSIDEKICK_API_KEY"]
        self.http = httpx2.Client(base_url=mocks.served.urls[SHIPSIDEKICK], headers={"Authorization": f"Bearer {key}"})

    def close(self) -> None:
        self.http.close()
        self.admin.close()

    def archive(self) -> httpx2.Response:
        return self.http.delete(self.path)


@pytest.fixture
def client(request: pytest.FixtureRequest, mocks_with: Callable[[Settings], Mocks]) -> Iterator[Client]:
    with closing(Client(mocks_with(Settings(chaos=1, faults=(request.param,), slow=7)))) as found:
        yield found


@pytest.mark.parametrize(
    ("client", "status", "content_type", "effect"),
    [
        ("error-500", 500, "application/json", False),
        ("error-503", 503, "application/json", False),
        ("late-500", 500, "application/json", True),
        ("html", 502, "text/html", True),
        ("empty", 200, "application/json", True),
        ("slow", 200, "application/json", True),
        ("throttled", 429, "application/json", False),
    ],
    indirect=["client"],
)
def test_a_failing_response(
    client: Client,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    content_type: str,
    effect: bool,
) -> None:
    waits = []

    async def sleep(_: Clock, seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(Clock, "sleep", sleep)
    kind = request.node.callspec.params["client"]
    response = client.archive()
    assert (response.status_code, response.headers["content-type"]) == (status, content_type)
    match kind:
        case "html":
            assert response.text.startswith("<html>")
        case "empty":
            assert response.content == b""
        case "slow":
            assert response.json()["object"] == "product"
        case _:
            assert response.json().keys() == {"error"}
    assert waits == ([7] if kind == "slow" else [])
    assert bool(client.admin.held()) == effect
    assert client.admin.usage()["faults"] == {kind: 1}
    assert client.admin.usage()["responses"] == {f"archiveProduct {status}": 1}


@pytest.mark.parametrize(
    ("client", "outcome", "effect"),
    [("dropped-before", "dropped", False), ("dropped-after", "dropped", True), ("truncated", "200", True)],
    indirect=["client"],
)
def test_a_broken_connection(client: Client, request: pytest.FixtureRequest, outcome: str, effect: bool) -> None:
    received = bytearray()

    def receive() -> None:
        with client.http.stream("DELETE", client.path) as response:
            for part in response.iter_raw():
                received.extend(part)

    with pytest.raises(httpx2.TransportError):
        receive()
    assert received.startswith(b'{"object":"product"' if outcome == "200" else b"")
    assert bool(received) == (outcome == "200")
    assert bool(client.admin.held()) == effect
    assert client.admin.usage()["responses"] == {f"archiveProduct {outcome}": 1}
    assert client.admin.usage()["faults"] == {request.node.callspec.params["client"]: 1}


def test_every_kind_of_failure_is_tested() -> None:
    tested = [test_a_failing_response, test_a_broken_connection]
    names = [case[0] for test in tested for mark in test.pytestmark for case in mark.args[1]]  # type: ignore[attr-defined]  # pytest puts them there
    assert sorted(names) == sorted(FAULTS)
