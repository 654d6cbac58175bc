"""Requests and responses made by Schemathesis.

In a case of Schemathesis the parameters have been written as text already. To have values that no style has touched, and responses
as well, each schema also becomes the body of an operation in a document that only Schemathesis sees.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from reprlib import Repr
from typing import Any

import schemathesis
from hypothesis import Phase, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from scripts.spec.document import Json
from tests.properties.contract import Api, DocumentedResponse, Operation, Parameter, Schema
from tests.properties.refusals import applies, broken_rules, sendable_text
from tests.properties.schemas import (
    body_validator,
    closed,
    complete,
    everywhere,
    parameters_schema,
    parameters_validator,
    plain,
    sample,
    small,
    tolerant,
)

Strategy = st.SearchStrategy[Json]

_SHORT = Repr()
_SHORT.maxdict = _SHORT.maxlist = 20
_SHORT.maxstring = _SHORT.maxother = 300
_SHORT.maxlevel = 10

_EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "25"))
# Schemathesis silences the printer that the phase `explain` needs. Where it only counts that an example fails, as for mutants, it
# need not be made small.
_PHASES = [Phase.explicit, Phase.reuse, Phase.generate, *([Phase.shrink] if os.environ.get("PROPERTY_SHRINK", "1") == "1" else [])]
# Texts that are easily written wrong.
AWKWARD = (
    "a/b", "a%2Fb", "%", "+", "a b", "?x=1", "#x", "a&b=c", "a=b", ";", ":", "@", "~", "'\"", "\\", "{asin}", "\u00e4", "\u20ac",
    "\U0001f600", "a\nb", "\x00", "$", "[0]", "!*()", "a,b", ".", "..", "", " ", "null", "true", "1", " a", "a\x7f", "\t", ",",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Case:
    """A request: parameters by their keys, and the body (None: there is none)."""

    operation: Operation
    parameters: Mapping[str, Json]
    body: Json = None

    def __repr__(self) -> str:
        return f"{self.operation}: parameters={_SHORT.repr(dict(self.parameters))} body={_SHORT.repr(self.body)}"


def examples(share: float = 1) -> settings:
    """Return the settings of a property that is worth this share of the usual number of examples."""
    return settings(max_examples=max(1, round(_EXAMPLES * share)), phases=_PHASES)


@cache
def from_schemathesis(operation: Operation) -> st.SearchStrategy[Any]:
    """Return the valid cases of an operation, as Schemathesis makes them."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "spec", "version": "1"},
        "paths": {operation.path: {operation.method.lower(): _described(operation)}},
        "components": {"schemas": {name: everywhere(each, closed) for name, each in operation.api.schemas.items()}},
    }
    schema = schemathesis.openapi.from_dict(document)
    return schema[operation.path][operation.method].as_strategy(generation_mode=GenerationMode.POSITIVE)


def valid(operation: Operation) -> st.SearchStrategy[Case]:
    """Return cases that are valid by their schemas; about half of them can be sent as well."""
    return st.builds(
        lambda parameters, body: Case(operation=operation, parameters=parameters, body=body),
        valid_parameters(operation),
        valid_body(operation),
    )


@cache
def valid_parameters(operation: Operation) -> Strategy:
    """Return parameters that are valid by their schemas."""
    values = _values(operation.api, parameters_schema(operation), GenerationMode.POSITIVE)
    return values.flatmap(lambda each: _awkward(operation, each)).flatmap(
        lambda each: st.sampled_from([each, sendable(operation, each)])
    )


@cache
def valid_body(operation: Operation) -> Strategy:
    """Return bodies that are valid by their schema; None where the operation has none, or need not have one."""
    if operation.body is None:
        return st.none()
    bodies = _values(operation.api, operation.body, GenerationMode.POSITIVE)
    return bodies if operation.body_required else st.none() | bodies


@cache
def complete_case(operation: Operation) -> st.SearchStrategy[Case]:
    """Return cases with every parameter and every field of the body; the parameters may break rules between them."""
    api = operation.api
    return st.builds(
        lambda parameters, body: Case(operation=operation, parameters=writable(operation, parameters), body=body),
        _values(api, complete(api, parameters_schema(operation)), GenerationMode.POSITIVE),
        _values(api, complete(api, operation.body), GenerationMode.POSITIVE) if operation.body else st.none(),
    )


@cache
def sample_case(operation: Operation) -> Case:
    """Return one case that can be sent, for tests of what comes back."""
    api = operation.api
    parameters = sendable(operation, sample(api, complete(api, parameters_schema(operation))))
    body = sample(api, complete(api, operation.body)) if operation.body else None
    assert parameters_validator(operation).allows(parameters), "extend `sample` for the limits of these parameters"
    assert body_validator(operation).allows(body), "extend `sample` for the limits of this body"
    return Case(operation=operation, parameters=parameters, body=body)


@cache
def invalid_parameters(operation: Operation) -> Strategy:
    """Return parameters that Schemathesis has broken."""
    return _values(operation.api, parameters_schema(operation), GenerationMode.NEGATIVE)


