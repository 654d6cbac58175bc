"""How a defect is planted in a mock vendor: on the way of a call in, or on the way of its response out."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote

from scripts.apis import tables
from scripts.mock.engine.app import Wrap
from scripts.mock.engine.vendor import Call, MockResponse, Respond, Vendor

SUCCESS: Final = range(200, 300)
REFUSAL: Final = range(400, 500)
_UNAUTHENTICATED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)

# What failures say that Schemathesis itself finds.
VIOLATION: Final = "Response violates schema"
STATUS: Final = "Undocumented status code"
KIND: Final = "Undocumented Content-Type"
HEADER: Final = "Missing required response headers"
SERVER_ERROR: Final = "Server error"
ACCEPTED: Final = "Schema-violating request accepted"
REFUSED: Final = "Schema-valid request rejected"
LET_IN: Final = "API accepts requests without authentication|Unexpected response to a request without authentication"

Change = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """Something that a server does wrong.

    Attributes:
        name: what it is called by.
        api, operations: where it is; what is fuzzed to find it.
        what: the defect in words.
        sign: a regular expression for what a failure that is about the defect says. Another failure does not count as finding it.
        plant: makes the defective server of a sound one.
    """

    name: str
    api: str
    operations: tuple[str, ...]
    what: str
    sign: str
    plant: Wrap

    def wrap(self, vendor: Vendor, respond: Respond) -> Respond:
        """Plant the defect if this is the vendor that has it."""
        return self.plant(vendor, respond) if vendor.api == self.api else respond


def texts(document: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text of a JSON document with the name of the field that it stands in."""
    if isinstance(document, str):
        yield name, document
    elif isinstance(document, dict):
        for key, value in document.items():
            yield from texts(value, key)
    elif isinstance(document, list):
        for value in document:
            yield from texts(value, name)


def as_status(status: int) -> Callable[[Call, MockResponse], MockResponse]:
    """Return what gives responses another status."""
    return lambda _, response: MockResponse(status=status, headers=response.headers, body=response.body)


def as_type(content_type: str) -> Callable[[Call, MockResponse], MockResponse]:
    """Return what gives responses another content type."""
    return lambda _, response: MockResponse(
        status=response.status, headers={**response.headers, "content-type": content_type}, body=response.body
    )


def without_header(name: str) -> Callable[[Call, MockResponse], MockResponse]:
    """Return what takes a header away from responses."""

    def changed(_: Call, response: MockResponse) -> MockResponse:
        headers = {key: value for key, value in response.headers.items() if key != name}
        return MockResponse(status=response.status, headers=headers, body=response.body)

    return changed


def without(name: str) -> Change:
    """Return what takes a field away from a body."""
    return lambda body: {key: value for key, value in body.items() if key != name}


def having(**fields: Any) -> Change:
    """Return what sets fields of a body."""
    return lambda body: {**body, **fields}


def answered(
    change: Callable[[Call, MockResponse], MockResponse], *, to: Collection[str], status: Collection[int] = SUCCESS
) -> Wrap:
    """Change the responses that have one of some statuses, to some operations or paths beside them."""

    def plant(_: Vendor, respond: Respond) -> Respond:
        async def changed(call: Call) -> MockResponse:
            response = await respond(call)
            return change(call, response) if call.operation in to and response.status in status else response

        return changed

    return plant


def told(
    change: Change, *, to: Collection[str], status: Collection[int] = SUCCESS, asking: Callable[[Call], bool] = lambda _: True
) -> Wrap:
    """Change the JSON of such responses, if the call is one of those: `change` gives a new body, or changes the old one."""

    def changed(call: Call, response: MockResponse) -> MockResponse:
        if not asking(call):
            return response
        body = json.loads(response.body)
        new = change(body)
        again = MockResponse.json(response.status, body if new is None else new)
        return MockResponse(status=response.status, headers={**response.headers, **again.headers}, body=again.body)

    return answered(changed, to=to, status=status)


