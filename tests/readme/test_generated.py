"""Every Python example of the generated READMEs runs against a mock vendor, and no operation, error or document is missing there.

Two things in an example are replaced: the server, and the credentials, which come from the environment. Examples of an API without
a mock vendor only have to define all that they use.
"""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from catalog_clients._engine.tables.operations import operation_of
from scripts.apis import apis, client, tables
from scripts.command import ROOT
from scripts.generate.text.markdown import urls
from scripts.mock.serving import Mocks
from scripts.spec.document import read
from tests.overrides.playing import FACADES
from tests.readme.examples import output_of, undefined

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_HAS_FILE = re.compile(r"\bPath\(")  # of the caller
_END = "-- end of an example --"
_MOST_EXAMPLES = 12
_BASES = {"ApiError", "ResponseError", "StatusError"}  # of the others, and never raised themselves


def _readme(package: str) -> str:
    return (ROOT / "generated" / package / "README.md").read_text(encoding="utf-8")


def _programs(package: str) -> list[str]:
    return [text for language, text in _BLOCK.findall(_readme(package)) if language == "python"]


def _always_prints(node: ast.AST) -> bool:
    """Return whether a program prints something also where there is no result, or where what it lists is empty."""
    if isinstance(node, ast.For):
        return False
    return (isinstance(node, ast.Name) and node.id == "print") or any(map(_always_prints, ast.iter_child_nodes(node)))


@pytest.mark.parametrize("package", apis())
def test_each_example_runs_and_prints_something(package: str, tmp_path: Path, mocks: Mocks) -> None:
    programs = _programs(package)
    assert undefined(programs) == []
    if package not in mocks.served.urls:
        pytest.skip(f"{package} has no mock vendor to run its examples against")
    url = mocks.served.urls[package]
    here = [
        re.sub(r"Client\((?!base_url)", f'Client(base_url="{url}", ', each)
        for each in programs
        if not (_HAS_FILE.search(each) or re.search(r"[=(]\.\.\.", each))
    ]
    if not here:
        pytest.skip(f"{package} has no operation with examples of all that it requires, so that nothing can be sent")
    given = {f"{package.upper()}_URL": url, **mocks.served.credentials[package]}
    # One process for all of them, as most of its time is its start.
    program = "".join(f"exec(compile({each!r}, 'example {at}', 'exec'), {{}})\nprint({_END!r})\n" for at, each in enumerate(here))
    printed = output_of(program, tmp_path, [apis()[package].folder], **given).split(_END)
    silent = [at for at, each in enumerate(printed[:-1]) if not each.strip()]
    assert [at for at in silent if _always_prints(ast.parse(here[at]))] == []


def _has_example(holder: dict[str, Any], *, required: bool) -> bool:
    """Return whether a parameter or a media type has an example, or says in another way what a required value may be."""
    schema = holder.get("schema", {})
    return bool({"example", "examples"} & {*holder, *schema} or (required and {"const", "default"} & {*schema}))


def _with_examples(package: str) -> list[str]:
    """Return the names of the methods whose operations have, in the spec, examples of all that they require."""
    document = read(apis()[package].spec).resolved
    found = []
    for (_, path, _), operation in document.operations():
        parameters = [*document.data["paths"][path].get("parameters", ()), *operation.get("parameters", ())]
        bodies = operation.get("requestBody", {}).get("content", {}).values()
        required = [_has_example(each, required=True) for each in parameters if each.get("required")]
        if all([*required, *(_has_example(each, required=False) for each in bodies)]):
            found.append(re.sub(r"(?<!^)(?=[A-Z])", "_", operation["operationId"]).lower())
    return found


