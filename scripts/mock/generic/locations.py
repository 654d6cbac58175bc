"""The URL of the status of new work, which a response has instead of what identifies the work."""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import quote
from uuid import UUID, uuid5

from scripts.mock.generic.described import Described
from scripts.mock.generic.identifiers import Identifiers
from scripts.mock.generic.requests import Sent
from scripts.mock.generic.values import Values, schema_of, text_of
from scripts.runtime.behaviour import Polling
from scripts.spec.document import Json

_MOST: Final = 1_000_000
"""How many identifiers differ, where the schema of the parameter says what one looks like."""


class Location(NamedTuple):
    """Where the status of some work is: the path of its URL, and the identifier of the work, which the path has."""

    path: str
    identifier: str


def locate(described: Described, polling: Polling, sent: Sent, seed: int, number: int) -> Location:
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
            text = identifier = _identifier(described, schema, seed, number)
        path = path.replace(f"{{{name}}}", quote(text, safe=""))
    return Location(path, identifier)


def _identifier(described: Described, schema: Json, seed: int, number: int) -> str:
    """Return the text of an identifier that a schema allows, if one can be made."""
    made = str(uuid5(UUID(int=0), f"{described.name} {seed} {number}"))
    for each in (made, f"M-{number}", number):
        if described.schemas.valid(schema, each):
            return text_of(each)
    others = Identifiers(described.schemas, Values(described.schemas), schema, seed=seed, size=_MOST)
    return others.identifier((number - 1) % others.size + 1) if others.size else made
