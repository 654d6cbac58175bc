"""Generate msgspec models with datamodel-code-generator."""

from __future__ import annotations

import re
import textwrap
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from keyword import iskeyword
from pathlib import Path
from typing import Any

from datamodel_code_generator import Error, InputFileType, generate
from datamodel_code_generator.enums import DataModelType
from datamodel_code_generator.format import PythonVersion

from scripts.generate.parse.api import Api, Schema
from scripts.generate.parse.schemas.enum_names import DESCRIPTIONS
from scripts.generate.parse.schemas.keywords import has_extras, without, without_null
from scripts.generate.parse.schemas.references import map_children, referenced
from scripts.generate.text.docstrings import docstring
from scripts.generate.text.escapes import reordering_escaped
from scripts.generate.text.names import python_name, unique
from scripts.generate.types.annotations import FORMATS, annotation
from scripts.generate.types.comparison import RULE, prove_classes
from scripts.generate.types.custom_classes import custom_class
from scripts.generate.types.directions import Directions
from scripts.spec.finding import Finding, SpecError

TEMPLATES = Path(__file__).parent.parent / "templates" / "models"

_SIGNED, _SIGNS = re.compile(r"([+-])(\d+)"), {"+": "plus", "-": "minus"}
_MAP: Schema = {"type": "object", "additionalProperties": {}}


def generate_models(directions: Directions, *, package: str, header: str) -> str:
    """Return the text of a module with one class or alias for each public schema.

    Args:
        directions: the schemas.
        package: import name of the package that the module is part of.
        header: comment and docstring at the top.

    Raises:
        SpecError: a class does not match its schema.
    """
    schemas = directions.public
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
        extra[name]["custom"] = custom_class(schema)
        if has_extras(schema):
            extra[name]["others"] = annotation(schema["additionalProperties"], module="")
        extra[name] |= {"open": name in directions.open_enums, **_docstrings(directions.api, name, schema)}
    with complaints(partial(_refused, directions)):
        text = _generated(document, header, f"{package}._runtime", extra, _aliases(schemas))
    prove_classes(directions, schemas, text)
    return text


@contextmanager
def complaints(refused: Callable[[str], Finding]) -> Iterator[None]:
    """Make a finding of each error and warning of datamodel-code-generator.

    Raises:
        SpecError: there is one.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", ResourceWarning)  # of whatever the garbage collector closes meanwhile
        try:
            yield
        except Error as error:
            raise SpecError([refused(str(error))]) from error
    if caught:
        raise SpecError(refused(str(each.message)) for each in caught)


def _aliases(schemas: Mapping[str, Schema]) -> dict[str, str]:
    """Return names for fields that are numbers, or that Python would rename, as it reads identifiers in a normal form (NFKC)."""
    aliases: dict[str, str] = {}
    for name, schema in schemas.items():
        fields = schema.get("properties", {})
        taken = {*fields}
        for field in fields:
            if signed := _SIGNED.fullmatch(field):
                aliases[f"{name}.{field}"] = unique(f"{_SIGNS[signed[1]]}_{signed[2]}", taken)
            elif field.isidentifier() and (plain := python_name(field)) != field:
                aliases[f"{name}.{field}"] = unique(f"{plain}_" if iskeyword(plain) else plain, taken)
    return aliases


def _generated(
    document: Mapping[str, Any],
    header: str,
    runtime: str,
    extra: defaultdict[str, dict[str, Any]],
    aliases: Mapping[str, str],
) -> str:
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
        aliases=aliases,
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
    return reordering_escaped(text.replace(f"\nfrom {runtime}.", "\nfrom ._runtime."))


def _docstrings(api: Api, name: str, schema: Schema) -> dict[str, Any]:
    fields = {each: docstring(text) for each, child in schema.get("properties", {}).items() if (text := field_text(child, api))}
    members = [docstring(text) if text else "" for text in schema.get(DESCRIPTIONS, ())]
    class_doc = docstring(schema.get("description") or f"{name} of {api.title}.")
    return {"field_docs": fields, "member_docs": members, "class_doc": class_doc}


def field_text(schema: Schema, api: Api) -> str:
    """Return the description of a field: its own, or that of its type."""
    text = schema.get("description", "")
    if not text:
        text = next((api.schemas[name].get("description", "") for name in referenced(schema) if name in api.schemas), "")
    return str(text)


def _bare(schema: Schema, package: str) -> Schema:
    """Return a schema as datamodel-code-generator reads it: without descriptions, which the templates write themselves."""
    kinds = schema.get("type")
    if isinstance(kinds, list) and (kinds[0] in ("object", "file") or schema.get("format") in FORMATS):
        # Of these, datamodel-code-generator would forget null, or the values of the object.
        return {"anyOf": [_bare({**schema, "type": kinds[0]}, package), {"type": "null"}]}
    bare = without(schema, "description", "x-client-enum", "x-custom", "discriminator", DESCRIPTIONS)
    if "const" in bare:
        bare = without_null(bare)
    if has_extras(bare):
        del bare["additionalProperties"]  # the template writes them
    if bare.get("type") == "file":
        bare |= {"type": "string", "customTypePath": f"{package}._runtime.forms.File"}
    elif bare.get("format") in FORMATS:
        bare["customTypePath"] = f"{package}._runtime.formats.{FORMATS[bare.pop('format')]}"
    return map_children(bare, lambda child: _bare(child, package))


def _refused(directions: Directions, message: str) -> Finding:
    message = f"datamodel-code-generator: {message.removesuffix('.')}."
    pointers = directions.pointers
    name = next((each for each in pointers if f" {each}." in message or f" {each} " in message or f" {each}:" in message), None)
    pointer = pointers[name] if name is not None else ("components", "schemas")
    return directions.api.document.finding(pointer, RULE, textwrap.shorten(f"{message} Describe it in another way", 400))
