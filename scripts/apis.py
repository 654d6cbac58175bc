"""The one roster of APIs: the specs in specs/, and the packages that are generated from them.

The distributions of this project are imported from their folders; they are not installed.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import cast

from scripts.command import ROOT
from scripts.generate.identity import identify
from scripts.runtime.behaviour import Behaviour
from scripts.spec.document import documents_in, read


@dataclass(frozen=True, slots=True)
class Api:
    """An API of this project.

    Attributes:
        name: import name of its generated package; commands and tests use it as the name of the API.
        spec: its OpenAPI document in specs/.
        folder: its distribution in generated/; exists once `make generate` has run.
    """

    name: str
    spec: Path
    folder: Path


@cache
def apis() -> Mapping[str, Api]:
    """Return all APIs by their names, in the order of their specs.

    Raises:
        SpecError: a spec cannot be read.
    """
    found = [(identify(read(path)).package, path) for path in documents_in(ROOT / "specs")]
    return {name: Api(name, path, ROOT / "generated" / name) for name, path in found}


def source_folders() -> list[Path]:
    """Return the folders from which the generated and the hand-written distributions are imported."""
    return [*(api.folder for api in apis().values()), *(ROOT / "overrides").glob("*")]


def client(api: str) -> ModuleType:
    """Return the package of a generated client by its import name."""
    folder = str(ROOT / "generated" / api)
    if folder not in sys.path:
        sys.path.append(folder)
    return import_module(api)


def tables(api: str) -> Mapping[str, Behaviour]:
    """Return what a spec says of how its operations are used, by operationId: every documented limit and time."""
    return cast("Mapping[str, Behaviour]", client(api).behaviour.OPERATIONS)
