"""The generator fails where what it generated is not what the document says."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from datamodel_code_generator import generate

from scripts.generate.output import generate_one
from scripts.generate.render import endpoints
from scripts.generate.types import models, verify
from scripts.generate.types.checks import Checks
from scripts.spec.finding import SpecError
from tests.generate.packages import SPECS

ALIAS = r"(?s)class Tag\(Model.*?(?=\nclass )"
PHOTOS = r"    photo_urls: list\[str\] = field\(name='photoUrls'\)\n"
PET = "#/components/schemas/Pet: unreadable-type: msgspec cannot read the type of Pet: "


def refused(tmp_path: Path, spec: str = "pets.yaml") -> list[str]:
    with pytest.raises(SpecError) as error:
        generate_one(SPECS / spec, tmp_path / "out", strict=True)
    assert not (tmp_path / "out").exists()
    return [f"{finding.pointer}: {finding.rule}: {finding.advice}" for finding in error.value.findings]


@pytest.mark.parametrize(
    ("spec", "pattern", "replacement", "finding"),
    [
        ("pets.yaml", r"class Tag\(Model", "class Tak(Model", ": generated-schemas: the schema Tag has no class"),
        ("pets.yaml", r"class Tag\(Model", "class Tak(Model", ": generated-schemas: the class Tak has no schema"),
        ("pets.yaml", ALIAS, "Tag: TypeAlias = dict[str, Any]\n", "the schema Tag and its class differ in id, name"),
        ("pets.yaml", "'photoUrls'", "'photoURLs'", "the schema Pet and its class differ in photoURLs, photoUrls"),
        ("pets.yaml", PHOTOS, "", "the schema Pet and its class differ in photoUrls"),
        ("pets.yaml", "PENDING = 'pending'", "PENDING = 'waiting'", "differ in pending, waiting"),
        ("pets.yaml", r"category: Category \|", "category: Category | dict[str, Any] |", PET),
        ("zoo.json", "any_of: Meat . Seeds", "any_of: list[Meat | Seeds]", "#/components/schemas/Food: unreadable-type: "),
    ],
)
@pytest.mark.parametrize("module", ["models", "_strict"])
def test_a_class_that_differs_from_its_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: str, pattern: str, replacement: str, finding: str, module: str
) -> None:
    definitions = Checks.definitions

    def changed(text: str) -> str:
        found = re.sub(pattern, replacement, text)
        assert found != text
        return found

    if module == "models":
        monkeypatch.setattr(models, "generate", lambda *args, **options: changed(str(generate(*args, **options))))
    else:
        monkeypatch.setattr(Checks, "definitions", lambda self: [changed("\n".join(definitions(self)))])
    found = refused(tmp_path, spec)
    assert any(finding in each for each in found), found


def test_a_warning_of_datamodel_code_generator_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def warned(*args: Any, **options: Any) -> str:
        warnings.warn("Pet.name is generated without this constraint.", stacklevel=1)
        warnings.warn("unclosed socket", ResourceWarning, stacklevel=1)  # as the garbage collector may give at any time
        return str(generate(*args, **options))

    monkeypatch.setattr(models, "generate", warned)
    (found,) = refused(tmp_path)
    assert "Pet.name is generated without this constraint." in found


def test_a_response_that_msgspec_cannot_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "annotation", lambda _: "models.Pet | models.Tag")
    assert any("/paths/~1pet/put: unreadable-type: " in each for each in refused(tmp_path))


UNKNOWN = {"description": "D.", "content": {"application/json": {"schema": {"$ref": "#/nowhere"}}}}


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (
            lambda paths: paths.pop("/0"),
            "#/paths/~1pet/put: generated-operations: openapi-python-client left out this operation; report this as a bug",
        ),
        (lambda paths: paths["/1"]["get"]["parameters"].pop(0), "left out parameters of this operation: status;"),
        (lambda paths: paths["/1"]["get"]["responses"].update({"200": UNKNOWN}), ": generated-operations: "),
    ],
)
def test_what_openapi_python_client_leaves_out_or_cannot_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, Any]], object], finding: str
) -> None:
    outline = endpoints._outline

    def changed(api: Any) -> Any:
        data = outline(api)
        change(data["paths"])
        return data

    monkeypatch.setattr(endpoints, "_outline", changed)
    found = refused(tmp_path)
    assert all(finding in each for each in found), found
