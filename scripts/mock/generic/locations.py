"""The URL of the status of new work, which a response has instead of what identifies the work."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote
from uuid import UUID, uuid5

from scripts.mock.generic.described import Described
from scripts.mock.generic.requests import Sent
from scripts.mock.generic.values import schema_of, text_of
from scripts.runtime.behaviour import Polling


class Location(NamedTuple):
    """Where the status of some work is: the path of its URL, and the identifier of the work, which the path has."""

    path: str
    identifier: str


def locate(described: Described, polling: Polling, sent: Sent, seed: str, number: int) -> Location:
    """Return where the status of new work is.

    Args:
        described: the API.
        polling: how the work is polled; it has a location.
        sent: the request that has begun the work.
        seed: from which the identifier follows, with the number.
        number: how many identifiers the vendor has issued.
    """
    status, path, identifier = described.operations[polling.operation], polling.path, ""
    for name, expression in polling.arguments.items():
        if expression.message == "request":
            text = text_of(sent.at(expression.part, expression.path))
        else:
            schema = schema_of(status.spec.parameter(name, "path") or {})
            choices = (str(uuid5(UUID(int=0), f"{seed} {number}")), f"M-{number}", number)
            text = identifier = text_of(next((each for each in choices if described.schemas.valid(schema, each)), choices[0]))
        path = path.replace(f"{{{name}}}", quote(text, safe=""))
    return Location(path, identifier)
