"""The admin endpoint returns states and counts, changes options, and refuses bad requests with a cause."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from scripts.mock.engine.clock import VirtualClock
from scripts.mock.engine.journal import Journal
from scripts.mock.roster import VENDORS
from scripts.mock.serving import Mocks, running
from scripts.mock.settings import Settings
from tests.mock.callers import YANDEX, Organization, Seller


@pytest.fixture
def admin(mocks: Mocks) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=mocks.served.admin) as found:
        yield found


def test_the_overview_lists_the_vendors_and_their_options(admin: httpx2.Client, mocks: Mocks) -> None:
    found = admin.get("/").json()["apis"]
    assert {api: each["url"] for api, each in found.items()} == mocks.served.urls
    assert found.keys() == {vendor.api for vendor in VENDORS}
    for api, each in found.items():
        assert each["options"] == admin.get(f"/{api}/options").json()
        assert each["faults"] == admin.get(f"/{api}/faults").json()
        one = admin.get(f"/{api}").json()
        assert {name: one[name] for name in each} == each


def test_the_overview_lists_all_paths(admin: httpx2.Client) -> None:
    paths = admin.get("/").json()["paths"]
    assert all(text and "\n" not in text for text in paths.values())
    assert "JSON Lines" in paths["GET /{api}/held"]
    assert "JSON list" in paths["POST /{api}/held"]
    assert admin.get(f"/{YANDEX}").json()["paths"] == {
        what.replace("{api}", YANDEX): text for what, text in paths.items() if "{api}" in what
    }
    for what in paths:
        method, path = what.replace("{api}", "nope").split(" ")
        assert "no such API" in admin.request(method, path, content=b"{}").text or path == "/"


def test_options_change_for_the_following_calls() -> None:
    with Organization.served() as organization:
        before = organization.admin.get("options").json()
        response = organization.admin.patch("options", json={"key": "other"})
        assert (response.status_code, response.json()) == (200, {**before, "key": "other"})
        changed = {**before, "key": "other", "repeated": 409}
        assert organization.admin.patch("options", json={"repeated": 409}).json() == changed
        assert organization.admin.get("options").json() == changed
        assert organization.archive(organization.products["normal"]).status_code == 401
        with Organization(organization.mocks) as renewed:
            assert renewed.archive(renewed.products["normal"]).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "words"),
    [
        ("GET", "/nope/usage", b"", 404, "nope: no such API; there are amazon"),
        ("GET", "/nope/nope/nope", b"", 404, "Not Found"),
        ("DELETE", f"/{YANDEX}/held", b"", 405, "Method Not Allowed"),
        ("POST", f"/{YANDEX}/held", b"", 400, "the body: "),
        ("POST", f"/{YANDEX}/held", b"{", 400, "the body: "),
        ("POST", f"/{YANDEX}/held", b'["\\ud800"]', 400, "the body: "),
        ("POST", f"/{YANDEX}/held", b"[1]", 400, 'the body: Expected `str`, got `int` - at `$[0]`; send such as ["SKU-0000001"]'),
        ("PATCH", f"/{YANDEX}/options", b"[]", 400, 'Expected `object`, got `array`; send such as {"keys": ["ACMA:mock:0001"]}'),
        ("PATCH", f"/{YANDEX}/options", b'{"nope":1}', 400, f"{YANDEX}: no option nope; there are keys, businesses, "),
        ("PATCH", f"/{YANDEX}/options", b'{"quota":0}', 400, f"{YANDEX}: quota: Expected `int` >= 1"),
        ("PATCH", f"/{YANDEX}/options", b'{"succeeded":1}', 400, "succeeded is absent or null-list or null-result"),
        ("PATCH", f"/{YANDEX}/options", b'{"migrating":"no"}', 400, "migrating is true or false"),
        ("PATCH", f"/{YANDEX}/faults", b"{", 400, 'send such as {"chaos": 0.3, "faults": ["html", "slow"], "slow": 5}'),
        ("PATCH", f"/{YANDEX}/faults", b'{"chaos":2}', 400, "Expected `float` <= 1.0 - at `$.chaos`; send such as "),
        ("PATCH", f"/{YANDEX}/faults", b'{"slow":0}', 400, "Expected `float` > 0.0 - at `$.slow`; send such as "),
        ("PATCH", f"/{YANDEX}/faults", b'{"share":1}', 400, "unknown field `share`; send such as "),
        ("PATCH", f"/{YANDEX}/faults", b'{"faults":["nope"]}', 400, "the body: no fault nope; there are error-500, "),
    ],
)
def test_bad_requests_are_refused_in_one_line(
    admin: httpx2.Client, method: str, path: str, content: bytes, status: int, words: str
) -> None:
    before = admin.get("/").json()
    response = admin.request(method, path, content=content)
    assert response.status_code == status
    assert response.json().keys() == {"error"}
    assert words in response.json()["error"]
    assert "\n" not in response.json()["error"]
    assert admin.get("/").json() == before


def test_faults_change_for_the_following_calls(caplog: pytest.LogCaptureFixture) -> None:
    with Seller.served() as seller:
        assert seller.admin.get("faults").json() == {"chaos": 0, "faults": [], "slow": 5}
        assert seller.send().status_code == 200
        response = seller.admin.patch("faults", json={"chaos": 1, "faults": ["html"]})
        assert response.json() == seller.admin.get("faults").json() == {"chaos": 1, "faults": ["html"], "slow": 5}
        assert seller.send().status_code == 502
        seller.admin.patch("faults", json={"faults": ["truncated"]}).raise_for_status()
        with pytest.raises(httpx2.TransportError):
            seller.send()
        seller.admin.patch("faults", json={"chaos": 0}).raise_for_status()
        assert seller.send().status_code == 200
        usage = seller.usage()
    assert usage["responses"] == {"addOffersToArchive 200": 3, "addOffersToArchive 502": 1}
    assert usage["faults"] == {"html": 1, "truncated": 1}
    assert usage["parallel"] == {"most": 1}
    assert caplog.messages == []  # a response that is cut on purpose is not an error


def test_a_reset_restores_the_state_of_the_start() -> None:
    settings = Settings(chaos=0.5, faults=("html",), options={YANDEX: {"archived": 0, "stocks": 0, "failing": 0}})
    with running(settings) as mocks, Seller(mocks) as seller:
        url = f"{mocks.served.admin}/{YANDEX}"
        before, unused = httpx2.get(url).json(), seller.usage()
        rounds = []
        for _ in range(2):
            rounds.append([seller.send([f"SKU-{number:07}"]).status_code for number in [*range(1, 11)] * 2])
            assert len(seller.held()) == 10
            seller.set(quota=1)
            seller.admin.patch("faults", json={"chaos": 1}).raise_for_status()
            assert seller.admin.post("reset").status_code == 200
            assert (httpx2.get(url).json(), seller.usage(), seller.held()) == (before, unused, [])
    assert set(rounds[0]) == {200, 502}
    assert rounds[0] == rounds[1]


def test_the_journal_has_the_maximum_of_units_within_any_period() -> None:
    clock = VirtualClock()
    journal = Journal(clock)
    for moment, units in [(0, 3), (5, 4), (9.9, 1), (10, 2), (14, 1), (40, 7)]:
        clock.advance(moment - clock.now())
        journal.spend("offers", units, 10)
    journal.spend("requests", 1, 1)
    assert journal.counts()["units"] == {
        "offers": {"period": 10, "most": 8, "total": 18},
        "requests": {"period": 1, "most": 1, "total": 1},
    }


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"Host": "evil.example"}, "Host: evil.example: the admin endpoint is served as 127.0.0.1 or localhost only"),
        ({"Host": "evil.example:8704"}, "Host: evil.example:8704: "),
        ({"Host": "127.0.0.1.evil.example"}, "Host: 127.0.0.1.evil.example: "),
        ({"Host": "localhost@evil.example"}, "Host: localhost@evil.example: "),
        ({"Host": ""}, "Host: : "),
        (
            {"Origin": "https://evil.example"},
            "Origin: https://evil.example: the admin endpoint is not for web pages of other origins",
        ),
        ({"Origin": "http://127.0.0.1:1"}, "Origin: http://127.0.0.1:1: "),
        ({"Origin": "null"}, "Origin: null: "),
    ],
)
@pytest.mark.parametrize(
    ("method", "path", "content"),
    [("GET", f"/{YANDEX}/held", b""), ("PATCH", f"/{YANDEX}/options", b'{"quota":1}'), ("POST", f"/{YANDEX}/reset", b"")],
)
def test_what_a_web_page_sends_is_refused(
    admin: httpx2.Client, method: str, path: str, content: bytes, headers: dict[str, str], words: str
) -> None:
    before = admin.get("/").json()
    response = admin.request(method, path, content=content, headers=headers)
    assert response.status_code == 403
    assert response.json()["error"].startswith(words)
    assert admin.get("/").json() == before


def test_names_of_this_machine_are_accepted_and_so_is_a_page_of_the_endpoint_itself(admin: httpx2.Client) -> None:
    port = admin.base_url.port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"LOCALHOST:{port}", "[::1]:80", "127.0.0.1"):
        assert admin.get("/", headers={"Host": host}).status_code == 200
        assert admin.get("/", headers={"Host": host, "Origin": f"http://{host}"}).status_code == 200
