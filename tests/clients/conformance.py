"""Whether a response of a mock vendor is exactly what its spec says, and not only what a client can read."""

from __future__ import annotations

from functools import cache

import httpx2

from scripts.mock.roster import VENDORS
from tests.properties.contract import DocumentedResponse, Operation, load
from tests.properties.schemas import Validator, path_of

MOCKED = [kind.api for kind in VENDORS]
"""The APIs that have a hand-written mock."""
OPERATIONS = {operation.id: operation for api in MOCKED for operation in load(api).operations}


def deviations(operation: Operation, response: httpx2.Response) -> list[str]:
    """Return each difference of a response from the spec: in status, headers, content type or body."""
    documented = operation.responses.get(response.status_code)
    if documented is None:
        return [f"the status {response.status_code} is not documented"]
    headers, media_type = documented.headers, response.headers.get("content-type", "")
    found = [f"the header {name} is missing" for name, required in headers.items() if required and name not in response.headers]
    found += [f"the header {name} is not documented" for name in response.headers if name.startswith("x-") and name not in headers]
    if media_type not in documented.media_types:
        return [*found, f"the content type {media_type!r} is not documented"]
    return found + [f"the body is invalid at {path_of(path)}" for path in _validator(documented).invalid_paths(response.json())]


@cache
def _validator(documented: DocumentedResponse) -> Validator:
    return Validator(documented.api, documented.schema or {})
