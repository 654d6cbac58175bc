"""Documents that say usual things in unusual ways: each package satisfies a type checker, and reads and writes the JSON."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml

from scripts.fuzz_documents.trial import tried
from scripts.generate.output import generate_one
from tests.generate.packages import SPECS, Package, mypy

Json = dict[str, Any]
DOCUMENTS: dict[str, Json] = yaml.load(Path(__file__).with_name("odd_documents.yaml").read_bytes(), Loader=yaml.CSafeLoader)
VALUES = [
    (name, schema, value, kind == "sent")
    for name, parts in DOCUMENTS.items()
    for kind in ("sent", "refused")
    for schema, values in parts.get(kind, {}).items()
    for value in values
]


def document(title: str, schemas: Json, openapi: str = "3.1.0") -> Json:
    """Return a document that sends and receives each of these schemas."""
    paths: Json = {}
    for schema in schemas:
        content = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}
        responses = {"200": {"description": 'An """response\\', **content}}
        both = {"operationId": f"both {schema}", "requestBody": content, "responses": responses}
        sent = {"operationId": f"sent {schema}", "requestBody": content, "responses": {"204": {"description": "D."}}}
        paths[f"/{schema}"] = {"post": both, "put": sent}
        if len(paths) == 1:
            paths[f"/{schema}"]["get"] = {"responses": responses, "tags": ['a "tag"', "b"]}
    info = {"title": title, "version": "1"}
    return {"openapi": openapi, "info": info, "paths": paths, "components": {"schemas": schemas}}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Package]:
    """Give the package of a document, which is generated once."""
    folder = tmp_path_factory.mktemp("odd")

    @cache
    def package(name: str) -> Package:
        parts = DOCUMENTS[name]
        objects = {each: {"type": "object", "properties": {each: {"type": "string"}}} for each in parts.get("named", ())}
        content = document(f"Odd {name}", parts.get("schemas", objects), parts.get("openapi", "3.1.0"))
        spec = folder / f"{name}.json"
        spec.write_text(json.dumps(content), encoding="utf-8")
        return Package(spec, folder / name)

    return package


@pytest.mark.parametrize(("name", "schema", "value", "valid"), VALUES)
@pytest.mark.parametrize("direction", ["both", "sent"])
def test_what_is_valid_is_sent_and_read_and_what_is_not_is_refused(
    odd: Callable[[str], Package], name: str, schema: str, value: Any, direction: str, *, valid: bool
) -> None:
    package = odd(name)
    operation = package.operation("default", f"{direction}_{schema.lower()}")
    if not valid:
        with pytest.raises(package.errors.InvalidRequest):
            operation.request(body=value)
        return
    if value is not None:
        request = operation.request(body=value)
        assert json.loads(request.content) == value
    if direction == "both" and name != "directions":
        read = operation.parse(httpx2.Response(200, content=json.dumps(value)))
        assert read is None or json.loads(operation.request(body=read).content) == value


@pytest.fixture
def all_packages(odd: Callable[[str], Package], package: Callable[[str], Package]) -> list[Package]:
    """The packages of all documents here, and of those beside the tests."""
    return [*map(odd, DOCUMENTS), *(package(path.name) for path in sorted(SPECS.iterdir()))]


CALLS = """
from typing import Unpack

import habits
from call_centre import AsyncClient, Client, Response, models
from call_centre.parameters import ListParameters

client = Client()
a: int = client.person(full_name="Ada", tags=["a"], id="1")
b: int = client.person(body=models.Person(full_name="Ada"), timeout=3)
c: Response[int] = client.with_raw_response.person(full_name="Ada")
client.note()
client.order()
client.pay(amount=1)
client.order(order_key="K")

async def main() -> None:
    d: int = await AsyncClient().person(full_name="Ada", extra_headers={"a": "b"})
    e: Response[int] = await AsyncClient().with_raw_response.person(body=models.Person(full_name="Ada"))
    AsyncClient().with_raw_response.person(tags=[])  # wrong: a required field is missing

client.person()  # wrong: neither
client.person(tags=[])  # wrong: a required field is missing
client.person(full_name="Ada", body=models.Person(full_name="Ada"))  # wrong: both
client.person(fullname="Ada")  # wrong: no such field
client.person(full_name="Ada", timeout="3")  # wrong: not a number
client.with_raw_response.person(tags=[])  # wrong: a required field is missing
client.with_raw_response.persons(full_name="Ada")  # wrong: no such operation

def passed_on(**parameters: Unpack[ListParameters]) -> int:
    return client.list_(body=[], **parameters)

passed_on(page=1)
passed_on(page=1, pages=2)  # wrong: no such parameter
passed_on()  # wrong: a required parameter is missing
passed_on(page="1")  # wrong: not a number

habits.Client(tenant="a"), habits.AsyncClient(tenant="a")
habits.Client(tenant="a", base="b"), habits.AsyncClient(tenant="a", base="b")
habits.Client(base_url="https://a.example"), habits.AsyncClient(base_url="https://a.example")
habits.Client(server="server-2"), habits.AsyncClient(server="server-2")
habits.Client()  # wrong: a required variable is missing
habits.Client(base="b")  # wrong: as above
habits.Client(base_url="https://a.example", tenant="a")  # wrong: both
habits.Client(server="default")  # wrong: a required variable is missing
"""


