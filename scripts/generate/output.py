"""Put generated distributions and mock servers into place: all of a run or nothing of it."""

from __future__ import annotations

import secrets
import shutil
import signal
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.generate import manifest
from scripts.generate.extensions import check_extensions, check_package
from scripts.generate.freshness import files_below
from scripts.generate.identity import identify
from scripts.generate.mock import FOLDER, generate_mock
from scripts.generate.package import generate_project
from scripts.generate.parse.api import Api
from scripts.generate.parse.repair.document import Repair, repaired
from scripts.generate.parse.repair.leaving import without_what_cannot_be
from scripts.lint import validity
from scripts.spec.bundle import bundled
from scripts.spec.document import Document, documents_in, read
from scripts.spec.finding import SpecError

_MARK = b"Generated from "
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class OutputError(Exception):
    """A folder cannot be written to; the message says which one, why, and what to do."""


def generate_all(specs: Path, target: Path) -> None:
    """Generate a distribution and a mock server for each spec of a folder; those of a spec that was removed are deleted.

    Raises:
        SpecError: a spec cannot be used; all are read before anything is changed.
        OutputError: the target cannot be written to, or holds something that was not generated.
    """
    _refuse_foreign(target, _unmarked)
    with _staging(target) as staged:
        for line in _generate_specs(specs, staged):
            print(line)
        gone = sorted(_folders(target) - _folders(staged))
        _swap(staged, target)
    for name in gone:
        print(f"{target / name}: removed, as it has no spec")


def generate_one(spec: Path, target: Path, *, strict: bool = False) -> Api:
    """Generate the distribution of one document.

    Args:
        spec: the document.
        target: the folder of the distribution.
        strict: whether anything that is wrong in the document is an error; if not, it is ignored or an operation is left out.

    Returns:
        What was generated, with its notes and what was left out.

    Raises:
        SpecError: the document cannot be used.
        OutputError: the target cannot be written to, or holds something that was not generated.
    """
    target = target.resolve() if target.exists() else target.absolute()  # a link stays, and what it leads to is replaced
    _refuse_foreign(target, manifest.foreign)
    with _staging(target) as staged:
        api = _generate(bundled(read(spec)), staged / "distribution", strict=strict)
        manifest.write(staged / "distribution")
        _refuse_foreign(target, manifest.foreign)  # what came while it was generated
        _swap(staged / "distribution", target)
    print(_line(api))
    return api


def check(specs: Path, target: Path) -> int:
    """Print each file of the target that differs from what the specs give; return 1 if there is one, else 0."""
    with tempfile.TemporaryDirectory() as folder:
        staged = Path(folder)
        for _ in _generate_specs(specs, staged):
            pass
        wanted = {path.relative_to(staged): path for path in files_below(staged)}
        found = {path.relative_to(target): path for path in files_below(target)}
        differences = [f"{target.name}/{name}: missing; run make generate" for name in sorted(wanted.keys() - found.keys())]
        differences += [f"{target.name}/{name}: not generated; remove it" for name in sorted(found.keys() - wanted.keys())]
        differences += [
            f"{target.name}/{name}: differs from what the specs give; run make generate, and change specs/ instead of this file"
            for name in sorted(wanted.keys() & found.keys())
            if wanted[name].read_bytes() != found[name].read_bytes()
        ]
    for line in differences:
        print(line)
    return 1 if differences else 0


def _generate_specs(specs: Path, target: Path) -> Iterator[str]:
    paths = documents_in(specs)
    if not paths:
        raise OutputError(f"{specs}: no spec here; put an OpenAPI document there")
    documents: dict[str, Document] = {}
    for path in paths:
        document = read(path)
        check_package(document)
        package = identify(document).package
        if package == FOLDER:
            advice = f"generated/{FOLDER} holds the mock servers; choose another import name in info.x-client-package"
            raise SpecError([document.finding(("info", "x-client-package", "import"), "reserved-package", advice)])
        if package in documents:
            other = documents[package].path
            raise OutputError(f"{path}: its package {package} is also that of {other}; rename one in info.x-client-package")
        documents[package] = document
    for package, document in documents.items():
        api = _generate(document, target / package, strict=True)
        generate_mock(document, target / FOLDER / package, package=package)
        yield _line(api)


