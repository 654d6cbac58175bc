"""How commands end, and how they print."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.command import ROOT, Parser, collect_seldom, exit_with, interrupts, table


def test_a_command_ends_with_what_its_main_returns() -> None:
    with pytest.raises(SystemExit) as ended:
        exit_with(lambda: 1)
    assert ended.value.code == 1


def test_an_interrupted_command_ends_with_130_and_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted() -> int:
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as ended:
        exit_with(interrupted)
    assert ended.value.code == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_wrong_arguments_are_one_line_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        Parser().parse_args(["--unknown"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == "unrecognized arguments: --unknown\n"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (["--url", ""], "--url"),
        (["--url", " "], "--url"),
        (["--url="], "--url"),
        (["--file", ""], "--file"),
        (["--api", "a", "--api", ""], "--api"),
        (["", "--url", "x"], "place"),
    ],
)
def test_an_empty_argument_is_wrong_and_not_left_out(capsys: pytest.CaptureFixture[str], given: list[str], name: str) -> None:
    parser = Parser()
    parser.add_argument("--url")
    parser.add_argument("--file", type=Path)
    parser.add_argument("--api", action="append", choices=["a"])
    parser.add_argument("place", nargs="?")
    with pytest.raises(SystemExit) as ended:
        parser.parse_args(given)
    assert ended.value.code == 2
    assert capsys.readouterr().err == f"argument {name}: is empty; give a value, or leave it out\n"
    found = parser.parse_args(["--url", "OPTION=", "--file", "x"])
    assert (found.url, found.file, found.api, found.place) == ("OPTION=", Path("x"), None, None)


def test_garbage_is_looked_for_seldom_but_not_never() -> None:
    before = gc.get_threshold()
    try:
        gc.set_threshold(700)
        collect_seldom()
        assert 10_000 < gc.get_threshold()[0] < 100_000
    finally:
        gc.set_threshold(*before)


def test_an_interrupt_during_imports_is_silent() -> None:
    code = "import os, signal; from scripts.command import *; exit_on_interrupt(); os.kill(os.getpid(), signal.SIGINT); print('on')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_is_noted_while_there_is_something_to_finish(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with interrupts() as stop:
        assert not stop.is_set()
        os.kill(os.getpid(), number)
        assert stop.wait(1)
    assert signal.getsignal(number) is before


def test_a_table_aligns_names_to_the_left_and_numbers_to_the_right() -> None:
    assert table([("API", "calls", "note"), ("pets", "7", ""), ("zoo", "1200", "ok")], left=(0, 2)).splitlines() == [
        "API   calls  note",
        "pets      7",
        "zoo    1200  ok",
    ]
