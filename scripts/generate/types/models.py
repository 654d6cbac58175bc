"""Generate msgspec models with datamodel-code-generator."""

from __future__ import annotations

import ast
import textwrap
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from datamodel_code_generator import Error, InputFileType, generate
from datamodel_code_generator.enums import DataModelType
from datamodel_code_generator.format import PythonVersion

from scripts.generate.parse.api import Api, Schema
from scripts.generate.parse.enum_names import DESCRIPTIONS
from scripts.generate.parse.keywords import has_extras, without, without_null
from scripts.generate.parse.references import map_children, referenced
from scripts.generate.text.docstrings import docstring
from scripts.generate.text.escapes import literal
from scripts.generate.types.annotations import annotation
from scripts.generate.types.directions import Directions
from scripts.runtime.models import OTHERS
from scripts.spec.document import split
from scripts.spec.finding import Finding, SpecError

TEMPLATES = Path(__file__).parent.parent / "templates" / "models"

_FORMATS = {"uuid": "Uuid", "date": "Date", "date-time": "DateTime"}
_MAP: Schema = {"type": "object", "additionalProperties": {}}
_RULE = "generated-schemas"

WireNames = dict[str, dict[Any, str] | None]


def generate_models(directions: Directions, *, package: str, header: str, strict: bool) -> str:
    """Return the text of a module with one class or alias for each schema.

    Args:
        directions: the schemas.
        package: import name of the package that the module is part of.
        header: comment and docstring at the top.
        strict: whether it is the private module that requests are checked against, whose classes have no docstrings.

    Raises:
        SpecError: a class does not match its schema.
    """
    schemas = directions.strict if strict else directions.public
    if not schemas:
        return f"{header}\n"
    document = {
        "openapi": "3.1.0",
        "info": {"title": directions.api.title, "version": "1"},
        "paths": {},
        "components": {
            "schemas": {name: _MAP if "x-custom" in schema else _bare(schema, package) for name, schema in schemas.items()}
        },
    }
    # A defaultdict, because datamodel-code-generator also looks up names that it makes up.
    extra: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for name, schema in schemas.items():
        extra[name]["custom"] = _custom(schema)
        if has_extras(schema):
            extra[name]["others"] = annotation(schema["additionalProperties"], module="")
        if not strict:
            extra[name] |= {"open": name in directions.open_enums, **_docstrings(directions.api, name, schema)}
    with complaints(partial(_refused, directions)):
        text = _generated(document, header, f"{package}._runtime", extra)
    findings = [*_differences(directions, schemas, text)]
    if findings:
        raise SpecError(findings)
    return text