def test_a_type_checker_accepts_all_packages_and_finds_wrong_calls(all_packages: list[Package], tmp_path: Path) -> None:
    for package in all_packages:
        for path in (package.folder / package.name).rglob("*.py"):
            if "_runtime" not in path.parts:
                copy = tmp_path / path.relative_to(package.folder)
                copy.parent.mkdir(parents=True, exist_ok=True)
                text = path.read_text(encoding="utf-8")
                # They share the original of the runtime, as each copy of it would be checked again.
                copy.write_text(re.sub(r"(?m)^(\s*)from \.+_runtime\b", r"\1from scripts.runtime", text), encoding="utf-8")
    program = tmp_path / "program.py"
    program.write_text(CALLS, encoding="utf-8")
    found = mypy(program, *(tmp_path / package.name for package in all_packages))
    wrong = [f"{number}" for number, line in enumerate(CALLS.splitlines(), start=1) if "  # wrong" in line]
    # The folder in a message is that of an earlier run, if mypy has its result in the cache.
    assert [line.partition("/program.py:")[2].partition(":")[0] for line in found] == wrong, found


def test_packages_hide_no_others_and_have_names_in_ascii(tmp_path: Path) -> None:
    spec, packages = tmp_path / "spec.json", dict[str, Path]()
    for number, title in enumerate(["json", "HTTPX2", "商品", "3D", "class"]):
        spec.write_text(json.dumps(document(title, {"A": True})), encoding="utf-8")
        generate_one(spec, out := tmp_path / f"{number}")
        packages |= {path.name: out for path in out.iterdir() if path.is_dir()}
    assert len(packages) == 5
    assert "".join(packages).isascii()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, packages.values()))}
    clients = ", ".join(f"{package}.client" for package in packages)
    subprocess.run([sys.executable, "-c", f"import {clients}"], env=environment, check=True)


def shared(keyword: str, *steps: int) -> Json:
    """Return a document of which each schema has others as its parts, which lie some steps after it."""

    def parts(index: int) -> list[Json]:
        return [{"$ref": f"#/components/schemas/S{index + step}"} for step in steps]

    ends = {f"S{index}": {"type": "object", "properties": {f"p{index}": {"type": "string"}}} for index in (40, 41, 42)}
    return only_first(document("Shared", {**{f"S{index}": {keyword: parts(index)} for index in range(40)}, **ends}))


def web() -> Json:
    """Return a document in which each schema leads to all that are near it."""
    text = {"type": "string"}
    schemas: Json = {}
    for index in range(18):
        others = [f"S{other}" for other in range(18) if -5 <= other - index < 5]
        near = {other: {"anyOf": [{"$ref": f"#/components/schemas/{other}"}, text]} for other in others}
        tags = {"type": "array", "items": text, "uniqueItems": True}
        schemas[f"S{index}"] = {"type": "object", "properties": {"tags": tags, **near}}
    return only_first(document("Web", schemas))


def only_first(whole: Json) -> Json:
    return {**whole, "paths": {"/S0": whole["paths"]["/S0"]}}


@pytest.mark.parametrize("content", [shared("anyOf", 1, 2, 3), shared("allOf", 1, 1), web()], ids=["unions", "bases", "web"])
def test_schemas_that_share_their_parts_take_no_more_than_a_moment(content: Json) -> None:
    assert tried(json.dumps(content), seconds=100).outcome == "generated"  # or after years
