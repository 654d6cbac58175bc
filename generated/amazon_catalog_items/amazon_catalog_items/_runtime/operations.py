"""An operation of the spec as two pure functions: build the request, read the response. Nothing here sends anything."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar, cast, get_args, get_origin

import httpx2
import msgspec

from .bodies import MAX_RESPONSE_BYTES
from .checks import NOT_FINITE, Rule, check_body, check_parameters, check_unique, find_not_finite, find_unwritable, takes_null
from .contents import Content, DocumentedResponse
from .errors import Breach, InvalidRequest, InvalidResponse, ResponseError, UnexpectedStatus, describe_url
from .extras import as_builtin, with_extras
from .forms import file_as_text, lines, multipart, urlencoded
from .idempotency import IdempotencyKey
from .media_types import Text, as_utf8, choose, decoded
from .parameters import Parameter
from .reading import Unreadable, hidden_breaches, read
from .redaction import hidden, hidden_bytes, secrets_of_response
from .streams import Stream
from .uploads import FilePart, Upload, is_file

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
_NOTHING: Mapping[str, object] = {}
_WITHOUT_BODY = (204, 205)


class Request(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A checked request that has not been sent.

    Attributes:
        operation: the operation, which parses the response.
        method: HTTP method.
        target: percent-encoded path and query, to be appended to the base URL.
        headers: names and values, without authentication.
        content: the body, or None.
        upload: the body, if it has files that are read when it is sent.
    """

    operation: Operation[T]
    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    content: bytes | None
    upload: Upload | None = None

    def __repr__(self) -> str:
        return f"Request({self.operation.name}: {self.method} {self.target})"


class Parsed(msgspec.Struct, Generic[T], frozen=True):
    """What was read from a success.

    Attributes:
        value: the typed result.
        breaches: where the response breaks the spec; what cannot be read is left out of the result.
    """

    value: T
    breaches: tuple[Breach, ...] = ()


class Response(msgspec.Struct, Generic[T], frozen=True):
    """A response, of any status.

    Attributes:
        operation: the operation, which parses the response.
        raw: the response of httpx2: status, headers and body. `raw.json()` also has the fields that the spec does not name.
        strict: whether a success that breaks the spec is an error.
        most: maximum size in bytes of a value of a stream.
    """

    operation: Operation[T]
    raw: httpx2.Response
    strict: bool = False
    most: int = MAX_RESPONSE_BYTES

    def parse(self) -> T:
        """Return the typed result, without what cannot be read; see `breaches`.

        Raises:
            ResponseError: the response is not a success, or cannot be read.
        """
        return self.operation.parse(self.raw, strict=self.strict, most=self.most)

    @property
    def breaches(self) -> tuple[Breach, ...]:
        """Where the response breaks the spec; empty if it does not."""
        try:
            return self.operation.read(self.raw).breaches
        except ResponseError as error:
            return error.breaches

    def __repr__(self) -> str:
        return f"Response({self.operation.name}: {self.raw.status_code})"