@cache
def invalid_body(operation: Operation) -> Strategy:
    """Return bodies that Schemathesis has broken."""
    return _values(operation.api, operation.body or {}, GenerationMode.NEGATIVE)


@cache
def valid_response(response: DocumentedResponse) -> Strategy:
    """Return valid bodies of a response; None where it has none."""
    return _values(response.api, response.schema, GenerationMode.POSITIVE, small) if response.schema else st.none()


@cache
def invalid_response(response: DocumentedResponse) -> Strategy:
    """Return bodies that break the schema of a response; a tolerant reader accepts some of them."""
    if not response.schema:
        return st.none()
    return _values(response.api, response.schema, GenerationMode.NEGATIVE, lambda schema: small(tolerant(schema)))


def complete_response(response: DocumentedResponse) -> Json:
    """Return a body of a response that has every field; None where the response has no body."""
    return sample(response.api, complete(response.api, response.schema)) if response.schema else None


def as_json(value: Any) -> Json:
    """Return a value with whole numbers as integers, and with None for what is not JSON, such as invalid bytes."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    return value if value is None or isinstance(value, str | int | float) else None


def writable(operation: Operation, parameters: Mapping[str, Json]) -> dict[str, Json]:
    """Return the parameters with each text made one that can be sent, where the schema allows that."""
    changed = dict(parameters)
    for key in parameters:
        _replace(operation, changed, key, sendable_text)
    return changed


def sendable(operation: Operation, parameters: Mapping[str, Json], *, keep: str | None = None) -> dict[str, Json]:
    """Return those of the parameters that can be sent together, each made one that can be sent.

    Args:
        operation: what they are parameters of.
        parameters: valid ones.
        keep: the parameter for whose sake others are left out.
    """
    left = writable(operation, parameters)
    while any(broken_rules(operation, left)):
        rule = next(each for each in operation.rules if _broken(operation, each, left))
        subject = next(each.key for each in operation.parameters if each.name == rule["parameter"])
        others = [each.key for each in operation.parameters if each.name in rule["others"]]
        for key in others if subject == keep and rule["rule"] == "excludes" else [subject]:
            left.pop(key, None)
    return left


def _broken(operation: Operation, rule: Mapping[str, Any], parameters: Mapping[str, Json]) -> bool:
    given = {each.name for each in operation.parameters if each.key in parameters}
    others = {*rule["others"]}
    return applies(rule, operation, parameters) and bool(others & given if rule["rule"] == "excludes" else others - given)


def _awkward(operation: Operation, parameters: Json) -> Strategy:
    def changed(chosen: dict[str, str]) -> Json:
        result = dict(parameters)
        for key, text in chosen.items():
            _replace(operation, result, key, partial(_instead, text))
        return result

    keys = sorted(parameters)
    return (
        st.dictionaries(st.sampled_from(keys), st.sampled_from(AWKWARD), max_size=3).map(changed) if keys else st.just(parameters)
    )


def _instead(text: str, _: Parameter, __: str) -> str:
    return text


def _replace(operation: Operation, parameters: dict[str, Json], key: str, change: Callable[[Parameter, str], str]) -> None:
    """Change the texts of one parameter, unless that makes it invalid."""
    parameter = operation.parameter(key)
    value = parameters[key]
    if isinstance(value, list):
        changed: Json = [change(parameter, each) if isinstance(each, str) else each for each in value]
    else:
        changed = change(parameter, value) if isinstance(value, str) else value
    if parameters_validator(operation).allows({**parameters, key: changed}):
        parameters[key] = changed


def _described(operation: Operation) -> Schema:
    described: Schema = {"responses": {"200": {"description": "OK"}}}
    described["parameters"] = [
        {"name": each.name, "in": each.location, "required": each.required, "style": each.style, "explode": each.explode}
        | {"schema": everywhere(each.schema, closed)}
        for each in operation.parameters
    ]
    if operation.body is not None:
        content = {"application/json": {"schema": everywhere(operation.body, closed)}}
        described["requestBody"] = {"required": operation.body_required, "content": content}
    return described


def _as_is(schema: Schema) -> Schema:
    return schema


def _values(api: Api, schema: Schema, mode: GenerationMode, change: Callable[[Schema], Schema] = _as_is) -> Strategy:
    def prepared(each: Schema) -> Schema:
        return closed(plain(change(each)))

    operation = {
        "requestBody": {"required": True, "content": {"application/json": {"schema": everywhere(schema, prepared)}}},
        "responses": {"200": {"description": "OK"}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "values", "version": "1"},
        "paths": {"/": {"post": operation}},
        "components": {"schemas": {name: everywhere(each, prepared) for name, each in api.schemas.items()}},
    }
    strategy = schemathesis.openapi.from_dict(document)["/"]["POST"].as_strategy(generation_mode=mode)
    values: Strategy = strategy.map(lambda case: as_json(case.body))
    return values.filter(lambda value: value is not None)
