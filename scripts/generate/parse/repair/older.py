"""Read what a document of OpenAPI 3 has as Swagger 2 or an older JSON Schema has it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from scripts.generate.parse.api import STYLES, Refuse
from scripts.generate.parse.repair.body_parameters import COLLECTIONS, OF_SCHEMAS, as_bodies
from scripts.generate.parse.repair.misplaced import one_content, with_content
from scripts.generate.parse.repair.raml import named_by_pattern, with_patterns
from scripts.generate.parse.repair.read_me import as_any_json, as_whole_body
from scripts.generate.parse.repair.spelling import as_query, with_media_types
from scripts.spec.document import SCHEMAS, Document, Json, Pointer, join, references
from scripts.spec.objects import Object, is_type, walk

_LOCATIONS = ("query", "header", "path", "cookie")
_SCHEMES = {each.lower(): each for each in ("apiKey", "http", "oauth2", "openIdConnect", "mutualTLS")}
_FLOWS = {  # as Swagger 2 and others call them, in small letters alone
    **{each.lower(): each for each in ("authorizationCode", "clientCredentials")},
    "accesscode": "authorizationCode",
    "application": "clientCredentials",
}
_OTHER_STYLES = {**COLLECTIONS, "commaDelimited": COLLECTIONS["csv"]}
_OWN = f"{SCHEMAS}#"  # the schema that a reference is in
_SCHEMA_NAME = re.compile(r"\s*#?/?(?:components/schemas/|definitions/)?([^/#\s]+)\s*")


def read_version(data: Json, note: Refuse) -> None:
    """Write the version of OpenAPI with three numbers."""
    found = re.fullmatch(r"(3\.[012])(?:\..*)?", str(data.get("openapi")))
    if found and not re.fullmatch(r"3\.[012]\.\d+", str(data["openapi"])):
        note(("openapi",), "unsupported-version", f"{data['openapi']!r} is read as {found[1]}.0")
        data["openapi"] = f"{found[1]}.0"


def read_older(document: Document, note: Refuse) -> None:
    """Write as OpenAPI 3 does what is written as before it, with a note."""
    as_bodies(document, note)
    for thing in walk(document):
        value = thing.value
        if thing.kind in ("request-body", "response"):
            with_content(document, thing, note)
        if thing.kind == "request-body":
            as_whole_body(value, thing.pointer, note)
        if "content" in value and thing.kind in ("parameter", "header", "request-body", "response"):
            with_media_types(value["content"], (*thing.pointer, "content"), note)
        if thing.kind in ("parameter", "header"):
            as_query(value)
            _parameter(value, thing.pointer, note)
            one_content(value, thing.pointer, note)
            named_by_pattern(value, thing.pointer, note)
        elif thing.kind == "security-scheme":
            _scheme(value, thing.pointer, note)
        elif thing.kind == "schema" and isinstance(value.get("items"), list):  # as drafts of JSON Schema before 2020 had it
            _tuple(value)
            note((*thing.pointer, "items"), "structure", "a list of schemas is read as prefixItems")
        elif thing.kind == "schema" and value.get("type") == "file":
            value |= {"type": "string", "format": "binary"}
            note((*thing.pointer, "type"), "structure", "'file' is read as a string of the format binary")
        elif thing.kind == "schema" and isinstance(value.get("enum"), list) and is_type(value, "string"):
            _texts(document, thing, note)
        if thing.kind == "schema":
            _dependencies(value, thing.pointer, note)
            with_patterns(value, thing.pointer, note)
            as_any_json(document, thing, note)
    _references(document, note)


def _tuple(value: Json) -> None:
    first, rest = value.pop("items"), value.pop("additionalItems", True)
    value["prefixItems"] = first
    if rest is False:
        value.setdefault("maxItems", len(first))
    elif rest is not True:  # which OpenAPI 3.0 does not have
        value["items"] = rest


def _dependencies(value: Json, pointer: Pointer, note: Refuse) -> None:
    found = value.get("dependencies")
    if not isinstance(found, dict):
        return
    lists = {name: each for name, each in found.items() if isinstance(each, list)}
    both = {"dependentRequired": lists, "dependentSchemas": {name: each for name, each in found.items() if name not in lists}}
    del value["dependencies"]
    for key, part in both.items():
        own = value.get(key)
        if part:
            value[key] = {**part, **(own if isinstance(own, dict) else {})}
    note((*pointer, "dependencies"), "structure", "it is read as dependentRequired and dependentSchemas")


def _parameter(value: Json, pointer: Pointer, note: Refuse) -> None:
    """Let the keywords of a schema that a parameter or a header has itself be those of its schema."""
    location = str(value.get("in")).lower()
    if location in _LOCATIONS and location != value["in"]:
        note((*pointer, "in"), "structure", f"{value['in']!r} is read as {location!r}")
        value["in"] = location
    if location == "path" and value.get("required") is not True:
        value["required"] = True
        note((*pointer, "required"), "structure", "a parameter of the path is always required; it is read so")
    if "type" in value and not value.keys() & {"schema", "content", "$ref"}:
        value["schema"] = {key: value.pop(key) for key in [*value] if key in OF_SCHEMAS}
        note(pointer, "structure", "the type of a parameter or header is in its 'schema'; it is read so")
    for holder in (value, value.get("schema")):
        collection = holder.pop("collectionFormat", None) if isinstance(holder, dict) else None
        if isinstance(collection, str) and not value.keys() & {"style", "explode"}:
            value |= COLLECTIONS.get(collection, {"style": collection})
            note(pointer, "structure", f"'collectionFormat' is not allowed here; {collection!r} is read as a style")
    style = value.get("style")
    if isinstance(style, str) and style in _OTHER_STYLES:
        del value["style"]
        value |= _OTHER_STYLES[style]
        note((*pointer, "style"), "structure", f"{style!r} is no style; it is read as a collectionFormat of Swagger 2")
    schema = value.get("schema")
    is_single = isinstance(schema, dict) and str(schema.get("type")) in ("string", "integer", "number", "boolean")
    if is_single and isinstance(style, str) and style not in STYLES.get(str(location), (style,)):
        del value["style"]
        note((*pointer, "style"), "structure", f"{style!r} is no style of this location; it says nothing of a single value")


def _texts(document: Document, thing: Object, note: Refuse) -> None:
    """Let numbers among texts be the texts that the file has: `1.10` is a version, and no number."""
    if is_type(thing.value, "number") or is_type(thing.value, "integer"):
        return
    for index, value in enumerate(thing.value["enum"]):
        pointer = (*thing.pointer, "enum", index)
        text = document.written(*pointer) if isinstance(value, int | float) else None
        if text is not None:
            thing.value["enum"][index] = text
            note(pointer, "contradiction", f"{value!r} is not of type string; it is read as {text!r}")


def _scheme(value: Json, pointer: Pointer, note: Refuse) -> None:
    kind, location = str(value.get("type")), str(value.get("in")).lower()
    if location in _LOCATIONS and location != value["in"]:
        value["in"] = location
    meant: Json = {}
    if kind.lower() in ("basic", "bearer"):
        meant = {"type": "http", "scheme": kind.lower()}
    elif kind.lower() in _SCHEMES and _SCHEMES[kind.lower()] != kind:
        meant = {"type": _SCHEMES[kind.lower()]}
    if meant:
        value |= meant
        note((*pointer, "type"), "structure", f"{kind!r} is read as {' '.join(meant.values())}")
    if kind.lower() == "oauth2":
        _flows(value, pointer, note)


def _flows(value: Json, pointer: Pointer, note: Refuse) -> None:
    """Name the flows of a scheme as OpenAPI 3 does; Swagger 2 has one, which is the scheme itself."""
    if isinstance(value.get("flow"), str):
        flow = {key: value.pop(key) for key in ("authorizationUrl", "tokenUrl", "scopes") if key in value}
        value["flows"] = {value.pop("flow"): flow}
        note(pointer, "structure", "the flow of a scheme is in its 'flows'; it is read so")
    flows = value.get("flows")
    for name in list(flows) if isinstance(flows, dict) else ():
        meant = _FLOWS.get(name.replace("_", "").replace("-", "").lower(), name)
        if meant not in flows:
            flows[meant] = flows.pop(name)
            note((*pointer, "flows", name), "structure", f"the flow {name!r} is read as {meant!r}")


def _references(document: Document, note: Refuse) -> None:
    """Let references to a schema by its name, by where Swagger 2 has it, or from the schema that they are in, lead there."""
    components = document.data.get("components")
    named = components.get("schemas") if isinstance(components, dict) else None
    schemas = {thing.pointer: thing.value for thing in walk(document) if thing.kind == "schema"}
    for pointer, target in list(references(document.data)):
        if target != "#" and document.has(target):
            continue
        found = _SCHEMA_NAME.fullmatch(target)
        meant = _in_own_schema(document, schemas, pointer, target)
        if not meant and found and isinstance(named, dict) and found[1] in named:
            meant = f"{SCHEMAS}{found[1]}"
        if meant:
            holder: Json = document.data
            for part in pointer[:-1]:
                holder = holder[part]
            holder["$ref"] = meant
            note(pointer, "wrong-reference", f"{target!r} is read as {meant!r}")


def _in_own_schema(document: Document, schemas: Mapping[Pointer, Json], pointer: Pointer, target: str) -> str:
    """Return where a reference leads in the outermost schema around it that has such a part, as JSON Schema counts; "" if none."""
    if not target.startswith("#"):
        return ""
    around = [pointer[:end] for end in range(1, len(pointer)) if pointer[:end] in schemas]
    if any("$id" in schemas[each] for each in around):
        return ""  # which names are for
    part = target.removeprefix(_OWN) if target.startswith(_OWN) else target[1:]  # the former as ASP.NET writes it
    return next((found for found in (join(*each) + part for each in around) if document.has(found)), "")
