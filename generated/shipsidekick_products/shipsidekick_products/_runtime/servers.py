"""Base URLs: those that the spec names, with their variables, and what is appended to them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

import msgspec

_HOST = re.compile(r"[A-Za-z0-9._:-]+")
_IN_PATH = "/-._~!$&'()*+,;=:@"


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
            raise ValueError(f"the server {server!r} is {url}: give {each.argument}")
        if each.values and value not in {*each.values, each.default}:
            raise ValueError(f"{each.argument} {value!r} is none of {', '.join(each.values)}")
        mark = f"{{{each.name}}}"
        if mark in url.rsplit("://", maxsplit=1)[-1].split("/", maxsplit=1)[0]:
            if not _HOST.fullmatch(value):
                raise ValueError(f"{each.argument} {value!r} cannot be part of the name of a host")
            url = url.replace(mark, value)
        else:
            url = url.replace(mark, quote(value, safe=_IN_PATH))
    return trim(url)


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
