"""The folder of the reports: it belongs to one run at a time, and files of earlier runs are removed."""

from __future__ import annotations

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
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
    files = [path / PAGE, *(path / api / name for api in apis for name in FILES)]
    with ExitStack() as opened:
        try:
            path.mkdir(parents=True, exist_ok=True)
            fcntl.flock(opened.enter_context((path / _LOCK).open("w")), fcntl.LOCK_EX | fcntl.LOCK_NB)
            for file in files:
                file.parent.mkdir(exist_ok=True)
                file.unlink(missing_ok=True)
        except BlockingIOError as error:
            raise TargetError(f"{path}: another run writes its reports there; choose another folder with --report") from error
        except OSError as error:
            raise TargetError(f"{path}: cannot be written to: {error.strerror}; choose another folder with --report") from error
        yield path.resolve()
