"""`python -m scripts.fuzz.proof`: show that fuzzing finds nothing in the mock vendors, and each defect that is planted in them."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import sys

if __name__ == "__main__":  # what is imported takes its time, and Ctrl-C meanwhile needs no traceback
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))

import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path

from scripts.command import ROOT, Parser, interrupts, natural, positive
from scripts.fuzz.auth import SCHEMES
from scripts.fuzz.job import CASES, PHASES, SPEED, Failed, Job, Told
from scripts.fuzz.places import normalized
from scripts.fuzz.proof.defects import DEFECTS
from scripts.fuzz.proof.planting import Defect
from scripts.fuzz.run import INTERRUPTED, Outcome, Run
from scripts.fuzz.targets import spec_of
from scripts.mock.serving import Served, running
from scripts.mock.settings import Settings

REPORTS = ROOT / ".cache" / "fuzz-proof"
_SEEDS = 5
_SECONDS = 60
_SOUND_SECONDS = 160
_AT_ONCE = 2
_LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A run on one mock vendor, sound or with a defect.

    Attributes:
        api: what is fuzzed.
        seed: of the run.
        seconds: time after which it is ended.
        defect: what is planted, if anything.
    """

    api: str
    seed: int
    seconds: float
    defect: Defect | None = None

    @property
    def folder(self) -> Path:
        """Where its files go."""
        return REPORTS / (self.defect.name if self.defect else f"sound-{self.api}-{self.seed}")

    def finish(self, stop: threading.Event) -> Result:
        """Fuzz until all is tried, the defect is found, the time is over, or it is stopped; raises what `Mocks` raises."""
        if stop.is_set():
            return Result(trial=self, told=Told(), seconds=0, note=INTERRUPTED)
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)
        with running(Settings(speed=SPEED), wrap=self.defect.wrap if self.defect else None) as mocks:
            outcome = self._fuzz(mocks.served, stop)
        return Result(trial=self, told=outcome.told, seconds=outcome.seconds, note=outcome.note)

    def _fuzz(self, served: Served, stop: threading.Event) -> Outcome:
        job = Job(
            api=self.api,
            spec=str(spec_of(self.api)),
            url=served.urls[self.api],
            folder=str(self.folder),
            seed=self.seed,
            cases=CASES,
            phases=PHASES if self.defect is None or len(self.defect.operations) > 1 else PHASES[:-1],  # one has no links to another
            operations=self.defect.operations if self.defect else (),
            writes=True,
            real=False,
            known=dict(normalized(served.known[self.api])),
            speed=SPEED,
        )
        credentials = served.credentials[self.api]
        secrets = tuple(value for name in SCHEMES[self.api].secret if (value := credentials.get(name)))
        enough = threading.Event()
        run = Run(job, environ=credentials, secrets=secrets, seconds=self.seconds, stop=enough)
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(run.finish)
            while not future.done():
                if stop.is_set() or self.sign(Told.read(self.folder)):
                    enough.set()
                time.sleep(_LOOK_SECONDS)
        return future.result()

    def sign(self, told: Told) -> Failed | None:
        """Return the first failure that is about the defect, if it has been found."""
        if self.defect is None:
            return None
        found = re.compile(self.defect.sign)
        return next((each for each in told.failures if found.search(f"{each.title}\n{each.text}")), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a trial went; `note` tells how it ended, if not by having tried everything."""

    trial: Trial
    told: Told
    seconds: float
    note: str = ""

    @property
    def passed(self) -> bool:
        """Whether the defect was found or, where none is planted, everything was tried and nothing was found."""
        if self.trial.defect:
            return self.trial.sign(self.told) is not None
        return not (self.note or self.told.problem or self.told.failures)

    @property
    def cases(self) -> int:
        """Number of requests sent."""
        return sum(self.told.cases.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0 if it is proved, 1 if it is not, 2 for bad input, 130 if it was interrupted."""
    options = _options(arguments)
    known = {each.name: each for each in DEFECTS}
    if options.list:
        print("\n".join(f"{each.name}: {each.api}, {'/'.join(each.operations)}: {each.what}" for each in DEFECTS))
        return 0
    if unknown := [name for name in options.only if name not in known]:
        print(f"{unknown[0]}: no such defect; --list names them all", file=sys.stderr)
        return 2
    chosen = [known[name] for name in options.only] or list(DEFECTS)
    seeds = options.seeds if options.seeds is not None else 0 if options.only else _SEEDS
    begun = time.monotonic()
    with interrupts() as stop, ThreadPoolExecutor(_AT_ONCE) as pool:
        sound = [
            Trial(api=api, seed=seed, seconds=_SOUND_SECONDS)
            for seed in range(options.seed, options.seed + seeds)
            for api in SCHEMES
        ]
        planted = [Trial(api=each.api, seed=options.seed, seconds=options.seconds, defect=each) for each in chosen]
        results = pool.map(lambda trial: trial.finish(stop), [*sound, *planted])
        proved = _show_sound(islice(results, len(sound))) & _show_planted(chosen, results)
    print(f"{time.monotonic() - begun:.0f} s; reports: {os.path.relpath(REPORTS)}")
    return 130 if stop.is_set() else int(not proved)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = Parser(
        prog="python -m scripts.fuzz.proof",
        description="Fuzz the mock vendors as they are, then with a defect planted, one at a time, and report what is found.",
        epilog="Exit code 0 if nothing is found without a defect and every defect is found, 1 if not, 2 for bad input, "
        "130 if interrupted.",
    )
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="plant only this defect; may be repeated")
    parser.add_argument("--list", action="store_true", help="list the defects and do nothing")
    parser.add_argument("--seed", type=natural, default=1, metavar="N", help="what all chance follows from (default: %(default)s)")
    parser.add_argument(
        "--seeds", type=natural, metavar="N", help=f"runs without a defect (default: {_SEEDS}, or none with --only)"
    )
    parser.add_argument(
        "--seconds", type=positive, default=_SECONDS, metavar="N", help="for each defect at most (default: %(default)s)"
    )
    return parser.parse_args(arguments)


