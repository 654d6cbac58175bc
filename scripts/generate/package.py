"""Generate one distribution from one document: document -> parsed API -> types -> rendered modules -> files."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from jinja2 import Environment

from scripts.command import ROOT
from scripts.generate.identity import identify
from scripts.generate.parse.api import Api
from scripts.generate.parse.normalize import normalize
from scripts.generate.parse.repair.document import Repair
from scripts.generate.readme.page import readme
from scripts.generate.render.behaviour import source
from scripts.generate.render.context import PackageContext, package_context
from scripts.generate.render.endpoints import read_endpoints
from scripts.generate.render.formatting import first_line, format_code
from scripts.generate.text.docstrings import docstring, one_line
from scripts.generate.text.escapes import toml
from scripts.generate.text.markdown import code, inline, wrapped
from scripts.generate.types.checks import generate_checks
from scripts.generate.types.comparison import wire_names
from scripts.generate.types.directions import Directions, separate
from scripts.generate.types.loading import RUNTIME, opened
from scripts.generate.types.models import generate_models
from scripts.generate.types.verify import prove_types

_PARTS = ("signing", "tokens")  # of the runtime, for packages that need them
_FILTERS = {
    "source": source,
    "docstring": docstring,
    "escaped": one_line,
    "toml": toml,
    "inline": inline,
    "code": code,
    "wrapped": wrapped,
}
_MODELS = '''"""Types of the requests and responses of {title}, as msgspec Structs.

A field that is `UNSET` is absent, which is not the same as `None` (null). `UNSET` is false, like None.
"""'''
_MODULES = ("client", "errors", "behaviour", "parameters")


def generate_project(repair: Repair, target: Path) -> Api:
    """Write the distribution of a document that has been repaired into an empty folder.

    Raises:
        SpecError: the generated code could not express the document.
    """
    document = repair.document
    identity = identify(document)
    parsed = normalize(document)
    parsed = replace(parsed, notes=(*repair.notes, *parsed.notes), left_out=tuple(repair.left_out))
    templates, api = read_endpoints(parsed, identity)
    templates.filters.update(_FILTERS)
    directions = separate(api)
    types = _types(directions, identity.package)
    context = package_context(directions, wire_names(types["models.py"]))
    package = target / context.package
    _write_runtime(context, package / "_runtime")
    for name, text in {**_modules(templates, context), **types}.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (package / "py.typed").touch()
    (package / f"openapi{context.suffix}").write_text(document.whole or document.text, encoding="utf-8")
    (target / "pyproject.toml").write_text(_render(templates, "pyproject.toml.jinja", context), encoding="utf-8")
    if context.ours:
        shutil.copy(ROOT / "LICENSE", target / "LICENSE")
    with opened(target, context.package) as written:
        prove_types(directions, written)
        said = readme(context, written)
    programs = format_code(target, package=context.package, copied=["_runtime"], programs=said.programs)
    page = _render(templates, "README.md.jinja", context, readme=said, programs=programs)
    (target / "README.md").write_text(page, encoding="utf-8")
    return directions.api


def _render(templates: Environment, template: str, context: PackageContext, **more: object) -> str:
    return templates.get_template(template).render(vars(context), **more)


def _modules(templates: Environment, context: PackageContext) -> dict[str, str]:
    """Return the modules of a package that templates write, by their paths in it."""
    folder = f'{context.header}\n"""Operations without I/O: build a request, read a response."""\n'
    modules = {"__init__.py": _render(templates, "package.py.jinja", context), "api/__init__.py": folder}
    for name in (*_MODULES, *(["auth"] if context.schemes else [])):
        modules[f"{name}.py"] = _render(templates, f"{name}.py.jinja", context)
    for view in context.operations:
        modules[f"api/{view.tag}/__init__.py"] = folder
        modules[f"api/{view.tag}/{view.name}.py"] = _render(templates, "operation.py.jinja", context, operation=view)
    return modules


def _types(directions: Directions, package: str) -> dict[str, str]:
    """Return the modules of types."""
    first = first_line(directions.api.document)
    models = f"{first}\n{_MODELS.format(title=one_line(directions.api.title))}"
    strict = f'{first}\n"""What every request is checked against before it is sent."""'
    return {
        "models.py": generate_models(directions, package=package, header=models),
        "_strict.py": generate_checks(directions, header=strict),
    }


def _write_runtime(context: PackageContext, target: Path) -> None:
    """Copy the part of a package that is the same for every API."""
    unneeded = [f"{each}.py" for each in _PARTS if each not in context.needs]
    shutil.copytree(RUNTIME, target, ignore=shutil.ignore_patterns("__pycache__", *unneeded))
    text = f'{context.header}\n"""The part of this client that is the same for every API."""\n'
    (target / "__init__.py").write_text(text, encoding="utf-8")
