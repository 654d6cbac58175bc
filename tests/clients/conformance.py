"""Whether a response of a mock vendor is exactly what its spec says, and not only what a client can read."""

from __future__ import annotations

from functools import cache

import httpx2

from scripts.apis import apis
from scripts.mock.vendors import VENDORS
from scripts.spec.document import Json, read
from tests.properties.contract import Operation, load
from tests.properties.schemas import Validator, path_of

MOCKED = [kind.api for kind in VENDORS]
"""The APIs that have a hand-written mock."""
OPERATIONS = {operation.id: operation for api in MOCKED for operation in load(api).operations}


def deviations(operation: Operation, response: httpx2.Response) -> list[str]:
    """Return each difference of a response from the spec: in status, headers, content type or body."""
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
    invalid = _validator(operation, response.status_code).invalid_paths(response.json())
    return found + [f"the body is invalid at {path_of(path)}" for path in invalid]


@cache
def _document(api: str) -> Json:
    return read(apis()[api].spec).resolved.data


@cache
def _responses(operation: Operation) -> Json:
    return _document(operation.api.package)["paths"][operation.path][operation.method.lower()]["responses"]


@cache
def _validator(operation: Operation, status: int) -> Validator:
    return Validator(operation.api, operation.responses[status].schema or {})
