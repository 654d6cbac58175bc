"""Let objects go on in a forked process, where threads of the parent that held their locks do not exist."""

from __future__ import annotations

import os
from typing import Protocol
from weakref import WeakSet


class _Renewable(Protocol):
    def renew(self) -> None: ...


_known = WeakSet[_Renewable]()


def renewed_after_fork(each: _Renewable) -> None:
    """Let an object renew its locks in each process that is forked from this one."""
    _known.add(each)


def check_process(process: int) -> None:
    """Refuse to go on with what another process has begun, as its threads are not in this one.

    Args:
        process: number of the process that has begun it.

    Raises:
        RuntimeError: it is another one.
    """
    if os.getpid() != process:
        raise RuntimeError(
            "these results are of another process, which has begun to read them: a forked process has to begin a run itself"
        )


def _renew_all() -> None:
    for each in list(_known):
        each.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)
