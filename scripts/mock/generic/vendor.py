"""A vendor without code of its own: all that it does follows from the document of its API."""

from __future__ import annotations

import json
import math
import shlex
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, ClassVar
from urllib.parse import quote
from uuid import uuid4

from scripts.mock.engine.call import Call, MockResponse, Refused
from scripts.mock.engine.clock import Clock
from scripts.mock.engine.reports import Reports
from scripts.mock.engine.vendor import Vendor
from scripts.mock.generic.access import Access, Denied
from scripts.mock.generic.contents import Contents
from scripts.mock.generic.described import Described, Operation
from scripts.mock.generic.errors import MEDIA_TYPE, Errors, documents_header
from scripts.mock.generic.idempotency import Executed
from scripts.mock.generic.ingestions import Ingestions
from scripts.mock.generic.operations import Operations
from scripts.mock.generic.options import DEFAULTS, options_of
from scripts.mock.generic.parameters import InvalidError
from scripts.mock.generic.requests import MediaTypeError, Requests
from scripts.mock.generic.responses import Responses
from scripts.mock.generic.store import Store
from scripts.mock.generic.values import UnmadeError, Values, schema_of, text_of
from scripts.mock.settings import Settings
from scripts.spec.document import Json
from scripts.spec.expressions import header_of, parse
from scripts.spec.statuses import INVALID

_REPORTS = "/reports/"


