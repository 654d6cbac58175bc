"""What one API's run is told, and what it tells: the contract between the command and the process that fuzzes one API."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

PHASES = ("examples", "coverage", "fuzzing", "stateful")
# How the mocks are fuzzed: generated cases of an operation in a phase, and the factor by which their time runs.
CASES = 100
SPEED = 1000
# All files that a run writes into its folder.
FILES = ("job.json", "schemathesis.toml", "output.txt", "told.json", "told.json.half", "log.ndjson", "junit.xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One API's run.

    Attributes:
        api: name of the spec and of the client.
        spec: path of the spec.
        url: base URL that is fuzzed.
        folder: where its files go.
        seed: what all chance follows from.
        cases: most generated cases of an operation in a phase.
        phases: phases of Schemathesis.
        operations: operationIds of what is fuzzed; all if empty.
        writes: whether requests may change something.
        real: whether a vendor is asked, not a mock of this command: its limits are kept to, and it is asked first who it is.
        rate: requests and seconds in which they may be sent, in place of the spec's limit.
        known: values that the vendor accepts, by place.
        speed: factor by which the vendor's time runs faster than real time.
    """

    api: str
    spec: str
    url: str
    folder: str
    seed: int
    cases: int
    phases: tuple[str, ...] = PHASES
    operations: tuple[str, ...] = ()
    writes: bool
    real: bool
    rate: tuple[float, float] | None = None
    known: dict[str, list[Any]] = field(default_factory=dict)
    speed: float = 1

    @property
    def place(self) -> Path:
        """The folder of the run."""
        return Path(self.folder)

    @property
    def log(self) -> Path:
        """Every request and response, as JSON Lines."""
        return self.place / "log.ndjson"

    @property
    def files(self) -> list[Path]:
        """The files of the run that there are; others in its folder are none of its business."""
        return [path for name in FILES if (path := self.place / name).is_file()]

    def write(self) -> Path:
        """Write the job into its folder and return where."""
        path = self.place / "job.json"
        path.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        return path

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a job that was written."""
        told = json.loads(path.read_text(encoding="utf-8"))
        rate = tuple(told.pop("rate") or ()) or None
        return cls(rate=rate, phases=tuple(told.pop("phases")), operations=tuple(told.pop("operations")), **told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """Something that was found.

    Attributes:
        operation: method and path.
        title, text: what is wrong.
        curl: the shortest request that shows it, empty if no single request does.
    """

    operation: str
    title: str
    text: str
    curl: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a run has found so far.

    Attributes:
        operations: number of operations that are fuzzed.
        responses: number of requests sent, by operation and status of the response.
        failures: what was found.
        end: why it ended; empty while it runs.
        problem: why it could not run at all.
    """

    operations: int = 0
    responses: dict[str, dict[str, int]] = field(default_factory=dict)
    failures: tuple[Failed, ...] = ()
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
        """Write it into the folder of the run, whole or not at all."""
        half = folder / "told.json.half"
        half.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        half.replace(folder / "told.json")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read what a run has told; nothing if it has not told anything."""
        path = folder / "told.json"
        if not path.exists():
            return cls()
        told = json.loads(path.read_text(encoding="utf-8"))
        return cls(failures=tuple(Failed(**each) for each in told.pop("failures")), **told)
