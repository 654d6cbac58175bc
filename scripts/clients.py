"""The generated clients, imported from where they stand, as they are not installed here."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import cast

from scripts.runtime.behaviour import Behaviour

_GENERATED = Path(__file__).parent.parent / "generated"


def client(api: str) -> ModuleType:
    """Return the package of a generated client by its import name."""
    folder = str(_GENERATED / api)
    if folder not in sys.path:
        sys.path.append(folder)
    return import_module(api)


def tables(api: str) -> Mapping[str, Behaviour]:
    """Return what a spec says of how its operations are used, by operationId: every documented limit and time."""
    return cast("Mapping[str, Behaviour]", client(api).behaviour.OPERATIONS)
