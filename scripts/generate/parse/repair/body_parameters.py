"""Read parameters in the body or a form, which Swagger 2 has, as the bodies of OpenAPI 3."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

from scripts.generate.parse.api import Refuse
from scripts.generate.parse.media_types import bare_media_type
from scripts.spec.document import METHODS, Document, Json, Pointer

OF_SCHEMAS = frozenset(
    [
        *("type", "format", "items", "enum", "default", "pattern", "nullable", "minimum", "maximum", "minLength", "maxLength"),
        *("minItems", "maxItems", "uniqueItems", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"),
    ]
)
"""Keywords of a schema that a parameter of Swagger 2 has itself."""
COLLECTIONS: dict[str, Json] = {
    "csv": {"explode": False},
    "multi": {"explode": True},
    "ssv": {"style": "spaceDelimited", "explode": False},
    "pipes": {"style": "pipeDelimited", "explode": False},
}
"""How OpenAPI 3 says what Swagger 2 calls the format of a collection."""
_URLENCODED, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_FORMS = (_URLENCODED, _MULTIPART)
_LOCATIONS = ("body", "formdata")


def as_bodies(document: Document, note: Refuse) -> None:
    """Give each operation the body that parameters of it, of its path or of the components are, with a note.

    If it has a form already, fields are added to it, as apispec writes files and other fields; beside any other body, such
    parameters are ignored.
    """
    for path, item in document.data["paths"].items():
        shared = _taken(document, item, ("paths", path), note)
        for method in METHODS if isinstance(item, dict) else ():
            operation = item.get(method)
            if not isinstance(operation, dict):
                continue
            found = _taken(document, operation, ("paths", path, method), note) or shared
            consumed = operation.pop("consumes", None) if found else None
            consumed = consumed or document.data.get("consumes")
            if not found:
                continue
            body = _body(found, list(map(str, consumed)) if isinstance(consumed, list) else [])
            whole = _with_fields(_target(document, operation["requestBody"]), body) if "requestBody" in operation else body
            if whole is None:
                note(("paths", path, method, "requestBody"), "structure", "parameters that are a body, too, are ignored")
            else:
                operation["requestBody"] = whole
    components = document.data.get("components")
    named: Json = components.get("parameters") if isinstance(components, dict) else None
    for name in list(named) if isinstance(named, dict) else ():
        if _is_body(named[name]):
            del named[name]


def _taken(document: Document, holder: Json, pointer: Pointer, note: Refuse) -> list[Json]:
    """Remove parameters that are a body, or a part of it, and return them."""
    given = holder.get("parameters") if isinstance(holder, dict) else None
    if not isinstance(given, list):
        return []
    targets = [_target(document, each) for each in given]
    found = [each for each in targets if _is_body(each)]
    if found:
        holder["parameters"] = [each for each, target in zip(given, targets, strict=True) if not _is_body(target)]
        names = ", ".join(repr(each.get("name", "body")) for each in found)
        note((*pointer, "parameters"), "structure", f"OpenAPI 3 has no parameter in {found[0]['in']!r}; {names}: read as the body")
    return found


def _target(document: Document, parameter: Json) -> Json:
    target = parameter.get("$ref") if isinstance(parameter, dict) else None
    return document.get(target) if isinstance(target, str) and target.startswith("#/") and document.has(target) else parameter


def _is_body(parameter: Json) -> bool:
    return isinstance(parameter, dict) and str(parameter.get("in")).lower() in _LOCATIONS


def _body(parameters: Sequence[Json], consumed: Sequence[str]) -> Json:
    whole = next((each for each in parameters if str(each["in"]).lower() == "body"), None)
    if whole is not None:
        content = {media_type: {"schema": deepcopy(whole.get("schema", {}))} for media_type in consumed or ["application/json"]}
        return {"description": whole.get("description", ""), "required": whole.get("required", False), "content": content}
    has_file = any(each.get("type") == "file" for each in parameters)
    media_type = next((each for each in consumed if each in _FORMS), _URLENCODED)
    named = {str(each.get("name", "")): each for each in parameters}
    required = [name for name, each in named.items() if each.get("required") is True]
    schema = {"type": "object", "properties": {name: _field(each) for name, each in named.items()}}
    form: Json = {"schema": {**schema, "required": required} if required else schema}
    collections = {name: str(each["collectionFormat"]) for name, each in named.items() if "collectionFormat" in each}
    if collections:
        form["encoding"] = {name: COLLECTIONS.get(each, {"style": each}) for name, each in collections.items()}
    return {"required": bool(required), "content": {_MULTIPART if has_file else media_type: form}}


def _with_fields(body: Json, fields: Json) -> Json | None:
    """Return a body whose forms have the fields of another one, too; None if either has no form."""
    (added,) = fields["content"].items()
    forms = _forms(body)
    if added[0] not in _FORMS or not forms:
        return None
    whole = deepcopy(body)
    for media_type, form in forms.items():
        given, more = (each.get("encoding", {}) for each in (form, added[1]))
        schema = {"allOf": [form["schema"], added[1]["schema"]]} if "schema" in form else added[1]["schema"]
        whole["content"][media_type] = {**form, "schema": schema, **({"encoding": {**more, **given}} if more or given else {})}
    return {**whole, "required": fields["required"] or whole.get("required", False)}


def _forms(body: Json) -> dict[str, Json]:
    """Return the forms of a body, by their media types."""
    content = body.get("content") if isinstance(body, dict) else None
    some = content.items() if isinstance(content, dict) else ()
    return {name: each for name, each in some if bare_media_type(str(name)) in _FORMS and isinstance(each, dict)}


def _field(parameter: Json) -> Json:
    own = {key: value for key, value in parameter.items() if key in OF_SCHEMAS or key == "description"}
    return deepcopy(parameter.get("schema", own))
