"""Import a package, in a fresh interpreter each time, with compiled modules in the cache."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scripts.apis import apis, source_folders
from scripts.bench.comparison import Comparison, Target
from scripts.bench.environment import OPENAPI_GENERATOR, PEERS_PYTHON, STOCK, run
from scripts.bench.measure import Plan, take_turns

_BASE = "httpx2 and msgspec alone"
_TIMED = "from time import perf_counter as now; start = now(); {statement}; print(now() - start)"
_API = "amazon_catalog_items"


def measure(peers: Path) -> Comparison:
    """Time the import statement alone, without the start of the interpreter, which would make every ratio look better."""
    paths = [*source_folders(), peers]

    def importing(statement: str) -> Callable[[], float]:
        return lambda: float(run([str(PEERS_PYTHON), "-c", _TIMED.format(statement=statement)], paths=paths))

    goes = {_BASE: importing("import httpx2, msgspec")}
    goes |= {name: importing(f"import {name}") for name in apis()}
    goes["openapi-python-client, its client and search"] = importing(
        f"import {STOCK}_{_API}; import {STOCK}_{_API}.api.items.search_catalog_items"
    )
    goes["openapi-generator"] = importing(f"import {OPENAPI_GENERATOR}_{_API}.api.items_api")
    return Comparison(
        name="import",
        title="import a package in a fresh interpreter",
        timings=take_turns(goes, Plan(rounds=21, budget=45)),
        targets=tuple(Target(subject=name, baseline=_BASE, limit=1.3) for name in apis()),
    )
