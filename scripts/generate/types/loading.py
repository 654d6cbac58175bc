"""Import the modules of a generated package from its folder."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from scripts.command import ROOT
from scripts.generate.parse.api import Schema
from scripts.generate.types.annotations import annotation

RUNTIME = ROOT / "scripts" / "runtime"
"""What every package has a copy of."""


@dataclass(frozen=True, kw_only=True)
class Package:
    """The modules of a generated package that need no client."""

    load: Callable[[str], ModuleType]
    models: ModuleType
    decoding: ModuleType

    def named(self, text: str) -> Any:
        """Return the type that an annotation of the generated code names."""
        return eval(text, {"models": self.models, "Any": Any, "Literal": Literal})  # noqa: S307 - what the generated code says

    def type_of(self, schema: Schema) -> Any:
        """Return the type of a schema."""
        return self.named(annotation(schema))


@contextmanager
def opened(folder: Path, package: str) -> Iterator[Package]:
    """Import modules of a package from the folder of its distribution; what is imported under its name stays as it is.

    Its copy of the runtime is not read: Python has compiled the original before.
    """

    def loaded() -> list[str]:
        return [name for name in sys.modules if name == package or name.startswith(f"{package}.")]

    before = {name: sys.modules.pop(name) for name in loaded()}
    for name, path in {package: folder / package, f"{package}._runtime": RUNTIME}.items():
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__path__ = [str(path)]
    writing, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        importlib.invalidate_caches()

        def load(name: str) -> ModuleType:
            return importlib.import_module(f"{package}.{name}")

        yield Package(load=load, models=load("models"), decoding=load("_runtime.decoding"))
    finally:
        sys.dont_write_bytecode = writing
        for name in loaded():
            del sys.modules[name]
        sys.modules.update(before)
