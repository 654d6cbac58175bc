"""The behaviour tables of the generated clients, which hold every documented limit and time."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from scripts.runtime.behaviour import Behaviour


def tables(api: str) -> Mapping[str, Behaviour]:
    """Return what a spec says of how its operations are used, by operationId.

    Args:
        api: import name of a generated client.
    """
    return cast("Mapping[str, Behaviour]", import_module(f"generated.{api}.{api}.behaviour").OPERATIONS)
