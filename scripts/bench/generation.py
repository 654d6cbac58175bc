"""Generate clients: all of ours beside the bare generators, and documents of growing size."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import yaml

from scripts.bench import synthetic
from scripts.bench.comparison import Comparison, Target
from scripts.bench.environment import CACHE, SPECS, options, run
from scripts.bench.measure import Plan, Timing, take_turns
from scripts.command import ROOT

_COPIED = ("scripts", "specs", "LICENSE", "pyproject.toml")
_SIZES = (10, 100, 1000)


def measure() -> Comparison:
    """Time the whole command that `make generate` runs, in a copy of this project without its cache, and the bare generators."""
    ours, both = "python -m scripts.generate", "both generators, bare"
    stock, models = "openapi-python-client, each spec", "datamodel-codegen, each spec"
    tree, bare = _copy(), _empty("bare")
    specs = sorted(SPECS.glob("*.yaml"))

    def generate() -> None:
        shutil.rmtree(tree / ".cache", ignore_errors=True)
        run([sys.executable, "-m", "scripts.generate"], cwd=tree)

    def generate_stock() -> None:
        for spec in specs:
            given = options(path=spec, meta="none", output_path=bare / spec.stem)
            run([sys.executable, "-m", "openapi_python_client", "generate", "--overwrite", *given])

    def generate_models() -> None:
        for spec in specs:
            given = options(
                input=spec, input_file_type="openapi", output_model_type="msgspec.Struct", output=f"{bare / spec.stem}.py"
            )
            run([sys.executable, "-m", "datamodel_code_generator", *given, "--formatters", "ruff-check", "ruff-format"])

    goes = {ours: _timed(generate), stock: _timed(generate_stock), models: _timed(generate_models)}
    timings = take_turns(goes, Plan(rounds=3, budget=45, least_rounds=2))
    timings[both] = Timing(figures=tuple(map(sum, zip(timings[stock].figures, timings[models].figures, strict=True))))
    return Comparison(
        name="generate",
        title=f"generate all of {len(specs)} specs, without a cache",
        timings=timings,
        targets=(Target(subject=ours, baseline=both, limit=1.5),),
    )


def measure_growth() -> Comparison:
    """Time the generation of documents, per operation, and per operation that a document has more than a smaller one.

    The latter excludes the start of the generator, and so shows whether time grows faster than the document. It is a difference of
    two times, which doubles their noise, and a large document exceeds caches: its target has a half more for that. Quadratic growth
    would be far above.
    """
    folder = _empty("synthetic")
    specs = {size: folder / f"synthetic_{size}.yaml" for size in _SIZES}
    for size, spec in specs.items():
        spec.write_text(yaml.safe_dump(synthetic.document(size), sort_keys=False), encoding="utf-8")

    def generating(size: int) -> Callable[[], float]:
        command = [sys.executable, "-m", "scripts.generate", "--spec", str(specs[size]), "--out", str(folder / f"{size}")]
        return _timed(lambda: run(command))

    generating(_SIZES[0])()
    found = take_turns(
        {f"{size:,} operations": generating(size) for size in _SIZES}, Plan(rounds=3, budget=60, least_rounds=1, warm_up=False)
    )
    each = [f"{size:,} operations, each" for size in _SIZES]
    more = [f"each from {small:,} to {large:,}" for small, large in pairwise(_SIZES)]
    whole = [timing.figures for timing in found.values()]
    timings = {name: _per(whole[index], _SIZES[index]) for index, name in enumerate(each)}
    for index, name in enumerate(more):
        differences = [max(large - small, 1e-9) for small, large in zip(whole[index], whole[index + 1], strict=True)]
        timings[name] = _per(differences, _SIZES[index + 1] - _SIZES[index])
    return Comparison(
        name="growth",
        title="generate a document, time for each operation",
        timings=timings,
        targets=(
            Target(subject=each[1], baseline=each[0], limit=1),
            Target(subject=each[2], baseline=each[1], limit=1),
            Target(subject=more[1], baseline=more[0], limit=1.5),
        ),
    )


def _copy() -> Path:
    tree = _empty("tree")
    for name in _COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tree / name)
    return tree


def _empty(name: str) -> Path:
    folder = CACHE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _timed(work: Callable[[], object]) -> Callable[[], float]:
    def go() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return go


def _per(seconds: tuple[float, ...] | list[float], count: int) -> Timing:
    return Timing(figures=tuple(each / count for each in seconds))
