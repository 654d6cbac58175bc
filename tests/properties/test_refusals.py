"""A request that breaks the spec anywhere is refused before it is sent, and the error names the path, the value and the rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from hypothesis import assume, event, given, note
from hypothesis import strategies as st

from scripts.spec.document import Json
from tests.properties import cases
from tests.properties.cases import Case, examples
from tests.properties.contract import BODY, JsonPath, Operation
from tests.properties.package import InexpressibleError, Package
from tests.properties.refusals import applies, broken_rules, refusals
from tests.properties.schemas import at, equal, path_of, request_schema, request_validator
from tests.properties.test_requests import assert_refused, assert_sent_as_demanded, assert_sent_or_refused
from tests.properties.violations import boundaries, parts, put, violations

_SURROGATE = "\ud800"


def place(path: JsonPath) -> tuple[str, str]:
    """Return the location and the JSON path by which an error names a path of a case."""
    location, _, name = str(path[0]).partition(" ")
    return location, path_of((name, *path[1:]) if name else path[1:])


@examples(0.04)
@given(data=st.data())
def test_each_broken_constraint_is_refused(operation: Operation, package: Package, data: st.DataObject) -> None:
    whole = data.draw(cases.complete_case(operation))
    found: Counter[tuple[JsonPath, str]] = Counter()
    for change in violations(operation.api, request_schema(operation), whole.values):
        if not change.path or (len(change.path) == 1 and change.value is None):
            continue  # all values as something else, or one as None, which is how Python leaves it out
        given_values = cases.sendable(operation, whole.values, keep=str(change.path[0]))
        broken = Case(operation=operation, values=change.applied(given_values))
        found[change.path, change.keyword] += 0
        if not request_validator(operation).allows(broken.values):
            note(f"{change.keyword} of {path_of(change.path)} in {broken}")
            found[change.path, change.keyword] += 1
            outcomes = package.call(broken)
            assert_refused(package, outcomes, {place(change.path)})
            for outcome in outcomes:
                assert change.says in outcome.error.rule
                assert equal(outcome.error.value, at(broken.values, change.path))
    assert all(found.values()), f"nothing was found that breaks {[each for each, times in found.items() if not times]}"


@examples(0.04)
@given(data=st.data())
def test_values_at_a_limit_are_sent(operation: Operation, package: Package, data: st.DataObject) -> None:
    whole = data.draw(cases.complete_case(operation))
    found: Counter[tuple[JsonPath, str]] = Counter()
    for change in boundaries(operation.api, request_schema(operation), whole.values):
        given_values = cases.sendable(operation, whole.values, keep=str(change.path[0]))
        case = Case(operation=operation, values=cases.writable(operation, change.applied(given_values)))
        found[change.path, change.keyword] += 0
        if not refusals(operation, case.values) and request_validator(operation).allows(case.values):
            note(f"{change.keyword} of {path_of(change.path)} in {case}")
            found[change.path, change.keyword] += 1
            assert_sent_as_demanded(package, case, package.call(case))
    assert all(found.values()), f"nothing was found that just keeps to {[each for each, times in found.items() if not times]}"


@examples(2)
@given(data=st.data())
def test_a_request_that_schemathesis_breaks_is_refused(with_values: Operation, package: Package, data: st.DataObject) -> None:
    operation = with_values
    case = data.draw(cases.broken(operation))
    note(repr(case))
    invalid = request_validator(operation).invalid_paths(case.values)
    event("broken" if invalid else "not broken without the unknown parameter")
    assume(invalid)
    try:
        outcomes = package.call(case)
    except InexpressibleError:
        event("has an unknown field, which no model can hold")
        assume(False)  # noqa: FBT003 - how an example is given up
        raise
    assert_refused(package, outcomes, {place(path) for path in invalid} | refusals(operation, case.values))


@examples(0.4)
@given(data=st.data())
def test_each_broken_rule_between_parameters_is_refused(with_rules: Operation, package: Package, data: st.DataObject) -> None:
    operation = with_rules
    whole = data.draw(cases.complete_case(operation))
    by_name = {each.name: each.key for each in operation.parameters}
    for rule in operation.rules:
        for other in rule["others"]:
            values = dict(whole.values)
            if "equals" in rule:
                values[by_name[rule["parameter"]]] = rule["equals"]
            names = {rule["parameter"], other, *(each.name for each in operation.parameters if each.required)}
            names |= {each for name in names for each in _needs(operation, name, values)}
            if rule["rule"] != "excludes":
                names.remove(other)
            chosen = {BODY, *(by_name[name] for name in names)}
            case = Case(operation=operation, values={key: value for key, value in values.items() if key in chosen})
            note(f"{rule} in {case}")
            [(location, path, because)] = set(broken_rules(operation, case.values))
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
        values = cases.sendable(operation, whole.values, keep=parameter.key)
        value = values[parameter.key]
        path = (parameter.key, len(value) - 1) if isinstance(value, list) else (parameter.key,)
        for text in cases.AWKWARD:
            case = Case(operation=operation, values=put(values, path, text))
            note(repr(case))
            if request_validator(operation).allows(case.values):
                assert_sent_or_refused(package, case, package.call(case))


@examples(0.4)
@given(data=st.data())
def test_invalid_unicode_is_refused(operation: Operation, package: Package, data: st.DataObject) -> None:
    whole = data.draw(cases.complete_case(operation))
    for part in parts(operation.api, request_schema(operation), whole.values):
        if not isinstance(part.value, str):
            continue
        key = str(part.path[0])
        given_values = cases.sendable(operation, whole.values, keep=key)
        case = Case(operation=operation, values=put(given_values, part.path, _SURROGATE))
        note(f"{path_of(part.path)} in {whole}")
        outcomes = package.call(case)
        assert_refused(package, outcomes, {place(part.path)})
        for outcome in outcomes if key == BODY else ():  # a parameter may be refused for its schema as well
            assert "surrogate" in outcome.error.rule
            assert outcome.error.value == _SURROGATE


def _needs(operation: Operation, name: str, values: Mapping[str, Json]) -> Iterator[str]:
    """Yield the names of the parameters that must go with one."""
    for rule in operation.rules:
        if rule["parameter"] == name and rule["rule"] != "excludes" and applies(rule, operation, values):
            for other in rule["others"]:
                yield other
                yield from _needs(operation, other, values)
