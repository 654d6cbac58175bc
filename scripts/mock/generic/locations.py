"""The URL of the status of new work, which a response has instead of what identifies the work."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote

from scripts.mock.generic.described import Described
from scripts.mock.generic.issuing import NewIdentifiers
from scripts.mock.generic.requests import SentRequest
from scripts.mock.generic.values import schema_of, text_of
from scripts.runtime.behaviour import Polling


class Location(NamedTuple):
    """Where the status of some work is: the path of its URL, and the identifier of the work, which the path has."""

    path: str
    identifier: str


def locate(described: Described, polling: Polling, sent: SentRequest, new: NewIdentifiers) -> Location:
    """Return where the status of new work is.

    Args:
        described: the API.
        polling: how the work is polled; it has a location.
        sent: the request that has begun the work.
        new: makes the identifier.
    """
    status, path, identifier = described.operations[polling.operation], polling.path, ""
    for name, expression in polling.arguments.items():
        if expression.message == "request":
            text = text_of(sent.at(expression.part, expression.path))
        else:
            schema = schema_of(status.spec.parameter(name, "path") or {})
            text = identifier = new.next([schema])
        path = path.replace(f"{{{name}}}", quote(text, safe=""))
    return Location(path, identifier)