class Operation(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """What the spec says of one operation; each generated module of an operation has one.

    Attributes:
        name: operationId.
        method: HTTP method.
        path: path template of the spec.
        query: what its query always has, as `name=value`; a parameter of that name is sent instead, if it is given.
        servers: base URLs of this operation alone, by the names of the servers; a path is below the base URL of the client.
        parameters: its parameters.
        strict: type that the parameters are checked against.
        unique: arguments whose elements have to be unique.
        rules: rules between the parameters.
        contents: content types of the body; empty if there is no body.
        model: type of the body, if its fields may be given instead of it.
        body_required: whether the body is required.
        responses: documented responses by status (`200`), range (`2XX`) or `default`.
        accept: value of the header `Accept`.
        request_id: response headers that may carry the vendor's request id.
        secret_parameters: query parameters that carry a credential.
        idempotency_key: what takes a key by which a request is executed once, however often it is sent.
    """

    name: str
    method: str
    path: str
    responses: Mapping[str, DocumentedResponse]
    parameters: tuple[Parameter, ...] = ()
    strict: type[Any] | None = None
    unique: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    contents: tuple[Content, ...] = ()
    model: type[msgspec.Struct] | None = None
    body_required: bool = False
    accept: str = "*/*"
    request_id: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    servers: Mapping[str, str] = {}
    secret_parameters: tuple[str, ...] = ()
    idempotency_key: IdempotencyKey = IdempotencyKey()

    def request(
        self,
        arguments: Mapping[str, object],
        body: object = None,
        content_type: str | None = None,
        fields: Mapping[str, object] = _NOTHING,
    ) -> Request[T]:
        """Check arguments and body, and build the request.

        Args:
            arguments: parameters by the keyword of the Python function; None and `UNSET` mean that one is not given.
            body: the body, or None.
            content_type: media type of the body; default: the first of `contents` that is for files, or not, as the body is one.
            fields: fields of the body, by attribute of `model`, if `body` is not given; `UNSET` means that one is not given.

        Raises:
            InvalidRequest: the spec forbids the request.
        """
        given = {name: value for name, value in arguments.items() if value is not None and value is not msgspec.UNSET}
        given = self.idempotency_key.in_arguments(given)
        check_parameters(self.name, self.path, self.parameters, strict=self.strict, values=given, rules=self.rules)
        path = self.path
        replaced = {each.name for each in self.parameters if each.location == "query" and each.argument in given}
        query = [pair for pair in self.query if pair.partition("=")[0] not in replaced]
        headers = [("Accept", self.accept)]
        cookies: list[str] = []
        for parameter in self.parameters:
            if parameter.argument not in given:
                continue
            value = given[parameter.argument]
            if parameter.argument in self.unique:
                check_unique(self.name, parameter.location, f"$.{parameter.name}", value)
            if parameter.location == "path":
                mark, written = f"{{{parameter.name}}}", parameter.in_path(value)
                path, query = path.replace(mark, written), [pair.replace(mark, written) for pair in query]
            elif parameter.location == "query":
                query.extend(parameter.in_query(value))
            elif parameter.location == "header":
                headers.append((parameter.name, parameter.in_header(value)))
            else:
                cookies.extend(parameter.in_cookie(value))
        if cookies:
            headers.append(("Cookie", "; ".join(cookies)))
        content = self._content(self.idempotency_key.in_body(self._whole(body, fields)), content_type, headers)
        target = f"{path}?{'&'.join(query)}" if query else path
        upload, content = (content, None) if isinstance(content, Upload) else (None, content)
        return Request(operation=self, method=self.method, target=target, headers=headers, content=content, upload=upload)

    def parse(self, response: httpx2.Response, *, strict: bool = False, most: int = MAX_RESPONSE_BYTES) -> T:
        """Return the typed result of a response; a warning in the log says where it breaks the spec.

        Args:
            response: The response.
            strict: Whether a success that breaks the spec is an error.
            most: Maximum size in bytes of a value of a stream.

        Raises:
            ResponseError: as in `read`.
        """
        parsed = self.read(response, strict=strict, most=most)
        if parsed.breaches:
            first, *others = parsed.breaches
            more = f", and {len(others)} more" if others else ""
            _LOG.warning("%s: the response breaks the spec at %s%s", self.name, first, more)
        return parsed.value

    def read(
        self, response: httpx2.Response, *, strict: bool = False, exact: bool = False, most: int = MAX_RESPONSE_BYTES
    ) -> Parsed[T]:
        """Return the typed result of a response as far as it can be read, and where the response breaks the spec.

        Args:
            response: The response.
            strict: Whether a success that breaks the spec is an error.
            exact: Whether a value of another type is left out, and not read as what it means, such as 12 for `"12"`.
            most: Maximum size in bytes of a value of a stream.

        Raises:
            InvalidResponse: a success whose body cannot be read or, if `strict`, breaks the spec.
            StatusError: a documented error.
            UnexpectedStatus: anything else.
        """
        found = self._documented(response)
        if found is None:
            raise UnexpectedStatus("a status that is not documented", **self._known(response))
        try:
            data, breaches, is_read = *self._decode(found, response, strict=strict, exact=exact, most=most), True
        except Unreadable as unreadable:
            data, breaches, is_read = cast("Any", None), unreadable.breaches, False
        if breaches:
            breaches = hidden_breaches(breaches, response)
        if found.error is not None:
            data = None if strict and breaches else data
            raise found.error(found.description, data=data, breaches=breaches, **self._known(response))
        if not is_read or (strict and breaches):
            raise self._invalid(response, breaches)
        return Parsed(data, breaches)

    def is_success(self, response: httpx2.Response) -> bool:
        """Return whether a response is a documented success."""
        found = self._documented(response)
        return found is not None and found.error is None

    def is_stream(self, response: httpx2.Response) -> bool:
        """Return whether a response is a documented success whose values are read one by one."""
        found = self._documented(response)
        return found is not None and bool(found.content) and _is_stream(choose(found.content, response)[0])

    def hidden(self, text: str, response: httpx2.Response) -> str:
        """Return what a response says without the credentials of its request, in whatever form."""
        return hidden(text, secrets_of_response(response))

    def _whole(self, body: object, fields: Mapping[str, object]) -> object:
        """Return the body, which may be given by its fields; a required one that needs none of them is an empty object."""
        given = [name for name, value in fields.items() if value is not msgspec.UNSET]
        if self.model is None or not (given or (body is None and self.body_required)):
            return body
        if not given:
            return None if any(field.required for field in msgspec.structs.fields(self.model)) else self.model()
        if body is not None:
            raise self._refuse(f"the body is given twice: as `body`, and by its fields ({', '.join(given)})", body)
        return self.model(**fields)  # missing fields are found by the check

    def _content(self, body: object, content_type: str | None, headers: list[tuple[str, str]]) -> bytes | Upload | None:
        if body is None and not self.body_required:
            return None
        found = [(each, name) for each in self.contents if (name := each.named(content_type))]
        if content_type is None and not isinstance(body, str):  # which may be meant for any of them
            found.sort(key=lambda each: (each[0].strict is bytes) is not is_file(body))
        chosen, media_type = next(iter(found), (None, ""))
        if chosen is None:
            raise self._refuse(f"content type {content_type!r} is not one of {[each.media_type for each in self.contents]}")
        if body is None and not (chosen.form is None and takes_null(chosen.strict)):
            raise self._refuse("the body is required" + (": give it as `body`, or by its fields" if self.model else ""))
        headers.append(("Content-Type", media_type))
        if chosen.strict is bytes or (chosen.form == "urlencoded" and isinstance(body, str | bytes)):
            return self._raw(body)
        content = self._json(with_extras(body) if chosen.extras else body, is_form=chosen.form == "multipart")
        check_body(self.name, content, chosen.strict, chosen.unique, body)
        styled = {each.name: each for each in chosen.fields}
        if chosen.form == "multipart":
            try:
                media_type, form = multipart(body, chosen, styled)
            except (TypeError, ValueError) as error:
                raise self._refuse(str(error)) from error
            headers[-1] = ("Content-Type", media_type)
            return form
        if chosen.form == "urlencoded":
            return self._urlencoded(content, styled)
        return lines(content, media_type) if chosen.form == "lines" else content

    def _urlencoded(self, content: bytes, fields: Mapping[str, Parameter]) -> bytes:
        values = msgspec.json.decode(content)
        if not isinstance(values, dict):
            raise self._refuse("the body is an object, or the text of a form", values)
        return urlencoded(values, fields)

    def _raw(self, body: object) -> bytes | Upload:
        if isinstance(body, bytes | bytearray | memoryview):
            return bytes(body)
        try:
            return body.encode() if isinstance(body, str) else Upload([FilePart(cast("Any", body))])
        except UnicodeEncodeError as error:
            raise self._refuse(f"the body cannot be written in UTF-8: {error}", body) from error
        except TypeError as error:
            raise self._refuse(f"the body is bytes, text or a file: {error}", body) from error

    def _json(self, body: object, *, is_form: bool = False) -> bytes:
        try:
            content = msgspec.json.encode(body, enc_hook=file_as_text if is_form else as_builtin)
        except RecursionError as error:
            raise self._refuse(f"the body cannot be written as JSON: {error}") from error
        except (TypeError, OverflowError, UnicodeEncodeError) as error:
            path, value = find_unwritable(body)
            raise self._refuse(f"cannot be written as JSON: {error}", value, path) from error
        if b"null" in content and (found := find_not_finite(body)) is not None:
            raise self._refuse(NOT_FINITE, found[1], f"${found[0]}")
        return content

    def _documented(self, response: httpx2.Response) -> DocumentedResponse | None:
        status = response.status_code
        found = self.responses.get(str(status)) or self.responses.get(f"{status // 100}XX") or self.responses.get("default")
        return None if found is not None and found.error is None and not 200 <= status < 300 else found

    def _decode(
        self, found: DocumentedResponse, response: httpx2.Response, *, strict: bool, exact: bool, most: int
    ) -> tuple[Any, tuple[Breach, ...]]:
        if not found.content:
            return None, ()
        kind, wrong = choose(found.content, response)
        if _is_stream(kind):
            options = {"wrong": wrong, "strict": strict, "most": most, "extras": found.extras, "invalid": self._invalid}
            return get_origin(kind)(response, *get_args(kind), **options), ()
        content = response.content
        if found.error is not None:  # what a vendor says of an error may repeat the request
            content = hidden_bytes(content, secrets_of_response(response))
        value: Any = content
        breaches: tuple[Breach, ...] = ()
        if kind is Text:
            value, unreadable = decoded(content, response)
            breaches = (Breach("$", unreadable),) if unreadable else ()
        elif kind is not bytes and not content and (response.status_code in _WITHOUT_BODY or takes_null(kind)):
            value, breaches = None, (Breach("$", "the body is empty"),)
        elif kind is not bytes:
            try:
                value, breaches = read(as_utf8(content, response), kind, extras=found.extras, exact=exact)
            except Unreadable as unreadable:
                if not wrong:
                    raise
                value = _as_text(kind, content, response, Unreadable([*unreadable.breaches, Breach("$", wrong)]))
        return value, (Breach("$", wrong), *breaches) if wrong else breaches

    def _invalid(self, response: httpx2.Response, breaches: tuple[Breach, ...]) -> InvalidResponse:
        return InvalidResponse(f"the body is not what the spec says: {breaches[0]}", breaches=breaches, **self._known(response))

    def _known(self, response: httpx2.Response) -> dict[str, Any]:
        try:
            url = describe_url(response.request.url, self.secret_parameters)
        except RuntimeError:  # a response that was built by hand has no request
            url = self.path
        request_id = next((response.headers[name] for name in self.request_id if name in response.headers), None)
        return {"operation": self.name, "method": self.method, "url": url, "request_id": request_id, "response": response}

    def _refuse(self, rule: str, value: object = None, path: str = "$") -> InvalidRequest:
        return InvalidRequest(operation=self.name, location="body", path=path, rule=rule, value=value)


def _as_text(kind: Any, content: bytes, response: httpx2.Response, otherwise: Unreadable) -> Any:
    """Return a text that came instead of JSON, if the type takes a text.

    Raises:
        Unreadable: it does not, or no text came.
    """
    if response.headers["content-type"].lower().startswith("text/"):
        with suppress(Unreadable):
            value, breaches = read(msgspec.json.encode(decoded(content, response)[0]), kind)
            if not breaches:
                return value
    raise otherwise from None


def _is_stream(kind: Any) -> bool:
    origin = get_origin(kind)
    return isinstance(origin, type) and issubclass(origin, Stream)
