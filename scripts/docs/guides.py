"""Copies Markdown files of the repository into the site; they stay the one source. Links and lists are written as it needs them."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path, PurePosixPath

from scripts.command import ROOT

_LINK = re.compile(r"(?<=\]\()[^()\s]+(?=\))")
_FENCE = re.compile(r" *(`{3,}|~{3,})")
_ITEM = re.compile(r"( *)(?:[-*+]|\d+\.) +")
_ROW = re.compile(r"^\|.*$", re.MULTILINE)
_SPAN = re.compile(r"`[^`]+`")
_LIST_INDENT = 4  # what Python-Markdown demands below an item of a list


class LinkError(ValueError):
    """A page links to what is neither in the site nor in the repository."""


def copied(source: Path, page: str, pages: Mapping[Path, str], *, others: frozenset[str] = frozenset()) -> str:
    """Return a Markdown file as a page of the site.

    Args:
        source: the file.
        page: where its page is, relative to the site.
        pages: the pages of all files that are copied, by file.
        others: further pages, which the site makes and no file has.

    Raises:
        LinkError: a link leads nowhere.
    """

    def rewritten(found: re.Match[str]) -> str:
        return _target(found[0], source, page, pages, others)

    lines = []
    for line, is_code in _lines(source.read_text(encoding="utf-8")):
        lines.append(line if is_code else _LINK.sub(rewritten, line))
    return "\n".join(_indented(lines)) + "\n"


def with_pipes(text: str) -> str:
    """Return Markdown without the backslashes before pipes in code spans of tables, which Python-Markdown would show."""
    return _ROW.sub(lambda row: _SPAN.sub(lambda span: span[0].replace("\\|", "|"), row[0]), text)


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each line, and whether it is of a block of code."""
    fence = ""
    for line in text.splitlines():
        found = _FENCE.match(line)
        yield line, bool(fence or found)
        if found and not fence:
            fence = found[1]
        elif found and line.strip() == fence:
            fence = ""


def _indented(lines: list[str]) -> Iterator[str]:
    """Yield lines with what belongs to an item of a list indented by four, and an empty line before a list and after code in it."""
    outside, before = 0, ""
    for line in lines:
        item = _ITEM.match(line)
        if item and not item[1]:
            if before.strip() and (not outside or _FENCE.match(before)):
                yield ""
            outside = len(item[0])
        elif line.strip() and not line.startswith(" "):
            outside = 0
        yield f"{' ' * (_LIST_INDENT - outside)}{line}" if outside and line.startswith(" " * outside) else line
        before = line


def _target(link: str, source: Path, page: str, pages: Mapping[Path, str], others: frozenset[str]) -> str:
    path, hash_, anchor = link.partition("#")
    if not path or re.match(r"[a-z]+:", path):
        return link
    file = (source.parent / path).resolve()
    if file.is_dir() and file / "README.md" in pages:
        file /= "README.md"
    if file in pages:
        found = pages[file]
    elif path in others:
        found = path
    elif file.is_relative_to(ROOT) and file.exists():
        return f"{_repository()}/blob/main/{file.relative_to(ROOT).as_posix()}{hash_}{anchor}"
    else:
        raise LinkError(f"{source}: the link {link!r} leads nowhere")
    return PurePosixPath(os.path.relpath(found, str(PurePosixPath(page).parent))).as_posix() + hash_ + anchor


@cache
def _repository() -> str:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(settings["tool"]["publish"]["repository"])
