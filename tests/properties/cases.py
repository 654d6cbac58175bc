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
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from scripts.spec.document import Json
from tests.properties.contract import BODY, Api, DocumentedResponse, LeftOutError, Operation, Schema
from tests.properties.gaps import leave_out
from tests.properties.normal import Change
from tests.properties.refusals import sendable_text
from tests.properties.samples import sample
from tests.properties.schemas import (
    closed,
    complete,
    components,
    everywhere,
    parameters_schema,
    parameters_validator,
    plain,
    request_schema,
    request_validator,
    small,
    successive,
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
    """A request: its parameters by their keys, and its body as `body`, if it has one."""

    operation: Operation
    values: Mapping[str, Json]

    @property
    def parameters(self) -> dict[str, Json]:
        """The parameters by their keys."""
        return {key: value for key, value in self.values.items() if key != BODY}

    @property
    def body(self) -> Json:
        """The body; None where there is none."""
        return self.values.get(BODY)

    def __repr__(self) -> str:
        return f"{self.operation}: {_SHORT.repr(dict(self.values))}"


def examples(share: float = 1) -> settings:
    """Return the settings of a property that is worth this share of the usual number of examples."""
    # `samples` looks for a value inside of a test.
    ignored = [HealthCheck.too_slow, HealthCheck.nested_given]
    return settings(max_examples=max(1, round(_EXAMPLES * share)), phases=_PHASES, suppress_health_check=ignored)


@cache
def from_schemathesis(operation: Operation) -> st.SearchStrategy[Any]:
    """Return the valid cases of an operation, as Schemathesis makes them."""
    described: Schema = {}
    described["parameters"] = [
        {"name": each.name, "in": each.location, "required": each.required, "style": each.style, "explode": each.explode}
        | {"schema": everywhere(each.schema, closed)}
        for each in operation.parameters
    ]
    if operation.body is not None:
        described["requestBody"] = _request_body(everywhere(operation.body, closed), required=operation.body_required)
    return _strategy(operation.api, operation.path, operation.method, described, GenerationMode.POSITIVE, closed)


@cache
def valid(operation: Operation) -> st.SearchStrategy[Case]:
    """Return cases that are valid by their schemas; about half of them can be sent as well."""
    values = _values(operation.api, request_schema(operation), GenerationMode.POSITIVE)
    return (
        values.flatmap(lambda each: _awkward(operation, each))
        .flatmap(lambda each: st.sampled_from([each, sendable(operation, each)]))
        .map(lambda each: Case(operation=operation, values=each))
    )


@cache
def complete_case(operation: Operation) -> st.SearchStrategy[Case]:
    """Return cases with every parameter and every field of the body; the parameters may break rules between them."""
    values = _values(operation.api, complete(operation.api, request_schema(operation)), GenerationMode.POSITIVE)
    return values.map(lambda each: Case(operation=operation, values=writable(operation, each)))


@cache
def sample_case(operation: Operation) -> Case:
    """Return one case that can be sent, for tests of what comes back."""
    values = sendable(operation, _sample(operation.api, request_schema(operation)))
    if not request_validator(operation).allows(values):
        leave_out(operation.api, f"{operation.id}: no request was found that can be sent")
    return Case(operation=operation, values=values)


@cache
def broken(operation: Operation) -> st.SearchStrategy[Case]:
    """Return cases of which Schemathesis has broken the parameters or the body.

    Parameters that it has added are left out, as are those that are null: Python has no keyword for them.
    """
    known = {each.key for each in operation.parameters}

    def with_parameters(case: Case, broken: Json) -> Case:
        given = broken if isinstance(broken, dict) else {}
        named = {key: value for key, value in given.items() if key in known and value is not None}
        return Case(operation=operation, values={**named, **({BODY: case.body} if BODY in case.values else {})})

    def with_body(case: Case, broken: Json) -> Case:
        return Case(operation=operation, values={**sendable(operation, case.values), BODY: broken})

    ways = []
    if operation.parameters:
        parameters = _values(operation.api, parameters_schema(operation), GenerationMode.NEGATIVE)
        ways.append(st.builds(with_parameters, valid(operation), parameters))
    if operation.body is not None:
        body = _values(operation.api, operation.body, GenerationMode.NEGATIVE)
        others = valid(operation) if operation.parameters else st.just(Case(operation=operation, values={}))
        ways.append(st.builds(with_body, others, body))
    return st.one_of(ways)


@cache
def valid_response(response: DocumentedResponse) -> Strategy:
    """Return valid bodies of a response; None where it has none."""
    return _values(response.api, response.schema, GenerationMode.POSITIVE, small) if response.schema else st.none()


@cache
def invalid_response(response: DocumentedResponse) -> Strategy:
    """Return bodies that break the schema of a response; a tolerant reader accepts some of them."""
    if not response.schema:
        return st.none()
    return _values(response.api, response.schema, GenerationMode.NEGATIVE, tolerant, small)


@cache
def complete_response(response: DocumentedResponse) -> Json:
    """Return a body of a response that has every field; None where the response has no body."""
    return _sample(response.api, response.schema) if response.schema else None


def as_json(value: Any) -> Json:
    """Return a value with whole numbers as integers, and with None for what is not JSON, such as invalid bytes."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [as_json(each) for each in value]
    return value if value is None or isinstance(value, str | int | float) else None


def writable(operation: Operation, values: Mapping[str, Json]) -> dict[str, Json]:
    """Return the values of a request with each text of a parameter made one that can be sent, where the schema allows that."""
    changed = dict(values)
    for key in values.keys() - {BODY}:
        _replace(operation, changed, key, partial(sendable_text, operation.parameter(key)))
    return changed


def sendable(operation: Operation, values: Mapping[str, Json], *, keep: str | None = None) -> dict[str, Json]:
    """Return those of the values of a request that can be sent together, each made one that can be sent.

    Args:
        operation: what they are values of.
        values: valid ones.
        keep: the parameter for whose sake others are left out.
    """
    left = writable(operation, values)
    while broken := [each for each in operation.rules if each.broken_by(left)]:
        rule = broken[0]
        for each in rule.others if rule.excludes and rule.subject.key == keep else [rule.subject]:
            left.pop(each.key, None)
    return left


def _sample(api: Api, schema: Schema) -> Json:
    try:
        return sample(complete(api, schema), lambda each: _values(api, each, GenerationMode.POSITIVE))
    except LeftOutError as error:
        leave_out(api, str(error))


def _awkward(operation: Operation, values: Json) -> Strategy:
    def changed(chosen: dict[str, str]) -> Json:
        result = dict(values)
        for key, text in chosen.items():
            _replace(operation, result, key, partial(_instead, text))
        return result

    keys = sorted(values.keys() - {BODY})
    return st.dictionaries(st.sampled_from(keys), st.sampled_from(AWKWARD), max_size=3).map(changed) if keys else st.just(values)


def _instead(text: str, _: str) -> str:
    return text


def _replace(operation: Operation, values: dict[str, Json], key: str, change: Callable[[str], str]) -> None:
    """Change the texts of one parameter, unless that makes it invalid."""
    value = values[key]
    if isinstance(value, list):
        changed: Json = [change(each) if isinstance(each, str) else each for each in value]
    else:
        changed = change(value) if isinstance(value, str) else value
    if parameters_validator(operation).allows({**values, key: changed}):
        values[key] = changed


def _values(api: Api, schema: Schema, mode: GenerationMode, *changes: Change) -> Strategy:
    change = successive(*changes, plain, closed)
    described = {"requestBody": _request_body(everywhere(schema, change), required=True)}
    values: Strategy = _strategy(api, "/", "POST", described, mode, change).map(lambda case: as_json(case.body))
    return values.filter(lambda value: value is not None)


def _request_body(schema: Schema, *, required: bool) -> Schema:
    return {"required": required, "content": {"application/json": {"schema": schema}}}


def _strategy(api: Api, path: str, method: str, operation: Schema, mode: GenerationMode, change: Change) -> st.SearchStrategy[Any]:
    """Return the cases that Schemathesis makes of the only operation of a document."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "spec", "version": "1"},
        "paths": {path: {method.lower(): {**operation, "responses": {"200": {"description": "OK"}}}}},
        "components": {"schemas": components(api, change)},
    }
    return schemathesis.openapi.from_dict(document)[path][method].as_strategy(generation_mode=mode)
