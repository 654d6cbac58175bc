"""The command `python -m scripts.mock`: what it prints, how it ends, and what it says to bad input."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import httpx2
import pytest

from scripts.command import ROOT
from scripts.mock.__main__ import main
from scripts.mock.engine.vendor import Vendor
from scripts.mock.options import options
from scripts.mock.roster import VENDORS
from scripts.mock.served import Served
from scripts.mock.vendors.amazon_catalog_items.vendor import AmazonCatalogItems
from tests.mock.callers import YANDEX, path
from tests.mock.test_generic import HARBOUR
from tests.support.commands import refusal

APIS = [vendor.api for vendor in VENDORS]


def test_it_prints_how_to_use_the_vendors_and_logs_responses_if_verbose() -> None:
    command = [sys.executable, "-m", "scripts.mock", "--port", "0", "--verbose", "--set", "shipsidekick_products.key=mine"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            lines = [line.strip() for line in takewhile("Ctrl-C stops them.\n".__ne__, child.stdout)]
            urls = dict(line.split(": ") for line in lines if line.startswith((*APIS, "admin: ")))
            assert list(urls) == [*APIS, "admin"]
            assert list(httpx2.get(urls["admin"]).json()["apis"]) == APIS
            assert httpx2.post(f"{urls[YANDEX]}{path('archive')}?secret=1").status_code == 401
        finally:
            child.send_signal(signal.SIGINT)
        out, log = child.communicate(timeout=30)
    assert sum(line.startswith("curl ") for line in lines) == len(APIS) + 1
    assert "export SP_API_REFRESH_TOKEN='Atzr|mock-vendor'" in lines
    assert "export SHIPSIDEKICK_API_KEY=mine" in [line.replace("'", "") for line in lines]
    assert any(line.startswith("export YANDEX_MARKET_API_KEY=") for line in lines)
    assert (child.returncode, out) == (0, "Stopped.\n")
    assert re.fullmatch(rf"{YANDEX} POST {path('archive')} 401 [0-9]+ ms\n", log)


def test_json_is_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(asyncio, "run", interrupt)
    assert main(["--port", "0", "--json"]) == 0
    line, errors = capsys.readouterr()
    assert (json.loads(line).keys(), line.count("\n")) == (Served.__dataclass_fields__.keys(), 1)
    assert not errors


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("nope", "give it as API.OPTION=VALUE, with an API of amazon"),
        ("nope.key=1", "give it as API.OPTION=VALUE, with an API of amazon"),
        ("shipsidekick_products.key", "give it as API.OPTION=VALUE"),
        ("shipsidekick_products=1", "shipsidekick_products has no option ; it has key, read_only_key"),
        ("shipsidekick_products.nope=1", "shipsidekick_products has no option nope; it has key, read_only_key"),
        ("shipsidekick_products.repeated=often", "Expected `int`, got `str`"),
        ("yandex_market_offers.quota=0", "Expected `int` >= 1"),
        ("yandex_market_offers.businesses=", "Expected `array` of length >= 1"),
        ("yandex_market_offers.businesses=1,x", "Expected `int`, got `str` - at `$[1]`"),
        ("yandex_market_offers.succeeded=maybe", "succeeded is absent or null-list or null-result"),
        ("amazon_jwo_catalog.failing=xml", "Invalid enum value 'xml'; failing is empty or final or retry"),
        ("amazon_catalog_items.strict_asins=maybe", "strict_asins is true or false"),
        ("amazon_catalog_items.rate=often", "Expected `float | null`, got `str`"),
    ],
)
def test_a_bad_option_is_one_line(capsys: pytest.CaptureFixture[str], given: str, message: str) -> None:
    line = refusal(capsys, main, "--port", "0", "--set", given)
    assert line.startswith(f"--set {given}: ")
    assert message in line


def test_other_documents_are_served_alone(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio, "run", lambda _: None)
    documents = [str(HARBOUR), str(ROOT / "tests" / "support" / "fifth_api.yaml")]
    assert (
        main(["--port", "0", "--json", "--spec", documents[0], "--spec", documents[1], "--set", "harbour_returns.rejected=0.02"])
        == 0
    )
    served = Served(**json.loads(capsys.readouterr().out))
    assert [*served.urls] == ["harbour_returns", "bramble_depot"]
    assert served.credentials["bramble_depot"] == {"BRAMBLE_DEPOT_KEY": "mock-key"}


BROKEN = """
openapi: 3.1.0
info: {title: Broken, version: '1'}
paths:
  /a: {get: {responses: {'200': {$ref: '#/components/responses/Nope'}}}}
