"""Check first, with calls that change nothing, whether a real endpoint is the API, and accepts the credentials."""

from __future__ import annotations

from typing import Any

import requests
import schemathesis
from requests.auth import AuthBase
from schemathesis import Case
from schemathesis import checks as documented
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok

from scripts.apis import apis
from scripts.command import cause
from scripts.fuzz.job import Target
from scripts.fuzz.worker.outgoing_guard import SAFE

SECONDS = 20
_CHECKS = [documented.status_code_conformance, documented.content_type_conformance, documented.response_schema_conformance]


class NotTheApi(Exception):
    """A URL cannot be reached, is not that of the API, or refuses the credentials; the message says which."""


def check_endpoint(target: Target, auth: AuthBase | None) -> None:
    """Call an endpoint without credentials, which has to give a documented response, and with them, which has to be accepted.

    Raises:
        NotTheApi: the response is not one of the API, or the credentials are refused.
        AuthError: there is no access token.
    """
    schema = schemathesis.openapi.from_path(apis()[target.api].spec)
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    operation = next((each for each in found if each.method.upper() in SAFE), found[0])
    case, unknown = _harmless(target, operation)
    for credentials in (None, auth) if auth is not None else (None,):
        try:
            response = case.call(base_url=target.url, auth=credentials, timeout=SECONDS)
        except requests.RequestException as error:
            raise NotTheApi(f"{target.url} cannot be reached: {cause(error)}") from error
        if credentials is None:
            _check_response(target, case, response)
        elif response.status_code in (401, 403):
            advice = f"; if they are right, give {unknown} with --known" if unknown and response.status_code == 403 else ""
            raise NotTheApi(f"{target.url} refuses the credentials: {response.status_code}{advice}")


def _check_response(target: Target, case: Case[Any], response: Any) -> None:
    """Require a documented response: it shows that the URL is that of the API. What later ones break is for fuzzing to find."""
    try:
        case.validate_response(response, checks=_CHECKS)
    except (AssertionError, FailureGroup) as error:
        first = error.exceptions[0] if isinstance(error, FailureGroup) else error
        reason = ": ".join(str(first).split("\n\n")[:2]).partition("\n")[0]
        kind = response.headers.get("content-type", ["no content type"])[0]
        call = f"{case.operation.method.upper()} {case.operation.path}"
        raise NotTheApi(
            f"{target.url} does not respond as {target.api} does: {call} gives {response.status_code}, {kind}: {reason}"
        ) from error


def _harmless(target: Target, operation: Any) -> tuple[Case[Any], str]:
    """Return a call that changes nothing, and the selector of a value in it that the vendor may have to know.

    It only reads, or its body is empty where fields are required, or else it is for something that does not exist.
    """
    bodies = list(operation.body)
    known = target.known if bodies or operation.method.upper() in SAFE else {}
    names: dict[str, object] = {}
    unknown = ""
    for each in operation.path_parameters:
        selector = f"path.{each.name}"
        unknown = unknown or ("" if known.get(selector) else selector)
        names[each.name] = next(iter(known.get(selector, ())), _placeholder(each.optimized_schema))
    if not bodies:
        return operation.Case(path_parameters=names), ""
    return operation.Case(path_parameters=names, body={}, media_type=bodies[0].media_type), unknown


def _placeholder(schema: Any) -> object:
    if schema.get("type") == "integer":
        return schema.get("minimum", 1)
    return "00000000-0000-4000-8000-000000000000" if schema.get("format") == "uuid" else "x"
