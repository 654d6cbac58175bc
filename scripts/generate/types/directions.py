"""Which schemas are sent and which are received, and what that makes of them: the stage between parsing and rendering.

What is received is read tolerantly: no limits, and null in every optional field. What is sent is checked strictly. A schema that is
only sent is one strict model. A schema that is received is a tolerant model; if it is sent as well, a strict twin of it, which
callers do not see, checks what is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from scripts.generate.parse.api import Api, ApiOperation, Schema
from scripts.generate.parse.schemas.keywords import has_extras, without
from scripts.generate.parse.schemas.normalize import beyond_types
from scripts.generate.parse.schemas.references import children, closure, own_reference, reaching, referenced
from scripts.generate.text.names import class_name, unique
from scripts.generate.types.constraints import strict, tolerant
from scripts.generate.types.custom_types import name_checks, name_unions
from scripts.generate.types.cycles import inline, without_circular_aliases
from scripts.generate.types.sides import separate_sides
from scripts.generate.types.usage import Usage, usage_of
from scripts.spec.document import Pointer
from scripts.spec.finding import Finding

_RULES_OF_OBJECTS = ("minProperties", "maxProperties", "x-any-required")


@dataclass(frozen=True, kw_only=True)
class Directions:
    """The schemas by direction.

    Attributes:
        api: the API, whose operations refer to the public schemas.
        public: schemas of the public models.
        strict: schemas of the private module that requests are checked against.
        parameters: by operation id, the name of the strict schema that its parameters make.
        bodies_in_strict: names of body schemas whose check is in the private module.
        open_enums: enums to which the vendor may add.
        pointers: where each schema comes from.
        with_extras: names of public schemas in which there may be additional properties.
        unique_arrays: by the name of a body's schema, its properties that are arrays whose elements have to be unique.
    """

    api: Api
    public: Mapping[str, Schema]
    strict: Mapping[str, Schema]
    parameters: Mapping[str, str]
    bodies_in_strict: frozenset[str]
    open_enums: frozenset[str]
    pointers: Mapping[str, Pointer]
    unique_arrays: Mapping[str, tuple[str, ...]]
    with_extras: frozenset[str]

    def without_tuples(self, schema: Schema) -> Schema:
        """Return a public schema without the classes of tuples, instead of which an argument takes any sequence."""
        tuples = {name: each["value"] for name, each in self.public.items() if "is_tuple" in each}
        return inline(schema, tuples, tuples)


def separate(parsed: Api) -> Directions:
    """Sort the schemas of an API, as it is parsed, by direction; what is sent and cannot be checked is noted."""
    api = name_unions(separate_sides(parsed, usage_of(parsed)))
    usage = usage_of(api)
    api = replace(api, notes=(*api.notes, *_unchecked_rules(api, usage.sent | usage.in_parameters)))
    listed = _listed_arrays(api)
    schemas = {name: _without_listed(schema, listed.get(name, ())) for name, schema in api.schemas.items()}
    with_twins = _with_twins(schemas, usage)
    pointers = dict(api.pointers)
    taken = {*schemas}
    parameters = {op.id: unique(f"{class_name(op.id)}Parameters", taken) for op in api.operations if op.parameters}
    checks = {parameters[op.id]: _parameters_schema(op) for op in api.operations if op.parameters}
    pointers |= {parameters[op.id]: (*op.pointer, "parameters") for op in api.operations if op.parameters}
    in_strict = usage.sent & with_twins
    wanted = closure([*in_strict, *(name for schema in checks.values() for name in referenced(schema))], schemas)
    checked = {name: strict(schema) for name, schema in {**schemas, **checks}.items() if name in wanted or name in checks}
    enums = {name for name, schema in schemas.items() if "enum" in schema and schema.get("x-client-enum", "open") == "open"}
    # Sent and received, and without a class: written where they are used in what is received.
    aliases = (usage.received & usage.sent).difference(with_twins)
    public = without_circular_aliases(_public(schemas, usage, aliases))
    operations = tuple(_with_responses(op, lambda schema: inline(schema, schemas, aliases)) for op in api.operations)
    return Directions(
        api=replace(api, operations=operations),
        public=name_checks(public, pointers, {*taken}, extended=False),
        strict=name_checks(checked, pointers, {*taken}, extended=True),
        parameters=parameters,
        bodies_in_strict=in_strict,
        open_enums=frozenset(enums - usage.only_sent),
        pointers=pointers,
        unique_arrays=listed,
        with_extras=frozenset(reaching([name for name, schema in public.items() if has_extras(schema)], public)),
    )


def _listed_arrays(api: Api) -> dict[str, tuple[str, ...]]:
    """Return the arrays with unique elements that are listed beside an operation, where one look at the whole array is quickest.

    They are properties, by the names of schemas that are nothing but bodies. All other arrays keep `uniqueItems`, and are checked
    where they are.
    """
    bodies = {name for op in api.operations for body in op.bodies for name in own_reference(body.schema or {})}
    only_bodies = bodies - {name for schema in api.schemas.values() for name in referenced(schema)}
    properties = {name: api.schemas[name].get("properties", {}) for name in only_bodies}
    return {name: tuple(key for key, child in found.items() if child.get("uniqueItems")) for name, found in properties.items()}


def _without_listed(schema: Schema, listed: Collection[str]) -> Schema:
    """Return a schema that says nothing of unique elements for the properties that are listed."""
    if not listed:
        return schema
    properties = {key: without(child, "uniqueItems") if key in listed else child for key, child in schema["properties"].items()}
    return {**schema, "properties": properties}


def _with_twins(schemas: Mapping[str, Schema], usage: Usage) -> frozenset[str]:
    """Return the names of the schemas that have a strict private model, to check what is sent.

    These are what is received as well, and what is only sent but has rules of objects, which its public model does not check.
    """
    shared = {name for name in usage.received & usage.sent if schemas[name].keys() & {"properties", "enum", "x-custom"}}
    ruled = {
        name
        for name in usage.only_sent
        if "properties" in schemas[name]
        and (schemas[name].keys() & {*_RULES_OF_OBJECTS} or schemas[name].get("additionalProperties"))
    }
    return frozenset(reaching(shared | ruled, schemas))


def _with_responses(operation: ApiOperation, change: Callable[[Schema], Schema]) -> ApiOperation:
    """Return an operation with the schemas of its responses changed."""
    changed = (replace(each, contents=tuple(body.with_schema(change) for body in each.contents)) for each in operation.responses)
    return replace(operation, responses=tuple(changed))


def _public(schemas: Mapping[str, Schema], usage: Usage, aliases: Collection[str]) -> dict[str, Schema]:
    discriminated = {name for schema in schemas.values() if "x-custom" in schema for name in referenced(schema)}
    public = {}
    for name, schema in schemas.items():
        if name in usage.only_sent:
            public[name] = strict(without(schema, *_RULES_OF_OBJECTS) if "properties" in schema else schema)
        elif name in aliases:
            public[name] = strict(schema)
        else:
            public[name] = tolerant(inline(schema, schemas, aliases), constants=name in discriminated)
        if name not in discriminated:
            public[name] = _without_defaults(public[name])
    return public


def _without_defaults(schema: Schema) -> Schema:
    """Return a schema without the constants that are sent by default: they matter where they distinguish members of a union."""
    if "properties" not in schema:
        return schema
    return {**schema, "properties": {name: without(child, "default") for name, child in schema["properties"].items()}}


def _parameters_schema(operation: ApiOperation) -> Schema:
    return {
        "type": "object",
        "properties": {each.argument: without(each.schema, "uniqueItems") for each in operation.parameters},
        "required": [each.argument for each in operation.parameters if each.required],
    }


def _unchecked_rules(api: Api, names: Collection[str]) -> Iterable[Finding]:
    pointers: list[tuple[str, Pointer, Schema]] = [(name, api.pointers[name], api.schemas[name]) for name in sorted(names)]
    for op in api.operations:
        pointers += [(f"{op.id}, parameter {each.name}", each.pointer, each.schema) for each in op.parameters]
        pointers += [(op.id, (*op.pointer, "requestBody"), body.schema) for body in op.bodies if body.schema]
    for label, pointer, schema in pointers:
        for below_it, keyword in dict.fromkeys(_unchecked(schema, ())):
            advice = f"{keyword!r} in {label}, which is sent, is not checked before sending"
            yield api.document.finding((*pointer, *below_it, keyword), "unsupported-keyword", advice)


def _unchecked(schema: Schema, path: Pointer) -> Iterable[tuple[Pointer, str]]:
    for keyword in beyond_types(schema):
        yield path, keyword
    for pointer, child in children(schema):
        yield from _unchecked(child, (*path, *pointer))
