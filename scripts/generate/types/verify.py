"""Prove that msgspec can read every generated type; some it refuses only when a decoder is built, which users would see first."""

from __future__ import annotations

import importlib
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any, get_type_hints

import msgspec

from scripts.generate.parse.api import Api
from scripts.generate.types.annotations import annotation
from scripts.runtime import decoding
from scripts.spec.document import Pointer
from scripts.spec.finding import Finding, SpecError

_RUNTIME = ("decoding", "formats", "forms", "models")


def prove_types(api: Api, *, package: str, models: str, strict: str, pointers: Mapping[str, Pointer]) -> None:
    """Build a decoder for each type of the modules `models` and `_strict`, and for each response.

    Raises:
        SpecError: a type cannot be read.
    """
    findings: list[Finding] = []
    with _modules(package, {"models": models, "_strict": strict}) as (public, checks):
        for module in (public, checks):
            for name in pointers:
                kind = vars(module).get(name, Any)
                if not isinstance(kind, type) and name not in api.schemas:
                    continue  # an alias that is only used inside of others, which are read as a whole
                problem = _problem(kind)
                if problem is not None:
                    findings.append(_finding(api, pointers[name], name, problem))
        for operation in api.operations:
            schemas = [
                content.schema for response in operation.responses for content in response.contents if content.schema is not None
            ]
            for text in dict.fromkeys(annotation(schema) for schema in schemas):
                problem = _problem(eval(text, {"models": public, "Any": Any}))  # noqa: S307 - a type of the generated code
                if problem is not None:
                    findings.append(_finding(api, operation.pointer, text, problem))
    if findings:
        raise SpecError(findings)


def _problem(kind: Any) -> str | None:
    try:
        msgspec.json.Decoder(kind, dec_hook=decoding.dec_hook)
        for part in _parts(kind):
            msgspec.json.Decoder(part, dec_hook=decoding.dec_hook)
    except (TypeError, NameError) as error:
        return str(error)
    return None


def _parts(kind: Any) -> Iterable[Any]:
    if not isinstance(kind, type) or not issubclass(kind, decoding.Custom):
        return []
    if issubclass(kind, decoding.AnyOf):
        return decoding.members(kind)
    hints = get_type_hints(kind, include_extras=True)
    return [hints[name] for name in ("value", "named", "others") if name in hints]


@contextmanager
def _modules(package: str, texts: Mapping[str, str]) -> Iterator[list[ModuleType]]:
    """Run the texts as modules of a package whose other modules are ours; what is imported under these names stays unchanged."""
    made = {f"{package}.{name}": ModuleType(f"{package}.{name}") for name in texts}
    runtime = {f"{package}._runtime.{name}": importlib.import_module(f"scripts.runtime.{name}") for name in _RUNTIME}
    modules = {package: ModuleType(package), f"{package}._runtime": ModuleType(f"{package}._runtime"), **runtime, **made}
    before = {name: sys.modules[name] for name in modules if name in sys.modules}
    sys.modules.update(modules)
    try:
        for name, text in texts.items():
            module = made[f"{package}.{name}"]
            module.__package__ = package  # by which relative imports are resolved
            exec(compile(text, f"{name}.py", "exec"), vars(module))  # noqa: S102 - the generated code itself
        yield list(made.values())
    finally:
        for name in modules:
            sys.modules.pop(name, None)
        sys.modules.update(before)


def _finding(api: Api, pointer: Pointer, name: str, problem: str) -> Finding:
    advice = textwrap.shorten(f"msgspec cannot read the type of {name}: {problem}; describe it in another way", 400)
    return api.document.finding(pointer, "unreadable-type", advice)
