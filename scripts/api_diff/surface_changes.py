"""What has changed in the public Python API of a package, in words."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from scripts.api_diff.changes import Change, Heading, Topic
from scripts.api_diff.surface import MENTIONED, TABLES, UNKNOWN, Attribute, Class, Function, Module, Name, Parameter, Surface, Thing
from scripts.api_diff.type_changes import Use, rate_type
from scripts.packages.versions import Bump

_MOST_NAMES = 3
_KINDS = {Module: "module", Class: "class", Name: "name"}
_ROLES = {"field": "field", "key": "key", "member": "value", "alias": "type", "constant": "name", "property": "property"}
_PARTS = {"models": "model", "errors": "error", "auth": "credentials"}
_TOPICS: dict[str, Topic] = {"client.SERVERS": ("servers",), "client.Server": ("servers",), TABLES: ("behaviour",)}
_POSITIONAL = ("positional-only", "positional or keyword")


@dataclass(frozen=True)
class _Difference:
    path: str
    bump: Bump
    heading: Heading
    words: str
    part: str = ""


def surface_changes(old: Surface, new: Surface, *, answered: AbstractSet[str] = frozenset()) -> list[Change]:
    """Return what has changed between two states of an API; what several classes inherit is told once.

    Args:
        old: the state before.
        new: the state now.
        answered: classes of models that are only read: a new field in them breaks nothing, required or not.
    """
    together: dict[tuple[object, ...], list[_Difference]] = {}
    for difference in _differences(old, new, answered):
        thing = new.get(difference.path) or old[difference.path]
        topic = _topic(difference)
        what: object = topic if topic[0] == "operation" else (thing.origin, difference.part)
        together.setdefault((what, difference.words, difference.heading, difference.bump), []).append(difference)
    return [_told(group) for group in together.values()]


def _told(group: list[_Difference]) -> Change:
    first = group[0]
    group = sorted(group, key=lambda each: each.path.startswith("Async"))
    names = list(dict.fromkeys(f"`{each.path.removeprefix(f'{MENTIONED}.') or 'the package'}`" for each in group))
    shown = ", ".join(names[:_MOST_NAMES])
    if more := len(names) - _MOST_NAMES:
        shown += f" and {more} more" if more > 0 else ""
    topics = frozenset(_topic(each) for each in group)
    return Change(bump=first.bump, heading=first.heading, text=f"{shown}: {first.words}", topics=topics)


def _differences(old: Surface, new: Surface, answered: AbstractSet[str]) -> Iterator[_Difference]:
    for path, was in old.items():
        now = new.get(path)
        if now is None:
            if _whole(path) in new or not _whole(path):  # what is gone as a whole says it for its parts
                mentioned = _whole(path) == MENTIONED
                if not mentioned:
                    yield _Difference(path, Bump.MAJOR, "Removed", f"the {_kind(path, was)} is gone")
        elif type(was) is not type(now):
            if not isinstance(was, Name) and not isinstance(now, Name):
                yield _Difference(path, Bump.MAJOR, "Changed", f"a {_kind(path, now)} instead of a {_kind(path, was)}")
        else:
            yield from _changed(path, was, now)
    for path, now in new.items():
        whole = _whole(path)
        if path in old or whole == MENTIONED or (whole and (whole not in old or isinstance(old[whole], Name))):
            continue
        kind = _kind(path, now)
        required = isinstance(now, Attribute) and now.required
        breaking = required and not path.startswith(MENTIONED) and path.split(".")[-2] not in answered
        words = f"new {'required ' if required else ''}{kind}"
        yield _Difference(path, Bump.MAJOR if breaking else Bump.MINOR, "Added", words)


def _whole(path: str) -> str:
    return path.rpartition(".")[0]


def _kind(path: str, thing: Thing) -> str:
    if isinstance(thing, Attribute):
        return "attribute" if thing.role == "constant" and _is_member(path) else _ROLES[thing.role]
    if isinstance(thing, Function):
        return "method" if _is_member(path) else "function"
    return _KINDS[type(thing)]


def _is_member(path: str) -> bool:
    """Tell whether something belongs to a class, which has a capital letter."""
    return _whole(path).rpartition(".")[2].lstrip("_")[:1].isupper()


def _changed(path: str, was: Thing, now: Thing) -> Iterator[_Difference]:
    if isinstance(was, Class) and isinstance(now, Class):
        if not path.startswith(MENTIONED):
            yield from _class(path, was, now)
    elif isinstance(was, Function) and isinstance(now, Function):
        yield from _function(path, was, now)
    elif isinstance(was, Attribute) and isinstance(now, Attribute):
        yield from _attribute(path, was, now)
    elif isinstance(was, Name) and isinstance(now, Name) and was.target != now.target and was.target not in now.target:
        yield _Difference(path, Bump.MAJOR, "Changed", f"`{now.target}` instead of `{was.target}`")


def _class(path: str, was: Class, now: Class) -> Iterator[_Difference]:
    if was.bases != now.bases:
        bump = Bump.MINOR if set(was.bases) < set(now.bases) else Bump.MAJOR
        words = f"derives from {_listed(now.bases)} instead of {_listed(was.bases)}"
        yield _Difference(path, bump, "Changed", words)
    if was.options != now.options:
        words = f"is made with {_listed(now.options)} instead of {_listed(was.options)}"
        yield _Difference(path, Bump.MAJOR, "Changed", words)
    elif was.positional != now.positional[: len(was.positional)] and sorted(was.positional) == sorted(now.positional):
        yield _Difference(path, Bump.MAJOR, "Changed", "its fields are in another order")


def _listed(texts: tuple[str, ...]) -> str:
    return ", ".join(f"`{text}`" for text in texts) or "nothing"


def _function(path: str, was: Function, now: Function) -> Iterator[_Difference]:
    if was.labels != now.labels:
        words = f"{_manner(now)} instead of {_manner(was)}"
        yield _Difference(path, Bump.MAJOR, "Changed", words)
    if bump := rate_type(was.returns, now.returns, "read"):
        yield _Difference(path, bump, "Changed", f"returns `{now.returns}` instead of `{was.returns}`", "return")
    for name, parameter in was.parameters.items():
        if name not in now.parameters:
            yield _Difference(path, Bump.MAJOR, "Removed", f"the parameter `{name}` is gone", name)
        else:
            yield from _parameter(path, name, parameter, now.parameters[name])
    for name, parameter in now.parameters.items():
        if name not in was.parameters:
            required = parameter.default is None and "variadic" not in parameter.kind
            words = f"new {'required' if required else 'optional'} parameter `{name}`"
            yield _Difference(path, Bump.MAJOR if required else Bump.MINOR, "Added", words, name)
    order, order_now = _order(was), _order(now)
    if order != order_now[: len(order)] and sorted(order) == sorted(order_now):
        yield _Difference(path, Bump.MAJOR, "Changed", "its positional parameters are in another order")
    elif order != order_now[: len(order)] and not set(order) - set(order_now):
        yield _Difference(path, Bump.MAJOR, "Changed", "a new positional parameter stands before others")


def _manner(function: Function) -> str:
    return _listed(function.labels) if function.labels else "a plain function"


def _order(function: Function) -> list[str]:
    return [name for name, parameter in function.parameters.items() if parameter.kind in _POSITIONAL]


def _parameter(path: str, name: str, was: Parameter, now: Parameter) -> Iterator[_Difference]:
    if was.kind != now.kind:
        wider = was.kind != "positional or keyword" and now.kind == "positional or keyword"
        words = f"the parameter `{name}` is {now.kind} instead of {was.kind}"
        yield _Difference(path, Bump.MINOR if wider else Bump.MAJOR, "Changed", words, name)
    if bump := rate_type(was.annotation, now.annotation, "given"):
        words = f"`{name}` takes `{now.annotation}` instead of `{was.annotation}`"
        yield _Difference(path, bump, "Changed", words, name)
    if was.default != now.default and (UNKNOWN not in (was.default, now.default) or None in (was.default, now.default)):
        if now.default is None:
            words, bump = f"`{name}` is required", Bump.MAJOR
        elif was.default is None:
            words, bump = f"`{name}` is optional", Bump.MINOR
        else:
            words, bump = f"`{name}` is by default `{now.default}` instead of `{was.default}`", Bump.MAJOR
        yield _Difference(path, bump, "Changed", words, name)


def _attribute(path: str, was: Attribute, now: Attribute) -> Iterator[_Difference]:
    mentioned = path.startswith(MENTIONED)
    if was.role != now.role:
        yield _Difference(path, Bump.MAJOR, "Changed", f"a {_ROLES[now.role]} instead of a {_ROLES[was.role]}")
        return
    use: Use = "both" if was.role in ("field", "key") and not mentioned else "read"
    if bump := rate_type(was.annotation, now.annotation, use):
        words = f"`{now.annotation or 'Any'}` instead of `{was.annotation or 'Any'}`"
        yield _Difference(path, bump, "Changed", words)
    if was.value == now.value:
        return
    if path == TABLES:
        yield _Difference(path, Bump.MINOR, "Changed", "other numbers or texts")
    elif was.role == "alias":
        if bump := rate_type(was.value, now.value, "both"):
            yield _Difference(path, bump, "Changed", f"`{now.value}` instead of `{was.value}`")
    elif was.role == "field" and was.required != now.required:
        bump, words = (Bump.MAJOR, "required") if now.required else (Bump.MINOR, "optional")
        yield _Difference(path, bump, "Changed", f"the field is {words}")
    elif was.role == "constant":
        yield _Difference(path, Bump.MINOR, "Changed", f"`{now.value}` instead of `{was.value}`")
    elif not mentioned:
        yield _Difference(path, Bump.MAJOR, "Changed", f"`{now.value or 'nothing'}` instead of `{was.value or 'nothing'}`")


def _topic(difference: _Difference) -> Topic:
    """Return what a difference is about, in the words that changes of the spec use as well."""
    parts = difference.path.split(".")
    part = (difference.part,) if difference.part else ()
    if parts[0] in ("Client", "AsyncClient") and len(parts) == 2 and not parts[1].startswith("_"):
        return ("operation", parts[1], *part)
    if parts[0] == "api" and len(parts) > 2:
        return ("operation", parts[2], *part)
    if parts[0] in _PARTS and len(parts) > 1:
        return (_PARTS[parts[0]], *parts[1:])
    return _TOPICS.get(difference.path, ("python", *parts, *part))
