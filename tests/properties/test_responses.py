"""A valid response is read and written back unchanged; an invalid one is read if a tolerant reader can, or gives a typed error."""

from __future__ import annotations

import json
import pickle
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import httpx2
import msgspec
from hypothesis import event, given, note
from hypothesis import strategies as st

from scripts.spec.document import Json
from tests.properties import cases
from tests.properties.cases import examples
from tests.properties.contract import DocumentedResponse, Operation, same_name
from tests.properties.normal import CONSTANT
from tests.properties.package import Package, difference, named
from tests.properties.schemas import equal, exact_validator, narrowed_anywhere, response_validator
from tests.properties.violations import MISSING, Change, branch, known, parts, put, violations

_REQUEST = httpx2.Request("GET", "https://vendor.example/")
# No vendor uses this name, so no model has a field for it.
_UNKNOWN = "xUnknownToTheSpec"


def respond(
    documented: DocumentedResponse, body: Json, headers: Mapping[str, str] | None = None, request: httpx2.Request = _REQUEST
) -> httpx2.Response:
    """Return a response as the spec describes it."""
    media_type = {"Content-Type": documented.media_types[0]} if documented.media_types else {}
    return httpx2.Response(
        documented.status,
        headers={**media_type, **(headers or {})},
        content=msgspec.json.encode(body) if documented.media_types else b"",
        request=request,
    )


def assert_error(package: Package, operation: Operation, error: Any, response: httpx2.Response) -> None:
    """The error is of the class of the response's status, has all that is known of the response, and can be pickled."""
    assert type(error) is package.error_class(operation, response.status_code)
    assert (error.status, error.body) == (response.status_code, response.content)
    assert (error.operation, error.method, error.url) == (operation.id, operation.method, str(response.request.url))
    header = operation.api.request_id
    assert error.request_id == (response.headers.get(header) if header else None)
    assert isinstance(error.response, httpx2.Response)
    assert (error.response.status_code, error.response.content) == (response.status_code, response.content)
    shown = str(error)
    assert all(part in shown for part in (operation.id, operation.method, error.url, str(error.status), error.request_id or ""))
    again = pickle.loads(pickle.dumps(error))  # what was written a moment ago
    assert type(again) is type(error)
    assert str(again) == shown
    assert vars(again) == {**vars(error), "response": None}


def assert_read(
    package: Package, operation: Operation, documented: DocumentedResponse, body: Json, *, as_if: Json = MISSING
) -> None:
    """The response is read as what it says, and what was read is written back as what it says."""
    wanted = body if as_if is MISSING else as_if
    response = respond(documented, body)
    outcome = package.parse(operation, response)
    if not documented.success:
        assert_error(package, operation, outcome.error, response)
    read = outcome.result if documented.success else outcome.error.data
    assert difference(read, wanted) is None
    assert equal(msgspec.json.decode(msgspec.json.encode(read)), wanted), "written back, it is another JSON"


def assert_not_read(package: Package, operation: Operation, documented: DocumentedResponse, body: Json) -> None:
    """The response gives a typed error, which keeps all of it."""
    response = respond(documented, body)
    error = package.parse(operation, response).error
    assert_error(package, operation, error, response)
    assert documented.success or error.data is None


def assert_read_if_allowed(package: Package, operation: Operation, documented: DocumentedResponse, body: Json) -> None:
    """The response is read, but for the fields that the spec does not name, if a tolerant reader can; else it is a typed error."""
    if response_validator(documented).allows(body):
        assert_read(package, operation, documented, body, as_if=known(documented.api, documented.schema or {}, body))
    else:
        assert_not_read(package, operation, documented, body)


def kinds_of_responses(operation: Operation) -> list[DocumentedResponse]:
    """Return the success, and one of the errors of each form."""
    errors = {
        repr(documented.schema): documented
        for documented in operation.responses.values()
        if not documented.success and documented.schema
    }
    return [operation.success, *errors.values()]


@examples(2)
@given(data=st.data())
def test_a_response_is_read_exactly_if_a_tolerant_reader_can(operation: Operation, package: Package, data: st.DataObject) -> None:
    documented = data.draw(st.sampled_from(kinds_of_responses(operation)))
    body = data.draw(cases.valid_response(documented) | cases.invalid_response(documented))
    note(f"{documented.status} {body!r}")
    event("readable" if response_validator(documented).allows(body) else "wrong")
    if narrowed_anywhere(operation.api, documented.schema or {}) and not exact_validator(documented).allows(body):
        error = package.parse(operation, respond(documented, body)).error
        if error is not None:
            assert_error(package, operation, error, respond(documented, body))
    else:
        assert_read_if_allowed(package, operation, documented, body)


