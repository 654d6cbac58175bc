"""Generate msgspec models with datamodel-code-generator."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from datamodel_code_generator import DataModelType, InputFileType, generate
from datamodel_code_generator.format import PythonVersion

from scripts.document import Json
from scripts.finding import Finding, SpecError
from scripts.generate.api import Api, Schema
from scripts.generate.directions import referenced
from scripts.generate.docstrings import docstring

TEMPLATES = Path(__file__).parent.parent / "templates" / "models"


def generate_models(
    api: Api, schemas: Mapping[str, Schema], *, package: str, header: str, open_enums: Collection[str], documented: bool
) -> str:
    """Return the text of a module with one class or alias for each schema.

    Args:
        api: the API, for messages.
        schemas: schemas by class name.
        package: import name of the package that the module is part of.
        header: comment and docstring at the top.
        open_enums: names of enums to which the vendor may add.
        documented: whether classes and fields have docstrings.

    Raises:
        SpecError: a schema has no class of its name.
    """
    extra: dict[str, Any] = {name: {"open": name in open_enums} for name in schemas}
    if documented:
        for name, schema in schemas.items():
            fields = {n: docstring(text) for n, child in schema.get("properties", {}).items() if (text := _field_text(child, api))}
            extra[name] |= {"field_docs": fields, "class_doc": docstring(schema.get("description") or f"{name} of {api.title}.")}
    document = {
        "openapi": "3.1.0",
        "info": {"title": api.title, "version": "1"},
        "paths": {},
        "components": {"schemas": {name: _bare(schema) for name, schema in schemas.items()}},
    }
    base = f"{package}._runtime.models"
    text = generate(
        document,
        input_file_type=InputFileType.OpenAPI,
        output_model_type=DataModelType.MsgspecStruct,
        target_python_version=PythonVersion.PY_311,
        base_class=f"{base}.Model",
        additional_imports=[f"{base}.OpenStrEnum", f"{base}.OpenIntEnum"],
        custom_template_dir=TEMPLATES,
        custom_file_header=header,
        extra_template_data=_Defaults(extra),
        formatters=[],
        keyword_only=True,
        snake_case_field=True,
        capitalise_enum_members=True,
        use_annotated=True,
        field_constraints=True,
        use_standard_collections=True,
        use_union_operator=True,
        use_specialized_enum=True,
        use_type_alias=True,
        disable_timestamp=True,
        strict_refs=True,
    )
    if not isinstance(text, str):
        raise TypeError("datamodel-code-generator returned several modules for one document")
    _check(api, schemas, text)
    return text


class _Defaults(dict[str, Any]):
    """Template data by class name; datamodel-code-generator asks for names that it makes up as well."""

    def __missing__(self, name: str) -> dict[str, Any]:
        return {}


def _field_text(schema: Schema, api: Api) -> str:
    text = schema.get("description", "")
    if not text:
        text = next((api.schemas[name].get("description", "") for name in referenced(schema) if name in api.schemas), "")
    return str(text)


def _bare(value: Json) -> Json:
    """Return a schema without descriptions, which the templates write themselves."""
    if isinstance(value, dict):
        return {
            key: {name: _bare(child) for name, child in each.items()} if key == "properties" else _bare(each)
            for key, each in value.items()
            if key not in ("description", "x-client-enum")
        }
    return [_bare(child) for child in value] if isinstance(value, list) else value


def _check(api: Api, schemas: Mapping[str, Schema], text: str) -> None:
    defined = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            defined.add(node.target.id)
    missing, surplus = sorted(schemas.keys() - defined), sorted(defined - schemas.keys())
    if missing or surplus:
        advice = textwrap.shorten(f"schemas and generated classes differ: missing {missing}, surplus {surplus}; rename the schemas", 400)
        raise SpecError([Finding(api.document.path, 1, "#/components/schemas", "generated-schemas", advice)])
