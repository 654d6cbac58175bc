"""A folder with the result files of a job. Each file is complete, or does not exist."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Self

from catalog_jobs.errors import ExportError
from catalog_jobs.records import Job

CONFIRMED, REJECTED, UNKNOWN = "confirmed.csv", "rejected.csv", "unknown.csv"
DELETABLE, SUMMARY, REPORT = "may-be-deleted.txt", "summary.json", "report.html"
INCOMPLETE, DUPLICATES = "INCOMPLETE.txt", "duplicates.csv"
_NAMES = (INCOMPLETE, CONFIRMED, REJECTED, UNKNOWN, DUPLICATES, DELETABLE, REPORT, SUMMARY)  # while they are written


class JobFolder:
    """The folder of a job; a context manager. New files are written to a temporary folder in it, and then published.

    The summary is removed before the first file is replaced, and is written last: if it exists, all files are of the same export.
    Meanwhile, a file says that the others are incomplete. Another process that writes to the folder is waited for.

    Args:
        path: the folder; it is created if it does not exist.
        job: the job of its files.

    Raises:
        ExportError: it has files with these names that are not of this job, or cannot be written.
    """

    def __init__(self, path: Path, job: Job) -> None:
        self.path, self._job, self._prefix = path, job, f".job-{job.id}-"
        self._parts = path
        self._opened = ExitStack()

    def part(self, name: str) -> Path:
        """Return the temporary path of a file, before it is published."""
        return self._parts / name

    def __enter__(self) -> Self:
        try:
            with ExitStack() as opened:
                self.path.mkdir(parents=True, exist_ok=True)
                opened.enter_context(_alone_in(self.path))
                self._claim()
                self._parts = Path(tempfile.mkdtemp(prefix=self._prefix, dir=self.path))
                self._opened = opened.pop_all()
        except OSError as error:
            raise self._failure(error) from error
        return self

    def _claim(self) -> None:
        """Remove files of an interrupted export of the job. Refuse a folder with other files of these names."""
        left = list(self.path.glob(f"{self._prefix}*"))
        found = [name for name in _NAMES if (self.path / name).exists()]
        is_ours = self._owner() == self._job.id if SUMMARY in found else bool(left) or self._is_marked()
        if found and not is_ours:
            raise ExportError(f"the folder {self.path} has a {found[0]} that is not of job {self._job.id}; name another folder")
        for each in left:
            shutil.rmtree(each)

    def _owner(self) -> str:
        """Return the id of the job whose summary is in the folder; empty if there is none."""
        try:
            found = json.loads((self.path / SUMMARY).read_bytes())
        except ValueError:
            return ""
        return str(found.get("job", "")) if isinstance(found, dict) else ""

    def _is_marked(self) -> bool:
        """Return whether the folder says that files of this job are incomplete."""
        place = self.path / INCOMPLETE
        return place.exists() and self._job.id in place.read_text(encoding="utf-8", errors="replace")

    def mark(self, text: str) -> None:
        """Say that the files of the job are incomplete, until they are published. The text must name the job."""
        part = self.part(f"new-{INCOMPLETE}")
        part.write_text(text, encoding="utf-8")
        part.replace(self.path / INCOMPLETE)

    def publish(self, names: Collection[str], unwritten: str) -> None:
        """Publish the files. Files of an earlier export that this one does not have are removed.

        Args:
            names: names of the files, including the summary.
            unwritten: says that the files are incomplete, while they are published.

        Raises:
            ExportError: they cannot be written.
        """
        try:
            for name in names:
                _flush(self.part(name))
            self.mark(unwritten)
            (self.path / SUMMARY).unlink(missing_ok=True)
            *others, last = sorted({*names} - {INCOMPLETE}, key=_NAMES.index)
            for name in others:
                self.part(name).replace(self.path / name)
            for name in {*_NAMES} - {*names, INCOMPLETE}:
                (self.path / name).unlink(missing_ok=True)
            self.part(last).replace(self.path / last)
            if INCOMPLETE in names:
                self.part(INCOMPLETE).replace(self.path / INCOMPLETE)
            else:
                (self.path / INCOMPLETE).unlink()
            if os.name == "posix":
                _flush(self.path)
        except OSError as error:
            raise self._failure(error) from error

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        shutil.rmtree(self._parts, ignore_errors=True)
        self._opened.close()
        if isinstance(error, OSError):
            raise self._failure(error) from error

    def _failure(self, error: OSError) -> ExportError:
        place = error.filename or self.path
        return ExportError(f"the files of job {self._job.id} cannot be written: {place}: {error.strerror or error}")


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other process writes to a folder, if the file system has locks. A process that has died does not any more."""
    if sys.platform == "win32":  # Windows has no such locks
        yield
        return
    import fcntl  # noqa: PLC0415 - not of every platform

    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _flush(path: Path) -> None:
    """Wait until a file or folder has reached the disk."""
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
