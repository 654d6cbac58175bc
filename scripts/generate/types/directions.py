"""Which schemas are sent and which are answered, and what that makes of them.

What is answered is read tolerantly: no limits, and null in every optional field. What is sent is checked strictly. A schema that is
only sent is one strict model. A schema that is answered is a tolerant model; if it is sent as well, a strict twin of it, which no
caller sees, checks what goes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scripts.generate.parse.api import Api, ApiOperation, Schema
from scripts.generate.parse.references import children, closure, reaching, referenced
from scripts.generate.parse.schemas import beyond_types
from scripts.generate.text.names import class_name, unique
from scripts.generate.types.constraints import strict, tolerant
from scripts.generate.types.custom_types import name_checks
from scripts.generate.types.cycles import inline, without_circular_aliases
from scripts.generate.types.uniqueness import UniqueArrays, without_unique
from scripts.spec.document import Pointer
from scripts.spec.finding import Finding, SpecError

_RULES_OF_OBJECTS = ("minProperties", "maxProperties", "x-any-required")


@dataclass(frozen=True, kw_only=True)
class Directions:
    """The schemas by direction.

    Attributes:
        public: schemas of the public models.
        strict: schemas of the private module that requests are checked against.
        parameters: by operation id, the name of the strict schema that its parameters make.
        bodies_in_strict: names of body schemas whose check stands in the private module.
        open_enums: enums to which the vendor may add.
        places: where each schema comes from.
        unique_arrays: finds the arrays in what is sent whose elements differ from each other.
    """

    public: Mapping[str, Schema]
    strict: Mapping[str, Schema]
    parameters: Mapping[str, str]
    bodies_in_strict: frozenset[str]
    open_enums: frozenset[str]
    places: Mapping[str, Pointer]
    unique_arrays: UniqueArrays


def separate(api: Api, arguments: Mapping[str, Mapping[tuple[str, str], str]]) -> Directions:
    """Sort the schemas of an API by direction.

    Args:
        api: the API.
        arguments: for each operation id, the Python name of each parameter by its location and name.

    Raises:
        SpecError: a schema that is sent has a rule that cannot be checked.
    """
    unique_arrays = UniqueArrays(api)
    schemas = {name: unique_arrays.others(name) for name in api.schemas}
    sent = closure((name for op in api.operations for body in op.bodies for name in referenced(body.schema)), schemas)
    in_parameters = closure((name for op in api.operations for each in op.parameters for name in referenced(each.schema)), schemas)
    answered = closure(
        (n for op in api.operations for a in op.responses for c in a.contents for n in referenced(c.schema)), schemas
    )
    _refuse_unchecked(api, sent | in_parameters)

    only_sent = (sent | in_parameters) - answered
    shared = {name for name in answered - only_sent if schemas[name].keys() & {"properties", "enum", "x-custom"}}
    ruled = {name for name in only_sent if "properties" in schemas[name] and schemas[name].keys() & {*_RULES_OF_OBJECTS}}
    with_twins = reaching(shared & sent | ruled, schemas)
    aliases = (answered & sent) - with_twins
    told_apart = {name for schema in schemas.values() if "x-custom" in schema for name in referenced(schema)}
    public = {}
    for name, schema in schemas.items():
        if name in only_sent:
            bare = {key: value for key, value in schema.items() if name not in ruled or key not in _RULES_OF_OBJECTS}
            public[name] = strict(bare)
        elif name in aliases:
            public[name] = strict(schema)
        else:
            public[name] = tolerant(inline(schema, schemas, aliases), constants=name in told_apart)

    places = dict(api.places)
    taken = {*schemas}
    checks: dict[str, Schema] = {}
    parameters = {}
    for op in api.operations:
        if op.parameters:
            name = parameters[op.id] = unique(f"{class_name(op.id)}Parameters", taken)
            checks[name] = _parameters_schema(op, arguments[op.id])
            places[name] = (*op.place, "parameters")
    wanted = closure([*(sent & with_twins), *(name for schema in checks.values() for name in referenced(schema))], schemas)
    ordered = {name: strict(schemas[name]) for name in schemas if name in wanted}
    ordered |= {name: strict(each) for name, each in checks.items()}
    enums = {name for name, schema in schemas.items() if "enum" in schema}
    open_enums = {name for name in enums - only_sent if schemas[name].get("x-client-enum", "open") == "open"}
    return Directions(
        public=name_checks(without_circular_aliases(public), places, {*taken}),
        strict=name_checks(without_circular_aliases(ordered), places, {*taken}),
        parameters=parameters,
        bodies_in_strict=frozenset(sent & with_twins),
        open_enums=frozenset(open_enums),
        places=places,
        unique_arrays=unique_arrays,
    )


def _parameters_schema(operation: ApiOperation, arguments: Mapping[tuple[str, str], str]) -> Schema:
    by_argument = {arguments[each.location, each.name]: each for each in operation.parameters}
    return {
        "type": "object",
        "properties": {argument: without_unique(each.schema) for argument, each in by_argument.items()},
        "required": [argument for argument, each in by_argument.items() if each.required],
    }


def _refuse_unchecked(api: Api, names: set[str]) -> None:
    findings: list[Finding] = []
    places: list[tuple[str, Pointer, Schema]] = [(name, api.places[name], api.schemas[name]) for name in sorted(names)]
    for op in api.operations:
        places += [(f"{op.id}, parameter {each.name}", each.place, each.schema) for each in op.parameters]
        places += [(op.id, (*op.place, "requestBody"), body.schema) for body in op.bodies if body.schema]
    for label, place, schema in places:
        for below_it, keyword in dict.fromkeys(_unchecked(schema, ())):
            advice = (
                f"{keyword!r} in {label}, which is sent, cannot be checked before sending; say it with other keywords or remove it"
            )
            findings.append(api.document.finding((*place, *below_it, keyword), "unsupported-keyword", advice))
    if findings:
        raise SpecError(findings)


def _unchecked(schema: Schema, path: Pointer) -> Iterable[tuple[Pointer, str]]:
    for keyword in beyond_types(schema):
        yield path, keyword
    for place, child in children(schema):
        yield from _unchecked(child, (*path, *place))
