"""Keys of the paths, which may have a query and a fragment beside the path."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote

_NAME = re.compile(r"\{([^{}]+)\}")
_EXPANDED = re.compile(r"\{[?&;#][^{}]*\}")  # RFC 6570: parameters, which are defined by themselves
# As other tools write a parameter: `{+path}`, `{path*}`, `{id:int}`, `{name=files/*}`, and `:id` as a whole segment.
_WRITTEN = re.compile(r"\{[+#.*]?(?P<braced>[^{}:=*+?]+)[^{}]*\}|(?<=/):(?P<segment>\w+)(?=/|$)")
_IN_QUERY = "!$'()*+,;:@/?-._~=%{}"


@dataclass(frozen=True, kw_only=True)
class PathTemplate:
    """What a key says.

    Attributes:
        path: the path, with parameters in braces.
        query: what the query always has, as `name=value`.
        fragment: what distinguishes the operation from others; it is never sent.
        names: the parameters.
        odd: parameters as the key writes them, where it does in the way of another tool.
    """

    path: str
    query: tuple[str, ...]
    fragment: str
    names: tuple[str, ...]
    odd: tuple[str, ...]


def read_path(key: str, in_path: Collection[str], in_query: Collection[str]) -> PathTemplate:
    """Read a key.

    Args:
        key: the key.
        in_path: names of the path parameters that are defined.
        in_query: names of the query parameters; one that the key has in braces is not repeated by it.
    """
    rest, _, fragment = _EXPANDED.sub("", key).partition("#")
    rest, odd = _with_names(rest, in_path)
    path, _, query = rest.partition("?")
    pairs = [pair for pair in query.split("&") if pair and not {*_NAME.findall(pair)} & {*in_query}]
    return PathTemplate(
        path=path,
        query=tuple(quote(pair, safe=_IN_QUERY) for pair in pairs),
        fragment=fragment,
        names=tuple(dict.fromkeys(_NAME.findall("&".join([path, *pairs])))),
        odd=tuple(odd),
    )


def _with_names(key: str, defined: Collection[str]) -> tuple[str, list[str]]:
    """Return a key that has nothing but names in braces, and what it had instead of them."""
    odd: list[str] = []

    def named(match: re.Match[str]) -> str:
        name = match["braced"] or match["segment"]
        if match[0][1:-1] in defined or name not in defined or match[0] == f"{{{name}}}":
            return match[0]
        odd.append(match[0])
        return f"{{{name}}}"

    return _WRITTEN.sub(named, key), odd
