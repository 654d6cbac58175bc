"""A request that breaks the spec anywhere is refused before it is sent, and the error names the path, the value and the rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from hypothesis import assume, event, given, note
from hypothesis import strategies as st

from scripts.spec.document import Json
from tests.properties import cases
from tests.properties.cases import Case, examples
from tests.properties.contract import JsonPath, Operation
from tests.properties.package import InexpressibleError, Outcome, Package
from tests.properties.refusals import applies, broken_rules, refusals, sendable_text
from tests.properties.schemas import at, body_validator, equal, parameters_schema, parameters_validator, path_of
from tests.properties.test_requests import assert_refused, assert_sent_as_demanded
from tests.properties.violations import Change, boundaries, put, texts, violations


def assert_names(package: Package, outcomes: tuple[Outcome, ...], *, location: str, path: JsonPath, value: Json, says: str) -> None:
    """Each way of calling has refused the request at this path, and sent nothing."""
    for outcome in outcomes:
        assert outcome.sent == (), "a request that breaks the spec went out"
        error = outcome.error
        assert isinstance(error, package.errors.InvalidRequest), f"{error!r} came of a broken request"
        assert (error.location, error.path) == (location, path_of(path)), str(error)
        assert says in error.rule
        assert equal(error.value, value), f"{error.value!r} is not the value there, {value!r}"


@examples(0.1)
@given(data=st.data())
def test_each_broken_constraint_of_a_parameter_is_refused(
    with_parameters: Operation, package: Package, data: st.DataObject
) -> None:
    operation = with_parameters
    whole = data.draw(cases.complete_case(operation))
    validator = parameters_validator(operation)
    found: Counter[tuple[JsonPath, str]] = Counter()
    for change in violations(operation.api, parameters_schema(operation), dict(whole.parameters)):
        if not change.path or (len(change.path) == 1 and change.value is None):
            continue  # all parameters as something else, or one as None, which is how Python leaves it out
        parameter = operation.parameter(str(change.path[0]))
        given_parameters = cases.sendable(operation, whole.parameters, keep=parameter.key)
        broken = Case(operation=operation, parameters=change.applied(given_parameters), body=whole.body)
        found[change.path[:1], change.keyword] += 0
        if not validator.allows(dict(broken.parameters)):
            note(f"{change.keyword} of {path_of(change.path)} in {broken}")
            found[change.path[:1], change.keyword] += 1
            path = (parameter.name, *change.path[1:])
            outcomes = package.call(broken)
            value = at(broken.parameters, change.path)
            assert_names(package, outcomes, location=parameter.location, path=path, value=value, says=change.says)
    assert all(found.values()), f"nothing was found that breaks {[each for each, times in found.items() if not times]}"


@examples(0.1)
@given(data=st.data())
def test_each_broken_constraint_of_a_body_is_refused(with_body: Operation, package: Package, data: st.DataObject) -> None:
    operation = with_body
    whole = data.draw(cases.complete_case(operation))
    parameters = cases.sendable(operation, whole.parameters)
    validator = body_validator(operation)
    found: Counter[tuple[str, str]] = Counter()
    for change in violations(operation.api, operation.body or {}, whole.body):
        if not change.path and change.value is None:
            continue  # None is how Python leaves the body out
        broken = Case(operation=operation, parameters=parameters, body=change.applied(whole.body))
        found[path_of(change.path), change.keyword] += 0
        if not validator.allows(broken.body):
            note(f"{change.keyword} of {path_of(change.path)} in {broken}")
            found[path_of(change.path), change.keyword] += 1
            value = at(broken.body, change.path)
            assert_names(package, package.call(broken), location="body", path=change.path, value=value, says=change.says)
    assert all(found.values()), f"nothing was found that breaks {[each for each, times in found.items() if not times]}"


@examples(0.1)
@given(data=st.data())
def test_values_at_a_limit_are_sent(operation: Operation, package: Package, data: st.DataObject) -> None:
    whole = data.draw(cases.complete_case(operation))
    found: Counter[tuple[JsonPath, str]] = Counter()
    for case, change in _touching(operation, whole):
        found[change.path, change.keyword] += 0
        if not refusals(operation, case.parameters) and _allowed(case):
            note(f"{change.keyword} of {path_of(change.path)} in {case}")
            found[change.path, change.keyword] += 1
            assert_sent_as_demanded(package, case, package.call(case))
    assert all(found.values()), f"nothing was found that just keeps to {[each for each, times in found.items() if not times]}"


@examples()
@given(data=st.data())
def test_parameters_that_schemathesis_breaks_are_refused(with_parameters: Operation, package: Package, data: st.DataObject) -> None:
    operation = with_parameters
    drawn = data.draw(cases.invalid_parameters(operation))
    known = {each.key for each in operation.parameters}
    if not isinstance(drawn, dict) or drawn.keys() - known:
        event("has an unknown parameter, for which there is no keyword")
    parameters = (
        {key: value for key, value in drawn.items() if key in known and value is not None} if isinstance(drawn, dict) else {}
    )
    invalid = parameters_validator(operation).invalid_paths(parameters)
    event("broken" if invalid else "not broken without the unknown parameter")
    assume(invalid)
    case = Case(operation=operation, parameters=parameters, body=data.draw(cases.valid_body(operation)))
    note(repr(case))
    paths = {
        (operation.parameter(str(key)).location, path_of((operation.parameter(str(key)).name, *rest))) for key, *rest in invalid
    }
    assert_refused(package, package.call(case), paths)


@examples()
@given(data=st.data())
def test_a_body_that_schemathesis_breaks_is_refused(with_body: Operation, package: Package, data: st.DataObject) -> None:
    operation = with_body
    body = data.draw(cases.invalid_body(operation))
    parameters = cases.sendable(operation, data.draw(cases.valid_parameters(operation)))
    assume(not refusals(operation, parameters))
    case = Case(operation=operation, parameters=parameters, body=body)
    note(repr(case))
    invalid = body_validator(operation).invalid_paths(body)
    assume(invalid)
    try:
        outcomes = package.call(case)
    except InexpressibleError:
        event("has an unknown field, which no model can hold")
        assume(False)  # noqa: FBT003 - how an example is given up
        raise
    event("broken")
    assert_refused(package, outcomes, {("body", path_of(path)) for path in invalid})


@examples(0.4)
@given(data=st.data())
def test_each_broken_rule_between_parameters_is_refused(with_rules: Operation, package: Package, data: st.DataObject) -> None:
    operation = with_rules
    whole = data.draw(cases.complete_case(operation))
    by_name = {each.name: each.key for each in operation.parameters}
    for rule in operation.rules:
        for other in rule["others"]:
            values = dict(whole.parameters)
            if "equals" in rule:
                values[by_name[rule["parameter"]]] = rule["equals"]
            names = {rule["parameter"], other, *(each.name for each in operation.parameters if each.required)}
            names |= {each for name in names for each in _needs(operation, name, values)}
            if rule["rule"] != "excludes":
                names.remove(other)
            parameters = {by_name[name]: values[by_name[name]] for name in names}
            case = Case(operation=operation, parameters=parameters, body=whole.body)
            note(f"{rule} in {case}")
            [(location, path, because)] = set(broken_rules(operation, parameters))
            assert because == rule["because"]
            outcomes = package.call(case)
            assert_refused(package, outcomes, {(location, path)})
            assert all(because in str(outcome.error) for outcome in outcomes)


@examples(0.1)
@given(data=st.data())
def test_every_text_is_sent_unchanged_or_refused(with_parameters: Operation, package: Package, data: st.DataObject) -> None:
    operation = with_parameters
    whole = data.draw(cases.complete_case(operation))
    for parameter in operation.parameters:
        parameters = cases.sendable(operation, whole.parameters, keep=parameter.key)
        value = parameters[parameter.key]
        for text in (*cases.AWKWARD, "\ud800"):
            parameters[parameter.key] = [*value[:-1], text] if isinstance(value, list) else text
            case = Case(operation=operation, parameters=parameters, body=whole.body)
            note(repr(case))
            below = f"[{len(value) - 1}]" if isinstance(value, list) else ""
            if text == "\ud800" or (parameters_validator(operation).allows(parameters) and sendable_text(parameter, text) != text):
                assert_refused(package, package.call(case), {(parameter.location, f"$.{parameter.name}{below}")})
            elif parameters_validator(operation).allows(parameters) and not refusals(operation, parameters):
                assert_sent_as_demanded(package, case, package.call(case))


@examples(0.4)
@given(data=st.data())
def test_a_missing_body_and_invalid_unicode_are_refused(with_body: Operation, package: Package, data: st.DataObject) -> None:
    whole = data.draw(cases.complete_case(with_body))
    parameters = cases.sendable(with_body, whole.parameters)
    if with_body.body_required:
        none = Case(operation=with_body, parameters=parameters)
        assert_names(package, package.call(none), location="body", path=(), value=None, says="required")
    for path, _ in texts(with_body.api, with_body.body or {}, whole.body):
        case = Case(operation=with_body, parameters=parameters, body=put(whole.body, path, "\ud800"))
        note(f"{path_of(path)} in {whole}")
        assert_names(package, package.call(case), location="body", path=path, value="\ud800", says="surrogate")


def _needs(operation: Operation, name: str, values: Mapping[str, Json]) -> Iterator[str]:
    """Yield the names of the parameters that must go with one."""
    for rule in operation.rules:
        if rule["parameter"] == name and rule["rule"] != "excludes" and applies(rule, operation, values):
            for other in rule["others"]:
                yield other
                yield from _needs(operation, other, values)


def _touching(operation: Operation, whole: Case) -> Iterator[tuple[Case, Change]]:
    for change in boundaries(operation.api, parameters_schema(operation), dict(whole.parameters)):
        parameters = cases.sendable(operation, whole.parameters, keep=str(change.path[0]))
        parameters = cases.writable(operation, change.applied(parameters))
        yield Case(operation=operation, parameters=parameters, body=whole.body), change
    parameters = cases.sendable(operation, whole.parameters)
    for change in boundaries(operation.api, operation.body, whole.body) if operation.body else ():
        yield Case(operation=operation, parameters=parameters, body=change.applied(whole.body)), change


def _allowed(case: Case) -> bool:
    operation = case.operation
    return parameters_validator(operation).allows(dict(case.parameters)) and (
        operation.body is None or body_validator(operation).allows(case.body)
    )