def test_each_changed_value_of_a_complete_response_is_read_or_refused(operation: Operation, package: Package) -> None:
    for documented in kinds_of_responses(operation):
        assert_read(package, operation, documented, cases.complete_response(documented))
        body = _brief(cases.complete_response(documented))
        api, schema = documented.api, documented.schema or {}
        for change in _changes(documented, body, violations(api, schema, body)):
            # The whole body would be read a thousand times; that nothing else in it is lost is tested below.
            changed = change.applied(branch(api, schema, body, change.path))
            assert_read_if_allowed(package, operation, documented, changed)


def test_what_a_breach_does_not_touch_is_read(operation: Operation, package: Package) -> None:
    for documented in kinds_of_responses(operation):
        body = _brief(cases.complete_response(documented))
        # One other value and null are enough at each place: the test above tries all of them.
        found = violations(documented.api, documented.schema or {}, body)
        changes = {(each.path, each.keyword, each.value is None): each for each in found}.values()
        for change in _changes(documented, body, changes):
            in_list = any(isinstance(step, int) for step in change.path)
            has_rest = bool(change.path) and (in_list or (isinstance(body, dict) and len(body) > 1))
            _assert_rest_is_read(package, operation, documented, change.applied(body), has_rest=has_rest)


def _assert_rest_is_read(
    package: Package, operation: Operation, documented: DocumentedResponse, body: Json, *, has_rest: bool
) -> None:
    """What is read of a response is what is read of the response without what is listed as left out, or as of another type."""
    parsed = package.read(operation, respond(documented, body))
    breaches = parsed.error.breaches if parsed.error else parsed.result.breaches
    assert bool(breaches) != response_validator(documented).allows(body)
    value = parsed.result.value if documented.success and parsed.result else getattr(parsed.error, "data", None)
    if breaches and value is not None:
        assert all(each.path.startswith(each.left_out) for each in breaches)
        written = msgspec.json.decode(msgspec.json.encode(value))
        for path in {each.left_out or each.path: None for each in breaches}:
            body = put(body, _steps(path), MISSING)
            written = written if path in {each.left_out for each in breaches} else put(written, _steps(path), MISSING)
        assert equal(written, known(documented.api, documented.schema or {}, body))
    elif breaches:
        assert not has_rest
        assert not any(each.left_out for each in breaches)
        assert not documented.success or type(parsed.error).__name__ == "InvalidResponse"


def _steps(path: str) -> tuple[str | int, ...]:
    steps = re.findall(r"\.([\w-]+)|\[(\d+)\]|\[(\".*?\")\]", path)
    return tuple(name or (int(index) if index else json.loads(quoted)) for name, index, quoted in steps)


def test_an_integer_that_is_written_as_another_number_is_read(operation: Operation, package: Package) -> None:
    for documented in kinds_of_responses(operation):
        body = cases.complete_response(documented)
        for part in parts(documented.api, documented.schema or {}, body):
            if type(part.value) is int:
                assert_read(package, operation, documented, put(body, part.path, float(part.value)), as_if=body)


def _brief(value: Json, *, is_changed: bool = True) -> Json:
    """Return a body that is read faster: lists that no change reaches, as it goes into last elements only, have one element."""
    if isinstance(value, dict):
        return {name: _brief(each, is_changed=is_changed) for name, each in value.items()}
    if not isinstance(value, list):
        return value
    kept = value if is_changed else value[-1:]
    return [_brief(each, is_changed=is_changed and index == len(kept)) for index, each in enumerate(kept, 1)]


def _changes(documented: DocumentedResponse, body: Json, changes: Iterable[Change]) -> Iterator[Change]:
    """Yield changes to another type, null, an unknown enum value or nothing at each place, or by an unknown field."""
    for change in changes:
        if change.keyword in ("type", "required", "enum"):
            yield change
    for part in parts(documented.api, documented.schema or {}, body):
        for name in part.schema.get("properties", {}).keys() - {*part.schema.get("required", [])}:
            yield Change(path=(*part.path, name), keyword="properties", value=None)
            if name in part.value:
                yield Change(path=(*part.path, name), keyword="properties", value=MISSING)
        if "properties" in part.schema:
            unknown = (None, "text", [{"a": 1}])
            yield from (Change(path=(*part.path, _UNKNOWN), keyword="properties", value=each) for each in unknown)
        if "enum" in part.schema and isinstance(part.value, str):
            texts = ("\u00e4", *(each.lower() for each in part.schema["enum"]))
            yield from (Change(path=part.path, keyword="enum", value=each) for each in texts)


def test_every_value_of_an_enum_has_a_name(package: Package) -> None:
    for name, schema in package.api.schemas.items():
        values = [each for each in schema.get("enum", []) if each is not None]
        if CONSTANT not in schema and values and all(type(each) is type(values[0]) in (str, int) for each in values):
            enum = getattr(package.models, named(dir(package.models), name))
            assert [member.value for member in enum] == values
            worded = [each for each in enum if re.fullmatch(r"[A-Za-z]\w*( \w+)*", str(each.value))]
            assert all(same_name(member.name, str(member.value)) for member in worded)
