"""Generate clients: all of ours beside the bare generators, and documents of growing size."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path

import yaml

from scripts.bench import synthetic
from scripts.bench.comparison import Comparison, Target
from scripts.bench.environment import SPECS, emptied, run
from scripts.bench.measure import Figures, Plan, repeated, take_turns, timed
from scripts.bench.peers import generate_models, generate_stock, generate_with_java
from scripts.command import ROOT

_SIZES = (10, 100, 1000)
_LARGE = (300, 1000)
_OURS, _BOTH = "python -m scripts.generate", "both generators, bare"
_STOCK, _MODELS, _JAVA = "openapi-python-client", "datamodel-code-generator, models", "openapi-generator"
_OF_BOTH = 1.5
_NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "generated", "overrides", "tests")


def measure(*, quick: bool = False) -> Comparison:
    """Time the whole command that `make generate` runs, in a copy of this project without its cache, and the bare generators.

    A quick run has the first spec alone.
    """
    tree = emptied("tree")
    shutil.copytree(ROOT, tree, ignore=_NOT_COPIED, dirs_exist_ok=True)
    specs = sorted(SPECS.glob("*.yaml"))
    if quick:
        for each in specs[1:]:
            (tree / "specs" / each.name).unlink()
        del specs[1:]

    def generate() -> None:
        shutil.rmtree(tree / ".cache", ignore_errors=True)
        run(sys.executable, "-m", "scripts.generate", cwd=tree)

    goes = {_OURS: generate, **_bare(specs)}
    timings = _times(goes, Plan(rounds=3, budget=90, least_rounds=2).scaled(quick=quick))
    timings[_BOTH] = _sums(timings[_STOCK], timings[_MODELS])
    return Comparison(
        title=f"generate all of {len(specs)} specs, without a cache",
        timings=timings,
        targets=(Target(subject=_OURS, baseline=_BOTH, at_most=_OF_BOTH), Target(subject=_OURS, baseline=_JAVA, at_most=1)),
    )


def measure_large(*, quick: bool = False) -> Comparison:
    """Time the generation of two large documents; a quick run has a tenth of their operations."""
    timings: dict[str, Figures] = {}
    targets = list[Target]()
    for size in (each // 10 if quick else each for each in _LARGE):
        (spec,) = _written([size]).values()
        goes: dict[str, Callable[[], None]] = {_OURS: partial(_generate, spec), **_bare([spec])}
        found = _times(goes, Plan(rounds=3, budget=240, least_rounds=1, warm_up=False).scaled(quick=quick))
        found[_BOTH] = _sums(found[_STOCK], found[_MODELS])
        timings |= {f"{size:,} operations: {name}": figures for name, figures in found.items()}
        ours, both, java = (f"{size:,} operations: {name}" for name in (_OURS, _BOTH, _JAVA))
        targets += [Target(subject=ours, baseline=both, at_most=_OF_BOTH), Target(subject=ours, baseline=java, at_most=1)]
    return Comparison(title="generate a large document", timings=timings, targets=tuple(targets))


def measure_growth(*, quick: bool = False) -> Comparison:
    """Time the generation of documents, per operation, and per operation that a document has more than a smaller one.

    The latter excludes the start of the generator, and so shows whether time grows faster than the document. It is a difference of
    two times, which doubles their noise, and a large document exceeds caches: its target has a half more for that. Quadratic growth
    would be far above.
    """
    specs = _written(_SIZES)
    goes = {str(size): partial(_generate, spec) for size, spec in specs.items()}
    _generate(specs[_SIZES[0]])
    found = _times(goes, Plan(rounds=3, least_rounds=1, warm_up=False).scaled(quick=quick))
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


def _bare(specs: Sequence[Path]) -> dict[str, Callable[[], None]]:
    """Return what each peer does to generate all of some specs."""
    folder = emptied("bare")

    def generate_all(generate: Callable[[Path], None]) -> None:
        for spec in specs:
            generate(spec)

    formatters = ("--formatters", "ruff-check", "ruff-format")
    return {
        _STOCK: partial(generate_all, lambda spec: generate_stock(spec, folder / spec.stem)),
        _MODELS: partial(generate_all, lambda spec: generate_models(spec, folder / f"{spec.stem}.py", "msgspec", *formatters)),
        _JAVA: partial(generate_all, lambda spec: generate_with_java(spec, folder / f"{spec.stem}.java", spec.stem)),
    }


def _written(sizes: Sequence[int]) -> dict[int, Path]:
    """Write documents with some numbers of operations."""
    folder = emptied("synthetic")
    specs = {size: folder / f"synthetic_{size}.yaml" for size in sizes}
    for size, spec in specs.items():
        spec.write_text(yaml.safe_dump(synthetic.document(size), sort_keys=False), encoding="utf-8")
    return specs


def _generate(spec: Path) -> None:
    run(sys.executable, "-m", "scripts.generate", "--spec", spec, "--out", spec.with_suffix(""))


def _times(goes: Mapping[str, Callable[[], object]], plan: Plan) -> dict[str, Figures]:
    return take_turns({name: partial(timed, repeated(go)) for name, go in goes.items()}, plan)


def _sums(some: Figures, others: Figures) -> Figures:
    return tuple(map(sum, zip(some, others, strict=True)))
