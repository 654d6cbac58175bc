"""Keys of the paths, which may have a query and a fragment beside the path."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote

_NAME = re.compile(r"\{([^{}]+)\}")
_EXPANDED = re.compile(r"\{[?&;#][^{}]*\}")  # RFC 6570: parameters, which are defined by themselves
_IN_QUERY = "!$'()*+,;:@/?-._~=%{}"


@dataclass(frozen=True, kw_only=True)
class PathTemplate:
    """What a key says.

    Attributes:
        path: the path, with parameters in braces.
        query: what the query always has, as `name=value`.
        fragment: what distinguishes the operation from others; it is never sent.
        names: the parameters.
    """

    path: str
    query: tuple[str, ...]
    fragment: str
    names: tuple[str, ...]


def read_path(key: str, in_query: Collection[str]) -> PathTemplate:
    """Read a key.

    Args:
        key: the key.
        in_query: names of the query parameters; one that the key has in braces is not repeated by it.
    """
    rest, _, fragment = _EXPANDED.sub("", key).partition("#")
    path, _, query = rest.partition("?")
    pairs = [pair for pair in query.split("&") if pair and not {*_NAME.findall(pair)} & {*in_query}]
    return PathTemplate(
        path=path,
        query=tuple(quote(pair, safe=_IN_QUERY) for pair in pairs),
        fragment=fragment,
        names=tuple(dict.fromkeys(_NAME.findall("&".join([path, *pairs])))),
    )
