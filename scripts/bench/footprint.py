"""What a package costs before its first call: the time and the memory of its import, and what is installed for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.apis import apis, source_folders
from scripts.bench.comparison import Comparison, Target
from scripts.bench.environment import DATAMODEL, OPENAPI_GENERATOR, PEERS_PYTHON, STOCK, BenchError, run
from scripts.bench.measure import Plan, take_turns
from scripts.bench.peers import peers
from scripts.command import ROOT

_BASE = "httpx2 and msgspec alone"
_TIMED = "from time import process_time as now; start = now(); import {modules}; print(now() - start)"
_HELD = "import {modules}; from scripts.bench.memory import held; print(held())"
_MEASURED = "amazon_catalog_items"
_MB = 1024**2
_TIME_OF_BASE, _MEMORY_OF_BASE, _SIZE_OF_BASE = 1.3, 1.3, 1.3


class _Imported(NamedTuple):
    """A package with all that its search needs.

    Attributes:
        modules: what is imported.
        needed: the distributions that it depends on.
        is_ours: whether it has targets.
    """

    modules: str
    needed: tuple[str, ...]
    is_ours: bool = False


def _imported() -> dict[str, _Imported]:
    """Return what is compared. The clients of datamodel-code-generator import the operations of a tag when they are first used."""
    found = {_BASE: _Imported("httpx2, msgspec", ("httpx2", "msgspec"))}
    found |= {name: _Imported(name, ("httpx2", "msgspec"), is_ours=True) for name in apis()}
    stock, needed = f"{STOCK}_{_MEASURED}", ("httpx", "attrs", "python-dateutil")
    found["openapi-python-client"] = _Imported(f"{stock}, {stock}.api.items.search_catalog_items", needed)
    generator, needs = f"{OPENAPI_GENERATOR}_{_MEASURED}", ("urllib3", "pydantic", "python-dateutil", "typing-extensions")
    found["openapi-generator"] = _Imported(f"{generator}.api.items_api", needs)
    for kind, name in DATAMODEL.items():
        modules = f"{name}_{_MEASURED}, {name}_{_MEASURED}.resources.items._sync"
        found[f"datamodel-code-generator ({kind})"] = _Imported(modules, ("httpx2", kind, "typing-extensions"))
    found["python-amazon-sp-api"] = _Imported("sp_api.api.catalog_items.catalog_items", ("python-amazon-sp-api",))
    return found


def measure_imports(*, quick: bool = False) -> Comparison:
    """Time the import statement alone, without the start of the interpreter, which would make every ratio look better."""
    compared, paths = _imported(), [*source_folders(), peers()]

    def time(modules: str) -> float:
        return float(run(PEERS_PYTHON, "-c", _TIMED.format(modules=modules), paths=paths))

    goes = {name: partial(time, each.modules) for name, each in compared.items()}
    return Comparison(
        title="CPU time to import a package in a fresh interpreter",
        timings=take_turns(goes, Plan(rounds=11, budget=60).scaled(quick=quick)),
        targets=tuple(_targets(compared, _TIME_OF_BASE)),
    )


def measure_memory(*, quick: bool = False) -> Comparison:
    """Measure the memory of a process that has imported a package, that of the interpreter included."""
    compared, paths = _imported(), [ROOT, *source_folders(), peers()]

    def memory(modules: str) -> float:
        return float(run(PEERS_PYTHON, "-c", _HELD.format(modules=modules), paths=paths))

    goes = {name: partial(memory, each.modules) for name, each in compared.items()}
    return Comparison(
        title="memory of a process that has imported a package",
        timings=take_turns(goes, Plan(rounds=5, least_rounds=1).scaled(quick=quick)),
        targets=tuple(_targets(compared, _MEMORY_OF_BASE)),
        unit="MB",
    )


def measure_size(*, quick: bool = False) -> Comparison:
    """Add up the files of a package and of all that it depends on, without compiled modules; the same in each run."""
    del quick  # nothing is repeated
    installed: dict[str, Distribution] = {canonicalize_name(each.name): each for each in distributions(path=[str(_site())])}
    folders = [*source_folders(), peers()]

    def size(each: _Imported) -> float:
        package = each.modules.partition(",")[0].partition(".")[0]
        own = [path for folder in folders for path in (folder / package, folder / f"{package}_models.py")]
        return (sum(map(_of_files, own)) + sum(map(_of_distribution, _closure(each.needed, installed)))) / _MB

    compared = _imported()
    return Comparison(
        title="a package and all that it depends on, as they are installed",
        timings={name: (size(each),) for name, each in compared.items()},
        targets=tuple(_targets(compared, _SIZE_OF_BASE)),
        unit="MB",
    )


def _targets(compared: dict[str, _Imported], of_base: float) -> Iterator[Target]:
    """Yield that each of ours costs little more than its dependencies, and no more than a client on httpx2 of a peer."""
    for name, each in compared.items():
        if each.is_ours:
            yield Target(subject=name, baseline=_BASE, at_most=of_base)
        elif "httpx2" in each.needed and name != _BASE:
            yield Target(subject=_MEASURED, baseline=name, at_most=1)


def _site() -> Path:
    """Return the folder of the packages in the peers' environment."""
    return Path(run(PEERS_PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())


def _closure(names: Iterable[str], installed: Mapping[str, Distribution]) -> list[Distribution]:
    """Return what has some names, and all that it depends on without extras.

    Raises:
        BenchError: something is not installed.
    """
    found, waiting = dict[str, Distribution](), [canonicalize_name(each) for each in names]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        if name not in installed:
            raise BenchError(f"{name} is not in the peers' environment; run make bench")
        found[name] = installed[name]
        needed = map(Requirement, installed[name].requires or ())
        waiting += [canonicalize_name(each.name) for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
    return list(found.values())


def _of_distribution(distribution: Distribution) -> float:
    return sum(each.size or 0 for each in distribution.files or () if each.suffix != ".pyc")


def _of_files(path: Path) -> float:
    """Return the size of a file, or of all in a folder, in bytes; 0 if there is none."""
    if path.is_file():
        return path.stat().st_size
    return sum(each.stat().st_size for each in path.rglob("*") if each.is_file() and each.suffix != ".pyc")
