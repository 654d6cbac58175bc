"""The mock servers in generated/ have every operation of the specs, and are guarded like the clients beside them."""

from __future__ import annotations

import importlib
import inspect
import shutil
import subprocess
import sys
from collections.abc import Iterator
from keyword import iskeyword
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from scripts.apis import apis
from scripts.command import ROOT
from scripts.generate.__main__ import main
from scripts.generate.output import OutputError, check, generate_all
from scripts.spec.document import read
from scripts.spec.finding import SpecError
from tests.generate.packages import ELSEWHERE, SPECS, files

SMALL = apis()["yandex_market_offers"]  # any spec will do; this one takes the least time


def routes(package: str) -> Iterator[APIRoute]:
    """The routes of a committed server, with services that do nothing."""
    server: Any = importlib.import_module(f"generated.mock.{package}.server")
    services: Any = importlib.import_module(f"generated.mock.{package}.server.services")
    made = {}
    for name, parameter in inspect.signature(server.build_router, eval_str=True).parameters.items():
        if parameter.default is parameter.empty:
            assert parameter.annotation.__module__ == services.__name__, f"{name} is not a service"
            service: Any = type(name, (parameter.annotation,), {})
            service.__abstractmethods__ = frozenset()
            made[name] = service()
    for route in server.build_router(**made).routes:
        assert isinstance(route, APIRoute)
        yield route


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What another process makes of one spec: the folder `generated` beside the folder `specs`."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "specs").mkdir()
    shutil.copy(SMALL.spec, folder / "specs")
    code = "import pathlib, scripts.generate.output as o; o.generate_all(pathlib.Path('specs'), pathlib.Path('generated'))"
    subprocess.run([sys.executable, "-c", code], cwd=folder, env=ELSEWHERE, check=True, capture_output=True)
    return folder


@pytest.fixture
def generated(elsewhere: Path, tmp_path: Path) -> Path:
    """A copy of the same, to be changed."""
    return shutil.copytree(elsewhere, tmp_path, dirs_exist_ok=True) / "generated"


@pytest.mark.parametrize("api", apis())
def test_the_routes_are_those_of_the_operations(api: str) -> None:
    document = read(apis()[api].spec)
    wanted = {
        (str(method).upper(), path, operation["operationId"], next(iter(operation["tags"])))
        for (_, path, method), operation in document.operations()
    }
    found = [
        (method, route.path, route.operation_id, next(iter(route.tags))) for route in routes(api) for method in route.methods or ()
    ]
    assert len(found) == len(wanted)
    assert set(found) == wanted


@pytest.mark.parametrize("api", apis())
def test_a_handler_gets_the_request_and_every_parameter(api: str) -> None:
    document = read(apis()[api].spec).resolved
    services: Any = importlib.import_module(f"generated.mock.{api}.server.services")
    found: dict[str, set[str]] = {}
    for service in vars(services).values():
        if inspect.isclass(service) and service.__module__ == services.__name__:
            methods = inspect.getmembers(service, inspect.iscoroutinefunction)
            found |= {name: {*inspect.signature(method).parameters} - {"self"} for name, method in methods}
    endpoints = {route.operation_id: route.name for route in routes(api)}
    for (_, path, _), operation in document.operations():
        parameters = [*document.data["paths"][path].get("parameters", ()), *operation.get("parameters", ())]
        names = {parameter["name"].replace("-", "_") for parameter in parameters}
        names = {f"{name}_" if iskeyword(name) else name for name in names}
        body = {"body"} if "requestBody" in operation else set()
        assert found[endpoints[operation["operationId"]]] == {"request", *names, *body}


def test_nothing_is_generated_that_is_not_needed() -> None:
    folder = ROOT / "generated" / "mock"
    assert sorted(path.name for path in folder.iterdir()) == sorted(apis())
    names = {path.name for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert [name for name in sorted(names) if not name.endswith(".py") or name == "main.py" or "security" in name] == []


def test_the_bytes_are_the_same_and_the_output_of_a_spec_that_is_gone_is_removed_and_named(
    generated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(generated)
    gone = [folder / "gone" for folder in (generated, generated / "mock")]
    for folder in gone:
        shutil.copytree(folder.with_name(SMALL.name), folder)
    generate_all(tmp_path / "specs", generated)
    assert capsys.readouterr().out.splitlines()[-2:] == [f"{folder}: removed, as it has no spec" for folder in gone]
    assert files(generated) == before


def test_a_difference_is_found(generated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = generated / "mock" / SMALL.name
    (folder / "models.py").write_bytes((folder / "models.py").read_bytes() + b"\n")
    (folder / "server" / "services.py").unlink()
    (folder / "server" / "main.py").touch()
    assert check(tmp_path / "specs", generated) == 1
    place = f"generated/mock/{SMALL.name}"
    assert capsys.readouterr().out.splitlines() == [
        f"{place}/server/services.py: missing; run make generate",
        f"{place}/server/main.py: not generated; remove it",
        f"{place}/models.py: differs from what the specs give; run make generate, and change specs/ instead of this file",
    ]


@pytest.mark.parametrize("place", ["mine.py", f"{SMALL.name}/server/mine.txt", f"{SMALL.name}/server/_runtime/server/mine.py"])
def test_a_file_of_somebody_else_is_never_removed(generated: Path, tmp_path: Path, place: str) -> None:
    mine = generated / "mock" / place
    mine.write_text("mine", encoding="utf-8")
    before = files(generated)
    with pytest.raises(OutputError, match="was not generated"):
        generate_all(tmp_path / "specs", generated)
    assert files(generated) == before


def test_a_spec_that_gives_no_server_is_named_and_changes_nothing(generated: Path, tmp_path: Path) -> None:
    before = files(generated)
    text = (SPECS / "pets.yaml").read_text(encoding="utf-8").replace("{'400': {", "{'204': {description: Gone.}, '400': {")
    lines = text.splitlines(keepends=True)  # strict reading refuses XML, and an operation without a success
    spec = tmp_path / "specs" / "pets.yaml"
    spec.write_text("".join(each for each in lines if "application/xml" not in each), encoding="utf-8")
    with pytest.raises(SpecError) as error:
        generate_all(tmp_path / "specs", generated)
    (finding,) = error.value.findings
    assert str(finding).startswith(f"{spec}:101: #/components/schemas/Pet/properties/category: mock-server: ")
    assert "describe it in another way: /components/schemas/Pet/properties/category: A parameter value needs" in finding.advice
    assert files(generated) == before
    assert main(["--spec", str(spec), "--out", str(tmp_path / "client")]) == 0
    assert sorted(path.name for path in (tmp_path / "client").iterdir()) == [
        ".generated.json",
        "README.md",
        "pet_shop",
        "pyproject.toml",
    ]


def test_the_package_of_a_client_is_refused_if_it_is_that_of_the_folder_of_the_servers(generated: Path, tmp_path: Path) -> None:
    spec = tmp_path / "specs" / "other.yaml"
    spec.write_text(SMALL.spec.read_text(encoding="utf-8").replace(f"import: {SMALL.name}", "import: mock"), encoding="utf-8")
    before = files(generated)
    with pytest.raises(SpecError, match=r"#/info/x-client-package/import: reserved-package: generated/mock holds the mock servers"):
        generate_all(tmp_path / "specs", generated)
    assert files(generated) == before
