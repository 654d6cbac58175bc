"""Which schemas are sent and which are answered, and what that makes of them.

What is answered is read tolerantly: no limits, and null in every optional field. What is sent is checked strictly. A schema that is
only sent is one strict model. A schema that is answered is a tolerant model; if it is sent as well, a strict twin of it, which no
caller sees, checks what goes out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from scripts.document import SCHEMAS, Json, split
from scripts.finding import Finding, SpecError
from scripts.generate.api import Api, ApiOperation, Schema
from scripts.generate.names import class_name
from scripts.generate.schemas import beyond_types

_LIMITS = (
    "minLength maxLength pattern minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minItems maxItems uniqueItems minProperties "
    "maxProperties format"
).split()
_CHECKED_FORMATS = ("uuid", "date", "date-time", "int32", "int64", "byte", "binary")
_INTEGER_RANGE = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}


@dataclass(frozen=True, kw_only=True)
class Directions:
    """The schemas by direction.

    Attributes:
        public: schemas of the public models.
        strict: schemas of the private module that requests are checked against.
        bodies_in_strict: names of body schemas whose check stands in the private module.
        open_enums: enums to which the vendor may add.
    """

    public: Mapping[str, Schema]
    strict: Mapping[str, Schema]
    bodies_in_strict: frozenset[str]
    open_enums: frozenset[str]


def parameters_name(operation: ApiOperation) -> str:
    """Return the name of the schema that the parameters of an operation make."""
    return f"{class_name(operation.id)}Parameters"


def separate(api: Api, arguments: Mapping[str, Mapping[tuple[str, str], str]]) -> Directions:
    """Sort the schemas of an API by direction.

    Args:
        api: the API.
        arguments: for each operation id, the Python name of each parameter by its location and name.

    Raises:
        SpecError: a schema that is sent has a rule that cannot be checked.
    """
    schemas = api.schemas
    bodies = {name for op in api.operations for body in op.bodies if body.schema for name in referenced(body.schema)}
    sent = closure(bodies, schemas)
    in_parameters = closure((name for op in api.operations for each in op.parameters for name in referenced(each.schema)), schemas)
    answered = closure((n for op in api.operations for a in op.answers for c in a.contents if c.schema for n in referenced(c.schema)), schemas)
    only_sent = (sent | in_parameters) - answered
    _refuse_unchecked(api, sent | in_parameters)

    shared = {name for name in answered & (sent | in_parameters) if "properties" in schemas[name] or "enum" in schemas[name]}
    needs_twin = {name for name in sent if closure([name], schemas) & shared}
    aliases = {name for name in answered & sent if not closure([name], schemas) & shared} - shared
    public = {
        name: strict(schema) if name in only_sent | aliases else tolerant(_inline(schema, schemas, aliases))
        for name, schema in schemas.items()
    }
    checks: dict[str, Schema] = {}
    for op in api.operations:
        if op.parameters:
            checks[parameters_name(op)] = _parameters_schema(op, arguments[op.id])
    for name in closure([*needs_twin, *(name for schema in checks.values() for name in referenced(schema))], schemas):
        checks[name] = schemas[name]
    ordered = {name: strict(checks[name]) for name in [*(n for n in schemas if n in checks), *(n for n in checks if n not in schemas)]}
    enums = {name for name, schema in schemas.items() if "enum" in schema}
    open_enums = {name for name in enums - only_sent if schemas[name].get("x-client-enum", "open") == "open"}
    return Directions(public=public, strict=ordered, bodies_in_strict=frozenset(needs_twin), open_enums=frozenset(open_enums))


def tolerant(schema: Schema) -> Schema:
    """Return what an answer is read as."""
    kept = {key: value for key, value in schema.items() if key not in (*_LIMITS, "const", "x-client-enum") and key not in beyond_types(schema)}
    if "const" in schema and "type" not in kept:
        kept["type"] = {str: "string", bool: "boolean", int: "integer", float: "number"}.get(type(schema["const"]), "object")
    if "properties" in kept:
        required = kept.get("required", [])
        kept["properties"] = {n: tolerant(s) if n in required else _nullable(tolerant(s)) for n, s in kept["properties"].items()}
    return _below(kept, tolerant)


def strict(schema: Schema) -> Schema:
    """Return what goes out is checked against."""
    kept = {key: value for key, value in schema.items() if key != "x-client-enum"}
    if kept.get("format") not in _CHECKED_FORMATS:
        kept.pop("format", None)
    if kept.get("format") in _INTEGER_RANGE:
        low, high = _INTEGER_RANGE[kept.pop("format")]
        if "exclusiveMinimum" not in kept and kept.get("minimum", low - 1) < low:
            kept["minimum"] = low
        if "exclusiveMaximum" not in kept and kept.get("maximum", high + 1) > high:
            kept["maximum"] = high
    if "pattern" in kept:
        kept["pattern"] = python_pattern(kept["pattern"])
    if "properties" in kept:
        kept["properties"] = {name: strict(child) for name, child in kept["properties"].items()}
    return _below(kept, strict)


def python_pattern(pattern: str) -> str:
    r"""Say in Python what a pattern of JSON Schema says: there `$` is the very end, and `\d` and `\w` are ASCII."""
    classes = {"d": "0-9", "w": "A-Za-z0-9_"}
    written = []
    in_class = False
    for token in re.findall(r"\\.|[\s\S]", pattern):
        if token[0] == "\\" and token[1] in "dwDW":
            inside = classes[token[1].lower()]
            negated = token[1].isupper()
            written.append(token if in_class and negated else inside if in_class else f"[{'^' if negated else ''}{inside}]")
            continue
        if token == "[" and not in_class:
            in_class = True
        elif token == "]" and in_class:
            in_class = False
        written.append(r"\Z" if token == "$" and not in_class else token)
    return "".join(written)


def unique_arrays(schema: Schema, schemas: Mapping[str, Schema], path: tuple[str, ...] = (), seen: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the wire paths of the arrays in what is sent whose elements differ from each other; `*` is any element."""
    name = next(iter(_own_reference(schema)), None)
    if name is not None:
        return [] if name in seen else unique_arrays(schemas[name], schemas, path, (*seen, name))
    found = [path] if schema.get("uniqueItems") else []
    for key, child in schema.get("properties", {}).items():
        found += unique_arrays(child, schemas, (*path, key), seen)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            found += unique_arrays(schema[key], schemas, (*path, "*"), seen)
    for member in [*schema.get("anyOf", []), *schema.get("oneOf", [])]:
        found += unique_arrays(member, schemas, path, seen)
    return found


