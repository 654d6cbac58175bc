"""The generator fails where what it generated is not what the document says."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from datamodel_code_generator import generate

from scripts.generate.output import generate_one
from scripts.generate.render import endpoints
from scripts.generate.types import models, verify
from scripts.spec.finding import SpecError
from tests.generate.packages import SPECS


def altered(monkeypatch: pytest.MonkeyPatch, change: Callable[[str], str]) -> None:
    monkeypatch.setattr(models, "generate", lambda *args, **options: change(str(generate(*args, **options))))


def refused(tmp_path: Path, spec: str = "pets.yaml") -> list[str]:
    with pytest.raises(SpecError) as error:
        generate_one(SPECS / spec, tmp_path / "out")
    return [f"{finding.pointer}: {finding.rule}: {finding.advice}" for finding in error.value.findings]


@pytest.mark.parametrize(
    ("old", "new", "advice"),
    [
        ("class Tag(Model", "class Tak(Model", "the schema Tag has no class"),
        ("class Tag(Model", "class Tak(Model", "the class Tak has no schema"),
        (
            "photo_urls: list[str] = field(name='photoUrls')",
            "photo_urls: list[str] = field(name='photoURLs')",
            "differ in photoURLs, photoUrls",
        ),
        ("    photo_urls: list[str] = field(name='photoUrls')\n", "", "the schema Pet and its class differ in photoUrls"),
        ("PENDING = 'pending'", "PENDING = 'waiting'", "differ in pending, waiting"),
    ],
)
def test_a_class_that_differs_from_its_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, advice: str
) -> None:
    def change(text: str) -> str:
        return text.replace(old, new)

    altered(monkeypatch, change)
    found = refused(tmp_path)
    assert any(": generated-schemas: " in each and advice in each for each in found), found
    assert not (tmp_path / "out").exists()


def test_a_class_that_became_an_alias(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def change(text: str) -> str:
        start, _, rest = text.partition("class Tag(Model")
        return f"{start}Tag: TypeAlias = dict[str, Any]\n\n\n{rest[rest.index('class ') :]}" if rest else text

    altered(monkeypatch, change)
    assert any("the schema Tag and its class differ in id, name" in each for each in refused(tmp_path))


def test_a_type_that_msgspec_cannot_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    altered(monkeypatch, lambda text: text.replace("category: Category |", "category: Category | dict[str, Any] |"))
    found = refused(tmp_path)
    assert any(
        each.startswith("#/components/schemas/Pet: unreadable-type: msgspec cannot read the type of Pet: ") for each in found
    )


def test_a_response_that_msgspec_cannot_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "annotation", lambda _: "models.Pet | models.Tag")
    assert any("/paths/~1pet/put: unreadable-type: " in each for each in refused(tmp_path))


def test_a_member_of_a_union_that_msgspec_cannot_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    altered(monkeypatch, lambda text: text.replace("any_of: Meat | Seeds", "any_of: list[Meat | Seeds]"))
    assert any("#/components/schemas/Food: unreadable-type: " in each for each in refused(tmp_path, "zoo.json"))


def test_an_operation_that_openapi_python_client_leaves_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outline = endpoints._outline

    def without_one(api: Any) -> Any:
        data = outline(api)
        del data["paths"]["/0"]
        return data

    monkeypatch.setattr(endpoints, "_outline", without_one)
    assert refused(tmp_path) == [
        "#/paths/~1pet/put: generated-operations: openapi-python-client left out this operation; report this as a bug"
    ]


def test_a_parameter_that_openapi_python_client_leaves_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outline = endpoints._outline

    def without_one(api: Any) -> Any:
        data = outline(api)
        data["paths"]["/1"]["get"]["parameters"].pop(0)
        return data

    monkeypatch.setattr(endpoints, "_outline", without_one)
    (found,) = refused(tmp_path)
    assert "left out parameters of this operation: status;" in found


def test_a_response_that_openapi_python_client_cannot_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outline = endpoints._outline

    def with_a_defect(api: Any) -> Any:
        data = outline(api)
        data["paths"]["/1"]["get"]["responses"]["200"] = {
            "description": "D.",
            "content": {"application/json": {"schema": {"$ref": "#/nowhere"}}},
        }
        return data

    monkeypatch.setattr(endpoints, "_outline", with_a_defect)
    assert all("generated-operations" in each for each in refused(tmp_path))


def test_a_warning_of_datamodel_code_generator_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def change(text: str) -> str:
        warnings.warn("Pet.name is generated without this constraint.", stacklevel=1)
        return text

    altered(monkeypatch, change)
    (found,) = refused(tmp_path)
    assert "Pet.name is generated without this constraint." in found
