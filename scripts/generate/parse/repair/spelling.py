"""Write paths, methods and statuses of a foreign document as OpenAPI does, where it is plain what is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from types import NoneType

from scripts.generate.parse.api import Refuse
from scripts.generate.parse.media_types import media_types_in
from scripts.generate.text.names import unique
from scripts.spec.document import METHODS, Json, Pointer, join, references, split

_STATUS = re.compile(r"\s*([1-5](?:[xX]{2}|[0-9]{2}))(?:\s.*)?")
_DEFINITIONS = {  # sections of the components by where they are in other documents
    **dict.fromkeys(("definitions", "$defs"), "schemas"),
    **{each: each for each in ("parameters", "responses")},
    "securityDefinitions": "securitySchemes",
}
_SHORT = {  # what is written instead of a media type
    **dict.fromkeys(("", "*"), "*/*"),
    **{each: f"application/{each}" for each in ("json", "xml", "pdf", "hal+json", "problem+json")},
    **{each: f"text/{each}" for each in ("plain", "html", "csv")},
    "text": "text/plain",
}
_DOUBLED = re.compile(r"\{{2,}\s*([^{}]+?)\s*\}{2,}")  # `{{name}}`, as Postman writes a variable
_URL = re.compile(r"(?P<host>https?://[^/?#]+)(?P<path>.*)", re.IGNORECASE)
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_HERE = re.compile(r"(?:localhost|\d+(?:\.\d+){3})(?::\d+)?(?:/.*)?")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?::\d+)?(?:/.*)?", re.IGNORECASE)


def write_as_openapi_does(data: Json, note: Refuse) -> None:
    """Correct the keys of a document that has paths and components, with a note.

    Extensions among them say nothing that is generated.
    """
    paths: dict[str, Json] = data["paths"]
    for key in [key for key in paths if key.startswith("x-")]:
        del paths[key]
    for key in list(paths):
        path = _path(paths, key, note)
        item = paths[path] = paths.pop(key)
        for name in list(item) if isinstance(item, dict) else ():
            method = name.lower()
            if method != name and method in METHODS and method not in item:
                item[method] = item.pop(name)
                note(("paths", path), "structure", f"the method {name!r} is read as {method!r}")
    _name_security_schemes(data)
    for operation in _operations(data):
        responses: Json = operation.get("responses")
        for status in list(responses) if isinstance(responses, dict) else ():
            if status.startswith("x-"):
                del responses[status]
            elif (found := _STATUS.fullmatch(status)) and found[1].upper() not in responses:
                responses[found[1].upper()] = responses.pop(status)
    _adopt_definitions(data, note)
    _servers(data, note)
    _only_objects(data.get("components"), note)


def as_query(parameter: Json) -> None:
    """Write a parameter that is the whole query, as OpenAPI 3.2 has it, as the properties of an object in the query.

    One that is not a form, or has an `encoding`, stays as it is, and its operation is left out.
    """
    if parameter.get("schema") and parameter.get("content"):
        del parameter["content"]  # which of both is meant is not known; a schema is more common
    contents = parameter.get("content")
    form = contents.get("application/x-www-form-urlencoded") if isinstance(contents, dict) else None
    if parameter.get("in") == "querystring" and isinstance(form, dict) and not form.get("encoding"):
        del parameter["content"]
        parameter |= {"in": "query", "style": "form", "explode": True, "schema": form.get("schema", {})}
    elif parameter.get("in") == "cookie" and parameter.get("style") == "cookie":
        parameter["style"] = "form"  # cookies are never percent-encoded here


def with_media_types(contents: Json, pointer: Pointer, note: Refuse) -> None:
    """Write the keys of `content` as media types.

    One that names several, with commas between them, becomes one for each, and a short name the media type that it stands for.
    """
    for key in list(contents) if isinstance(contents, dict) else ():
        value = contents.pop(key)  # and at its place again
        names = [_SHORT.get(each.lower(), each) for each in media_types_in(key) or [""]]
        if names != [key]:
            meant = repr(names[0]) if len(names) == 1 else f"{len(names)} media types"
            note((*pointer, key), "unsupported-media-type", f"{key!r} is read as {meant}")
        for name in names:
            contents.setdefault(name, value if name == key else deepcopy(value))


def _path(paths: Json, key: str, note: Refuse) -> str:
    """Return a path with a slash in front, and give it its server if it is a URL.

    One that is there with a slash, too, stays as it is, and is left out later.
    """
    plain = _DOUBLED.sub(r"{\1}", key)
    url = _URL.fullmatch(plain)
    path = f"/{url['path'].removeprefix('/')}" if url else f"/{plain.removeprefix('/')}"
    if path == key or path in paths:
        return key
    if plain != key:
        note(("paths",), "path-parameter", f"the path {key!r} has braces twice; it is read as {plain!r}")
    if path == plain:
        return path
    if url is None:
        note(("paths",), "structure", f"the path {plain!r} has no slash in front; it is read as {path!r}")
        return path
    note(("paths",), "structure", f"the path {plain!r} is a URL; it is read as {path!r} of the server {url['host']!r}")
    if isinstance(paths[key], dict):
        paths[key]["servers"] = [{"url": url["host"]}]
    return path


def _adopt_definitions(data: Json, note: Refuse) -> None:
    """Make components of what is beside them, as in documents of JSON Schema and of Swagger 2."""
    for key, section in _DEFINITIONS.items():
        found = data.get(key)
        components = data.setdefault("components", {})
        named = components.setdefault(section, {}) if isinstance(components, dict) and isinstance(found, dict) else None
        if not isinstance(found, dict) or not isinstance(named, dict):
            continue
        note((key,), "structure", f"{key!r} is not allowed here; what it has is read as components")
        taken = {*named}
        moved = {join(key, name): unique(name, taken) for name in found}
        named |= dict(zip(moved.values(), data.pop(key).values(), strict=True))
        for pointer, target in list(references(data)):
            whole = next((each for each in moved if target == each or target.startswith(f"{each}/")), None)
            if whole is not None:
                holder = data
                for part in pointer[:-1]:
                    holder = holder[part]
                holder["$ref"] = join("components", section, moved[whole]) + target.removeprefix(whole)


def _servers(data: Json, note: Refuse) -> None:
    """Write the servers as OpenAPI 3 does, of which Swagger 2 has the parts, and their variables in single braces."""
    host, path = data.get("host"), data.get("basePath", "")
    if "servers" not in data and isinstance(host, str) and isinstance(path, str):
        schemes = data.get("schemes")
        schemes = [each for each in schemes if isinstance(each, str)] if isinstance(schemes, list) else []
        data["servers"] = [{"url": f"{scheme}://{host}{path}"} for scheme in schemes or ["https"]]
        note(("host",), "structure", f"'host' is not allowed here; it is read as the server {data['servers'][0]['url']}")
        for key in ("host", "basePath", "schemes"):
            data.pop(key, None)
    for holder in (data, *data["paths"].values(), *_operations(data)):
        servers = holder.get("servers") if isinstance(holder, dict) else None
        for server in servers if isinstance(servers, list) else ():
            url = server.get("url") if isinstance(server, dict) else None
            if isinstance(url, str) and (plain := _DOUBLED.sub(r"{\1}", url)) != url:
                note(("servers",), "structure", f"the URL {url!r} has braces twice; it is read as {plain!r}")
                server["url"] = url = plain
            if isinstance(url, str) and (whole := _with_scheme(url)) != url:
                note(("servers",), "structure", f"the URL {url!r} is read as {whole!r}")
                server["url"] = whole


def _with_scheme(url: str) -> str:
    """Return a URL with its scheme, in small letters; of a host without one it is https, but for this machine."""
    if _SCHEME.match(url):
        return _SCHEME.sub(lambda found: found[0].lower(), url, count=1)
    return f"http://{url}" if _HERE.fullmatch(url) else f"https://{url}" if _HOST.fullmatch(url) else url


def _only_objects(components: Json, note: Refuse) -> None:
    """Remove components that have no name, or are no objects, such as a `$ref`, which has no meaning there."""
    for section, things in components.items() if isinstance(components, dict) else ():
        for name in list(things) if isinstance(things, dict) and not section.startswith("x-") else ():
            if not name or (things[name] != [] and not isinstance(things[name], dict | bool | NoneType)):
                said = f"{name!r} is not an object" if name else "a component has no name"
                note(("components", section, name), "structure", f"{said}; it is ignored")
                del things[name]


def _name_security_schemes(data: Json) -> None:
    """Name the security schemes that requirements refer to by a URL, as OpenAPI 3.2 allows."""
    pointer = join("components", "securitySchemes", "")
    for holder in (data, *_operations(data)):
        requirements = holder.get("security")
        for requirement in requirements if isinstance(requirements, list) else ():
            for name in list(requirement) if isinstance(requirement, dict) else ():
                if name.startswith((pointer, f"{data.get('$self')}{pointer}")):
                    requirement[split(f"#{name.partition('#')[2]}")[-1]] = requirement.pop(name)


def _operations(data: Json) -> Iterator[dict[str, Json]]:
    for item in data["paths"].values():
        for method in METHODS if isinstance(item, dict) else ():
            if isinstance(item.get(method), dict):
                yield item[method]
