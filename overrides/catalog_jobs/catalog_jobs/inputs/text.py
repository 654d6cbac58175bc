"""Read bytes as lines of text: find the encoding, and refuse what is not text."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from catalog_jobs.errors import InputError

from .sources import called

LONGEST_LINE = 16 << 20
"""Characters."""
_SAMPLE = 1 << 20  # bytes that an encoding is detected from
_MOST_TESTED = 1 << 16  # bytes of a sample that the detection of a legacy encoding reads
_MARK = "\ufeff"  # it remains if the given encoding does not remove it
_MARKS = {  # at the beginning of a file; the longer ones first, as one begins with another
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_LEGACY = (  # encodings in which every byte is valid
    "cp1252",
    "cp1251",
    "cp1250",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "koi8_r",
    "cp866",
    "cp850",
    "cp852",
    "mac_roman",
)
_LIKELY = (*_LEGACY, "cp932", "gb18030", "big5", "euc_jp", "cp949")  # of encodings that fit equally well, the first counts


class Text(NamedTuple):
    """The content of a file.

    Attributes:
        name: name of the file in messages.
        encoding: name of its encoding.
        blocks: the content; no character is split between blocks.
        is_guessed: whether the encoding was detected, without certainty.
    """

    name: str
    encoding: str
    blocks: Iterator[str]
    is_guessed: bool = False

    @property
    def guess(self) -> str:
        """The encoding, if it was detected without certainty; otherwise empty."""
        return self.encoding if self.is_guessed else ""


def read_text(name: str, blocks: Iterator[bytes], encoding: str | None) -> Text:
    """Return the content of a file as text.

    The encoding is that of the byte order mark, or UTF-8 if that is valid; otherwise it is detected by how frequent its pairs of
    letters are in languages.

    Args:
        name: name of the file in messages.
        blocks: its bytes.
        encoding: its encoding; default: detected.

    Raises:
        InputError: the encoding is unknown or cannot be detected; or, while blocks are read, a line has another encoding, or the
            file is binary.
    """
    if encoding is not None:
        try:
            "a".encode(encoding)
        except LookupError:
            raise InputError(f"there is no encoding {encoding!r}; known ones are utf-8, cp1252, cp1251 and many more") from None
        return Text(name, encoding, _decoded(name, blocks, encoding, by="as was given"))
    sample = b""
    while len(sample) < _SAMPLE and (block := next(blocks, b"")):
        sample += block
    blocks = chain([sample], blocks)
    mark = next((each for each in _MARKS if sample.startswith(each)), None)
    if mark or _is_utf8(sample):
        found = _MARKS[mark] if mark else "utf-8"
        return Text(name, found, _decoded(name, blocks, found, by="as all before"))
    found = _detected(name, sample)
    if found in _LEGACY:  # which any line can be read as
        blocks = _unmixed(name, blocks, found)
    return Text(name, found, _decoded(name, blocks, found, by="as was found by its first lines"), is_guessed=True)


def lines_of(text: Text) -> Iterator[str]:
    """Return the lines of a text with their line ends: line feed, carriage return or both.

    Raises:
        InputError: while lines are read: a line is longer than `LONGEST_LINE`; or see `read_text`.
    """
    return chain.from_iterable(_divided(text))


def _divided(text: Text) -> Iterator[Iterable[str]]:
    rest, line = "", 1
    for block in text.blocks:
        whole = rest + block
        end = whole.rfind("\n") + 1 or whole.rfind("\r", 0, -1) + 1
        rest = whole[end:]
        yield io.StringIO(whole[:end], newline="")
        line += whole.count("\n", 0, end) or whole.count("\r", 0, end)
        if len(rest) > LONGEST_LINE:
            raise InputError(f"{called(text.name)}, line {line}: it is longer than {LONGEST_LINE >> 20} MB; is it a file of lines?")
    yield io.StringIO(rest, newline="")


def _is_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _detected(name: str, sample: bytes) -> str:
    """Return the encoding of a sample that is not UTF-8.

    Raises:
        InputError: it cannot be detected, or the sample is binary.
    """
    from charset_normalizer import from_bytes  # noqa: PLC0415 - most files are UTF-8

    if b"\0" in sample:
        raise _binary(name, sample.count(b"\n", 0, sample.index(b"\0")) + 1)
    telling = b"\n".join(each for each in sample.splitlines() if not _is_utf8(each))[:_MOST_TESTED]
    found = from_bytes(telling, cp_isolation=[*_LIKELY])
    ranks = {each: (match.chaos, -match.coherence) for match in found for each in match.could_be_from_charset if each in _LIKELY}
    if not ranks:
        raise InputError(f"{called(name)}: it is not UTF-8, and its encoding cannot be detected; give the encoding, such as cp1252")
    return min(ranks, key=lambda each: (*ranks[each], _LIKELY.index(each)))


def _unmixed(name: str, blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield blocks of a file in a legacy encoding.

    Raises:
        InputError: a line is UTF-8.
    """
    line, rest = 1, b""
    for block in blocks:
        *whole, rest = (rest + block).split(b"\n")
        for each in whole:
            if not each.isascii() and _is_utf8(each):
                raise InputError(
                    f"{called(name)}, line {line}: it is UTF-8, and others are {encoding}: two encodings are mixed; "
                    "save the file in one encoding, or give the encoding that all lines are to be read in"
                )
            line += 1
        yield block


def _decoded(name: str, blocks: Iterable[bytes], encoding: str, *, by: str) -> Iterator[str]:
    """Yield blocks as text.

    Raises:
        InputError: a line is not in the encoding, or contains the character 0.
    """
    decoder, line, has_begun = codecs.getincrementaldecoder(encoding)(), 1, False
    try:
        for block in chain(blocks, [b""]):
            text = decoder.decode(block, final=not block)
            if "\0" in text:
                raise _binary(name, line + text.count("\n", 0, text.index("\0")))
            line += text.count("\n")
            if text and not has_begun:
                text, has_begun = text.removeprefix(_MARK), True
            if text:
                yield text
    except UnicodeError as error:
        if isinstance(error, UnicodeDecodeError):
            before = error.object[: error.start]
            line += before.decode(encoding, errors="replace").count("\n")
            found = f"the byte 0x{error.object[error.start]:02X} is not {encoding}, {by}"
        else:
            found = f"it is not {encoding}, {by} ({error})"
        advice = "are two encodings mixed? If not, give the encoding of the file, such as cp1252"
        raise InputError(f"{called(name)}, line {line}: {found}; {advice}") from error


def _binary(name: str, line: int) -> InputError:
    return InputError(
        f"{called(name)}, line {line}: it has the character 0: it is not a text file, or one in UTF-16; then give the encoding, "
        "utf-16-le or utf-16-be"
    )
