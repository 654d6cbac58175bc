"""Items that an earlier request may have brought to the vendor: whether they are sent again, and what a rejection then means."""

from __future__ import annotations

from collections.abc import Sequence

from catalog_clients._engine.flows.effects import CallResult
from catalog_clients._engine.ledger.joint import Said
from catalog_clients._engine.ledger.records import Outcome, PendingItem
from catalog_clients._engine.reports.classifying import says
from catalog_clients._engine.tables.behaviour import Behaviour
from catalog_clients.errors import shortened

HELD = (
    "not sent again: the vendor may have executed an earlier request, and by the spec a second execution may do harm (idempotent: "
    "false); find out from the vendor what was done, or resume with resend_unknown (--resend-unknown) to send it again"
)
"""The reason of an item that is held; see `PendingItem`."""


def once_more(reason: str, done: str | None) -> Said:
    """Return status and reason of an item that may have been sent before, and that the vendor rejects now.

    Args:
        reason: reason of the rejection.
        done: text of the vendor that means that the item already has the requested state.
    """
    if done and says(reason, done):
        return "confirmed", shortened(f"{reason}, as it was sent before")
    return "unknown", reason


def said_done(table: Behaviour, result: CallResult[object]) -> str | None:
    """Return the words by which a refusal says that its item already has the requested state; None if its body has no such words.

    A reason may have other words, those by which the spec describes the status.
    """
    done = table.retry.done if table.retry else None
    return done if done and says(result.text(), done) else None


def unexecuted(items: Sequence[PendingItem], results: Sequence[Outcome]) -> list[Outcome]:
    """Return the outcomes of a request of which the vendor has executed nothing; an earlier run may have sent some of its items."""
    found = [*results]
    for place, (item, each) in enumerate(zip(items, results, strict=True)):
        if each.status == "unknown":
            item.attempt = 0
            found[place] = item.outcome("unknown", each.reason if item.was_sent else f"not executed: {each.reason}")
    return found
