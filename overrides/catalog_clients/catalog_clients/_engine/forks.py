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


def _renew_all() -> None:
    for each in list(_known):
        each.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)
