"""Write texts of a spec as Python docstrings."""

from __future__ import annotations

import textwrap

from scripts.generate.text.escapes import in_docstring

_WIDTH = 120


def wrap(text: str) -> str:
    """Wrap each paragraph of a text; lists and indented lines are kept."""
    paragraphs = []
    for paragraph in text.strip().split("\n\n"):
        lines = [line.rstrip() for line in paragraph.splitlines()]
        literal = any(line.lstrip().startswith(("- ", "* ", "|", "#", "1. ", "```")) or line.startswith("    ") for line in lines)
        paragraphs.append("\n".join(lines) if literal else _fill(" ".join(lines)))
    return "\n\n".join(paragraphs)


def entry(name: str, text: str) -> str:
    """Return an entry of a section such as `Args`, whose further lines are indented."""
    return _fill(f"{name}: {' '.join(text.split())}", "    ", "        ")


def docstring(text: str, indent: int = 4) -> str:
    """Return a text as the docstring of something whose body is indented by a number of columns."""
    body = in_docstring(wrap(text))
    if "\n" not in body:
        return f'"""{body}"""'
    margin = " " * indent
    return f'"""{textwrap.indent(body, margin).removeprefix(margin)}\n{margin}"""'


def one_line(text: object) -> str:
    """Return a text for one line of a docstring."""
    return in_docstring(" ".join(str(text).split()).replace('"', "'"))


def _fill(text: str, first: str = "", further: str = "") -> str:
    """Return a text as lines, of which the first and the further ones are indented."""
    line = text.rstrip()
    if line and line.isprintable() and len(first) + len(line) <= _WIDTH:  # as most are, which textwrap takes long to see
        return first + line
    return textwrap.fill(
        text, _WIDTH, initial_indent=first, subsequent_indent=further, break_long_words=False, break_on_hyphens=False
    )
