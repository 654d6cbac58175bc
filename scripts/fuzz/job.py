"""What the command and the worker, the process that fuzzes one API, give each other: a job, and the findings so far."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

import msgspec

from scripts.fuzz.auth import credentials
from scripts.fuzz.known_values import Known

PHASES = ("examples", "coverage", "fuzzing", "stateful")
# How the mocks are fuzzed: generated cases of an operation in a phase, and the time scale of the mocks.
CASES = 100
SPEED = 1000
_FINDINGS = "findings.json"
LOG = "log.ndjson"
JUNIT = "junit.xml"
OUTPUT = "output.txt"
CONFIGURATION = "schemathesis.toml"
# All files that a run writes into its folder.
FILES = (CONFIGURATION, OUTPUT, _FINDINGS, f"{_FINDINGS}.part", LOG, JUNIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An endpoint.

    Attributes:
        api: name of its API.
        url: its base URL.
        environ: environment variables with the credentials.
        known: values that it accepts, by selector.
        real: whether it is a vendor's, not a mock: its limits are kept to, and it has to prove first that it is the API.
        writes: whether requests may change something there.
    """

    api: str
    url: str
    environ: Mapping[str, str] = field(repr=False)
    known: Known = field(default_factory=dict)
    real: bool
    writes: bool

    @property
    def secrets(self) -> tuple[str, ...]:
        """The texts that must not appear in any file."""
        return credentials(self.api).secrets(self.environ)

    @property
    def speed(self) -> float:
        """Factor by which the vendor's time runs faster than real time."""
        return 1 if self.real else SPEED

    def environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of the worker: an environment, with the credentials of this target and no others of the API."""
        declared = credentials(self.api)
        others = {name: value for name, value in environ.items() if name not in {*declared.required, *declared.optional}}
        return {**others, **self.environ}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One API's run.

    Attributes:
        target: what is fuzzed.
        folder: where its files go.
        seed: seed of all random choices.
        cases: most generated cases of an operation in a phase.
        phases: phases of Schemathesis.
        operations: operationIds that are fuzzed; all if empty.
        rate: requests that may be sent in a second, instead of the spec's limit.
        repeat: the command that repeats it.
    """

    target: Target
    folder: Path
    seed: int
    cases: int = CASES
    phases: tuple[str, ...] = PHASES
    operations: tuple[str, ...] = ()
    rate: float | None = None
    repeat: str = ""

    @property
    def log(self) -> Path:
        """Every request and response, as JSON Lines."""
        return self.folder / LOG

    @property
    def files(self) -> list[Path]:
        """The existing files of the run; the folder may have others."""
        return [path for name in FILES if (path := self.folder / name).is_file()]


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
        return msgspec.convert(json.loads(path.read_text(encoding="utf-8")), cls) if path.exists() else cls()
