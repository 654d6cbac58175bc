"""Generate clients: all of ours beside the bare generators, and documents of growing size."""

from __future__ import annotations

import shutil
import sys
from functools import partial
from itertools import pairwise

import yaml

from scripts.bench import synthetic
from scripts.bench.comparison import Comparison, Target
from scripts.bench.environment import SPECS, emptied, run
from scripts.bench.measure import Figures, Plan, take_turns, timed
from scripts.command import ROOT

_SIZES = (10, 100, 1000)
_NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "generated", "overrides", "tests")


def measure() -> Comparison:
    """Time the whole command that `make generate` runs, in a copy of this project without its cache, and the bare generators."""
    ours, both = "python -m scripts.generate", "both generators, bare"
    stock, models = "openapi-python-client, each spec", "datamodel-codegen, each spec"
    tree, bare = emptied("tree"), emptied("bare")
    shutil.copytree(ROOT, tree, ignore=_NOT_COPIED, dirs_exist_ok=True)
    specs = sorted(SPECS.glob("*.yaml"))
    python = (sys.executable, "-m")

    def generate(_: int) -> None:
        shutil.rmtree(tree / ".cache", ignore_errors=True)
        run(*python, "scripts.generate", cwd=tree)

    def generate_stock(_: int) -> None:
        for spec in specs:
            given = ("--meta", "none", "--path", spec, "--output-path", bare / spec.stem)
            run(*python, "openapi_python_client", "generate", "--overwrite", *given)

    def generate_models(_: int) -> None:
        for spec in specs:
            given = ("--input", spec, "--output", f"{bare / spec.stem}.py", "--output-model-type", "msgspec.Struct")
            formatters = ("--formatters", "ruff-check", "ruff-format")
            run(*python, "datamodel_code_generator", "--input-file-type", "openapi", *given, *formatters)

    contenders = {ours: generate, stock: generate_stock, models: generate_models}
    goes = {name: partial(timed, contender) for name, contender in contenders.items()}
    timings = take_turns(goes, Plan(rounds=3, budget=45, least_rounds=2))
    timings[both] = tuple(map(sum, zip(timings[stock], timings[models], strict=True)))
    return Comparison(
        title=f"generate all of {len(specs)} specs, without a cache",
        timings=timings,
        targets=(Target(subject=ours, baseline=both, at_most=1.5),),
    )


def measure_growth() -> Comparison:
    """Time the generation of documents, per operation, and per operation that a document has more than a smaller one.

    The latter excludes the start of the generator, and so shows whether time grows faster than the document. It is a difference of
    two times, which doubles their noise, and a large document exceeds caches: its target has a half more for that. Quadratic growth
    would be far above.
    """
    folder = emptied("synthetic")
    specs = {size: folder / f"synthetic_{size}.yaml" for size in _SIZES}
    for size, spec in specs.items():
        spec.write_text(yaml.safe_dump(synthetic.document(size), sort_keys=False), encoding="utf-8")

    def generate(size: int) -> float:
        command = (sys.executable, "-m", "scripts.generate", "--spec", specs[size], "--out", folder / str(size))
        return timed(lambda _: run(*command))

    generate(_SIZES[0])
    found = take_turns({str(size): partial(generate, size) for size in _SIZES}, Plan(rounds=3, least_rounds=1, warm_up=False))
    timings: dict[str, Figures] = {
        f"{size:,} operations, each": tuple(seconds / size for seconds in found[str(size)]) for size in _SIZES
    }
    each = list(timings)
    for small, large in pairwise(_SIZES):
        seconds = zip(found[str(small)], found[str(large)], strict=True)
        timings[f"each from {small:,} to {large:,}"] = tuple(max(b - a, 1e-9) / (large - small) for a, b in seconds)
    more = list(timings)[len(each) :]
    return Comparison(
        title="generate a document, time for each operation",
        timings=timings,
        targets=(
            Target(subject=each[1], baseline=each[0], at_most=1),
            Target(subject=each[2], baseline=each[1], at_most=1),
            Target(subject=more[1], baseline=more[0], at_most=1.5),
        ),
    )
