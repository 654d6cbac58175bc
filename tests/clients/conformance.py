"""Whether a response of a mock vendor is what the spec says of it, to the letter, and not only what a client can read."""

from __future__ import annotations

from functools import cache

import httpx2

from scripts.spec.document import Json, read
from tests.properties.contract import SPECS, Operation, load, packages
from tests.properties.schemas import Validator, path_of

OPERATIONS = {operation.id: operation for package in packages() for operation in load(package).operations}


def deviations(operation: Operation, response: httpx2.Response) -> list[str]:
    """Return what in a response is not as the spec says: status, headers, content type, body."""
    documented = _responses(operation).get(str(response.status_code))
    if documented is None:
        return [f"the status {response.status_code} is not documented"]
    headers = {name.lower(): each for name, each in documented.get("headers", {}).items()}
    media_type = response.headers.get("content-type", "")
    found = [
        f"the header {name} is missing" for name, each in headers.items() if each.get("required") and name not in response.headers
    ]
    found += [f"the header {name} is not documented" for name in response.headers if name.startswith("x-") and name not in headers]
    if media_type not in documented["content"]:
        return [*found, f"the content type {media_type!r} is not documented"]
    return found + [
        f"the body is wrong at {path_of(place)}"
        for place in _validator(operation, response.status_code).invalid_paths(response.json())
    ]


@cache
def _document(package: str) -> Json:
    return read(SPECS / f"{package}.yaml").resolved.data


@cache
def _responses(operation: Operation) -> Json:
    return _document(operation.api.package)["paths"][operation.path][operation.method.lower()]["responses"]


@cache
def _validator(operation: Operation, status: int) -> Validator:
    return Validator(operation.api, operation.responses[status].schema or {})
