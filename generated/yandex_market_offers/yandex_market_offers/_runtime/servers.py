"""Base URLs: those that the spec names, with their variables, and what is appended to them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx2
import msgspec

from .errors import describe_url

_HOST = re.compile(r"[A-Za-z0-9._:-]+")
_IN_PATH = "/-._~!$&'()*+,;=:@"
_IN_QUERY = "/-._~:@"
_NONE: Mapping[str, Any] = {}


class ServerVariable(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the URL of a server that the caller chooses.

    Attributes:
        name: its name in the URL, in braces.
        argument: the keyword of the client.
        default: its value where none is given, or None.
        values: all that it can be; empty if it can be any text.
    """

    name: str
    argument: str
    default: str | None = None
    values: tuple[str, ...] = ()


def choose_base_url(
    servers: Mapping[str, str],
    server: str | None,
    base_url: str | None,
    *,
    root: str = "",
    variables: Mapping[str, Sequence[ServerVariable]] = _NONE,
    given: Mapping[str, str | None] = _NONE,
    is_needed: bool = True,
) -> str:
    """Return the given base URL, or that of the named server; if neither is given, that of the first server.

    Args:
        servers: URLs by name.
        server: The name of one of them.
        base_url: Another URL.
        root: Path of the API below that URL, to which it is added unless it ends so.
        variables: Variables in the URLs, by name of the server.
        given: Values of the variables, by keyword of the client; None means that one is not given.
        is_needed: Whether there are operations without a server; if not, the result may be empty.

    Raises:
        ValueError: Arguments exclude each other, the name is unknown, a variable is invalid or missing, or there is no base URL.
    """
    if base_url is not None:
        if server is not None:
            raise ValueError("give either server or base_url, not both")
        if any(value is not None for value in given.values()):
            raise ValueError(f"give either base_url or {', '.join(given)}, not both")
        try:
            url = httpx2.URL(base_url)
        except httpx2.InvalidURL as error:
            raise ValueError(f"base_url is not a URL: {error}") from None
        if url.scheme not in ("http", "https") or not url.host or "#" in base_url:
            raise ValueError(f"base_url {describe_url(url, ())!r} is not an http or https URL with a host and without fragment")
        trimmed = trim(base_url)
        return trimmed if trimmed.partition("?")[0].endswith(root) else join(trimmed, root)
    if not servers and not is_needed:
        return ""
    if not servers:
        where = f"only the path {root!r} of its server" if root else "no server, as the endpoint differs by customer"
        raise ValueError(f"the spec names {where}: give base_url{', to which the path is added' if root else ''}")
    if server is None:
        server = next(iter(servers))
    if server not in servers:
        raise ValueError(f"server {server!r} is unknown; choose one of {', '.join(servers)}")
    return fill(server, servers[server], variables.get(server, ()), given)


def fill(server: str, url: str, variables: Sequence[ServerVariable], given: Mapping[str, str | None]) -> str:
    """Return the URL of a server with the values of its variables.

    Args:
        server: the name of the server.
        url: its URL, with variables in braces.
        variables: its variables.
        given: values by keyword of the client; None means that one is not given.

    Raises:
        ValueError: a value is missing, is none of those that the spec lists, cannot be part of a URL, or is of no variable of it.
    """
    unused = [name for name, value in given.items() if value is not None and name not in {each.argument for each in variables}]
    if unused:
        raise ValueError(f"{unused[0]} is not a variable of the server {server!r}, which is {url}")
    for each in variables:
        value = given.get(each.argument)
        value = each.default if value is None else value
        if value is None:
            raise ValueError(f"the server {server!r} is {url}: give {each.argument}, or another URL as base_url")
        if each.values and value not in {*each.values, each.default}:
            raise ValueError(f"{each.argument} {value!r} is none of {', '.join(each.values)}")
        mark = f"{{{each.name}}}"
        if mark in url.rsplit("://", maxsplit=1)[-1].split("/", maxsplit=1)[0] and not begins_path(url, each.name, value):
            fits = _HOST.fullmatch(value) if value else can_be_empty(url, each.name)
            if not fits:
                raise ValueError(f"{each.argument} {value!r} cannot be part of the name of a host")
            url = url.replace(mark, value)
        else:
            doubled = f"/{mark}" if value.startswith("/") else mark  # as AWS exports it: {basePath} is /prod in /{basePath}
            written = quote(value, safe=_IN_QUERY if "?" in url.partition(mark)[0] else _IN_PATH)
            url = url.replace(doubled, written).replace(mark, written)
    return trim(url)


def can_be_empty(url: str, name: str) -> bool:
    """Return whether a host is still one without a variable in it, as `https://api{environment}.example` is."""
    before = url.partition(f"{{{name}}}")[0]
    return before.endswith("}") or before[-1:].isalnum()


def begins_path(url: str, name: str, value: str) -> bool:
    """Return whether the path of a URL begins with the value of a variable, as in `https://api.example{base}`."""
    behind = url.partition(f"{{{name}}}")[2]
    return value.startswith("/") and behind[:1] in ("", "/", "{", "?") and can_be_empty(url, name)


def trim(url: str) -> str:
    """Return a base URL without a slash at the end of its path, and without a fragment, which is never sent."""
    path, mark, query = url.partition("#")[0].partition("?")
    return path.rstrip("/") + mark + query


def join(base_url: str, target: str) -> str:
    """Append path and query to a base URL, which may have a path and a query, too."""
    if "?" not in base_url:
        return base_url + target
    base, _, common = base_url.partition("?")
    path, _, query = target.partition("?")
    return f"{base.rstrip('/')}{path}?{'&'.join(each for each in (common, query) if each)}"
