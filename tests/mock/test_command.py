"""The command `python -m scripts.mock`: what it prints, how it ends, and what it says to bad input."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import msgspec
import pytest

from scripts.command import ROOT
from scripts.mock.__main__ import main
from scripts.mock.engine.vendor import Vendor
from scripts.mock.options import options
from scripts.mock.serving import Served
from scripts.mock.vendors import VENDORS
from scripts.mock.vendors.amazon_catalog_items.vendor import AmazonCatalogItems

APIS = [vendor.api for vendor in VENDORS]


@contextmanager
def start(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "scripts.mock", "--port", "0", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        try:
            yield child
        finally:
            child.kill()  # where the test has failed


def test_ctrl_c_ends_it_cleanly() -> None:
    with start() as child:
        assert child.stdout is not None
        lines = []
        for line in child.stdout:
            lines.append(line.strip())
            if "Ctrl-C" in line:
                break
        urls = dict(line.split(": ") for line in lines if line.startswith((*APIS, "admin: ")))
        assert list(urls) == [*APIS, "admin"]
        assert sum(line.startswith("curl ") for line in lines) == len(APIS) + 1
        assert "export SP_API_REFRESH_TOKEN='Atzr|mock-vendor'" in lines
        for name in ("YANDEX_MARKET_API_KEY=", "SHIPSIDEKICK_API_KEY="):
            assert any(line.startswith(f"export {name}") for line in lines)
        assert list(httpx2.get(urls["admin"]).json()["apis"]) == APIS
        child.send_signal(signal.SIGINT)
        out, errors = child.communicate(timeout=30)
    assert (child.returncode, out, errors) == (0, "Stopped.\n", "")


def test_for_a_machine_it_prints_one_line() -> None:
    with start("--json") as child:
        assert child.stdout is not None
        line = child.stdout.readline()
        served = msgspec.convert(json.loads(line), Served)
        assert json.loads(line).keys() == set(Served.__dataclass_fields__)
        assert list(httpx2.get(served.admin).json()["apis"]) == APIS
        child.send_signal(signal.SIGINT)
        out, errors = child.communicate(timeout=30)
    assert (child.returncode, out, errors) == (0, "", "")


@pytest.mark.parametrize(
    ("given", "told"),
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
def test_a_bad_option_is_one_line(capsys: pytest.CaptureFixture[str], given: str, told: str) -> None:
    assert main(["--port", "0", "--set", given]) == 2
    out, errors = capsys.readouterr()
    assert out == ""
    assert errors.startswith(f"--set {given}: ")
    assert told in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--chaos", "2"], "argument --chaos: has to be from 0 to 1"),
        (["--chaos", "nan"], "argument --chaos: has to be from 0 to 1"),
        (["--speed", "0"], "argument --speed: has to be above 0 and finite"),
        (["--speed", "inf"], "argument --speed: has to be above 0 and finite"),
        (["--slow", "-1"], "argument --slow: has to be above 0"),
        (["--size", "0"], "argument --size: has to be at least 1"),
        (["--size", "many"], "argument --size: 'many' is not a whole number from 0"),
        (["--size", "1.5"], "argument --size: '1.5' is not a whole number from 0"),
        (["--speed", ""], "argument --speed: '' is not a number"),
        (["--fault", "nope"], "argument --fault: invalid choice: 'nope'"),
        (["--port", "http"], "argument --port: 'http' is not a whole number from 0"),
        (["--port", "-1"], "argument --port: '-1' is not a whole number from 0"),
        (["--nope"], "unrecognized arguments: --nope"),
    ],
)
def test_a_bad_argument_is_named(capsys: pytest.CaptureFixture[str], arguments: list[str], told: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    out, errors = capsys.readouterr()
    assert (out, errors.count("\n")) == ("", 1)
    assert errors.startswith(told)


@pytest.mark.parametrize("offset", [0, len(APIS)])
def test_a_port_in_use_is_one_line(capsys: pytest.CaptureFixture[str], offset: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["--port", str(port - offset)]) == 2
    out, errors = capsys.readouterr()
    assert out == ""
    assert errors.count("\n") == 1
    assert "Address already in use; choose the first of five free ports with --port, or --port 0" in errors


@pytest.mark.parametrize("port", ["65536", "65535", "65532"])
def test_ports_that_do_not_fit_are_one_line(capsys: pytest.CaptureFixture[str], port: str) -> None:
    assert main(["--port", port]) == 2
    told = f"port {port}: 5 ports in a row are used; choose the first from 1 to 65531, or 0 for any\n"
    assert capsys.readouterr() == ("", told)


def test_help_tells_every_option_its_default_and_its_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    words = " ".join(text.split())
    for vendor in VENDORS:
        for option in options(vendor.kind_of_options).values():
            assert f"\n  {vendor.api}.{option.name}={option.written}\n" in text
            assert option.meaning
            assert option.meaning in words
    assert "yandex_market_offers.businesses=4711 businesses of the seller; all have the same offers at first." in words
    assert "[absent or null-list or null-result]" in words


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.api)
def test_a_default_is_read_as_it_is_written(vendor: type[Vendor]) -> None:
    for option in options(vendor.kind_of_options).values():
        assert option.read(option.written) == option.default


@pytest.mark.parametrize(
    ("text", "value"), [("no", False), ("0", False), ("False", False), ("YES", True), ("1", True), ("true", True)]
)
def test_a_boolean_can_be_written_in_several_ways(text: str, value: bool) -> None:
    assert options(AmazonCatalogItems.kind_of_options)["strict_asins"].read(text) is value
