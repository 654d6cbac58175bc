"""Give one document to the generator, and find out whether it has done what it promises."""

from __future__ import annotations

import resource
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from io import StringIO
from pathlib import Path
from random import Random

from scripts.fuzz_documents.mutations import mutated
from scripts.generate.__main__ import DEEPEST_CALLS
from scripts.generate.output import generate_one
from scripts.generate.types.loading import opened
from scripts.spec.document import read
from scripts.spec.finding import SpecError

MEMORY = 4 << 30
"""Bytes of address space of a process that generates."""
_UNEXPECTED = "generator-failed"
_WAITING = 10  # seconds of the clock for each second of the processor


@dataclass(frozen=True, kw_only=True)
class Trial:
    """The outcome of a document.

    Attributes:
        outcome: `generated`, `in part`, `refused`, or `failed`, where the generator has broken its promise.
        reason: the traceback or the finding, where it has failed.
    """

    outcome: str
    reason: str = ""


def limit_memory() -> None:
    """Let a process that takes too much memory fail, instead of the machine."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def case(paths: Sequence[Path], seed: int, number: int) -> str:
    """Return the mutated document with a number."""
    random = Random(f"{seed} {number}")  # noqa: S311 - it has to be repeatable
    document = read(paths[number % len(paths)])
    return mutated(document.text, document.data, random)


def trial(paths: Sequence[Path], seed: int, seconds: int, number: int) -> Trial:
    """Try the mutated document with a number."""
    return tried(case(paths, seed, number), seconds=seconds)


def tried(text: str, *, seconds: int) -> Trial:
    """Generate from a document.

    Args:
        text: the document.
        seconds: of the processor, after which it has failed, or ten times as many of the clock.
    """
    folder = Path(tempfile.mkdtemp(prefix="fuzz-documents-"))
    spec = folder / ("document.json" if text[:1] in "{[" else "document.yaml")
    spec.write_text(text, encoding="utf-8", errors="surrogatepass")
    try:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()), _limited(seconds):
            return _generated(spec, folder / "client")
    except SpecError as error:
        failed = [each for each in error.findings if each.rule == _UNEXPECTED or each.line < 1 or not each.advice]
        if not failed:
            return Trial(outcome="refused")
        cause = "".join(traceback.format_exception(error.__cause__)) if error.__cause__ else ""
        return Trial(outcome="failed", reason=f"{cause}{failed[0]}")
    except BaseException:  # noqa: BLE001 - whatever it is, it is what this looks for
        return Trial(outcome="failed", reason=traceback.format_exc())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _generated(spec: Path, target: Path) -> Trial:
    """Generate from a document, and import what was generated."""
    api = generate_one(spec, target)
    (folder,) = (path.parent for path in target.glob("*/client.py"))
    runtime = {path.stem for path in (folder / "_runtime").iterdir()}
    compile((folder / "__init__.py").read_bytes(), "__init__.py", "exec")
    with opened(target, folder.name) as written:
        for path in folder.rglob("*.py"):
            if path.parent != folder / "_runtime" and path != folder / "__init__.py":
                written.load(".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__"))
        loaded = {name.rpartition(".")[2] for name in sys.modules if name.startswith(f"{folder.name}._runtime.")}
    if loaded - runtime:
        raise ImportError(f"the package has no copy of {loaded - runtime}")
    return Trial(outcome="in part" if api.left_out else "generated")


@contextmanager
def _limited(seconds: int) -> Iterator[None]:
    """Raise TimeoutError after some seconds of the processor: a machine that is busy does not make a document slow.

    What waits and does not compute is ended by the clock. Recursion is as deep as in the command that generates.
    """
    depth = sys.getrecursionlimit()
    sys.setrecursionlimit(DEEPEST_CALLS)
    limits = (
        (signal.ITIMER_PROF, signal.SIGPROF, seconds, "of the processor"),
        (signal.ITIMER_REAL, signal.SIGALRM, seconds * _WAITING, "of the clock"),
    )
    before = {number: signal.signal(number, partial(_end, f"{limit} s {unit}")) for _, number, limit, unit in limits}
    for timer, _, limit, _ in limits:
        signal.setitimer(timer, limit)
    try:
        yield
    finally:
        sys.setrecursionlimit(depth)
        for timer, number, _, _ in limits:
            signal.setitimer(timer, 0)
            signal.signal(number, before[number])


def _end(limit: str, *_: object) -> None:
    raise TimeoutError(f"not finished after {limit}")
