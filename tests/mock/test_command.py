"""The command `python -m scripts.mock`: what it prints, how it ends, and what it says to bad input."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import msgspec
import pytest

from scripts.mock.__main__ import main
from scripts.mock.serving import Served
from scripts.mock.vendors import VENDORS

ROOT = Path(__file__).parents[2]
APIS = [vendor.api for vendor in VENDORS]


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "scripts.mock", "--port", "0", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


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
        assert [line for line in lines if "curl" in line and not line.startswith("curl ")] == []
        assert sum(line.startswith("curl ") for line in lines) == len(APIS) + 1
        for name in ("YANDEX_MARKET_API_KEY=", "SHIPSIDEKICK_API_KEY="):
            assert any(line.startswith(name) for line in lines)
        assert list(httpx2.get(urls["admin"]).json()) == APIS
        child.send_signal(signal.SIGINT)
        out, errors = child.communicate(timeout=30)
    assert (child.returncode, out, errors) == (0, "Stopped.\n", "")


def test_for_a_machine_it_prints_one_line() -> None:
    with start("--json") as child:
        assert child.stdout is not None
        line = child.stdout.readline()
        served = msgspec.convert(json.loads(line), Served)
        assert json.loads(line).keys() == set(Served.__dataclass_fields__)
        assert list(httpx2.get(served.admin).json()) == APIS
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
        ("yandex_market_offers.succeeded=maybe", "Invalid enum value 'maybe'"),
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
        (["--speed", "0"], "argument --speed: has to be above 0"),
        (["--speed", "inf"], "argument --speed: has to be above 0"),
        (["--slow", "-1"], "argument --slow: has to be above 0"),
        (["--size", "0"], "argument --size: has to be at least 1"),
        (["--size", "many"], "argument --size: many is no number"),
        (["--size", "1.5"], "argument --size: 1.5 is no number"),
        (["--speed", ""], "argument --speed:  is no number"),
        (["--fault", "nope"], "argument --fault: invalid choice: 'nope'"),
        (["--port", "http"], "argument --port: invalid int value: 'http'"),
    ],
)
def test_a_bad_argument_is_named(capsys: pytest.CaptureFixture[str], arguments: list[str], told: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert told in capsys.readouterr().err.splitlines()[-1]


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


@pytest.mark.parametrize("port", ["65536", "-1", "65535"])
def test_a_port_that_cannot_be_is_one_line(capsys: pytest.CaptureFixture[str], port: str) -> None:
    assert main(["--port", port]) == 2
    _, errors = capsys.readouterr()
    assert errors.count("\n") == 1
    assert "0-65535" in errors


def test_help_lists_every_option_with_its_default(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    for vendor in VENDORS:
        for name in vendor.kind_of_options.__struct_fields__:
            assert any(line.startswith(f"{vendor.api}.{name}=") for line in lines)
    assert "yandex_market_offers.businesses=4711" in lines
