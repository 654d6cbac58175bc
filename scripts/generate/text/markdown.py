"""Write texts of a document as Markdown that they cannot break: in a paragraph, in a cell of a table, as the target of a link.

A text stays plain words and code spans. What else Markdown would make of it - HTML, tables, headings, lists, links, emphasis - is
escaped, because a document's author need not have meant it.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from urllib.parse import quote

from scripts.generate.text.escapes import readable

WIDTH = 132

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MARKS = re.compile(r"[\\`*\[\]|~]|(?<![^\W_])_|_(?![^\W_])")
_GLUED = re.compile(r" (?=(?:[-+#=]+|\d{1,9}[.)])(?: |$))")
_SHORT_SPAN = re.compile(r"(?<!`)`[^`]{1,60}`(?!`)")
# A template of a URL, with names in braces, is none.
_LINK = re.compile(r"https?://[^\s<>\"'`|\\)\]{}]+[^\s<>\"'`|\\)\]{}.,;:!?](?![^\s<>\"'`|]*\{)")
_KEPT = re.compile(rf"(?P<span>(?<!`)`[^`]+`(?!`))|{_LINK.pattern}")
_SENTENCE = re.compile(r"(.*?[.!?])(?=\s+[A-Z`\"'(]|\s*$)")
_ABBREVIATED = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|no|approx)|\b[A-Z])\.$", re.IGNORECASE)


def inline(text: object) -> str:
    """Return a text on one line, for a paragraph that does not begin with it."""
    return _joined(text, str)


def cell(text: object) -> str:
    """Return a text for a cell of a table."""
    return _joined(text, lambda span: span.replace("|", "\\|"))


def code(text: object) -> str:
    """Return a text as a code span."""
    plain = " ".join(readable(text).split())
    fence = "`" * (max((len(each) for each in re.findall("`+", plain)), default=0) + 1)
    space = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{space}{plain}{space}{fence}" if plain else "` `"


def wrapped(text: str, *, indent: str = "") -> str:
    """Wrap Markdown that is on one line; no line begins with what would begin a list or a heading, or within a short code span."""
    glued = _SHORT_SPAN.sub(lambda found: found[0].replace(" ", "\0"), _GLUED.sub("\0", text))
    width = WIDTH - len(indent)
    lines = textwrap.wrap(glued, width, break_long_words=False, break_on_hyphens=False)
    return f"\n{indent}".join(lines).replace("\0", " ")


def link(text: object, url: str) -> str:
    """Return a link."""
    return f"[{inline(text)}]({target(url)})"


def target(url: str) -> str:
    """Return a URL as the target of a link."""
    return quote(readable(url), safe="!#$%&'*+,/:;=?@-._~")


def urls(text: str) -> list[str]:
    """Return the URLs in a text."""
    return _LINK.findall(text)


def first_sentence(text: object) -> str:
    """Return the first sentence of a text."""
    plain = " ".join(str(text).split())
    found = ""
    for each in _SENTENCE.finditer(plain):
        found += each[0]
        if not _ABBREVIATED.search(found):
            return found.strip()
    return plain


def prose(text: object) -> str:
    """Return the first paragraph of a text that is words, and no heading, list, table, code or HTML; empty if there is none."""
    for each in re.split(r"\n\s*\n", str(text)):
        lines = each.strip().splitlines()
        if lines and not any(re.match(r"\s*(?:[#<|>=*+-]|```|~~~|\d+[.)]\s)", line) for line in lines):
            return " ".join(each.split())
    return ""


def _joined(text: object, spanned: Callable[[str], str]) -> str:
    """Escape a text but for its code spans, which are written by a function, and its links."""
    plain = " ".join(readable(text).split())
    written, end = [], 0
    for each in _KEPT.finditer(plain):
        written += [_escaped(plain[end : each.start()]), spanned(each[0]) if each["span"] else f"<{target(each[0])}>"]
        end = each.end()
    return "".join([*written, _escaped(plain[end:])])


def _escaped(text: str) -> str:
    marked = _MARKS.sub(lambda found: f"\\{found[0]}", text)
    return re.sub("[&<>]", lambda found: _ENTITIES[found[0]], marked)
