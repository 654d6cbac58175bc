"""Generate msgspec models with datamodel-code-generator."""

from __future__ import annotations

import ast
import textwrap
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from datamodel_code_generator import Error, InputFileType, generate
from datamodel_code_generator.enums import DataModelType
from datamodel_code_generator.format import PythonVersion

from scripts.generate.parse.api import Api, Schema
from scripts.generate.parse.references import map_children, referenced
from scripts.generate.text.docstrings import docstring
from scripts.generate.types.annotations import annotation
from scripts.spec.document import Pointer, split
from scripts.spec.finding import Finding, SpecError

TEMPLATES = Path(__file__).parent.parent / "templates" / "models"

_FORMATS = {"uuid": "Uuid", "date": "Date", "date-time": "DateTime"}
_MAP: Schema = {"type": "object", "additionalProperties": {}}
_RULE = "generated-schemas"


@dataclass(frozen=True, kw_only=True)
class CustomView:
    """A class that derives from one of `scripts.runtime.decoding`, as the template writes it."""

    base: str
    type: str
    attributes: tuple[tuple[str, str], ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()


def generate_models(
    api: Api,
    schemas: Mapping[str, Schema],
    *,
    package: str,
    header: str,
    open_enums: Collection[str],
    documented: bool,
    pointers: Mapping[str, Pointer],
) -> str:
    """Return the text of a module with one class or alias for each schema.

    Args:
        api: the API, for messages.
        schemas: schemas by class name.
        package: import name of the package that the module is part of.
        header: comment and docstring at the top.
        open_enums: names of enums to which the vendor may add.
        documented: whether classes and fields have docstrings.
        pointers: where each schema comes from, for messages.

    Raises:
        SpecError: a class does not match its schema.
    """
    if not schemas:
        return f"{header}\n"
    document = {
        "openapi": "3.1.0",
        "info": {"title": api.title, "version": "1"},
        "paths": {},
        "components": {
            "schemas": {name: _MAP if "x-custom" in schema else _bare(schema, package) for name, schema in schemas.items()}
        },
    }
    # A defaultdict, because datamodel-code-generator also looks up names that it makes up.
    extra: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    extra |= {name: {"open": name in open_enums, "custom": _custom(schema)} for name, schema in schemas.items()}
    if documented:
        for name, schema in schemas.items():
            extra[name] |= _docstrings(api, name, schema)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            text = _generated(document, header, f"{package}._runtime", extra)
        except Error as error:
            raise SpecError([_warned(api, pointers, f"datamodel-code-generator: {error}.")]) from error
    if caught:
        raise SpecError(_warned(api, pointers, str(each.message)) for each in caught)
    findings = [*_differences(api, schemas, text, pointers)]
    if findings:
        raise SpecError(findings)
    return text


def _generated(document: Mapping[str, Any], header: str, runtime: str, extra: defaultdict[str, dict[str, Any]]) -> str:
    text = generate(
        document,
        input_file_type=InputFileType.OpenAPI,
        output_model_type=DataModelType.MsgspecStruct,
        target_python_version=PythonVersion.PY_311,
        base_class=f"{runtime}.models.Model",
        additional_imports=[
            *(f"{runtime}.models.{name}" for name in ("OpenStrEnum", "OpenIntEnum")),
            *(f"{runtime}.decoding.{name}" for name in ("AnyOf", "Checked", "Extended")),
            *(f"typing.{name}" for name in ("TYPE_CHECKING", "Any", "ClassVar", "Literal", "TypeAlias")),
        ],
        custom_template_dir=TEMPLATES,
        custom_file_header=header,
        extra_template_data=extra,
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
    return text.replace(f"\nfrom {runtime}.", "\nfrom ._runtime.")


def _docstrings(api: Api, name: str, schema: Schema) -> dict[str, Any]:
    fields = {each: docstring(text) for each, child in schema.get("properties", {}).items() if (text := field_text(child, api))}
    return {"field_docs": fields, "class_doc": docstring(schema.get("description") or f"{name} of {api.title}.")}


def _custom(schema: Schema) -> CustomView | None:
    base = schema.get("x-custom")
    if base is None:
        return None
    kind = annotation(schema, module="")
    if base == "Extended":
        parts = tuple((part, annotation(schema[part], module="")) for part in ("named", "others"))
        return CustomView(base=base, type=kind, annotations=parts)
    if base == "Checked":
        rules = {key: value for key, value in schema.items() if key not in ("x-custom", "value", "description")}
        return CustomView(
            base=base, type=kind, attributes=tuple(_rule(*rule) for rule in rules.items()), annotations=(("value", kind),)
        )
    attributes: dict[str, str] = {}
    if "discriminator" in schema:
        given = schema["discriminator"]
        attributes["discriminator"] = repr(given["propertyName"])
        attributes["mapping"] = repr({value: split(target)[-1] for value, target in given["mapping"].items()})
        if "otherwise" in given:
            attributes["otherwise"] = repr(split(given["otherwise"])[-1])
    return CustomView(base=base, type=kind, attributes=tuple(attributes.items()), annotations=(("any_of", kind),))


def _rule(name: str, value: Any) -> tuple[str, str]:
    if name == "multiple_of":
        return name, repr(str(value))
    if name == "values":
        return name, repr(tuple(msgspec.json.encode(each).decode() for each in value))
    return name, repr(tuple(tuple(each) for each in value) if name == "any_required" else value)


def field_text(schema: Schema, api: Api) -> str:
    """Return the description of a field: its own, or that of its type."""
    text = schema.get("description", "")
    if not text:
        text = next((api.schemas[name].get("description", "") for name in referenced(schema) if name in api.schemas), "")
    return str(text)


def _bare(schema: Schema, package: str) -> Schema:
    """Return a schema as datamodel-code-generator reads it: without descriptions, which the templates write themselves."""
    bare = {key: value for key, value in schema.items() if key not in ("description", "x-client-enum", "x-custom", "discriminator")}
    if "const" in bare and "null" in bare.get("type", ()):
        bare["type"] = next(each for each in bare["type"] if each != "null")
    if bare.get("type") == "file":
        bare |= {"type": "string", "customTypePath": f"{package}._runtime.forms.File"}
    elif bare.get("format") in _FORMATS:
        bare["customTypePath"] = f"{package}._runtime.formats.{_FORMATS[bare.pop('format')]}"
    bare = map_children(bare, lambda child: _bare(child, package))
    if bare.get("type") == ["object", "null"]:  # of which datamodel-code-generator would forget the values
        return {"anyOf": [{**bare, "type": "object"}, {"type": "null"}]}
    return bare


def _warned(api: Api, pointers: Mapping[str, Pointer], message: str) -> Finding:
    name = next((each for each in pointers if f" {each}." in message or f" {each} " in message or f" {each}:" in message), None)
    pointer = pointers[name] if name is not None else ("components", "schemas")
    return api.document.finding(pointer, _RULE, textwrap.shorten(f"{message} Describe it in another way", 400))


def _differences(api: Api, schemas: Mapping[str, Schema], text: str, pointers: Mapping[str, Pointer]) -> Iterable[Finding]:
    """Yield where the classes of a module are not those of the schemas, or do not have the same fields on the wire."""
    defined: dict[str, ast.stmt] = {}
    for node in ast.parse(text).body:
        inner = node.body[0] if isinstance(node, ast.If) else node
        if isinstance(inner, ast.ClassDef):
            defined[inner.name] = inner
        elif isinstance(inner, ast.AnnAssign) and isinstance(inner.target, ast.Name):
            defined[inner.target.id] = inner
    for name in sorted(schemas.keys() - defined.keys()):
        yield api.document.finding(pointers.get(name, ()), _RULE, f"the schema {name} has no class; rename it")
    for name in sorted(defined.keys() - schemas.keys()):
        yield api.document.finding(
            ("components", "schemas"), _RULE, f"the class {name} has no schema; rename the schemas around it"
        )
    for name in schemas.keys() & defined.keys():
        node, schema = defined[name], schemas[name]
        expected = _expected(schema)
        found = _wire_names(node) if isinstance(node, ast.ClassDef) else None
        if found != expected:
            differing = sorted(map(str, (found or set()) ^ (expected or set())))
            advice = f"the schema {name} and its class differ in {', '.join(differing) or 'their kind'}; rename them"
            yield api.document.finding(pointers.get(name, ()), _RULE, textwrap.shorten(advice, 400))


def _expected(schema: Schema) -> set[Any] | None:
    if "x-custom" in schema:
        return None
    if "properties" in schema:
        return {*schema["properties"]}
    return {*schema["enum"]} if "enum" in schema else None


def _wire_names(node: ast.ClassDef) -> set[Any]:
    """Return the wire names of the fields of a Struct, or the values of an enum."""
    found: set[Any] = set()
    for each in node.body:
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            given = {word.arg: word.value for word in each.value.keywords} if isinstance(each.value, ast.Call) else {}
            found.add(ast.literal_eval(given["name"]) if "name" in given else each.target.id)
        elif isinstance(each, ast.Assign):
            found.add(ast.literal_eval(each.value))
    return found
