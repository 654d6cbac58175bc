"""Elements of HTML and SVG. Texts and attributes are always escaped."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from html import escape

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # what HTML does not allow


class Markup(str):
    """Text that is markup, and is not escaped again."""

    __slots__ = ()


def element(name: str, *content: str, **attributes: str | float) -> Markup:
    """Return an element. In attribute names, `_` becomes `-`; a trailing `_` is removed, as in `class_`."""
    pairs = "".join(f' {key.rstrip("_").replace("_", "-")}="{_text(_number(value))}"' for key, value in attributes.items())
    return Markup(f"<{name}{pairs}>{joined(content)}</{name}>")


def joined(content: Iterable[str]) -> Markup:
    """Return texts and elements as one."""
    return Markup("".join(each if isinstance(each, Markup) else _text(each) for each in content))


def data(value: object) -> Markup:
    """Return JSON for a `<script>` element, escaped so that it cannot end the element."""
    text = json.dumps(value, separators=(",", ":"), default=str)
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def _text(text: str) -> str:
    return escape(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", text))


def _number(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
