"""Keys of the paths, which may have a query and a fragment beside the path."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from scripts.generate.parse.api import Schema

_NAME = re.compile(r"\{([^{}]+)\}")
_EXPANDED = re.compile(r"\{[?&#][^{}]*\}")  # RFC 6570: parameters, which are defined by themselves
_QUERY, _VARIABLE = re.compile(r"\{[?&]([^{}]*)\}"), re.compile(r"([^,*:]+)(?:\*|:\d+)?(?:,|$)")
_CONTROL = re.compile(r"(\{[^{}]+\})|[\x00-\x1f\x7f]")
# As other tools write a parameter: `{+path}`, `{path*}`, `{path...}`, `{id:int}`, `{name=files/*}`, `<int:id>`, and `:id` as a
# whole segment, or with a pattern behind it, as Hono does: `{id}{[0-9]+}`; and as RFC 6570 does: `{.id}`, `{;id}`, `{/id}`.
_WRITTEN = re.compile(
    r"\{\s*(?P<before>[+#.;/*]*)(?P<braced>[^{}:=*+?]+?)\s*(?P<behind>(?:[:=*+?]|\.\.\.)(?:[^{}]|\{[^{}]*\})*)?\}"
    r"(?P<pattern>\{(?=[^{}]*[\[\\|(^$]|\.[*+]\})(?:[^{}]|\{[^{}]*\})*\})?|(?<=/):(?P<segment>\w+)(?=/|$)"
    r"|<(?P<kind>\w+:)?(?P<angled>\w+)>"
)
# Of these, what stands for several segments: `{+path}`, `{*path}`, `{path+}`, `{path:path}`, `{path:.*}`, `{name=files/*}`.
_SEVERAL_BEFORE = ("+", "*", "**")
_SEVERAL_BEHIND = re.compile(r"\+|\*{1,2}|\.\.\.|:path|:\.[*+]|=.*(?:/|\*\*).*")
_STYLES = {".": "label", ";": "matrix"}  # how OpenAPI calls what RFC 6570 means
# A segment that stands for any others, and the name of the parameter that it is.
_ANY_SEGMENTS, WILDCARD = re.compile(r"(\{[^{}]*\})|(?<=/)\*{1,2}(?=[/?#]|$)"), "*"
_REGULAR_EXPRESSION = re.compile(r"^/?\^|\(\?|\.[*+]|\\[./dswDSW]|\[[^\]]*\][*+]")
_IN_QUERY = "!$'()*+,;:@/?-._~=%{}"


@dataclass(frozen=True, kw_only=True)
class PathTemplate:
    """What a key says.

    Attributes:
        path: the path, with parameters in braces.
        query: what the query always has, as `name=value`.
        fragment: what distinguishes the operation from others; it is never sent.
        names: the parameters.
        is_pattern: whether the key only says which paths there are, as a regular expression or by several wildcards.
        odd: parameters as the key writes them, where it does in the way of another tool, each with its name.
        several: the parameters that stand for several segments, so that their values may have slashes.
        styles: `style` and `explode` of parameters for which the key says them, as RFC 6570 does.
        expanded: the parameters of the query that it names as RFC 6570 does.
    """

    path: str
    query: tuple[str, ...]
    fragment: str
    names: tuple[str, ...]
    is_pattern: bool
    odd: Mapping[str, str]
    several: frozenset[str]
    styles: Mapping[str, Schema]
    expanded: tuple[str, ...]


def read_path(key: str, in_path: Collection[str], in_query: Collection[str]) -> PathTemplate:
    """Read a key.

    Args:
        key: the key.
        in_path: names of the path parameters that are defined.
        in_query: names of the query parameters; one that the key has in braces is not repeated by it.
    """
    written = _ANY_SEGMENTS.sub(lambda found: found[1] or f"{{{WILDCARD}}}", key)
    rest, odd, several = _with_names(_EXPANDED.sub("", written), in_path)
    rest, _, fragment = rest.partition("#")
    path, _, query = rest.partition("?")
    pairs = [pair for pair in query.split("&") if pair and not {*_NAME.findall(pair)} & {*in_query}]
    return PathTemplate(
        path=_CONTROL.sub(lambda found: found[1] or quote(found[0]), path),
        query=tuple(quote(pair, safe=_IN_QUERY) for pair in pairs),
        fragment=fragment,
        names=tuple(dict.fromkeys(_NAME.findall("&".join([path, *pairs])))),
        is_pattern=written.count(f"{{{WILDCARD}}}") > 1 or bool(_REGULAR_EXPRESSION.search(_WRITTEN.sub("", key))),
        odd=odd,
        several=frozenset(several),
        styles={found["braced"]: _style(found) for found in _WRITTEN.finditer(key) if found["before"] in _STYLES},
        expanded=tuple(name for each in _QUERY.findall(key) for name in _VARIABLE.findall(each)),
    )


def _with_names(key: str, defined: Collection[str]) -> tuple[str, dict[str, str], set[str]]:
    """Return a key that has nothing but names in braces, what it had instead of them, and the names of several segments."""
    odd: dict[str, str] = {}
    several: set[str] = set()

    def named(match: re.Match[str]) -> str:
        name = match["braced"] or match["segment"] or match["angled"]
        is_own = match[0][1:-1] in defined and not match["angled"]
        if is_own or match[0] == f"{{{name}}}" or (not match["braced"] and name not in defined):
            return match[0]
        odd[match[0]] = name
        pattern = (match["pattern"] or "")[1:-1]
        if pattern in defined:
            return match[0]
        behind = match["behind"] or f":{pattern}"
        is_several = match["before"] in _SEVERAL_BEFORE or _SEVERAL_BEHIND.fullmatch(behind)
        if (is_several and match["before"] not in _STYLES) or match["kind"] == "path:":
            several.add(name)
        return f"/{{{name}}}" if match["before"] == "/" else f"{{{name}}}"

    if f"{{{WILDCARD}}}" in key:
        odd[WILDCARD] = WILDCARD
        several.add(WILDCARD)
    return _WRITTEN.sub(named, key), odd, several


def _style(match: re.Match[str]) -> Schema:
    return {"style": _STYLES[match["before"]], "explode": match["behind"] == "*"}
