"""What the command and the worker, the process that fuzzes one API, give each other: a job, and the findings so far."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

PHASES = ("examples", "coverage", "fuzzing", "stateful")
# How the mocks are fuzzed: generated cases of an operation in a phase, and the time scale of the mocks.
CASES = 100
SPEED = 1000
_JOB = "job.json"
_FINDINGS = "findings.json"
LOG = "log.ndjson"
JUNIT = "junit.xml"
OUTPUT = "output.txt"
CONFIGURATION = "schemathesis.toml"
# All files that a run writes into its folder.
FILES = (_JOB, CONFIGURATION, OUTPUT, _FINDINGS, f"{_FINDINGS}.part", LOG, JUNIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One API's run.

    Attributes:
        api: name of the API.
        url: base URL that is fuzzed.
        folder: where its files go.
        seed: seed of all random choices.
        cases: most generated cases of an operation in a phase.
        phases: phases of Schemathesis.
        operations: operationIds that are fuzzed; all if empty.
        writes: whether requests may change something.
        real: whether a vendor is called, not a mock: its limits are kept to, and it has to prove first that it is the API.
        rate: requests, and seconds in which they may be sent, instead of the spec's limit.
        known: values that the vendor accepts, by selector.
    """

    api: str
    url: str
    folder: Path
    seed: int
    cases: int
    phases: tuple[str, ...] = PHASES
    operations: tuple[str, ...] = ()
    writes: bool
    real: bool
    rate: tuple[float, float] | None = None
    known: dict[str, list[Any]] = field(default_factory=dict)

    @property
    def speed(self) -> float:
        """Factor by which the vendor's time runs faster than real time."""
        return 1 if self.real else SPEED

    @property
    def log(self) -> Path:
        """Every request and response, as JSON Lines."""
        return self.folder / LOG

    @property
    def files(self) -> list[Path]:
        """The existing files of the run; the folder may have others."""
        return [path for name in FILES if (path := self.folder / name).is_file()]

    def write(self) -> Path:
        """Write the job into its folder and return the file."""
        path = self.folder / _JOB
        path.write_text(json.dumps(asdict(self), indent=1, default=str), encoding="utf-8")
        return path

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a job that was written."""
        raw = json.loads(path.read_text(encoding="utf-8"))
        raw.update(folder=Path(raw["folder"]), phases=tuple(raw["phases"]), operations=tuple(raw["operations"]))
        return cls(rate=tuple(raw.pop("rate") or ()) or None, **raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What checks found in one case.

    Attributes:
        operation: method and path.
        title, text: what is wrong.
        checks: the checks that report it.
        curl: the shortest requests that show it, empty if there are none.
    """

    operation: str
    title: str
    text: str
    checks: tuple[str, ...] = ()
    curl: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a run has found so far.

    Attributes:
        operations: number of operations that are fuzzed.
        responses: number of requests sent, by operation and status of the response.
        failures: what checks have found.
        end: why the run ended; empty while it runs.
        problem: why it could not run at all.
    """

    operations: int = 0
    responses: dict[str, dict[str, int]] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()
    end: str = ""
    problem: str = ""

    @property
    def cases(self) -> dict[str, int]:
        """Number of requests sent, by operation."""
        return {operation: sum(counts.values()) for operation, counts in self.responses.items()}

    @property
    def statuses(self) -> Counter[str]:
        """Number of requests sent, by status of the response."""
        return sum((Counter(counts) for counts in self.responses.values()), Counter())

    def write(self, folder: Path) -> None:
        """Write the findings into the folder of the run, completely or not at all."""
        part = folder / f"{_FINDINGS}.part"
        part.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        part.replace(folder / _FINDINGS)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the findings of a run; there are none before it has written any."""
        path = folder / _FINDINGS
        if not path.exists():
            return cls()
        raw = json.loads(path.read_text(encoding="utf-8"))
        failures = tuple(Failure(**{**each, "checks": tuple(each["checks"])}) for each in raw.pop("failures"))
        return cls(failures=failures, **raw)
