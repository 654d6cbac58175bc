"""The folder of the reports: it belongs to one run at a time, and files of earlier runs are removed."""

from __future__ import annotations

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.fuzz.job import FILES
from scripts.fuzz.targets import TargetError

PAGE = "report.html"
_LOCK = "lock"


@contextmanager
def reserved(path: Path, apis: Iterable[str]) -> Iterator[Path]:
    """Reserve the folder for this run, and remove the files of earlier runs of these APIs from it.

    Raises:
        TargetError: it cannot be written to, or another run uses it.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = (path / _LOCK).open("w")
    except OSError as error:
        raise _unwritable(path, error) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise TargetError(f"{path}: another run writes its reports there; choose another folder with --report") from error
        try:
            for api in apis:
                (path / api).mkdir(exist_ok=True)
                for name in FILES:
                    (path / api / name).unlink(missing_ok=True)
            (path / PAGE).touch()
            (path / PAGE).unlink()
        except OSError as error:
            raise _unwritable(path, error) from error
        yield path.resolve()


def _unwritable(path: Path, error: OSError) -> TargetError:
    return TargetError(f"{path}: cannot be written to: {error.strerror}; choose another folder with --report")