def sent(change: Change, *, to: Collection[str]) -> Wrap:
    """Change the JSON of a request before it is checked and after it is authenticated, so that what is wrong with it passes."""

    def changed(call: Call) -> None:
        body = call.json()
        if isinstance(body, dict):
            new = change(body)
            call.body = json.dumps(body if new is None else new).encode()

    return _let_in(lambda call, refusal: changed(call) if refusal is None and call.operation in to else refusal)


def unauthenticated(credential: str) -> Wrap:
    """Let callers in whose credentials are missing or wrong, as if they were the one with this name in the environment."""

    def let_in(vendor: Vendor, call: Call, refusal: MockResponse | None) -> MockResponse | None:
        if refusal is None or refusal.status not in _UNAUTHENTICATED:
            return refusal
        call.credential = vendor.credentials()[credential]
        return None

    def plant(vendor: Vendor, respond: Respond) -> Respond:
        return _let_in(lambda call, refusal: let_in(vendor, call, refusal))(vendor, respond)

    return plant


def refused(when: Callable[[Call], bool], *, to: Collection[str], status: int = 400) -> Wrap:
    """Refuse what is right, or fail at it, if it is something; `when` is asked for what has been let in."""

    def plant(vendor: Vendor, respond: Respond) -> Respond:
        def changed(call: Call, refusal: MockResponse | None) -> MockResponse | None:
            wrong = refusal is None and call.operation in to and when(call)
            return vendor.error(status, call=call) if wrong else refusal

        return _let_in(changed)(vendor, respond)

    return plant


def asked(change: Callable[[Call], None], *, to: Collection[str]) -> Wrap:
    """Change requests to some operations before anything else is done with them."""

    def plant(vendor: Vendor, respond: Respond) -> Respond:
        async def changed(call: Call) -> MockResponse:
            vendor.find(call)
            if call.operation in to:
                change(call)
            return await respond(call)

        return changed

    return plant


def queried(change: Callable[[dict[str, str]], None], *, to: Collection[str]) -> Wrap:
    """Change the parameters of a query, as they are encoded, likewise."""

    def changed(call: Call) -> None:
        texts = dict(part.split("=", 1) for part in call.query.split("&") if "=" in part)
        change(texts)
        call.query = "&".join(f"{name}={text}" for name, text in texts.items())
        call.scope["query_string"] = call.query.encode("latin-1")

    return asked(changed, to=to)


def directed(change: Callable[[str], str], *, to: Collection[str]) -> Wrap:
    """Change the path, as it is encoded, likewise."""

    def changed(call: Call) -> None:
        call.path = change(call.path)
        call.scope["raw_path"] = call.path.encode("latin-1")
        call.scope["path"] = unquote(call.path)

    return asked(changed, to=to)


def lenient(plant: Wrap) -> Wrap:
    """Plant something only where the request is refused without it."""

    def planted(vendor: Vendor, respond: Respond) -> Respond:
        again = plant(vendor, respond)

        async def changed(call: Call) -> MockResponse:
            response = await respond(call)
            return await again(call) if response.status == HTTPStatus.BAD_REQUEST else response

        return changed

    return planted


def most(api: str, operation: str) -> int:
    """Return how many elements the list of an operation may have."""
    chunking = tables(api)[operation].chunking
    assert chunking is not None  # noqa: S101 - the spec has it
    return chunking.size


def both(one: Wrap, other: Wrap) -> Wrap:
    """Plant two things that make one defect."""
    return lambda vendor, respond: other(vendor, one(vendor, respond))


def _let_in(decide: Callable[[Call, MockResponse | None], MockResponse | None]) -> Wrap:
    """Decide anew whether a call is refused, knowing what the vendor has decided."""

    def plant(vendor: Vendor, respond: Respond) -> Respond:
        refuse = vendor.refuse
        vendor.refuse = lambda call: decide(call, refuse(call))  # type: ignore[method-assign]  # that is what planting is
        return respond

    return plant
