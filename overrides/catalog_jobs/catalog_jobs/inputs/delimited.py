"""Read comma-separated and similar values, and lists with one value per line."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, count, islice
from operator import methodcaller
from typing import Literal, NamedTuple, TypeAlias

from catalog_jobs.errors import InputError

from .raw import Fault, Raw, Record
from .sources import called
from .text import Text, lines_of

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_RARE = ";\t"  # separators that SKUs hardly ever contain
_SAMPLE = 200  # lines that the separator is detected from
_SAID = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # as Excel has a line before the header that says the separator
_SAMPLE_LENGTH = 1 << 20  # of them together, in characters
Form: TypeAlias = Literal["csv", "tsv", "text"]


class _Dialect(NamedTuple):
    separator: str
    skips_space: bool = False


def read_delimited(text: Text, form: Form, separator: str | None) -> Raw:
    """Return the rows of a file.

    A first line such as `sep=;` sets the separator. A cell with separators or line ends is in quotation marks ("); a quotation mark
    inside of it is doubled. A file of format `text` has one value per line, without quotation marks; or cells between tabs, if all
    of its first lines have the same number of tabs.

    Args:
        text: its content.
        form: its format.
        separator: separator of the cells; default: detected.

    Raises:
        InputError: the separator cannot be detected; or, while rows are read, a quotation mark is not closed.
    """
    lines, first = lines_of(text), 1
    sample = _sample(lines)
    if form != "text" and (said := _SAID.fullmatch(sample[0] if sample else "")):
        sample, separator, first = sample[1:], separator or said[1], 2
    lines = chain(sample, lines)
    if separator is None and form == "text":
        counts = {each.count("\t") for each in sample if each.strip()}
        if len(counts) != 1 or counts == {0}:
            values = map(methodcaller("rstrip", "\r\n"), lines)
            return Raw(zip(count(1), zip(values)), is_typed=False, notes=_notes(text), is_even=True)
        form = "tsv"
    if separator is None:
        dialect = _Dialect("\t") if form == "tsv" else _found(text.name, sample)
    elif len(separator) != 1 or separator in '"\r\n':
        raise InputError(f"the separator must be one character, such as ; and not {separator!r}")
    else:
        dialect = _Dialect(separator)
    notes = [*_notes(text), f"cells are separated by {SEPARATORS.get(dialect.separator, repr(dialect.separator))}"]
    return Raw(_rows(text.name, lines, dialect, first), is_typed=False, notes=notes, is_even=True)


def _notes(text: Text) -> list[str]:
    return [f"the encoding is {text.encoding}{', as it seems' if text.is_guessed else ''}"]


def _sample(lines: Iterator[str]) -> list[str]:
    found, length = list[str](), 0
    for line in islice(lines, _SAMPLE):
        found.append(line)
        length += len(line)
        if length > _SAMPLE_LENGTH:
            break
    return found


def _rows(name: str, lines: Iterable[str], dialect: _Dialect, first: int) -> Iterator[Record]:
    """Yield the rows of a file. A row with misplaced quotation marks is a fault; the next line begins a new row.

    Args:
        name: what messages call the file.
        lines: its lines.
        dialect: how cells are separated.
        first: number of the first line.
    """
    reader = csv.reader(lines, delimiter=dialect.separator, skipinitialspace=dialect.skips_space, strict=True)
    line = first
    while True:
        try:
            for cells in reader:
                yield line, cells
                line = reader.line_num + first
        except csv.Error as error:
            yield Fault(line, _rule(name, line, str(error)))
            line = reader.line_num + first
        else:
            return


def _rule(name: str, line: int, error: str) -> str:
    """Return what is wrong with a row.

    Raises:
        InputError: the end of the row is not known.
    """
    if "field larger" in error or "end of data" in error:
        fault = f"a cell that begins there has more than {csv.field_size_limit():,} characters, or no end"
        advice = 'is a quotation mark (") not closed, or not doubled within a cell?'
        raise InputError(f"{called(name)}, line {line}: {fault}: {advice}")
    return f'its quotation marks cannot be read ({error}); one within a quoted cell must be doubled ("")'


def _found(name: str, sample: list[str]) -> _Dialect:
    """Return how the cells of a file are separated, detected from its first lines.

    It is the separator with which most lines have as many cells as the header; of several, the one with the most cells.

    Raises:
        InputError: two separators fit, or one that only rows below the first one have.
    """
    scores = {each: score for each in SEPARATORS if (score := _score(sample, each))[1] > 1}
    if not scores:
        _check_below(name, [each for each in sample if not each.isspace()][1:])
        return _Dialect(",")
    best = max(scores.values())
    found, *others = (each for each, score in scores.items() if score == best)
    if others:
        names = " or ".join(SEPARATORS[each] for each in (found, *others))
        raise InputError(f"{called(name)}: its cells may be separated by {names}; give the separator")
    text = "".join(sample)
    return _Dialect(found, text.count(found) == text.count(f"{found} "))


def _check_below(name: str, below: list[str]) -> None:
    """Refuse a file whose first row is one cell while others have several: the first row is probably not the header.

    Raises:
        InputError: it is refused.
    """
    for each in _RARE:
        share, cells = _score(below, each)
        if len(below) > 1 and cells > 1 and share > 1 / 2:
            found = f"{called(name)}: most rows have cells between {SEPARATORS[each]}, and the first one has none"
            raise InputError(f"{found}; delete the lines above the header, or give the separator")


def _score(sample: list[str], separator: str) -> tuple[float, int]:
    """Return the share of rows that have as many cells as the header, and that number."""
    rows = list[int]()
    try:
        rows += (len(cells) for cells in csv.reader(sample, delimiter=separator) if cells)
    except csv.Error:
        return 0, 0
    if not rows:
        return 0, 0
    return Counter(rows)[rows[0]] / len(rows), rows[0]
