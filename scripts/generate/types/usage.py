"""Where an API uses its schemas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scripts.generate.parse.api import Api, Schema
from scripts.generate.parse.schemas.references import closure, referenced


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Names of the schemas that are used somewhere, by themselves or as a part of another one.

    Attributes:
        sent: in bodies of requests.
        received: in bodies of responses.
        in_parameters: in parameters.
    """

    sent: frozenset[str]
    received: frozenset[str]
    in_parameters: frozenset[str]

    @property
    def only_sent(self) -> frozenset[str]:
        """Those that are in no body of a response."""
        return (self.sent | self.in_parameters) - self.received


def usage_of(api: Api) -> Usage:
    """Return where an API uses its schemas."""

    def names(schemas: Iterable[Schema | None]) -> frozenset[str]:
        return frozenset(closure((name for each in schemas for name in referenced(each)), api.schemas))

    responses = [response for operation in api.operations for response in operation.responses]
    return Usage(
        sent=names(body.schema for operation in api.operations for body in operation.bodies),
        received=names(content.schema for response in responses for content in response.contents),
        in_parameters=names(parameter.schema for operation in api.operations for parameter in operation.parameters),
    )