@pytest.mark.parametrize("package", apis())
def test_each_operation_that_has_examples_is_shown_with_all_of_its_arguments(package: str) -> None:
    programs = [each for each in _programs(package) if not _HAS_FILE.search(each)]
    called = {
        name for program in programs for name in re.findall(r"(?<!await )\bclient\.(?:with_raw_response\.)?(\w+)\(", program)
    } - {"send"}
    without_arguments = [program for program in programs if "=..." in program]
    if shown := _with_examples(package):
        assert called == {*shown[:_MOST_EXAMPLES]}
        assert without_arguments == []
        assert sum("AsyncClient(" in program for program in programs) == 1
    else:
        assert len(called) == len(without_arguments) == 1, "one call stands for all, and says that its arguments are missing"


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _calls_in_bulk(package: str) -> set[tuple[str, str]]:
    """Return the methods of `Bulk` that the tables of a package describe, each with the name of its operation."""
    expected = set[tuple[str, str]]()
    for name, table in tables(package).items():
        # Where no table says where items are, the body that starts work is one.
        takes_items = table.chunking or (table.polling and operation_of(client(package), name).model)
        if takes_items:
            expected |= {("lookup" if table.matching else "run", name)}
        # An index in a request says nothing of items that were sent before, of which the chunks are not known.
        if takes_items and table.polling and not (table.polling.results and table.polling.results.index is not None):
            expected |= {("collect", name), *([("read_report", name)] if table.polling.report else [])}
        if table.pagination:
            expected |= {("pages", name)}
    return expected


@pytest.mark.parametrize("package", apis())
def test_each_table_of_items_and_pages_has_its_call_in_bulk_with_arguments_that_the_method_has(package: str) -> None:
    calls = re.findall(r'`bulk\.(\w+)\("(\w+)"([^`]*)\)`', " ".join(_readme(package).split()))
    assert {(method, name) for method, name, _ in calls} == _calls_in_bulk(package)
    for call, name, given in calls:
        pages = tables(package)[name].pagination
        if call == "pages" and pages is not None and pages.changing is not None:
            assert f"{_snake(pages.changing.path[0])}=" not in given, "the first page is requested without being given"
        method = getattr(client(package).Client, _snake(name))
        assert {*re.findall(r"(\w+)=\.\.\.", given)} <= {*inspect.signature(method).parameters}


@pytest.mark.parametrize("package", apis())
def test_what_bulk_needs_besides_is_said(package: str) -> None:
    readme, found = " ".join(_readme(package).split()), tables(package).values()
    assert ("`pip install catalog-clients`" in readme) == bool(_calls_in_bulk(package))
    has_report = any(each.polling and each.polling.report for each in found)
    assert ('reports=catalog_clients.Reports(origins=["http://127.0.0.1:*"])' in readme) == has_report


@pytest.mark.parametrize("package", apis())
def test_each_error_class_is_in_the_table(package: str) -> None:
    rows = re.findall(r"^\| [^|]+ \| `(\w+)` \| \S", _readme(package), re.MULTILINE)
    assert sorted(rows) == sorted(set(client(package).errors.__all__) - _BASES)


@pytest.mark.parametrize("package", apis())
def test_each_documented_url_and_the_changelog_are_linked(package: str) -> None:
    named = read(apis()[package].spec).data["info"].get("x-client-package")
    if named is None:
        pytest.skip(f"the spec of {package} has no x-client-package, which names the documents")
    readme = _readme(package)
    assert [
        url for text in named["documents"] for url in urls(text) if f"]({url})" not in readme and f"<{url}>" not in readme
    ] == []
    assert "/blob/main/CHANGELOG.md)" in readme


@pytest.mark.parametrize("package", apis())
def test_the_facades_are_named_where_there_is_one(package: str) -> None:
    assert ("does all of this with this client" in _readme(package)) == (package in FACADES)


def test_neither_templates_nor_generator_know_a_vendor() -> None:
    own = re.compile("amazon(?!-apigateway-)|yandex|shipsidekick|just ?walk", re.IGNORECASE)
    places = [path for folder in ("generate", "runtime") for path in (ROOT / "scripts" / folder).rglob("*.*")]
    texts = {path: path.read_text(encoding="utf-8") for path in places if path.suffix in (".py", ".jinja", ".jinja2")}
    assert len(texts) > 40
    assert [path for path, text in texts.items() if own.search(text)] == []
