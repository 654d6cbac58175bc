"""Standard output, whose errors say what they are about, and which can write all characters."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import Any, TextIO, TypeVar, cast

_T = TypeVar("_T")
_ESCAPED = "catalog"
"""How characters are written that the encoding of the standard output does not have: see `_escape`."""


class _Output:
    """Names standard output in each OSError of it. After one, it is not flushed again, as Python does once more at its end."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.has_failed = False

    def __getattr__(self, name: str) -> Any:  # Any: whatever a file has
        return getattr(self._file, name)

    def write(self, text: str) -> int:
        return self._named(lambda: self._file.write(text))

    def flush(self) -> None:
        if not self.has_failed:
            self._named(self._file.flush)

    def _named(self, act: Callable[[], _T]) -> _T:
        try:
            return act()
        except OSError as error:
            self.has_failed = True
            error.filename = "standard output"
            raise


@contextmanager
def named_output() -> Iterator[None]:
    """Name standard output in each OSError of it, also of what is written to it only at the end; and let it write all characters.

    Raises:
        OSError: it cannot be written to.
    """
    before = sys.stdout
    if isinstance(before, TextIOWrapper):
        codecs.register_error(_ESCAPED, _escape)
        before.reconfigure(errors=_ESCAPED)
    output = _Output(before)
    sys.stdout = cast(TextIO, output)
    try:
        yield
    except BaseException:
        with suppress(OSError):  # the first error is what is said
            output.flush()
        raise
    else:
        output.flush()
    finally:
        if not output.has_failed:
            sys.stdout = before


def _escape(error: UnicodeError) -> tuple[str, int]:
    """Return characters as JSON escapes them, as what is written may be JSON."""
    from json import dumps  # noqa: PLC0415 - hardly ever needed

    if not isinstance(error, UnicodeEncodeError):
        raise error
    return dumps(error.object[error.start : error.end])[1:-1], error.end
