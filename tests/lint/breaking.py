"""Break a good spec in one place, and say what lint has to find."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scripts.lint.__main__ import lint

JOBS = Path(__file__).parent / "jobs.yaml"


@dataclass(frozen=True, slots=True)
class Break:
    """One break: `old`, which is in the spec once, becomes `new`; the one finding has this rule and pointer, and its line has `at`.

    Attributes:
        says: what the advice has to contain.
        nth: which of several lines with `at` is meant, from 0.
    """

    rule: str
    old: str
    new: str
    pointer: str
    at: str
    says: str = ""
    nth: int = 0

    def __str__(self) -> str:
        return f"{self.rule} {self.pointer}"

    def text(self) -> str:
        """Return the broken spec."""
        text = JOBS.read_text(encoding="utf-8")
        assert text.count(self.old) == 1, f"{self.old!r} is {text.count(self.old)} times in {JOBS.name}"
        return text.replace(self.old, self.new)

    def line(self) -> int:
        """Return the number of the line that the finding has to name."""
        return [number for number, line in enumerate(self.text().splitlines(), 1) if self.at in line][self.nth]


def assert_found(case: Break, folder: Path) -> None:
    """Lint the broken spec in this folder; there has to be the one finding, and no other."""
    path = folder / "spec.yaml"
    path.write_text(case.text(), encoding="utf-8")
    findings, _ = lint(path)
    found = [(finding.rule, finding.pointer, finding.line) for finding in findings]
    assert found == [(case.rule, case.pointer, case.line())], "\n".join(map(str, findings))
    assert case.says in findings[0].advice
    assert "\n" not in str(findings[0])
