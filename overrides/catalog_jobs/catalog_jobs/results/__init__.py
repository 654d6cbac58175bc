"""The files that a job leaves: tables of its rows, what may be deleted elsewhere, totals for programs, and a report for people."""

from __future__ import annotations

from .exporting import Exported, check_folder, export
from .tally import Reason, Totals

__all__ = ["Exported", "Reason", "Totals", "check_folder", "export"]
