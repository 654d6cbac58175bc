"""The initial state of a run: its purpose, and what the ledger of an earlier run says."""

from __future__ import annotations

import json
from inspect import iscoroutinefunction
from pathlib import Path
from secrets import token_hex
from typing import TypeAlias

from catalog_clients.errors import LedgerError

from .items.inputs import length_of
from .ledger.exports import ledger_of
from .ledger.ledger import Earlier, run_of
from .ledger.records import OnProgress
from .outcomes.sending import BulkOperation
from .run.state import RunState

Resume: TypeAlias = str | Path | None


def purpose_of(operation: BulkOperation, address: str) -> str:
    """Return the purpose of a run: its operation, the arguments of all requests, and the address of the API."""
    arguments = json.dumps(operation.arguments, sort_keys=True, default=str)
    return f"{operation.name} {arguments} of {address}"


def state_of(
    items: object,
    progress: OnProgress | None,
    resume: Resume,
    purpose: str = "",
    operation: BulkOperation | None = None,
    *,
    resend_unknown: bool = False,
) -> RunState:
    """Return the state of a run at its beginning; for `resend_unknown`, see `Bulk.run`.

    Raises:
        TypeError: `progress` is not a function, or is an async one.
        LedgerError: the ledger to resume is that of a run with another purpose, or has more items.
    """
    _check_progress(progress)
    earlier = None if resume is None else Earlier.read(ledger_of(Path(resume)))
    if earlier and earlier.run not in ("", run_of(purpose)):
        raise LedgerError(f"{earlier.path} is the ledger of another run; this run is: {purpose}")
    total = length_of(items)
    if earlier and total is not None:
        earlier.check_end(total)
    seed = (earlier.key_seed if earlier else "") or token_hex(16)
    return RunState(
        progress,
        total=total,
        purpose=purpose,
        retires=operation is not None and operation.retires,
        key_seed=seed if operation is not None and operation.has_key else "",
        earlier=earlier,
        holds_sent=operation is not None and operation.is_once and not resend_unknown,
        ingestions=earlier.ingestions - {""} if earlier else set(),
    )


def _check_progress(progress: object) -> None:
    if progress is not None and (not callable(progress) or iscoroutinefunction(progress)):
        raise TypeError(f"progress: must be a function that is not async, and not {progress!r}")
