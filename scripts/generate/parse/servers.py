"""Where requests go: the servers of a document, their variables, and those that only some operations have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from msgspec import structs

from scripts.generate.parse.api import Schema
from scripts.generate.text.names import module_name, unique
from scripts.runtime.servers import ServerVariable, can_be_empty, trim
from scripts.spec.document import Document, Json

# Keywords of a client beside the variables of its servers.
_RESERVED = ("auth", "base_url", "http_client", "max_response_bytes", "self", "server", "strict", "timeout", "transport")
_SCHEMES = ("https", "http")
_VARIABLE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, kw_only=True)
class ServerArgument:
    """A keyword of a client for a variable in the URLs of its servers.

    Attributes:
        name: the keyword.
        values: all that it can be; empty if it can be any text.
        is_needed: whether the default server has no URL without it.
        description: what the document says of it; perhaps empty.
    """

    name: str
    values: tuple[str, ...]
    is_needed: bool
    description: str


@dataclass(frozen=True, kw_only=True)
class Servers:
    """The servers of a document.

    Attributes:
        urls: base URLs by name, with variables in braces.
        variables: variables by the name of the server, where it has any.
        arguments: keywords of a client for the variables.
        root: path of the API where the document names no host, such as `/api/v3`; else empty.
    """

    urls: Mapping[str, str]
    variables: Mapping[str, tuple[ServerVariable, ...]]
    arguments: tuple[ServerArgument, ...]
    root: str


def servers_of(document: Document) -> Servers:
    """Return the servers of a document.

    A name is `x-client-server`; servers of a document that names none are called `default`, `server-2` and so on. A server in the
    reserved domain `.invalid` means that the endpoint is unknown, and is not selectable; neither is a URL without a host.
    """
    selectable = _selectable(document.data.get("servers"))
    urls = {name: str(server["url"]) for name, server in selectable.items() if "://" in server["url"]}
    arguments: dict[str, str] = {}
    taken = {*_RESERVED}
    variables = {}
    for name, url in urls.items():
        described = selectable[name].get("variables", {})
        found = []
        for variable in dict.fromkeys(_VARIABLE.findall(url)):
            if variable not in arguments:
                arguments[variable] = unique(module_name(variable), taken)
            is_needed = f"{{{variable}}}" in url.split("://")[1].split("/")[0] and not can_be_empty(url, variable)
            each = _variable(variable, arguments[variable], described.get(variable, {}), is_needed=is_needed)
            if variable == _scheme(selectable[name], url):
                each = structs.replace(each, values=tuple(value for value in each.values or _SCHEMES if value in _SCHEMES))
            found.append(each)
        if found:
            variables[name] = tuple(found)
    paths = [_with_defaults(server) for server in selectable.values()] or [*_behind_unknown_hosts(document)]
    return Servers(
        urls=urls,
        variables=variables,
        arguments=tuple(_arguments(selectable, variables, default=next(iter(urls), ""))),
        root=trim(paths[0]) if paths and not urls else "",
    )


def _arguments(
    servers: Mapping[str, Schema], variables: Mapping[str, Sequence[ServerVariable]], *, default: str
) -> Iterator[ServerArgument]:
    found: dict[str, list[tuple[str, ServerVariable]]] = {}
    for server, each in ((server, each) for server, several in variables.items() for each in several):
        found.setdefault(each.argument, []).append((server, each))
    for name, same in found.items():
        values = dict.fromkeys(value for _, each in same for value in each.values) if all(each.values for _, each in same) else ()
        descriptions = [servers[server].get("variables", {}).get(each.name, {}).get("description", "") for server, each in same]
        yield ServerArgument(
            name=name,
            values=tuple(values),
            is_needed=any(server == default and each.default is None for server, each in same),
            description=next((text for text in descriptions if text), ""),
        )


def own_servers(given: Sequence[Schema], document: Document) -> dict[str, str]:
    """Return base URLs by name of an operation with servers of its own; empty if they are those of the document.

    Variables have their defaults, or those of the document's servers. A path is on the server of the document, or else below the
    base URL that a client then has to be given; it is `/` where a variable has no default.

    Raises:
        ValueError: no server is usable.
    """
    shared = _variables(document.data.get("servers") or [])
    given = [{**server, "variables": {**shared, **server.get("variables", {})}} for server in given]
    common = {name: trim(_with_defaults(server)) for name, server in _selectable(document.data.get("servers")).items()}
    root = next((url for url in common.values() if "://" in url), "")
    found = {name: trim(urljoin(root, _with_defaults(server))) for name, server in _selectable(given).items()}
    if not found and any(_VARIABLE.match(str(server["url"])) for server in given):
        return {"default": "/"}
    if not found:
        raise ValueError("none of its servers has an http or https URL")
    first = next(iter(found.values()))
    if first == "" or (common and all(found.get(name, first) == url for name, url in common.items())):
        return {}
    return {name: "/" if _VARIABLE.search(url) else url for name, url in found.items()}


def _variables(servers: Sequence[Schema]) -> Schema:
    """Return the variables of several servers by name; of those with one name the first."""
    return {name: each for server in reversed(servers) for name, each in server.get("variables", {}).items()}


def not_selectable(document: Document) -> Iterator[tuple[int, str]]:
    """Yield index and URL of each server that cannot be selected: it has no host beside others, or is neither http nor https."""
    servers: list[Schema] = document.data.get("servers") or []
    if any("x-client-server" in server for server in servers):
        return
    urls = servers_of(document).urls
    for index, server in enumerate(servers):
        url = str(server["url"])
        is_whole = "://" in url and not url.startswith("{")
        if _name(index) not in urls and (urls or is_whole) and ".invalid" not in url:
            yield index, url


def _name(index: int) -> str:
    """Return the name of a server that the document gives none."""
    return "default" if index == 0 else f"server-{index + 1}"


def _selectable(given: Json) -> dict[str, Schema]:
    """Return servers by name, each with its URL, or with a path where it has no host."""
    servers: list[Schema] = given or []
    any_named = any("x-client-server" in server for server in servers)
    found: dict[str, Schema] = {}
    for index, server in enumerate(servers):
        name = server.get("x-client-server") if any_named else _name(index)
        url = _whole(server)
        host = url.split("://")[-1].split("/")[0].split(":")[0]
        is_known = url.startswith(("http://", "https://", "/")) or _scheme(server, url) is not None
        if name is not None and is_known and not host.endswith(".invalid"):
            found[str(name)] = {**server, "url": url if url == "/" else trim(url)}
    return found


def _behind_unknown_hosts(document: Document) -> Iterator[str]:
    """Yield the path behind a variable without default that is all before it, as in `{endpoint}/v1`."""
    for server in document.data.get("servers") or ():
        url = _whole(server)
        found = _VARIABLE.match(url)
        if found is not None and url[found.end() :].startswith("/"):
            yield _with_defaults({**server, "url": url[found.end() :]})


def _whole(server: Schema) -> str:
    """Return the URL of a server with its scheme, or the path that it is; a variable of several parts has its default."""
    url = str(server["url"]).strip()
    while _scheme(server, url) is None and (found := _VARIABLE.match(url)) and _default(server, found[1]) is not None:
        url = f"{_default(server, found[1])}{url[found.end() :]}"
    if url.startswith("//"):
        return f"https:{url}"
    return url if "://" in url or url.startswith("{") else f"/{url.removeprefix('.').lstrip('/')}"


def _scheme(server: Schema, url: str) -> str | None:
    """Return the variable that is the scheme of a URL, http or https by default; None if there is none."""
    found = _VARIABLE.match(url)
    is_scheme = found and url[found.end() :].startswith("://") and _default(server, found[1]) in _SCHEMES
    return found[1] if found and is_scheme else None


def _with_defaults(server: Schema) -> str:
    def value(found: re.Match[str]) -> str:
        default = _default(server, found[2])
        return found[0] if default is None else default if default.startswith("/") else found[1] + default

    return re.sub(f"(/?){_VARIABLE.pattern}", value, str(server["url"]))


def _default(server: Schema, name: str) -> str | None:
    default = server.get("variables", {}).get(name, {}).get("default")
    return None if default is None else str(default)


def _variable(name: str, argument: str, described: Schema, *, is_needed: bool) -> ServerVariable:
    default = described.get("default")
    if default == "" and is_needed:  # no host has an empty part
        default = None
    return ServerVariable(
        name=name,
        argument=argument,
        default=None if default is None else str(default),
        values=tuple(map(str, described.get("enum", ()))),
    )
