"""Generate one distribution: models, operations, clients, behaviour tables and metadata, from one document."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from ruff import find_ruff_bin

from scripts.command import ROOT
from scripts.generate.identity import identify
from scripts.generate.parse.api import Api
from scripts.generate.parse.normalize import normalize
from scripts.generate.readme.examples import opened
from scripts.generate.readme.page import Subject, readme
from scripts.generate.render.auth import scheme_views, secret_query_parameters, unknown_schemes
from scripts.generate.render.behaviour import behaviour, source
from scripts.generate.render.endpoints import arguments, read_endpoints
from scripts.generate.render.metadata import metadata
from scripts.generate.render.operations import model_fields, operation_view, status_views
from scripts.generate.render.servers import named_servers
from scripts.generate.text.docstrings import docstring, wrap
from scripts.generate.text.markdown import code, inline, wrapped
from scripts.generate.types.directions import separate
from scripts.generate.types.models import generate_models
from scripts.generate.types.verify import prove_types
from scripts.spec.document import Document

RUNTIME = ROOT / "scripts" / "runtime"
_PARTS = ("signing", "tokens")  # of the runtime, for packages that need them

_MODELS = '''"""Types of the requests and responses of {title}, as msgspec Structs.

A field that is `UNSET` is absent, which is not the same as `None` (null). `UNSET` is false, like None.
"""'''

_RUFF_RULES = ("F401", "I", "RUF022", "UP")


def header(document: Document) -> str:
    """Return the first line of every file that is generated from a document, a comment."""
    in_specs = document.path.resolve().is_relative_to(ROOT / "specs")
    origin = f"specs/{document.path.name}" if in_specs else document.path.name
    advice = "Change the spec and run make generate" if in_specs else "Change the document and generate again"
    return f"# Generated from {origin}; do not edit. {advice}."


def generate_project(document: Document, target: Path) -> Api:
    """Write the distribution of a valid document into an empty folder.

    Raises:
        SpecError: the generated code could not express the document.
    """
    identity = identify(document)
    api = normalize(document)
    project, endpoints = read_endpoints(api, package=identity.package, distribution=identity.distribution, version=identity.version)
    names = {operation.id: arguments(operation, endpoints[operation.id]) for operation in api.operations}
    directions = separate(api, names)
    first_line = header(document)
    models = f"{first_line}\n{_MODELS.format(title=_escaped(api.title))}"
    public = generate_models(
        api,
        directions.public,
        package=identity.package,
        header=models,
        open_enums=directions.open_enums,
        documented=True,
        places=directions.places,
    )
    attributes = model_fields(public)
    views = [operation_view(api, operation, names[operation.id], directions, attributes) for operation in api.operations]
    env = project.env
    env.filters.update(
        source=source,
        docstring=lambda text, indent=4: _indented(text, indent),
        escaped=_escaped,
        wrap=wrap,
        inline=inline,
        code=code,
        wrapped=wrapped,
    )
    info = document.data["info"]
    ours = "x-client-package" in info  # and so is the licence; somebody else's document has its own
    behaviours = {operation.id: behaviour(api, operation) for operation in api.operations}
    statuses, servers, schemes = status_views(api), named_servers(document), scheme_views(document)
    needs = sorted({each.needs for each in schemes if each.needs})
    told = metadata(document, identity.package)
    env.globals.update(
        header=first_line,
        title=" ".join(api.title.split()),
        summary=" ".join(str(info.get("summary") or info.get("description", "").split("\n\n")[0] or api.title).split()),
        info=info,
        ours=ours,
        suffix=document.path.suffix,
        package=identity.package,
        distribution=identity.distribution,
        version=identity.version,
        operations=views,
        statuses=statuses,
        servers=servers,
        schemes=schemes,
        needs=needs,
        request_id=_request_id(api),
        secret_parameters=secret_query_parameters(document),
        behaviours=behaviours,
        metadata=told,
    )
    package = target / identity.package
    package.mkdir(parents=True)
    unneeded = [f"{each}.py" for each in _PARTS if each not in needs]
    shutil.copytree(RUNTIME, package / "_runtime", ignore=shutil.ignore_patterns("__pycache__", *unneeded))
    (package / "_runtime" / "__init__.py").write_text(
        f'{first_line}\n"""The part of this client that is the same for every API."""\n', encoding="utf-8"
    )
    for template, path in (
        ("package.py.jinja", package / "__init__.py"),
        ("client.py.jinja", package / "client.py"),
        ("errors.py.jinja", package / "errors.py"),
        ("behaviour.py.jinja", package / "behaviour.py"),
        ("auth.py.jinja", package / "auth.py"),
        ("parameters.py.jinja", package / "parameters.py"),
        ("pyproject.toml.jinja", target / "pyproject.toml"),
    ):
        if template != "auth.py.jinja" or schemes:
            path.write_text(env.get_template(template).render(), encoding="utf-8")
    for folder in (package / "api", *(package / "api" / tag for tag in dict.fromkeys(view.tag for view in views))):
        folder.mkdir()
        (folder / "__init__.py").write_text(
            f'{first_line}\n"""Operations without I/O: build a request, read a response."""\n', encoding="utf-8"
        )
    for view in views:
        text = env.get_template("operation.py.jinja").render(operation=view)
        (package / "api" / view.tag / f"{view.name}.py").write_text(text, encoding="utf-8")
    checks = f'{first_line}\n"""What every request is checked against before it is sent."""'
    strict = generate_models(
        api,
        directions.strict,
        package=identity.package,
        header=checks,
        open_enums=(),
        documented=False,
        places=directions.places,
    )
    prove_types(api, package=identity.package, models=public, strict=strict, places=directions.places)
    (package / "models.py").write_text(public, encoding="utf-8")
    (package / "_strict.py").write_text(strict, encoding="utf-8")
    (package / "py.typed").touch()
    (package / f"openapi{document.path.suffix}").write_text(document.text, encoding="utf-8")
    if ours:
        shutil.copy(ROOT / "LICENSE", target / "LICENSE")
    subject = Subject(
        api=api,
        package=identity.package,
        ours=ours,
        operations=views,
        names=names,
        statuses=statuses,
        servers=servers,
        schemes=schemes,
        unknown=unknown_schemes(document),
        behaviours=behaviours,
        metadata=told,
    )
    with opened(target, identity.package) as written:
        page = env.get_template("README.md.jinja").render(readme=readme(subject, written))
    (target / "README.md").write_text(page, encoding="utf-8")
    format_code(target, identity.package)
    return api


def format_code(target: Path, package: str) -> None:
    """Sort imports, drop unused ones and format, with settings that do not depend on where the code stands.

    Raises:
        RuntimeError: the generated code is not valid Python.
    """
    common = ("--isolated", "--quiet", "--no-cache", "--target-version", "py311", "--line-length", "132", str(target))
    first_party = f'lint.isort.known-first-party = ["{package}"]'
    for command in (("check", "--fix-only", "--select", ",".join(_RUFF_RULES), "--config", first_party), ("format",)):
        done = subprocess.run([find_ruff_bin(), *command, *common], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"ruff {command[0]} failed on generated code: {done.stderr or done.stdout}")


def _escaped(text: object) -> str:
    """Write a text on one line of a docstring."""
    return " ".join(str(text).split()).replace("\\", "\\\\").replace('"', "'")


def _indented(text: str, indent: int) -> str:
    written = docstring(text)
    return written if indent == 4 else written.replace("\n    ", "\n" + " " * indent)


def _request_id(api: Api) -> tuple[str, ...]:
    given = api.document.data.get("x-client-request-id")
    if given is not None:
        return (str(given).removeprefix("$response.header."),)
    documented = (header for operation in api.operations for response in operation.responses for header in response.headers)
    return tuple(dict.fromkeys(name for name in documented if name.lower().replace("-", "").endswith("requestid")))