class GenericVendor(Vendor):
    """A vendor of any API. One with code of its own derives from it, and replaces what the document does not say.

    Attributes:
        described: its API.
    """

    described: ClassVar[Described]

    def __init__(self, settings: Settings, clock: Clock, base_url: str) -> None:
        self.tables = {name: each.table for name, each in self.described.operations.items()}
        super().__init__(settings, clock, base_url)
        described, seed = self.described, settings.seed
        self.store = Store()
        self._numbers: dict[tuple[str, str], bool] = {}  # which headers of which operations are numbers, as far as it is known
        self.values = Values(described.schemas)
        self.errors = Errors(described, self.values)
        self.requests, self.executed = Requests(described.schemas), Executed(self.errors, self.journal)
        self.access = Access(described, clock, base_url, self.option)
        self.contents = Contents(described, self.values, seed=seed, size=settings.size)
        path = _REPORTS if not any(each.path.startswith(_REPORTS) for each in described.operations.values()) else "/mock-reports/"
        self.reports = Reports(clock, url=f"{base_url}{path}", path=path)
        self.operations = Operations(
            described,
            store=self.store,
            contents=self.contents,
            values=self.values,
            errors=self.errors,
            responses=Responses(described, self.values),
            ingestions=Ingestions(clock, self.reports, self.spawn, option=self.option, seed=seed),
            option=self.option,
            seed=seed,
            base_url=base_url,
        )
        if any(table.polling and table.polling.report for table in self.tables.values()):
            self.beside[path] = self.reports.response
        if self.access.token_path:
            self.beside[self.access.token_path] = self.access.issue

    def option(self, name: str) -> Any:
        """Return an option; the default for one that this vendor does not have.

        Raises:
            KeyError: there is no such option.
        """
        return getattr(self.options, name) if hasattr(self.options, name) else DEFAULTS[name]

    def find(self, call: Call) -> None:
        """Set the operation that a call is for, and the parameters of its path."""
        operations, parameters = self.described.at(call.path)
        if call.method in operations:
            call.operation, call.parameters = operations[call.method].id, parameters

    def refuse(self, call: Call) -> MockResponse | None:
        """Refuse a call for its credentials, or for a limit."""
        operation = self.described.operations.get(call.operation)
        try:
            call.credential = self.access.identify(call, operation)
        except Denied as denied:
            return self.error(self.errors.denial(operation), denied.text, call=call)
        uses = self.uses(call)
        return self.over_limit(call, (uses and " ".join(uses[0].scope)) or "all")

    async def operate(self, call: Call) -> MockResponse:
        """Check a call that is not refused, and run its operation."""
        operation = self.described.operations.get(call.operation)
        if operation is None:
            return self._not_found(call)
        try:
            sent = self.requests.read(operation, call)
            return self.executed.once(operation, call.credential, sent, partial(self.operations.run, operation, sent))
        except InvalidError as error:
            call.why = str(error)
            statuses = MEDIA_TYPE if isinstance(error, MediaTypeError) else INVALID
            return self.errors.response(operation, self.errors.status(operation, statuses), call.why)
        except Refused as refused:
            return refused.response

    def _not_found(self, call: Call) -> MockResponse:
        operations, _ = self.described.at(call.path)
        if not operations:
            call.why = "Not Found"
            return self.error(404, call.why, call=call)
        call.why = "Method Not Allowed"
        response = self.error(405, call.why, call=call)
        response.headers["allow"] = ", ".join(operations)
        return response

    def error(self, status: int, text: str = "", *, call: Call | None = None) -> MockResponse:
        """Return the documented response with a status of 400 or above, or one in the form of another error."""
        operation = self.described.operations.get(call.operation) if call else None
        return self.errors.response(operation, status, text)

    def throttled(self, call: Call, text: str = "") -> MockResponse:
        """Return the documented response to a call above its limit, with the time to wait where it has a header for that."""
        operation = self.described.operations.get(call.operation)
        status = self.errors.throttling(operation)
        response = self.error(status, text or "The limit is used up.", call=call)
        uses = self.uses(call)
        if operation is not None and uses and documents_header(operation.spec.response(status), "retry-after"):
            wait = self.clock.real(self.limits.wait(uses))
            response.headers["retry-after"] = str(max(1, math.ceil(wait)))
        return response

    def headers(self, call: Call) -> Mapping[str, str]:
        """Return the headers that are sent with every response: the limit in force, and an identifier of the request."""
        named = self.described.document.data.get("x-client-request-id")
        identified = {parse(named)[2][0].lower(): str(uuid4())} if isinstance(named, str) else {}
        return {**super().headers(call), **identified}

    def is_number(self, call: Call, header: str) -> bool:
        """Return whether a header of a response to a call can only be a number, by the document."""
        key = call.operation, header
        if key not in self._numbers:
            self._numbers[key] = self._is_number(*key)
        return self._numbers[key]

    def _is_number(self, name: str, header: str) -> bool:
        operation, schemas = self.described.operations.get(name), self.described.schemas
        responses = operation.spec.responses.values() if operation is not None else ()
        found = [header_of(each, header) for each in responses]
        kinds = [schemas.kinds(schema_of(each)) for each in found if each is not None]
        return any({"integer", "number"} & each and "string" not in each for each in kinds)

    def held(self) -> Iterator[dict[str, Any]]:
        """Yield the products that were changed: what identifies them, the operations that changed them, and their content."""
        return (record.shown() for record in self.store)

    def look_up(self, identifiers: Iterable[str]) -> list[dict[str, Any]]:
        """Return whether products exist, with the changes and the rejections of those whose key has the identifier."""
        found = []
        for text in identifiers:
            records = self.store.named(text)
            exists = not all(each.is_gone for each in records) if records else self._exists(text)
            changes, rejections = [record.shown() for record in records], self.store.rejections(text)
            found.append({"identifier": text, "exists": exists, "changes": changes, "rejections": rejections})
        return found

    def _exists(self, text: str) -> bool:
        return any(self.operations.is_known(operation, text) for operation in self.described.operations.values())

    def credentials(self) -> dict[str, str]:
        """Return the credentials of a client."""
        return self.access.environment()

    def known(self) -> dict[str, Any]:
        """Return what exists of the paths, and identifiers of products for what is sent."""
        return self.operations.known()

    def example(self) -> str:
        """Call the first operation for which the document has all that is needed."""
        for operation in self.described.operations.values():
            try:
                return self._curl(operation)
            except UnmadeError:
                continue
        return ""

    def _curl(self, operation: Operation) -> str:
        path, query = operation.path, []
        for parameter in operation.spec.parameters:
            name = parameter["name"]
            if parameter["in"] == "path":
                known = self.known().get(f"path.{name}") or [self.values.of(parameter)]
                path = path.replace(f"{{{name}}}", quote(text_of(known[0]), safe=""))
            elif parameter["in"] == "query" and parameter.get("required"):
                query.append(f"{quote(name)}={quote(_written(self.values.of(parameter)), safe=',')}")
            elif parameter.get("required"):
                raise UnmadeError(name)
        url = f"{self.base_url}{path}{'?' if query else ''}{'&'.join(query)}"
        parts = [f"curl{self.access.curl(operation)}", *([f"-X {operation.method}"] if operation.method != "GET" else [])]
        body: Mapping[str, Json] | None = operation.spec.value.get("requestBody")
        if body is not None:
            media = body["content"].get("application/json")
            if media is None:
                raise UnmadeError(operation.id)
            parts.append(f"-H 'Content-Type: application/json' -d {shlex.quote(json.dumps(self.values.of(media)))}")
        return " ".join([*parts, shlex.quote(url)])


def _written(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(_written, value))
    return text_of(value)


def generic(described: Described) -> type[GenericVendor]:
    """Return the vendor of an API that nobody has written code for."""
    return type(
        "Generic", (GenericVendor,), {"api": described.name, "described": described, "kind_of_options": options_of(described)}
    )
