"""The command on a terminal, as processes: what is shown, the confirmation, and what Ctrl-C does."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from catalog_jobs.command.progress import meter, terminal
from catalog_jobs.records import Job, Table
from catalog_jobs.results import Exported, Reason, Totals
from scripts.apis import source_folders
from scripts.command import ROOT
from tests.jobs.command.calling import ARCHIVE, KEY, SECRET

SECONDS = 60  # in which anything has to appear
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


class Screen:
    """A process on a pseudo-terminal.

    Attributes:
        process: the process.
        text: what it has written, without control sequences.
    """

    def __init__(self, arguments: Sequence[str], folder: Path, environment: dict[str, str]) -> None:
        self._master, other = pty.openpty()
        command = [sys.executable, "-m", "tests.jobs.command.playing", *arguments]
        self.process = subprocess.Popen(command, stdin=other, stdout=other, stderr=other, cwd=folder, env=environment)
        os.close(other)
        self.raw = self.text = ""

    def wait_for(self, text: str) -> None:
        """Read until the process has written something."""
        while text not in self.text:
            assert self._read(), f"{text!r} did not appear: {self.text}"

    def type(self, text: str) -> None:
        """Write what somebody types."""
        os.write(self._master, text.encode())

    def end(self) -> int:
        """Read all that is left, and return the exit code."""
        while self._read():
            pass
        return self.process.wait(SECONDS)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)

    def _read(self) -> bool:
        assert select.select([self._master], [], [], SECONDS)[0], f"nothing came any more: {self.text}"
        found = b""
        with suppress(OSError):  # which says on Linux that the other end is closed
            found = os.read(self._master, 65536)
        self.raw += found.decode()
        self.text = _CONTROL.sub("", self.raw)
        return bool(found)


@pytest.fixture
def screen(tmp_path: Path, site: Path) -> Iterator[Callable[..., Screen]]:
    """Start the command on a terminal, with an input of some SKUs."""
    opened: list[Screen] = []
    places = os.pathsep.join(map(str, (site, ROOT, *source_folders())))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CATALOG_", "COLUMNS"))}
    environment |= {
        "PYTHONPATH": places,
        "TERM": "xterm",
        "XDG_DATA_HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
        KEY: SECRET,
    }

    def start(*skus: str) -> Screen:
        (tmp_path / "skus.txt").write_text("".join(f"{each}\n" for each in skus))
        opened.append(Screen(ARCHIVE, tmp_path, environment))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


def test_ctrl_c_drains_writes_what_is_known_and_says_how_to_go_on(screen: Callable[..., Screen], tmp_path: Path) -> None:
    shown = screen("a", "b", "slow")
    shown.wait_for("Send 3 items in 1 request to https://api.partner.market.yandex.ru? [y/N] ")
    shown.type("y\n")
    shown.wait_for("waits for the vendor")
    numbers = re.findall(r"staged +submitted +processing +confirmed +rejected +unknown\s+(\d+(?: +\d+)+)", shown.text)
    assert numbers, repr(shown.raw)
    assert numbers[-1].split() == ["3", "3", "1", "2", "0", "0"]
    shown.process.send_signal(signal.SIGINT)
    assert shown.end() == 3
    assert "stopping: what is in progress is completed; press Ctrl-C again to stop at once" in shown.text
    assert (
        "job 00000001 interrupted: 2 confirmed, 0 rejected, 0 unknown, 1 without an outcome; see catalog-00000001, which is inc"
        in (shown.text)
    )
    assert "catalog: job 00000001 is interrupted; resume it with: catalog jobs resume 00000001" in shown.text
    assert (tmp_path / "catalog-00000001" / "confirmed.csv").read_text() == "2\n"
    assert shown.raw.rfind("\x1b[?25h") > shown.raw.rfind("\x1b[?25l")  # the cursor is visible
    assert SECRET not in shown.text
    assert "Traceback" not in shown.text


def test_a_second_signal_leaves_at_once(screen: Callable[..., Screen]) -> None:
    shown = screen("stuck")
    shown.wait_for("[y/N] ")
    shown.type("yes\n")
    shown.wait_for("waits for the vendor")
    shown.process.send_signal(signal.SIGTERM)
    shown.wait_for("stopping: ")
    shown.process.send_signal(signal.SIGTERM)
    assert shown.end() == 128 + signal.SIGTERM
    assert "catalog: stopped; resume job 00000001 with: catalog jobs resume 00000001" in shown.text
    assert shown.raw.rfind("\x1b[?25h") > shown.raw.rfind("\x1b[?25l")


def job_of(items: int) -> Job:
    return Job(
        id="0000000a",
        api="yandex_market_offers",
        operation="addOffersToArchive",
        input=Table("x [b].csv"),
        state="running",
        rows=items,
        items=items,
        requests=1,
    )


@pytest.mark.parametrize("width", [20, 40, 200])
def test_nothing_is_cut_off_on_a_narrow_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], width: int
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(width))
    with terminal.Terminal() as display:
        display.progress(meter.Meter().view(job_of(123_456_789)))
    shown = _CONTROL.sub("", capsys.readouterr().out)
    for text in ("staged", "submitted", "processing", "confirmed", "rejected", "unknown", "123,456,789"):
        assert text in shown


@pytest.mark.usefixtures("catalog")
def test_what_stays_is_printed_above_the_bar(capsys: pytest.CaptureFixture[str]) -> None:
    job = job_of(4)
    reasons = [Reason("rejected", "no [stock]", 2_000)]
    exported = Exported(Path("night [1]"), Path(), Path(), Path(), None, None, Path(), Path(), Totals(pending=4), reasons)
    with terminal.Terminal() as display:
        display.staging(4)
        display.summary(job, (), "http://localhost")
        display.progress(meter.Meter().view(job))
        display.note("a note in [brackets]")
        display.end(job, exported)
    out = capsys.readouterr().out
    for line in (
        "x [b].csv: 4 rows, 4 valid",
        "a note in [brackets]",
        "0 unknown, 4 without an outcome; see night [1], which is incomplete",
        "  2,000 rejected: no [stock]",
    ):
        assert line in out
