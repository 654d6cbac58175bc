"""Renew objects in a forked process: their locks may be held by threads that exist in the parent only."""

from __future__ import annotations

import os
from typing import Protocol
from weakref import WeakSet


class _Renewable(Protocol):
    def renew(self) -> None: ...


_known = WeakSet[_Renewable]()


def renewed_after_fork(each: _Renewable) -> None:
    """Call `renew` of an object in each process that is forked from this one."""
    _known.add(each)


def check_process(process: int) -> None:
    """Refuse to continue reading in a forked process, as the threads exist in its parent only.

    Args:
        process: id of the process that has begun reading.

    Raises:
        RuntimeError: this is another process.
    """
    if os.getpid() != process:
        raise RuntimeError("another process has begun to read these results: a forked process must start a run of its own")


def _renew_all() -> None:
    for each in list(_known):
        each.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)
