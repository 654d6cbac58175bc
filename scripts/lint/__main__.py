"""`python -m scripts.lint [SPEC ...]`: check the specs and print one line for each thing to fix."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.command import ROOT, Parser, exit_with
from scripts.lint import enums, examples, extensions, links, naming, packages, refusals, successes, validity
from scripts.spec.document import documents_in, read
from scripts.spec.finding import Finding, SpecError
from scripts.tools import redocly

CHECKS = (naming, enums, examples, links, refusals, successes, extensions)
_SPECS = ROOT / "specs"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0 if nothing is found, 2 otherwise."""
    parser = Parser(
        prog="python -m scripts.lint",
        description="Check OpenAPI specs: validity, names, examples, links and x-client-* extensions, and Redocly's style rules.",
        epilog="One line per finding: file, line, JSON pointer, rule, what to do. Exit code 0 if there is none, else 2.",
    )
    parser.add_argument("specs", nargs="*", type=Path, metavar="SPEC", help="file to check; default: all of specs/")
    parser.add_argument("--no-style", dest="style", action="store_false", help="leave out Redocly, which needs node")
    options = parser.parse_args(arguments)
    specs = options.specs or _default()
    findings: list[Finding] = []
    valid: list[Path] = []
    for spec in specs:
        found, is_valid = lint(spec)
        findings += found
        if is_valid:
            valid.append(spec)
    findings += packages.duplicates(map(read, valid))
    if options.style and valid:
        try:
            findings += redocly.check(valid)
        except redocly.RedoclyError as error:
            print(f"redocly: {error}", file=sys.stderr)
            return 2
    for finding in sorted(set(findings)):
        print(finding)
    if findings:
        return 2
    rules = sum(len(module.RULES) for module in (validity, packages, *CHECKS))
    by = f"{rules} rules{' and those of Redocly' if options.style else ''}"
    print(f"{len(specs)} {'spec is' if len(specs) == 1 else 'specs are'} clean by {by}.")
    return 0


def lint(spec: Path) -> tuple[list[Finding], bool]:
    """Check one spec by our own rules; also return whether it is valid OpenAPI, without which the later checks are skipped."""
    try:
        document = read(spec)
    except SpecError as error:
        return error.findings, False
    findings = validity.check(document)
    if findings:
        return findings, False
    return [finding for module in CHECKS for finding in module.check(document)], True


def _default() -> list[Path]:
    here = Path.cwd()
    return [path.relative_to(here) if path.is_relative_to(here) else path for path in documents_in(_SPECS)]


if __name__ == "__main__":
    exit_with(main)
