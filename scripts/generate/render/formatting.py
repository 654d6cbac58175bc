"""What generated files look like: their first line, and the format of their code."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from ruff import find_ruff_bin

from scripts.command import ROOT
from scripts.generate.text.escapes import comment
from scripts.generate.text.markdown import WIDTH
from scripts.spec.document import Document

_RULES = ("F401", "I", "RUF022", "UP")
_ruff = cache(find_ruff_bin)


def first_line(document: Document) -> str:
    """Return the first line of every file that is generated from a document, a comment."""
    in_specs = document.path.resolve().is_relative_to(ROOT / "specs")
    origin = f"specs/{document.path.name}" if in_specs else document.path.name
    advice = "Change the spec and run make generate" if in_specs else "Change the document and generate again"
    return f"# Generated from {comment(origin)}; do not edit. {advice}."


def format_code(folder: Path, *, package: str, copied: Sequence[str] = (), programs: Sequence[str] = ()) -> dict[str, str]:
    """Sort imports, remove unused ones and format the code below a folder; no setting depends on where the folder is.

    Args:
        folder: what to format, in place.
        package: import name whose imports are sorted as those of the code itself.
        copied: names of folders inside that stay as they are, as their code has this format already.
        programs: what is formatted by the same processes, as most of their time is their start.

    Returns:
        The formatted programs, by what was given.

    Raises:
        RuntimeError: the code is not valid Python.
    """
    with tempfile.TemporaryDirectory(dir=folder) as beside:
        paths = {text: Path(beside, f"{index}.py") for index, text in enumerate(programs)}
        for text, path in paths.items():
            path.write_text(f"{text}\n", encoding="utf-8")
        excluded = [f"--exclude={each}" for each in copied]
        common = ("--isolated", "--quiet", "--no-cache", "--target-version", "py311", "--line-length", str(WIDTH), *excluded)
        first_party = f'lint.isort.known-first-party = ["{package}"]'
        for command in (("check", "--fix-only", "--select", ",".join(_RULES), "--config", first_party), ("format",)):
            done = subprocess.run([_ruff(), *command, *common, str(folder)], capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise RuntimeError(f"ruff {command[0]} failed on generated code: {done.stderr or done.stdout}")
        return {text: path.read_text(encoding="utf-8").strip() for text, path in paths.items()}
