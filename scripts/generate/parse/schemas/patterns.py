"""Regular expressions of JSON Schema, which are those of JavaScript or of any other language, as those of Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_"}
_PROPERTIES = {
    **dict.fromkeys(("L", "Letter", "Alphabetic", "Alpha"), r"[^\W\d_]"),
    **dict.fromkeys(("N", "Nd", "Digit"), r"\d"),
    **dict.fromkeys(("Z", "Zs", "Space"), r"\s"),
}
_POSIX = {
    "alpha": "A-Za-z",
    "upper": "A-Z",
    "lower": "a-z",
    "digit": "0-9",
    "alnum": "A-Za-z0-9",
    "xdigit": "0-9A-Fa-f",
    "space": r"\s",
    "blank": r" \t",
    "word": r"\w",
    "punct": r"!-/:-@\[-`{-~",
}
_LITERAL = re.compile(r"/(\^.*|.*\$)/([a-z]*)", re.DOTALL)  # of JavaScript; as a pattern, nothing could match it
_SYMBOL = re.compile(r"\[:\^?\w+:\]|\\[pP]\{\^?\w+\}|\\[pP]\w|\\u\{[0-9a-fA-F]+\}|\\k<\w+>|\\[\s\S]|\(\?<(?=[A-Za-z_])|[\s\S]")
_SEVERAL = re.compile(r"\[:|\\[dDwWsSpP]")


class PatternError(ValueError):
    """A pattern has something that Python has not."""


def python_pattern(pattern: str) -> str:
    r"""Write a pattern for Python.

    There `$` is the very end, `\d` and `\w` are ASCII, and `\p{L}`, `[:alpha:]`, `\z`, `(?<name>`, `\k<name>` and `/^a$/i` are
    other words.

    Raises:
        PatternError: it has a property of characters that Python does not know.
    """
    literal = _LITERAL.fullmatch(pattern)
    if literal is not None:
        inner = python_pattern(literal[1])
        return f"(?i:{inner})" if "i" in literal[2] else inner
    written = []
    symbols = iter(_SYMBOL.findall(pattern))
    for symbol in symbols:
        if symbol == "[":
            written.append(_class(symbols))
        elif symbol[:2] in ("\\p", "\\P"):
            written.append(_property(symbol))
        else:
            written.append(_outside(symbol))
    return "".join(written)


def _outside(symbol: str) -> str:
    if symbol == "(?<":
        return "(?P<"
    if symbol.startswith("\\k<"):
        return f"(?P={symbol[3:-1]})"
    if symbol in ("$", "\\z"):
        return r"\Z"
    if symbol in ("\\d", "\\w", "\\D", "\\W"):
        return f"[{'^' if symbol[1].isupper() else ''}{_CLASSES[symbol[1].lower()]}]"
    return _character(symbol)


def _class(symbols: Iterator[str]) -> str:
    """Return a class of characters up to its bracket; properties become alternatives to it."""
    inside: list[str] = []
    properties: list[str] = []
    found = [*takewhile(lambda each: each != "]", symbols)]
    negated = found[:1] == ["^"]
    members = found[1:] if negated else found
    for before, symbol, after in zip(["", *members], members, [*members[1:], ""], strict=False):
        if symbol == "-" and any(_SEVERAL.match(each) for each in (before, after)):
            inside.append(r"\-")  # no range, which is between two characters
        elif symbol[:2] in ("\\p", "\\P"):
            properties.append(_property(symbol))
        elif symbol.startswith("[:"):
            inside.append(_posix(symbol[2:-2]))
        elif symbol in ("\\d", "\\w"):
            inside.append(_CLASSES[symbol[1]])
        else:
            inside.append(_character("\\[" if symbol == "[" else symbol))
    text = "".join(inside)
    if not properties:
        return f"[{'^' if negated else ''}{text}]"
    either = "|".join([*properties, *([f"[{text}]"] if text else [])])
    return f"(?:(?!{either})[\\s\\S])" if negated else f"(?:{either})"


def _property(symbol: str) -> str:
    name = symbol[2:].strip("{}").removeprefix("^").removeprefix("Is")
    if name not in _PROPERTIES:
        raise PatternError(f"the property {symbol}")
    negated = (symbol[1] == "P") != ("^" in symbol)
    return f"(?:(?!{_PROPERTIES[name]})[\\s\\S])" if negated else _PROPERTIES[name]


def _posix(name: str) -> str:
    if name not in _POSIX:
        raise PatternError(f"the class [:{name}:]")
    return _POSIX[name]


def _character(symbol: str) -> str:
    if symbol.startswith("\\u{"):
        return re.escape(chr(int(symbol[3:-1], 16)))
    if symbol == "\\/":
        return "/"
    return symbol
