"""What can go wrong between a caller and the API, as one small tree.

    ApiError
    ├── InvalidRequest      refused before it was sent
    ├── CredentialsError    no credentials, or no token or key can be obtained with them; nothing was sent
    └── ResponseError       a response that is not the documented success
        ├── InvalidResponse   a documented success whose body is not what the spec says
        ├── UnexpectedStatus  a status that the spec does not document
        └── StatusError       a documented error status; `errors.py` of the package has a class for each

Connection faults are `httpx2.TransportError`; their `request` has only method, host and path. No error has a credential, also where
the vendor's response repeats it, except in `response`, which is not pickled.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

import httpx2
import msgspec

from .redaction import hidden, hidden_bytes, secrets_of_response

Data = TypeVar("Data")

_SHOWN_BODY = 500


class ApiError(Exception):
    """Base of every error of this package."""


class InvalidRequest(ApiError, ValueError):
    """A request that the spec forbids; nothing was sent.

    Attributes:
        operation: operationId of the spec.
        location: `body`, `path`, `query`, `header` or `cookie`.
        path: JSON path of the offending value below the location, such as `$.offerIds[3]`.
        rule: what the spec demands there.
        value: the offending value, or None where something is missing.
    """

    def __init__(self, *, operation: str, location: str, path: str, rule: str, value: object = None) -> None:
        self.operation = operation
        self.location = location
        self.path = path
        self.rule = rule
        self.value = value
        shown = repr(value)
        if len(shown) > 100:
            shown = f"{shown[:97]}..."
        super().__init__(f"{operation}: {location} {path}: {rule} (value: {shown})")

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args, self.__dict__)


class CredentialsError(ApiError, ValueError):
    """There are no credentials, or no token or key can be obtained with them, and a retry would not help. Nothing was sent."""


class Breach(msgspec.Struct, frozen=True):
    """Where a response breaks the spec.

    Attributes:
        path: JSON path of the value in the response, such as `$.items[3].asin`.
        rule: what the spec demands there, in at most 200 characters.
        left_out: JSON path of what the result lacks: the value itself, or the element or field that has it; empty if nothing is
            left out.
    """

    path: str
    rule: str
    left_out: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {self.rule}"


class ResponseError(ApiError):
    """A response that is not a success.

    Attributes:
        operation: operationId of the spec.
        method: HTTP method of the request.
        url: URL of the request, without user information and secret parameters.
        status: HTTP status code, 100 to 999.
        request_id: the vendor's id of the request, or None.
        body: the body, as bytes, without the credentials of the request.
        response: the whole response; None in an error that was pickled.
        breaches: where the body breaks the spec, as far as it was read.
    """

    def __init__(
        self,
        reason: str,
        *,
        operation: str,
        method: str,
        url: str,
        request_id: str | None,
        response: httpx2.Response,
        breaches: tuple[Breach, ...] = (),
    ) -> None:
        secrets = secrets_of_response(response)
        self.operation = operation
        self.method = method
        self.url = url
        self.status = response.status_code
        self.request_id = request_id
        self.body = hidden_bytes(response.content, secrets)
        self.response = response
        self.breaches = breaches
        shown = self.body[:_SHOWN_BODY].decode("utf-8", "replace")
        if len(self.body) > _SHOWN_BODY:
            shown += f"... ({len(self.body)} bytes)"
        reason = reason.removesuffix(".")  # as the description of a response ends
        request = f"{method} {url}" + (f" (request {request_id})" if request_id else "")
        super().__init__(hidden(f"{operation}: {request}: {self.status}: {reason}: {shown or 'empty body'}", secrets))

    def __reduce__(self) -> tuple[Any, ...]:
        # The response is left out: it holds the request, and so its credentials.
        return _restore, (type(self), self.args, {**self.__dict__, "response": None})


class InvalidResponse(ResponseError):
    """A success whose body cannot be read or, by a strict client, is not what the spec says; `breaches` says where."""


class UnexpectedStatus(ResponseError):
    """A status that the spec does not document for the operation."""


class StatusError(ResponseError, Generic[Data]):
    """A documented error.

    Attributes:
        data: the decoded body, as far as it can be read; None if it cannot, or if the client is strict and it breaks the spec.
    """

    def __init__(self, reason: str, *, data: Data | None, **known: Any) -> None:
        super().__init__(reason, **known)
        self.data = data


class ResponseTooLarge(httpx2.TransportError):
    """A response is larger than `max_response_bytes` of the client; the rest of it was not read."""


def describe_url(url: httpx2.URL, secret_parameters: Iterable[str]) -> str:
    """Write a URL without user information and without the values of the parameters that carry a secret."""
    shown = url.copy_with(userinfo=b"")
    for name in secret_parameters:
        if name in shown.params:
            shown = shown.copy_set_param(name, "***")
    return str(shown)


def _restore(kind: type[ApiError], args: tuple[Any, ...], state: dict[str, Any]) -> ApiError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error
