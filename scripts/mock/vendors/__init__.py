"""One folder for each API that has hand-written behaviour, with the API's name: what its vendor holds, and how it behaves."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

from scripts.apis import apis
from scripts.mock.engine.vendor import Vendor


def _vendor(api: str) -> type[Vendor]:
    """Return the class that `vendor.py` in the folder of an API defines."""
    module = import_module(f"{__name__}.{api}.vendor")
    (kind,) = (
        each
        for _, each in inspect.getmembers(module, inspect.isclass)
        if each.__module__ == module.__name__ and issubclass(each, Vendor)
    )
    return kind


_WITH_BEHAVIOUR = [api for api in apis() if (Path(__file__).parent / api / "vendor.py").exists()]

VENDORS: tuple[type[Vendor], ...] = tuple(sorted(map(_vendor, _WITH_BEHAVIOUR), key=lambda kind: kind.position))
"""The mock vendors in the order of their ports."""

WITHOUT_BEHAVIOUR: tuple[str, ...] = tuple(api for api in apis() if api not in _WITH_BEHAVIOUR)
"""The APIs that are not served, as nobody has written a vendor's behaviour for them."""
