"""The mock vendors, served in a thread or in a child process, respond and end cleanly."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from scripts.mock.engine.call import Call, MockResponse, Respond
from scripts.mock.engine.vendor import Vendor
from scripts.mock.roster import VENDORS
from scripts.mock.served import spawned
from scripts.mock.serving import running
from scripts.mock.settings import Settings
from tests.mock.amazon_catalog import API as ITEMS
from tests.mock.callers import SHIPSIDEKICK, YANDEX, Organization
from tests.mock.jwo import JWO

APIS = [vendor.api for vendor in VENDORS]
EXAMPLES = {  # what the example of an API prints
    JWO: r"[0-9a-f-]{36}\n.*\"DONE\".*\nitem_sku,store_id,status,message\nSKU-NEW,STORE-1,SUCCESS,",
    ITEMS: r'\{"numberOfResults":.*',
    YANDEX: r'\{"status":"OK".*',
    SHIPSIDEKICK: r'\{"object":"product".*',
}


def test_ports_are_free_again_at_the_end() -> None:
    with running() as mocks:
        ports = [urlsplit(url).port for url in (*mocks.served.urls.values(), mocks.served.admin)]
    assert len(set(ports)) == len(APIS) + 1
    for port in ports:
        with socket.socket() as again:
            again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            again.bind(("127.0.0.1", port))


def test_clients_give_up_unused_connections_before_the_mocks_close_them() -> None:
    kept = httpx2.Limits().keepalive_expiry
    with running() as mocks:
        assert kept is not None
        assert mocks._server.config.timeout_keep_alive > 2 * kept


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"nope": {}}, "^options of nope: no such API; there are amazon"),
        ({SHIPSIDEKICK: {"nope": 1}}, f"^options of {SHIPSIDEKICK}: Object contains unknown field `nope`$"),
        ({YANDEX: {"quota": "many"}}, rf"^options of {YANDEX}: Expected `int`, got `str` - at `\$\.quota`$"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, dict[str, object]], words: str) -> None:
    with pytest.raises(ValueError, match=words), running(Settings(options=options)):
        pass


def test_an_error_of_a_mock_is_a_500_and_counted() -> None:
    def wrap(_: Vendor, __: Respond) -> Callable[[Call], Awaitable[MockResponse]]:
        async def broken(_: Call) -> MockResponse:
            raise RuntimeError("an error")

        return broken

    with running(wrap=wrap) as mocks, Organization(mocks) as organization:
        assert httpx2.get(mocks.served.urls[SHIPSIDEKICK]).status_code == 500
        assert organization.usage()["responses"] == {"other 500": 1}


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is missing")
@pytest.mark.parametrize(("api", "printed"), EXAMPLES.items())
def test_the_example_works(api: str, printed: str) -> None:
    with running(Settings(options={JWO: {"queue_seconds": 0, "processing_seconds": 0}})) as mocks:
        command = ["/bin/sh", "-c", mocks.served.examples[api]]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)
    assert re.fullmatch(printed, "\n".join(done.stdout.splitlines()))


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let a child process run some lines of shell instead of Python."""

    def runs(lines: str) -> None:
        python = tmp_path / "python"
        python.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
        python.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(python))

    return runs


def test_a_child_process_may_say_much_on_stderr(child: Callable[[str], None]) -> None:
    served = {"urls": {}, "admin": "here", "credentials": {}, "known": {}, "examples": {}}
    child(f"head -c 200000 /dev/zero >&2; echo '{json.dumps(served)}'; exec sleep 60")
    with spawned() as found:
        assert found.admin == "here"


def test_the_error_of_a_child_process_is_reported(child: Callable[[str], None]) -> None:
    child('echo "$*: a bad option" >&2; exit 2')
    with pytest.raises(ValueError, match=r"^-m scripts\.mock --port 0 --json --seed x: a bad option$"), spawned(["--seed", "x"]):
        pass
