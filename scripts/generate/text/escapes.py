"""Write any text of a document into a file of another language, such that it stays a text there: one function for each language.

No text of a document goes into generated code, TOML or a comment in any other way. Markdown has `text.markdown`.
"""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")
# What lets code look like other code where it is read; what a Python source file must not hold; what it reads as the end of a line.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile(f"[\x00-\x08\x0b-\x1f\x7f]|{_REORDERING.pattern}")
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def readable(text: object) -> str:
    """Return a text that can be written as UTF-8: half a character, which JSON allows, becomes the replacement character."""
    return _SURROGATE.sub("\ufffd", str(text))


def in_docstring(text: object) -> str:
    r'''Return a text for between `"""` and `"""`, which Python reads back; every end of a line becomes `\n`.'''
    lines = _LINE_ENDS.sub("\n", readable(text)).replace("\\", "\\\\")
    last = '\\"' if lines.endswith('"') else ""
    body = lines.removesuffix('"').replace('"""', '\\"\\"\\"')
    return _CONTROL.sub(_escaped, body) + last


def reordering_escaped(source: str) -> str:
    """Return Python code or TOML that looks like what it is; what would reorder it is in its literals only."""
    return _REORDERING.sub(_escaped, source)


def comment(text: object) -> str:
    """Return a text for a comment in Python, which ends with its line."""
    return _CONTROL.sub("\ufffd", " ".join(readable(text).split()))


def literal(value: Any) -> str:
    """Return a JSON value, or a tuple of such values, as a Python literal.

    Raises:
        ValueError: it holds a number that has no literal.
    """
    if isinstance(value, float) and not isfinite(value):
        raise ValueError(f"{value} has no literal")
    if isinstance(value, tuple):
        return "(" + ", ".join(map(literal, value)) + (",)" if len(value) == 1 else ")")
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(key)}: {literal(each)}" for key, each in value.items()) + "}"
    return repr(value)


def toml(text: object) -> str:
    """Return a text as a basic string of TOML."""
    return reordering_escaped(json.dumps(readable(text), ensure_ascii=False).replace("\x7f", "\\u007f"))


def _escaped(found: re.Match[str]) -> str:
    """Return the escape of a character, as Python and TOML have it."""
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}"