def _generate(document: Document, target: Path, *, strict: bool) -> Api:
    if strict:
        return _generate_strictly(document, target)
    findings = validity.version(document)
    if findings:
        raise SpecError(findings)
    check_package(document)
    try:
        return _generate_tolerantly(document, target)
    except (SpecError, OutputError):
        raise
    except Exception as error:  # whatever a document makes fail is said in one line
        said = textwrap.shorten(f"{type(error).__name__}: {error}", 300)
        raise SpecError([document.finding((), "generator-failed", f"{said}; report this as a bug of the generator")]) from error


def _generate_tolerantly(document: Document, target: Path) -> Api:
    repair = repaired(document)
    check_extensions(repair.document)

    def make(repair: Repair) -> Api:
        shutil.rmtree(target, ignore_errors=True)
        return generate_project(repair, target)

    return without_what_cannot_be(repair, make)


def _generate_strictly(document: Document, target: Path) -> Api:
    findings = validity.check(document)
    if findings:
        raise SpecError(findings)
    check_extensions(document)
    api = generate_project(Repair(document=document), target)
    if api.notes:
        raise SpecError(api.notes)
    return api


def _line(api: Api) -> str:
    left = f", {len(api.left_out)} left out" if api.left_out else ""
    package = identify(api.document).package
    return f"{api.document.path}: {len(api.operations)} operations{left}, {len(api.schemas)} schemas -> {package}"


def _folders(target: Path) -> set[Path]:
    """Return what is in a folder of distributions, and in its folder of mock servers."""
    return {path.relative_to(target) for pattern in ("*", f"{FOLDER}/*") for path in target.glob(pattern)}


def _refuse_foreign(target: Path, foreign: Callable[[Path], Iterator[Path]]) -> None:
    try:
        if not target.exists():
            return
        if not target.is_dir():
            raise OutputError(f"{target}: is not a folder; name another one")
        for path in foreign(target):
            raise OutputError(f"{path}: was not generated; move it away, or name another folder, as this one is replaced")
    except OSError as error:
        raise OutputError(f"{target}: {error.strerror}; name a folder that can be read and written to") from error


def _unmarked(target: Path) -> Iterator[Path]:
    """Yield the files of the project's own folder that no generator has made."""
    return (path for path in files_below(target) if not _is_generated(path))


def _is_generated(path: Path) -> bool:
    if path.parent.name == "_runtime" or path.name in ("LICENSE", "py.typed") or path.stem == "openapi":
        return True
    with path.open("rb") as file:
        return _MARK in file.readline()


@contextmanager
def _staging(target: Path) -> Iterator[Path]:
    """Give a folder on the file system of the target, so that one rename puts it into place; nothing of it is left."""
    parent = next(each for each in target.absolute().parents if each.exists())
    staged = parent / f".{target.name}-{secrets.token_hex(4)}"
    with _interruptible():
        try:
            try:
                staged.mkdir()
            except OSError as error:
                raise OutputError(f"{target}: {error.strerror}; name a folder that can be written to") from error
            yield staged
        finally:
            signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
            shutil.rmtree(staged, ignore_errors=True)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let the signals that end a program end it as Ctrl-C does, so that it leaves nothing behind."""
    before = {each: signal.signal(each, signal.default_int_handler) for each in _ENDING}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _swap(staged: Path, target: Path) -> None:
    old = staged.with_name(f"{staged.name}-old")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            target.rename(old)
        staged.rename(target)
    except BaseException as error:
        if old.exists() and not target.exists():
            old.rename(target)
        if isinstance(error, OSError):
            raise OutputError(f"{target}: {error.strerror}; the old content was kept") from error
        raise
    finally:
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)
