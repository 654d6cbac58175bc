"""`python -m scripts.fuzz.proof`: show that fuzzing finds nothing in the unmodified mocks, and each fault injected into them."""

from __future__ import annotations

import argparse
import os
import shutil
import sys

from scripts.command import INTERRUPTED, ROOT, Parser, collect_seldom, exit_on_interrupt, interrupts, natural, positive

if __name__ == "__main__":  # the imports below take a second
    exit_on_interrupt()
    collect_seldom()

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scripts.fuzz import run
from scripts.fuzz.job import PHASES, SPEED, Findings, Job
from scripts.fuzz.proof.faults import FAULTS, Fault
from scripts.fuzz.targets import mock
from scripts.mock.roster import VENDORS
from scripts.mock.serving import running
from scripts.mock.settings import Settings

REPORTS = ROOT / ".cache" / "fuzz-proof"
_SEEDS = 5
_SECONDS = 60
_UNMODIFIED_SECONDS = 600
_WORKERS = 2
_LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A run on one mock vendor, unmodified or with a fault.

    Attributes:
        api: what is fuzzed.
        seed: seed of the run.
        seconds: time after which it is ended.
        fault: what is injected, if anything.
    """

    api: str
    seed: int
    seconds: float
    fault: Fault | None = None

    @property
    def folder(self) -> Path:
        """Where its files go."""
        return REPORTS / (self.fault.name if self.fault else f"unmodified-{self.api}-{self.seed}")

    def finish(self, stop: threading.Event) -> run.Outcome | None:
        """Fuzz until everything is tried, the fault is found, time is over, or it is stopped; None if it was stopped before."""
        if stop.is_set():
            return None
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        enough = threading.Event()
        with running(Settings(speed=SPEED), wrap=self.fault.wrap if self.fault else None) as mocks, ThreadPoolExecutor(1) as pool:
            job = Job(
                target=mock(self.api, mocks.served, {}),
                folder=self.folder,
                seed=self.seed,
                phases=PHASES[:-1] if self.fault else PHASES,  # one operation has no links to another
                operations=(self.fault.operation,) if self.fault else (),
            )
            future = pool.submit(run.run, job, seconds=self.seconds, stop=enough)
            while not future.done():
                if stop.is_set() or self.is_found(Findings.read(self.folder)):
                    enough.set()
                time.sleep(_LOOK_SECONDS)
            return future.result()

    def is_found(self, findings: Findings) -> bool:
        """Return whether the fault is found: its check has failed, and says what it is expected to say."""
        fault = self.fault
        return fault is not None and any(
            fault.check in each.checks and fault.expected_failure in f"{each.title}\n{each.text}" for each in findings.failures
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0 if it is proved, 1 if it is not, 2 for bad input, 130 if it was interrupted."""
    options = _options(arguments)
    known = {each.name: each for each in FAULTS}
    if options.list:
        print("\n".join(f"{each.name}: {each.api}, {each.operation}, {each.check}: {each.what}" for each in FAULTS))
        return 0
    if unknown := [name for name in options.only if name not in known]:
        print(f"{unknown[0]}: no such fault; --list names them all", file=sys.stderr)
        return 2
    chosen = [known[name] for name in dict.fromkeys(options.only)] or FAULTS
    seeds = options.seeds
    if seeds is None:
        seeds = 0 if options.only else _SEEDS
    trials = [
        Trial(api=vendor.api, seed=seed, seconds=_UNMODIFIED_SECONDS)
        for seed in range(options.seed, options.seed + seeds)
        for vendor in VENDORS
    ]
    trials += [Trial(api=each.api, seed=options.seed, seconds=options.seconds, fault=each) for each in chosen]
    started = time.monotonic()
    with interrupts() as stop, ThreadPoolExecutor(_WORKERS) as pool:
        passed = [
            _show(trial, outcome) for trial, outcome in zip(trials, pool.map(lambda each: each.finish(stop), trials), strict=True)
        ]
    faults = [ok for trial, ok in zip(trials, passed, strict=True) if trial.fault]
    took = f"{'interrupted after ' if stop.is_set() else ''}{time.monotonic() - started:.0f} s"
    print(f"{sum(faults)} of {len(faults)} faults found; {took}; reports: {os.path.relpath(REPORTS)}")
    return INTERRUPTED if stop.is_set() else int(not all(passed))


def _show(trial: Trial, outcome: run.Outcome | None) -> bool:
    """Print a row for a trial, and return whether it went as expected."""
    if outcome is None:
        return False
    fault, findings = trial.fault, outcome.findings
    passed = trial.is_found(findings) if fault else not (outcome.note or findings.problem or findings.failures)
    if outcome.note == run.INTERRUPTED and not passed:
        return False
    name, what = (fault.name, f"{fault.check}: {fault.what}") if fault else ("unmodified", f"seed {trial.seed}")
    print(f"{name:21} {trial.api:21} {findings.statuses.total():5} cases {outcome.seconds:5.1f} s  {what}", flush=True)
    if not passed:
        reasons = [findings.problem, outcome.note, *(each.title for each in findings.failures)]
        problem = "NOT FOUND" if fault else "NOT CLEAN"
        print(f"  {problem}: {'; '.join(filter(None, reasons))}; see {os.path.relpath(trial.folder)}", flush=True)
    return passed


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = Parser(
        prog="python -m scripts.fuzz.proof",
        description="Fuzz the unmodified mock vendors, then with one injected fault at a time, and report what is found.",
        epilog="Exit code 0 if nothing is found in the unmodified mocks and each fault is found, 1 if not, 2 for bad input, "
        "130 if interrupted.",
    )
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="inject only this fault; may be repeated")
    parser.add_argument("--list", action="store_true", help="list the faults and do nothing")
    parser.add_argument("--seed", type=natural, default=1, metavar="N", help="seed of all random choices (default: %(default)s)")
    parser.add_argument("--seeds", type=natural, metavar="N", help=f"runs without a fault (default: {_SEEDS}, or none with --only)")
    parser.add_argument(
        "--seconds", type=positive, default=_SECONDS, metavar="N", help="for each fault at most (default: %(default)s)"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