def _show_sound(results: Iterable[Result]) -> bool:
    """Print how the runs without a defect go, a line for each seed, and tell whether everything was tried and nothing found."""
    sound = True
    for seed, runs in groupby(results, key=lambda each: each.trial.seed):
        each_api = [each for each in runs if each.note != INTERRUPTED]
        if not each_api:
            continue
        failures = sum(len(each.told.failures) for each in each_api)
        cases, seconds = sum(each.cases for each in each_api), sum(each.seconds for each in each_api)
        print(f"no defect, seed {seed}: {failures} failures, {cases} cases, {seconds:.1f} s", flush=True)
        for each in each_api:
            sound &= each.passed
            for reason in filter(None, (each.told.problem, each.note, *(failed.title for failed in each.told.failures))):
                print(f"  {each.trial.api}: {reason}; see {os.path.relpath(each.trial.folder)}", flush=True)
    return sound


def _show_planted(defects: Sequence[Defect], results: Iterable[Result]) -> bool:
    """Print how the runs with a defect go, a row for each, and tell whether all defects were found."""
    widths = [max(map(len, column)) for column in zip(*map(_cells, defects), strict=True)]
    tried = found = 0
    for result in results:
        defect, failed = result.trial.defect, result.trial.sign(result.told)
        if defect is None or (failed is None and result.note == INTERRUPTED):
            continue
        tried += 1
        found += failed is not None
        cells = [cell.ljust(width) for cell, width in zip(_cells(defect), widths, strict=True)]
        by = failed.title if failed else f"NOT FOUND {result.told.problem or result.note}"
        print(*cells, f"{result.cases:5} cases {result.seconds:5.1f} s ", by, sep="  ", flush=True)
    cut = "" if tried == len(defects) else f"interrupted after {tried} of {len(defects)} defects: "
    print(f"{cut}{found} of {tried} found")
    return found == len(defects)


def _cells(defect: Defect) -> tuple[str, str, str, str]:
    return defect.name, defect.api, "/".join(defect.operations), defect.what


if __name__ == "__main__":
    sys.exit(main())
