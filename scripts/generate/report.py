"""What was ignored in a document and which operations were left out, for readers and for programs."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from scripts.generate.identity import identify
from scripts.generate.output import OutputError
from scripts.generate.parse.api import Api
from scripts.spec.finding import Finding


def check_place(file: Path | None) -> None:
    """Check that a report can be written, if one is wanted.

    Raises:
        OutputError: it cannot.
    """
    if file is None:
        return
    if file.is_dir() or not os.access(file if file.exists() else file.absolute().parent, os.W_OK):
        raise OutputError(f"{file}: cannot be written; name a file in a folder that can be written to")


def report(api: Api, file: Path | None) -> int:
    """Print notes and operations that were left out, and write them to a file if one is given.

    Returns:
        1 if an operation was left out, else 0.

    Raises:
        OutputError: the file cannot be written.
    """
    for note in api.notes:
        print(f"note: {note}", file=sys.stderr)
    for each in api.left_out:
        place = api.document.finding(each.pointer, "left-out-operation", f"{each.name} is left out: {each.reason}")
        print(place, file=sys.stderr)
    if file is not None:
        try:
            file.write_text(json.dumps(_as_json(api), indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise OutputError(f"{file}: {error.strerror}; name a file that can be written to") from error
    return 1 if api.left_out else 0


def _as_json(api: Api) -> dict[str, Any]:
    left_out = [
        {
            "operation": each.operation_id or None,
            "method": each.method,
            "path": each.pointer[1],
            "pointer": api.document.finding(each.pointer, "", "").pointer,
            "line": api.document.line(*each.pointer),
            "reason": _finding(each.reason),
        }
        for each in api.left_out
    ]
    return {
        "document": str(api.document.path),
        "package": identify(api.document).package,
        "operations": len(api.operations),
        "notes": [_finding(note) for note in api.notes],
        "left_out": left_out,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {"rule": finding.rule, "pointer": finding.pointer, "line": finding.line, "text": finding.advice}
