"""The options of a vendor without code of its own: those that its document has a use for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from scripts.mock.engine.reports import Format
from scripts.mock.generic.described import Described
from scripts.mock.settings import Options
from scripts.spec.document import Json
from scripts.spec.schemes import Kind, kind_of, security_schemes, token_request

_Share = Annotated[float, Meta(ge=0, le=1)]
_Seconds = Annotated[float, Meta(ge=0)]


@dataclass(frozen=True, slots=True)
class _Option:
    kind: Any
    default: Any
    meaning: str


_ALL: Final = {
    "key": _Option(str, "mock-key", "valid API key."),
    "token": _Option(str, "mock-token", "valid bearer token."),
    "username": _Option(str, "mock", "user name of the only account."),
    "password": _Option(str, "mock-password", "password of the only account."),
    "client_id": _Option(str, "mock-client", "name of the application that gets access tokens."),
    "client_secret": _Option(str, "mock-client-secret", "secret of that application."),
    "refresh_token": _Option(str, "mock-refresh-token", "valid refresh token."),
    "token_lifetime": _Option(_Seconds, 3600, "vendor seconds that an access token is valid."),
    "access_key_id": _Option(str, "MOCKACCESSKEY", "name of the only key that requests may be signed with."),
    "secret_access_key": _Option(str, "mock-secret-access-key", "secret of that key."),
    "region": _Option(str, "us-east-1", "region that requests have to be signed for."),
    "clock_skew": _Option(_Seconds, 300, "seconds of real time by which the date of a signed request may be off."),
    "rate": _Option(float | None, None, "requests, or other units of a limit, in a second. Default: the spec's."),
    "burst": _Option(float | None, None, "requests, or other units of a limit, at once. Default: the spec's."),
    "listed": _Option(Annotated[int, Meta(ge=0)], 50, "products that a list has at the start, at most those that there are."),
    "rejected": _Option(_Share, 0, "share of the items that are rejected, the same ones for the same seed."),
    "pending_seconds": _Option(_Seconds, 5, "vendor seconds that accepted work is in each of its pending states."),
    "failed": _Option(_Share, 0, "share of the accepted work that fails and changes nothing."),
    "report_format": _Option(Format, "csv", "csv or json."),
    "link_lifetime": _Option(float | None, None, "vendor seconds that a link to a report is valid. Default: the spec's."),
}
DEFAULTS: Final = {name: option.default for name, option in _ALL.items()}


def options_of(described: Described) -> type[Options]:
    """Return the type of the options of a vendor, by its document."""
    chosen = {name: _ALL[name] for name in dict.fromkeys(_names(described))}
    kind: Any = msgspec.defstruct(
        "GenericOptions",
        [(name, option.kind, option.default) for name, option in chosen.items()],
        bases=(Options,),
        frozen=True,
        kw_only=True,
    )
    meanings = "".join(f"    {name}: {option.meaning}\n" for name, option in chosen.items())
    kind.__doc__ = f"The options of {described.name}.\n\nAttributes:\n{meanings}"
    made: type[Options] = kind
    return made


def _names(described: Described) -> Iterator[str]:
    """Yield the names of the options that a document has a use for."""
    for scheme in security_schemes(described.document).values():
        yield from _of_scheme(scheme)
    tables = [operation.table for operation in described.operations.values()]
    if any(table.rate_limit for table in tables):
        yield from ("rate", "burst")
    if any(table.pagination for table in tables):
        yield "listed"
    if any(table.chunking for table in tables):
        yield "rejected"
    polling = [table.polling for table in tables if table.polling]
    if polling:
        yield from ("pending_seconds", "failed")
    if any(each.report for each in polling):
        yield from ("report_format", "link_lifetime")


def _of_scheme(scheme: Mapping[str, Json]) -> tuple[str, ...]:
    tokens = ("client_id", "client_secret", "token_lifetime")
    requested = token_request(scheme)
    if requested and requested.is_refresh:
        return (*tokens, "refresh_token")
    issued = tokens if requested else ()
    match kind_of(scheme):
        case Kind.KEY:
            return ("key", *issued)
        case Kind.BEARER:
            return ("token", *issued)
        case Kind.BASIC:
            return ("username", "password")
        case Kind.SIGNATURE:
            return ("access_key_id", "secret_access_key", "region", "clock_skew")
    return ()
