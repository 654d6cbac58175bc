"""The mock vendors: of the APIs that have a folder in `vendors/`, and of all others, which follow from their specs."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from scripts.apis import apis
from scripts.mock.engine.vendor import Vendor
from scripts.mock.generic.described import of_roster
from scripts.mock.generic.vendor import generic

_FOLDER = Path(__file__).parent / "vendors"


def _has_code(api: str) -> bool:
    return (_FOLDER / api / "vendor.py").exists()


def _vendor(api: str) -> type[Vendor]:
    """Return the class that `vendor.py` in the folder of an API defines, or else the vendor that follows from its spec."""
    if not _has_code(api):
        return generic(of_roster(api))
    module = import_module(f"scripts.mock.vendors.{api}.vendor")
    own = [each for each in vars(module).values() if isinstance(each, type) and each.__module__ == module.__name__]
    (kind,) = (each for each in own if issubclass(each, Vendor))
    return kind


VENDORS: tuple[type[Vendor], ...] = tuple(map(_vendor, sorted(apis(), key=_has_code, reverse=True)))
"""The mock vendors in the order of their ports: that of the specs, those with code first, so that no further API moves them."""
