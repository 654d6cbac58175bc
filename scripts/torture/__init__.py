"""Kill workers and their database in the middle of durable jobs, and compare each ledger with what the vendor holds.

Like `scripts/chaos`, from which its tasks and its comparison are, it uses the distributions in their source folders.
"""

from __future__ import annotations

import scripts.chaos  # noqa: F401 - it makes the folders of the distributions importable