def referenced(value: Json) -> Iterable[str]:
    """Yield the names of the schemas that a schema refers to."""
    if isinstance(value, dict):
        yield from _own_reference(value)
        for key, child in value.items():
            if key not in ("const", "enum"):
                yield from referenced(child)
    elif isinstance(value, list):
        for child in value:
            yield from referenced(child)


def closure(names: Iterable[str], schemas: Mapping[str, Schema]) -> set[str]:
    """Return the names and all that they refer to, directly or not."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo.extend(referenced(schemas[name]))
    return found


def _own_reference(schema: Schema) -> Iterable[str]:
    target = schema.get("$ref")
    if isinstance(target, str) and target.startswith(SCHEMAS):
        yield split(target)[-1]


def _below(schema: Schema, change: Callable[[Schema], Schema]) -> Schema:
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            schema[key] = change(schema[key])
    for key in ("anyOf", "oneOf"):
        if key in schema:
            schema[key] = [change(member) for member in schema[key]]
    return schema


def _inline(schema: Schema, schemas: Mapping[str, Schema], names: set[str]) -> Schema:
    """Return the schema with the named ones, which are mere aliases with limits, in the place of references to them."""
    name = next(iter(_own_reference(schema)), None)
    if name in names and name is not None:
        described = {"description": schema["description"]} if "description" in schema else {}
        return {**_inline(schemas[name], schemas, names), **described}
    changed = dict(schema)
    if "properties" in changed:
        changed["properties"] = {key: _inline(child, schemas, names) for key, child in changed["properties"].items()}
    return _below(changed, lambda child: _inline(child, schemas, names))


def _nullable(schema: Schema) -> Schema:
    if schema.keys() <= {"description"}:
        return schema
    kind = schema.get("type")
    if isinstance(kind, str):
        return schema if kind == "null" else {**schema, "type": [kind, "null"]}
    if isinstance(kind, list):
        return schema if "null" in kind else {**schema, "type": [*kind, "null"]}
    described = {"description": schema["description"]} if "description" in schema else {}
    rest = {key: value for key, value in schema.items() if key != "description"}
    members = rest["anyOf"] if rest.keys() == {"anyOf"} else [rest]
    return {**described, "anyOf": members if {"type": "null"} in members else [*members, {"type": "null"}]}


def _parameters_schema(operation: ApiOperation, arguments: Mapping[tuple[str, str], str]) -> Schema:
    by_argument = {arguments[each.location, each.name]: each for each in operation.parameters}
    return {
        "type": "object",
        "properties": {argument: each.schema for argument, each in by_argument.items()},
        "required": [argument for argument, each in by_argument.items() if each.required],
    }


def _refuse_unchecked(api: Api, names: set[str]) -> None:
    findings: list[Finding] = []
    places: list[tuple[str, Schema]] = [(name, api.schemas[name]) for name in sorted(names)]
    for op in api.operations:
        places += [(each.name, each.schema) for each in op.parameters]
        places += [(op.id, body.schema) for body in op.bodies if body.schema]
    for label, schema in places:
        for keyword in sorted(set(_unchecked(schema))):
            advice = f"{keyword!r} in {label}, which is sent, cannot be checked before sending; say it with other keywords or remove it"
            findings.append(api.document.finding(("components", "schemas", label), "unsupported-keyword", advice))
    if findings:
        raise SpecError(findings)


def _unchecked(schema: Schema) -> Iterable[str]:
    yield from beyond_types(schema)
    for child in schema.get("properties", {}).values():
        yield from _unchecked(child)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from _unchecked(schema[key])
    for key in ("anyOf", "oneOf"):
        for member in schema.get(key, []):
            yield from _unchecked(member)
