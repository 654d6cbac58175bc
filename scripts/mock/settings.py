"""The settings of the mock vendors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The options of one vendor. A documented default is taken from the tables of the generated client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the mock vendors behave.

    Attributes:
        seed: from which contents and faults are derived.
        size: number of products that each of them holds at first.
        speed: factor by which their time is faster than real time; limits, delays and lifetimes shrink with it.
        chaos: share of the responses that fail, from 0 to 1.
        faults: kinds of failure that chaos chooses from; all if empty.
        slow: seconds by which a slow response is late.
        options: options by vendor and name, beyond the documented defaults.
    """

    seed: int = 1
    size: int = 1_000_000
    speed: float = 1
    chaos: float = 0
    faults: tuple[str, ...] = ()
    slow: float = 5
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