@contextmanager
def complaints(refused: Callable[[str], Finding]) -> Iterator[None]:
    """Make a finding of each error and warning of datamodel-code-generator.

    Raises:
        SpecError: there is one.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield
        except Error as error:
            raise SpecError([refused(str(error))]) from error
    if caught:
        raise SpecError(refused(str(each.message)) for each in caught)


def wire_names(models: str) -> WireNames:
    """Return, by class, the attributes of a Struct by name on the wire, or the members of an enum by value; None for an alias."""
    found: WireNames = {}
    for node in ast.parse(models).body:
        inner = node.body[0] if isinstance(node, ast.If) else node  # a custom class is an alias for type checkers
        if isinstance(inner, ast.ClassDef):
            found[inner.name] = dict(filter(None, map(_wire_name, inner.body)))
        elif isinstance(inner, ast.AnnAssign):
            found[ast.unparse(inner.target)] = None
    return found


def _generated(document: Mapping[str, Any], header: str, runtime: str, extra: defaultdict[str, dict[str, Any]]) -> str:
    text = generate(
        document,
        input_file_type=InputFileType.OpenAPI,
        output_model_type=DataModelType.MsgspecStruct,
        target_python_version=PythonVersion.PY_311,
        base_class=f"{runtime}.models.Model",
        additional_imports=[
            f"{runtime}.forms.File",
            *(f"{runtime}.models.{name}" for name in ("OpenModel", "OpenStrEnum", "OpenIntEnum")),
            "msgspec.field",
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
    members = [docstring(text) if text else "" for text in schema.get(DESCRIPTIONS, ())]
    class_doc = docstring(schema.get("description") or f"{name} of {api.title}.")
    return {"field_docs": fields, "member_docs": members, "class_doc": class_doc}


def _custom(schema: Schema) -> dict[str, Any] | None:
    """Return what the template writes of a class that derives from one of `scripts.runtime.decoding`."""
    base = schema.get("x-custom")
    if base is None:
        return None
    kind = annotation(schema, module="")
    if base == "Extended":
        body = [f"{part}: {annotation(schema[part], module='')}" for part in ("named", "others")]
    elif base == "Checked":
        rules = without(schema, "x-custom", "value", "description")
        body = [*(f"{name}: ClassVar = {_rule(name, value)}" for name, value in rules.items()), f"value: {kind}"]
    else:
        body = [*_discriminator(schema.get("discriminator", {})), f"any_of: {kind}"]
    return {"base": base, "type": literal(kind), "body": body}


def _discriminator(given: Schema) -> Iterator[str]:
    if given:
        mapping = {value: split(target)[-1] for value, target in given["mapping"].items()}
        yield f"discriminator: ClassVar = {literal(given['propertyName'])}"
        yield f"mapping: ClassVar = {literal(mapping)}"
    if "otherwise" in given:
        yield f"otherwise: ClassVar = {literal(split(given['otherwise'])[-1])}"


def _rule(name: str, value: Any) -> str:
    if name == "multiple_of":
        return literal(str(value))
    if name == "values":
        return literal(tuple(msgspec.json.encode(each).decode() for each in value))
    return literal(tuple(map(tuple, value)) if name == "any_required" else value)


def field_text(schema: Schema, api: Api) -> str:
    """Return the description of a field: its own, or that of its type."""
    text = schema.get("description", "")
    if not text:
        text = next((api.schemas[name].get("description", "") for name in referenced(schema) if name in api.schemas), "")
    return str(text)


def _bare(schema: Schema, package: str) -> Schema:
    """Return a schema as datamodel-code-generator reads it: without descriptions, which the templates write themselves."""
    bare = without(schema, "description", "x-client-enum", "x-custom", "discriminator", DESCRIPTIONS)
    if "const" in bare:
        bare = without_null(bare)
    if has_extras(bare):
        del bare["additionalProperties"]  # the template writes them
    if bare.get("type") == "file":
        bare |= {"type": "string", "customTypePath": f"{package}._runtime.forms.File"}
    elif bare.get("format") in _FORMATS:
        bare["customTypePath"] = f"{package}._runtime.formats.{_FORMATS[bare.pop('format')]}"
    bare = map_children(bare, lambda child: _bare(child, package))
    if bare.get("type") == ["object", "null"]:  # of which datamodel-code-generator would forget the values
        return {"anyOf": [{**bare, "type": "object"}, {"type": "null"}]}
    if bare.get("type") == ["file", "null"]:
        return {"anyOf": [_bare({"type": "file"}, package), {"type": "null"}]}
    return bare


def _refused(directions: Directions, message: str) -> Finding:
    message = f"datamodel-code-generator: {message.removesuffix('.')}."
    pointers = directions.pointers
    name = next((each for each in pointers if f" {each}." in message or f" {each} " in message or f" {each}:" in message), None)
    pointer = pointers[name] if name is not None else ("components", "schemas")
    return directions.api.document.finding(pointer, _RULE, textwrap.shorten(f"{message} Describe it in another way", 400))


def _differences(directions: Directions, schemas: Mapping[str, Schema], text: str) -> Iterable[Finding]:
    """Yield where the classes of a module are not those of the schemas, or do not have the same fields on the wire."""
    classes = wire_names(text)
    advice = {name: f"the schema {name} has no class; rename it" for name in schemas.keys() - classes.keys()}
    advice |= {name: f"the class {name} has no schema; rename the schemas around it" for name in classes.keys() - schemas.keys()}
    for name in schemas.keys() & classes.keys():
        expected, members = _expected(schemas[name]), classes[name]
        found = None if members is None else {*members}
        if found != expected:
            differing = sorted(map(str, (found or set()) ^ (expected or set())))
            advice[name] = f"the schema {name} and its class differ in {', '.join(differing) or 'their kind'}; rename them"
    for name, each in advice.items():
        pointer = directions.pointers.get(name, ("components", "schemas"))
        yield directions.api.document.finding(pointer, _RULE, textwrap.shorten(each, 400))


def _expected(schema: Schema) -> set[Any] | None:
    if "x-custom" in schema or not schema.keys() & {"properties", "enum"}:
        return None
    return {*(schema["properties"] if "properties" in schema else schema["enum"])}


def _wire_name(node: ast.stmt) -> tuple[Any, str] | None:
    """Return name on the wire and attribute of a field of a Struct, or value and name of a member of an enum."""
    if isinstance(node, ast.AnnAssign):
        attribute = ast.unparse(node.target)
        given = {word.arg: word.value for word in node.value.keywords} if isinstance(node.value, ast.Call) else {}
        name = ast.literal_eval(given["name"]) if "name" in given else attribute
        return None if name == OTHERS else (name, attribute)
    if isinstance(node, ast.Assign):
        return ast.literal_eval(node.value), ast.unparse(node.targets[0])
    return None
