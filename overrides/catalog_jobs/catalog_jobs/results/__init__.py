"""The result files of a job: tables of its rows, SKUs that may be deleted elsewhere, totals for programs, a report for people."""

from __future__ import annotations

from .exporting import Exported, check_folder, export, mark_folder
from .tally import Reason, Totals

__all__ = ["Exported", "Reason", "Totals", "check_folder", "export", "mark_folder"]
