"""A table whose rows are of private classes."""

from __future__ import annotations

from collections.abc import Mapping

from ._engine.tables import Behaviour, RateLimit

OPERATIONS: Mapping[str, Behaviour] = {"archive": Behaviour(rate_limit=RateLimit(rate=10000))}
