"""A valid response is read and written back unchanged; an invalid one is read if a tolerant reader can, or gives a typed error."""

from __future__ import annotations

from collections.abc import Mapping

import httpx2
import msgspec
from hypothesis import event, given, note
from hypothesis import strategies as st

from scripts.spec.document import Json
from tests.properties import cases
from tests.properties.cases import examples
from tests.properties.contract import DocumentedResponse, Operation, error_class, same_name
from tests.properties.package import Package, difference
from tests.properties.schemas import at, equal, response_validator
from tests.properties.violations import MISSING, known, objects, put, texts, violations

# No vendor uses this name, so no model has a field for it.
_UNKNOWN = "xUnknownToTheSpec"


def respond(documented: DocumentedResponse, body: Json, headers: Mapping[str, str] | None = None) -> httpx2.Response:
    """Return a response as the spec describes it."""
    media_type = {"Content-Type": documented.media_types[0]} if documented.media_types else {}
    return httpx2.Response(
        documented.status,
        headers={**media_type, **(headers or {})},
        content=msgspec.json.encode(body) if documented.media_types else b"",
        request=httpx2.Request("GET", "https://vendor.example/"),
    )


def assert_read(
    package: Package, operation: Operation, documented: DocumentedResponse, body: Json, *, as_if: Json = MISSING
) -> None:
    """The response is read as what it says, and what was read is written back as what it says."""
    wanted = body if as_if is MISSING else as_if
    outcome = package.parse(operation, respond(documented, body))
    assert (outcome.error is None) is documented.success
    read = outcome.result if documented.success else outcome.error.data
    assert difference(read, wanted) is None
    assert equal(msgspec.json.decode(msgspec.json.encode(read)), wanted), "written back, it is another JSON"


def assert_not_read(package: Package, operation: Operation, documented: DocumentedResponse, body: Json) -> None:
    """The response gives a typed error, which keeps all of it."""
    response = respond(documented, body)
    error = package.parse(operation, response).error
    if documented.success:
        assert type(error) is package.errors.InvalidResponse
    else:
        assert type(error) is getattr(package.errors, error_class(documented.status))
        assert error.data is None
    assert (error.response, error.body) == (response, response.content)
    assert (error.status, error.operation) == (documented.status, operation.id)


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
def test_a_valid_response_is_read_and_written_back(operation: Operation, package: Package, data: st.DataObject) -> None:
    body = data.draw(cases.valid_response(operation.success))
    note(repr(body))
    assert_read(package, operation, operation.success, body)


@examples(2)
@given(data=st.data())
def test_a_response_is_read_exactly_if_a_tolerant_reader_can(operation: Operation, package: Package, data: st.DataObject) -> None:
    body = data.draw(cases.invalid_response(operation.success))
    note(repr(body))
    readable = response_validator(operation.success).allows(body)
    event("readable" if readable else "wrong")
    if readable:
        wanted = known(operation.api, operation.success.schema or {}, body)
        assert_read(package, operation, operation.success, body, as_if=wanted)
    else:
        assert_not_read(package, operation, operation.success, body)


def test_each_value_of_a_complete_response_is_read_or_refused(operation: Operation, package: Package) -> None:
    for documented in kinds_of_responses(operation):
        body = cases.complete_response(documented)
        assert_read(package, operation, documented, body)
        validator = response_validator(documented)
        for change in violations(documented.api, documented.schema or {}, body):
            if change.keyword in ("type", "required", "enum"):
                changed = change.applied(body)
                check = assert_read if validator.allows(changed) else assert_not_read
                check(package, operation, documented, changed)


def test_a_field_may_be_absent_null_or_unknown(operation: Operation, package: Package) -> None:
    for documented in kinds_of_responses(operation):
        body = cases.complete_response(documented)
        for path, schema in objects(documented.api, documented.schema or {}, body):
            for name in schema["properties"].keys() - {*schema.get("required", [])}:
                assert_read(package, operation, documented, put(body, (*path, name), None))
                if name in at(body, path):
                    assert_read(package, operation, documented, put(body, (*path, name), MISSING))
            for unknown in (None, "text", [{"a": 1}]):
                assert_read(package, operation, documented, put(body, (*path, _UNKNOWN), unknown), as_if=body)


def test_an_unknown_value_of_an_open_enum_is_kept(operation: Operation, package: Package) -> None:
    for documented in kinds_of_responses(operation):
        body = cases.complete_response(documented)
        for path, schema in texts(documented.api, documented.schema or {}, body):
            for text in ["no such value", "", "\u00e4", *(each.lower() for each in schema["enum"])] if "enum" in schema else []:
                changed = put(body, path, text)
                if schema.get("x-client-enum") == "open":
                    assert_read(package, operation, documented, changed)
                elif text not in schema["enum"]:
                    assert_not_read(package, operation, documented, changed)


def test_every_value_of_an_enum_has_a_name(package: Package) -> None:
    for name, schema in package.api.schemas.items():
        if "enum" in schema:
            enum = getattr(package.models, name)
            assert [member.value for member in enum] == [each for each in schema["enum"] if each is not None]
            assert all(same_name(member.name, str(member.value)) for member in enum)
