"""The end of the command: an exit code, and an error in one line."""

from __future__ import annotations

import sys
import traceback
from typing import NoReturn

ALL_CONFIRMED, SOME_REJECTED, USAGE, SOME_UNKNOWN, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes. 3 also means that a job has stopped; 130, as in shells, means Ctrl-C or SIGTERM before a job, or a second Ctrl-C."""

_ANOTHER = "--database or CATALOG_DATABASE names another one"
_PASSWORD = "set the password with PGPASSWORD, ~/.pgpass or CATALOG_DATABASE; --database names another database"  # noqa: S105 - says where


class Failed(Exception):
    """The command ends with a line on stderr.

    Attributes:
        code: the exit code.
    """

    def __init__(self, message: str, code: int = USAGE) -> None:
        self.code = code
        super().__init__(message)


def code_of(error: BaseException, *, debug: bool) -> int:
    """Print an error in one line, with a traceback if `debug` is set, and return the exit code."""
    if debug:
        traceback.print_exception(error, file=sys.stderr)
    text = text_of(error)
    if not _is_known(error):
        text = f"unexpected error: {type(error).__name__}: {text}{'' if debug else '; --debug shows where'}"
    say(text)
    return error.code if isinstance(error, Failed) else USAGE


def text_of(error: BaseException) -> str:
    """Return what an error says, of a file or a folder without the number that the system has for it."""
    return _usage(error) or _of_file(error) or _of_text(error) or _of_database(error) or str(error) or type(error).__name__


def say(text: str) -> None:
    """Print a line for people on stderr."""
    print(f"catalog: {' '.join(text.split())}", file=sys.stderr)


def refuse(text: str) -> NoReturn:
    """End the command with an error about its options or its input."""
    raise Failed(text)


def _usage(error: BaseException) -> str:
    """Return the text of an error in the options of a command; empty for another error."""
    shown = getattr(error, "format_message", None)
    if shown is None:
        return ""
    context = getattr(error, "ctx", None)
    more = f"; see {context.command_path} --help" if context else ""
    return f"{str(shown()).rstrip('.?')}{more}"


def _of_file(error: BaseException) -> str:
    """Return the text of an error with a file or a folder, without its error number; empty for another error."""
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return ""


def _of_text(error: BaseException) -> str:
    """Return the text of an error with a name or an argument that is not text; empty for another error."""
    if not isinstance(error, UnicodeEncodeError):
        return ""
    return f"{error.object!r} cannot be written in UTF-8; give another value or, for a file, rename it"


def _of_database(error: BaseException) -> str:
    """Return the text of an error of the database, which also has the limits, with what sets it; empty for another error."""
    from catalog_clients import LimitsError  # noqa: PLC0415 - as in `_is_known`
    from catalog_jobs.errors import DatabaseError  # noqa: PLC0415 - as in `_is_known`

    if not isinstance(error, DatabaseError | LimitsError):
        return ""
    return f"{error}; {_PASSWORD if _was_asked_for_password(error) else _ANOTHER}"


def _was_asked_for_password(error: BaseException | None) -> bool:
    """Return whether a server has asked for a password and then closed the connection. Its own words may be of any language."""
    while error and not getattr(getattr(error, "pgconn", None), "used_password", False):
        error = error.__cause__
    return error is not None


def _is_known(error: BaseException) -> bool:
    """Return whether the message of an error says what to do about it."""
    from catalog_clients import CatalogError  # noqa: PLC0415 - loads the clients' engine, which an error of options does not need

    return isinstance(error, Failed | OSError | CatalogError | UnicodeEncodeError) or hasattr(error, "format_message")
