"""Find the line of a YAML document that a finding has to name."""

from __future__ import annotations

from scripts.spec.document import split


def line_of(pointer: str, text: str) -> int:
    """Return the line of the innermost part of a pointer that begins a line, going by the indentation of the text."""
    rows: list[tuple[int, int, str]] = []  # line, indentation and key; the dash of an item has a row of its own
    for line, content in enumerate(text.splitlines(), 1):
        key = content.lstrip()
        indentation = len(content) - len(key)
        if key.startswith("- "):
            rows.append((line, indentation, "-"))
            key, indentation = key[2:], indentation + 2
        rows.append((line, indentation, key.partition(":")[0].strip("'")))
    found = 1
    for part in split(pointer):
        children = [row for row in rows if row[1] == rows[0][1]]
        row = next((row for index, row in enumerate(children) if part == (str(index) if row[2] == "-" else row[2])), None)
        if row is None:
            break
        found = row[0]
        below = rows[rows.index(row) + 1 :]
        rows = below[: next((index for index, other in enumerate(below) if other[1] <= row[1]), len(below))]
    return found
