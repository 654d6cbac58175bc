"""Write any text of a document into a file of another language, such that it stays a text there: one function for each language.

No text of a document goes into generated code, TOML or a comment in any other way. Markdown has `text.markdown`.
"""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")
# What a Python source file must not hold, or reads as the end of a line.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def readable(text: object) -> str:
    """Return a text that can be written as UTF-8: half a character, which JSON allows, becomes the replacement character."""
    return _SURROGATE.sub("\ufffd", str(text))


def in_docstring(text: object) -> str:
    r'''Return a text for between `"""` and `"""`, which Python reads back; every end of a line becomes `\n`.'''
    lines = _LINE_ENDS.sub("\n", readable(text)).replace("\\", "\\\\")
    last = '\\"' if lines.endswith('"') else ""
    body = lines.removesuffix('"').replace('"""', '\\"\\"\\"')
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", body) + last


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
    return json.dumps(readable(text), ensure_ascii=False).replace("\x7f", "\\u007f")