"""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--spec", "nowhere.yaml"), "nowhere.yaml:1: #: unreadable: No such file or directory; name a file that can be read"),
        (("--spec", ""), "argument --spec: is empty; give a value, or leave it out"),
        (
            ("--spec", str(HARBOUR), "--spec", str(HARBOUR)),
            f"{HARBOUR}: its API harbour_returns is also that of {HARBOUR}; rename one",
        ),
        (
            ("--spec", str(HARBOUR), "--set", "harbour_returns.nope=1"),
            "--set harbour_returns.nope=1: harbour_returns has no option nope",
        ),
        (
            ("--spec", str(HARBOUR), "--set", "harbour_returns.rejected=2"),
            "--set harbour_returns.rejected=2: Expected `float` <= 1.0",
        ),
        (
            ("--spec", str(HARBOUR), "--set", f"{YANDEX}.quota=1"),
            f"--set {YANDEX}.quota=1: give it as API.OPTION=VALUE, with an API of harb",
        ),
        (("--specification", "a"), "unrecognized arguments: --specification a"),
    ],
)
def test_bad_documents_are_one_line(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str) -> None:
    assert message in refusal(capsys, main, "--port", "0", *arguments)


def test_a_document_of_which_nothing_can_be_read_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    document = tmp_path / "broken.yaml"
    document.write_text(BROKEN, encoding="utf-8")
    line = refusal(capsys, main, "--port", "0", "--spec", str(document))
    place = "#/paths/~1a/get/responses/200/$ref"
    advice = "'#/components/responses/Nope' does not exist; define it or correct the name"
    assert line == f"{document}:5: {place}: unknown-reference: {advice}"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("--chaos", "2", "has to be from 0 to 1"),
        ("--chaos", "nan", "has to be from 0 to 1"),
        ("--speed", "0", "has to be above 0 and finite"),
        ("--speed", "inf", "has to be above 0 and finite"),
        ("--speed", "", "'' is not a number"),
        ("--slow", "-1", "has to be above 0"),
        ("--size", "0", "has to be at least 1"),
        ("--size", "1.5", "'1.5' is not a whole number from 0"),
        ("--fault", "nope", "invalid choice: 'nope'"),
        ("--port", "-1", "'-1' is not a whole number from 0"),
    ],
)
def test_a_bad_argument_is_named(capsys: pytest.CaptureFixture[str], name: str, value: str, message: str) -> None:
    assert refusal(capsys, main, name, value).startswith(f"argument {name}: {message}")


@pytest.mark.parametrize("offset", [0, len(APIS)])
def test_a_port_in_use_is_one_line(capsys: pytest.CaptureFixture[str], offset: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        line = refusal(capsys, main, "--port", str(taken.getsockname()[1] - offset))
    assert f"Address already in use; choose the first of {len(APIS) + 1} free ports with --port, or --port 0" in line


@pytest.mark.parametrize("port", [65536, 65535, 65536 - len(APIS)])
def test_ports_that_do_not_fit_are_one_line(capsys: pytest.CaptureFixture[str], port: int) -> None:
    ports, most = len(APIS) + 1, 65535 - len(APIS)
    message = f"port {port}: {ports} ports in a row are used; choose the first from 1 to {most}, or 0 for any"
    assert refusal(capsys, main, "--port", str(port)) == message


def test_help_has_each_option_with_its_default_and_its_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    words = " ".join(text.split())
    for vendor in VENDORS:
        for option in options(vendor.kind_of_options).values():
            assert f"\n  {vendor.api}.{option.name}={option.written}\n" in text
            assert option.meaning
            assert option.meaning in words
    assert "yandex_market_offers.businesses=4711 businesses of the seller; all have the same offers at the start." in words
    assert "[absent or null-list or null-result]" in words


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.api)
def test_a_default_is_read_as_it_is_written(vendor: type[Vendor]) -> None:
    for option in options(vendor.kind_of_options).values():
        assert option.read(option.written) == option.default


@pytest.mark.parametrize(("text", "value"), [("0", False), ("False", False), ("1", True), ("true", True)])
def test_a_boolean_can_be_written_in_several_ways(text: str, value: bool) -> None:
    assert options(AmazonCatalogItems.kind_of_options)["strict_asins"].read(text) is value
