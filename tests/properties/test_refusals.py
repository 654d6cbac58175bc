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
from tests.properties.gaps import leave_out
from tests.properties.package import InexpressibleError, Package
from tests.properties.refusals import broken_rules, refusals
from tests.properties.schemas import at, equal, inside, narrowed, non_null, path_of, request_schema, request_validator
from tests.properties.test_requests import assert_refused, assert_sent_as_demanded, assert_sent_or_refused
from tests.properties.violations import boundaries, parts, put, violations

_SURROGATE = "\ud800"


def places(operation: Operation, path: JsonPath) -> set[tuple[str, str]]:
    """Return the location and the JSON path by which an error names a path of a case; a key of a map may be `[...]`."""
    location, _, name = str(path[0]).partition(" ")
    start = "" if location == BODY else f".{name}"
    shown = [path_of((step,)).removeprefix("$") for step in path[1:]]
    schemas = inside(operation.api, request_schema(operation), path)[1:]
    maps = [bool(non_null(operation.api, each).get("additionalProperties")) for each in schemas]
    hidden = ["[...]" if is_map else step for step, is_map in zip(shown, [*maps, *[False] * len(shown)], strict=False)]
    return {(location, f"${start}{''.join(each)}") for each in (shown, hidden)}


def is_narrowed(operation: Operation, path: JsonPath) -> bool:
    """Whether the spec allows more on this path of a case than what the properties try."""
    return any(narrowed(operation.api, each) for each in inside(operation.api, request_schema(operation), path))


@examples(0.04)
@given(data=st.data())
def test_each_broken_constraint_is_refused(operation: Operation, package: Package, data: st.DataObject) -> None:
    whole = data.draw(cases.complete_case(operation))
    found: Counter[tuple[JsonPath, str]] = Counter()
    for change in violations(operation.api, request_schema(operation), whole.values):
        if not change.path or (len(change.path) == 1 and change.value is None):
            continue  # all values as something else, or one as None, which is how Python leaves it out
        if change.path == (operation.key,) and change.keyword == "required":
            continue  # the client makes one
        given_values = cases.sendable(operation, whole.values, keep=str(change.path[0]))
        broken = Case(operation=operation, values=change.applied(given_values))
        found[change.path, change.keyword] += 0
        if not request_validator(operation).allows(broken.values):
            note(f"{change.keyword} of {path_of(change.path)} in {broken}")
            found[change.path, change.keyword] += 1
            outcomes = package.call(broken)
            assert_refused(package, outcomes, places(operation, change.path))
            for outcome in outcomes:
                assert change.says in outcome.error.rule
                assert "[...]" in outcome.error.path or equal(outcome.error.value, at(broken.values, change.path))
    assert_all(operation, found, "breaks")


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
    assert_all(operation, found, "just keeps to")


@examples(0.8)
@given(data=st.data())
def test_a_request_that_schemathesis_breaks_is_refused(with_values: Operation, package: Package, data: st.DataObject) -> None:
    operation = with_values
    if not operation.parameters and is_narrowed(operation, (BODY,)):
        leave_out(operation.api, f"{operation.id}: nothing breaks its body, of which only one alternative is tried")
    case = data.draw(cases.broken(operation))
    note(repr(case))
    invalid = request_validator(operation).invalid_paths(case.values)
    event("broken" if invalid else "not broken without the unknown parameter")
    assume(invalid)
    assume(not operation.key or operation.key in case.values)
    assume(not any(is_narrowed(operation, path) for path in invalid))
    try:
        outcomes = package.call(case)
    except InexpressibleError:
        event("has an unknown field, which no model can hold")
        assume(False)  # noqa: FBT003 - how an example is given up
        raise
    assert_refused(
        package, outcomes, {each for path in invalid for each in places(operation, path)} | refusals(operation, case.values)
    )


@examples(0.4)
@given(data=st.data())
def test_each_broken_rule_between_parameters_is_refused(with_rules: Operation, package: Package, data: st.DataObject) -> None:
    operation = with_rules
    whole = data.draw(cases.complete_case(operation))
    required = {each.key for each in operation.parameters if each.required}
    for rule in operation.rules:
        for other in rule.others:
            values = dict(whole.values)
            if rule.equals is not None:
                values[rule.subject.key] = rule.equals
            keys = {BODY, rule.subject.key, other.key, *required}
            keys |= {needed for key in keys for needed in _needs(operation, key, values)}
            if not rule.excludes:
                keys.remove(other.key)
            case = Case(operation=operation, values={key: value for key, value in values.items() if key in keys})
            note(f"{rule.because} in {case}")
            [(location, path, because)] = set(broken_rules(operation, case.values))
            assert because == rule.because
            outcomes = package.call(case)
            assert_refused(package, outcomes, {(location, path)})
            assert all(because in str(outcome.error) for outcome in outcomes)


@examples(0.04)
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


@examples(0.12)
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
        assert_refused(package, outcomes, places(operation, part.path))
        for outcome in outcomes if key == BODY else ():  # a parameter may be refused for its schema as well
            assert "surrogate" in outcome.error.rule
            assert outcome.error.value == _SURROGATE


def assert_all(operation: Operation, found: Mapping[tuple[JsonPath, str], int], does: str) -> None:
    """Something was found for each constraint; those of a further spec for which nothing was are left out."""
    missing = [f"`{keyword}` of {path_of(path)}" for (path, keyword), times in found.items() if not times]
    if missing:
        leave_out(operation.api, f"{operation.id}: nothing {does} {', '.join(missing)}")


def _needs(operation: Operation, key: str, values: Mapping[str, Json]) -> Iterator[str]:
    """Yield the keys of the parameters that must go with one."""
    for rule in operation.rules:
        if rule.subject.key == key and not rule.excludes and rule.applies(values):
            for other in rule.others:
                yield other.key
                yield from _needs(operation, other.key, values)
