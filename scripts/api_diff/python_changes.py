"""What has changed in the public Python API of a package: what griffe reports as breaking, and what it does not compare.

griffe finds what is removed, and parameters that can no longer be given as before. Compared here are annotations, values of enums
and type aliases, fields of records, base classes, `async`, and names that are no longer exported; and what is new is listed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

import griffe

from scripts.api_diff.changes import Change, Heading
from scripts.api_diff.public_api import MENTIONED, is_type, surface, target, types_in
from scripts.api_diff.types import Use, rate_type
from scripts.packages.versions import Bump

_MOST_NAMES = 3
_HEADINGS: dict[griffe.BreakageKind, Heading] = {
    griffe.BreakageKind.OBJECT_REMOVED: "Removed",
    griffe.BreakageKind.PARAMETER_REMOVED: "Removed",
    griffe.BreakageKind.PARAMETER_ADDED_REQUIRED: "Added",
}
_RECORDS = ("Struct", "NamedTuple")
# The properties that are compared, by the way they are used.
_GIVEN, _READ, _BOTH, _ALIAS, _DEFAULT, _CONSTANT = "Parameter type", "Type", "Field type", "Alias", "Default", "Constant"
_USES: dict[str, Use] = {_GIVEN: "given", _READ: "read", _BOTH: "both", _ALIAS: "both"}


@dataclass(frozen=True)
class _Difference:
    """What has changed in one object: its dotted name in the package, and the rest as of a `Change`."""

    path: str
    words: str
    bump: Bump
    heading: Heading = "Changed"


def python_changes(old: griffe.Module, new: griffe.Module) -> list[Change]:
    """Return the changes between two states of a package; what several classes inherit is reported once."""
    unique: dict[tuple[str, ...], _Difference] = {}
    for each in (*_breakages(old, new), *_differences(old, new)):
        place = (each.path, each.heading, each.words if each.heading == "Changed" else "")
        unique.setdefault(place, each)
    groups: dict[_Difference, list[str]] = {}
    for each in unique.values():
        name = each.path.rpartition(".")[2]
        groups.setdefault(replace(each, path=name), []).append(each.path)
    return [_change(paths, alike) for alike, paths in groups.items()]


def _change(paths: list[str], alike: _Difference) -> Change:
    names = [f"`{path.removeprefix(f'{MENTIONED}.')}`" for path in paths]
    shown = ", ".join(dict.fromkeys(sorted(names, key=lambda name: "Async" in name)[:_MOST_NAMES]))
    if len(names) > _MOST_NAMES:
        shown += f" and {len(names) - _MOST_NAMES} more"
    subjects = frozenset(path.replace("(", ".").removesuffix(")") for path in paths)
    return Change(bump=alike.bump, heading=alike.heading, text=f"{shown}: {alike.words}", subjects=subjects)


def _breakages(old: griffe.Module, new: griffe.Module) -> Iterator[_Difference]:
    """Yield what griffe finds, in its words."""
    for breakage in griffe.find_breaking_changes(old, new):
        thing, kind = breakage.obj, breakage.kind
        moved = kind is griffe.BreakageKind.PARAMETER_MOVED and _is_record(thing.parent)
        if thing.name == "__init__" and not (_is_called(thing) or moved):
            continue
        title, _, words = breakage.explain(griffe.ExplanationStyle.MARKDOWN).removeprefix("- ").partition(": ")
        _, parenthesis, parameter = title.strip("`").partition("(")
        path = thing.path.partition(".")[2] + parenthesis + parameter
        yield _Difference(path, words.replace(f"*{kind.value}*", kind.value), Bump.MAJOR, _HEADINGS.get(kind, "Changed"))


def _is_called(constructor: griffe.Object | griffe.Alias) -> bool:
    """Return whether users call a constructor: not one that needs private objects, or a record's, whose fields are compared."""
    function = target(constructor)
    if not isinstance(function, griffe.Function) or _is_record(constructor.parent):
        return False
    needed = [each.annotation for each in function.parameters if each.default is None]
    paths = (path for each in needed for path in types_in(each, function.package.path))
    return not any(part.startswith("_") for path in paths for part in path.split(".")[:-1])


def _differences(old: griffe.Module, new: griffe.Module) -> Iterator[_Difference]:
    before, after = surface(old), surface(new)
    for path, was in before.items():
        if path in after:
            yield from _changed(path, was, after[path])
        elif path.startswith(f"{MENTIONED}.") and _parent(path) in after:
            yield _Difference(path, "Public object was removed", Bump.MAJOR, "Removed")
        elif _parent(path) in after or not _parent(path):
            owner = target(after[_parent(path)]) if _parent(path) else new
            if owner and path.rpartition(".")[2] in owner.all_members:  # else griffe reports that it was removed
                yield _Difference(path, "Public object is no longer public", Bump.MAJOR, "Removed")
    for path, now in after.items():
        if path not in before and (_parent(path) in before or not _parent(path)):
            required = _properties(now).get(_DEFAULT) == "" and not path.startswith(MENTIONED)
            kind = now.kind.value if target(now) else "name"
            words = f"new {'required ' if required else ''}{kind}"
            yield _Difference(path, words, Bump.MAJOR if required else Bump.MINOR, "Added")


def _parent(path: str) -> str:
    return path.rpartition(".")[0]


def _changed(path: str, was: griffe.Object | griffe.Alias, now: griffe.Object | griffe.Alias) -> Iterator[_Difference]:
    old, new = _properties(was), _properties(now)
    for name in dict.fromkeys([*old, *new]):
        text, later = old.get(name, ""), new.get(name, "")
        kind, _, parameter = name.partition(" of ")
        if name not in old:
            if parameter:
                yield _Difference(f"{path}({parameter})", "Parameter was added", Bump.MINOR, "Added")
        elif name in new and text != later and (bump := _rate(kind, text, later, read_only=path.startswith(MENTIONED))):
            shown = f"{path}({parameter})" if parameter else path
            values = " -> ".join(f"`{each}`" if each else "none" for each in (text, later))
            yield _Difference(shown, f"{kind} was changed: {values}", bump)


def _rate(kind: str, old: str, new: str, *, read_only: bool) -> Bump:
    """Return the bump that the change of a property needs."""
    if kind == _CONSTANT or (kind == _DEFAULT and not old):
        return Bump.MINOR
    if kind == "Base class" and set(old.split(", ")) < set(new.split(", ")):
        return Bump.MINOR
    if use := _USES.get(kind):
        return rate_type(old, new, "read" if kind == _BOTH and read_only else use)
    return Bump.NONE if read_only else Bump.MAJOR


def _properties(thing: griffe.Object | griffe.Alias) -> dict[str, str]:
    """Return what is compared of an object, as text."""
    found = target(thing)
    if found is None:
        return {"Target": getattr(thing, "target_path", "")}
    if isinstance(found, griffe.Class):
        arguments = [f"{name}={value}" for name, value in sorted(found.keywords.items())]
        arguments += [f"@{each.value}" for each in found.decorators]
        return {"Base class": ", ".join(map(str, found.bases)), "Class argument": ", ".join(arguments)}
    if isinstance(found, griffe.Function):
        return _of_function(found) if found.name != "__init__" or _is_called(thing) else {}
    return _of_attribute(found) if isinstance(found, griffe.Attribute) else {}


def _of_function(function: griffe.Function) -> dict[str, str]:
    labels = function.labels & {"async", "staticmethod", "classmethod"}
    if str(function.returns).startswith(("AsyncIterator[", "AsyncGenerator[")):
        labels -= {"async"}  # an asynchronous generator: nothing is awaited to get it
    parameters = {f"{_GIVEN} of {each.name}": str(each.annotation or "") for each in function.parameters}
    return {"Function kind": ", ".join(sorted(labels)), _READ: str(function.returns or ""), **parameters}


def _of_attribute(attribute: griffe.Attribute) -> dict[str, str]:
    annotation, value = str(attribute.annotation or ""), str(attribute.value or "")
    parent = attribute.parent
    if isinstance(parent, griffe.Class):
        if _derives_from(parent, ("Enum",)):
            return {"Value": value}
        if _is_record(parent) and annotation and "ClassVar" not in annotation and "property" not in attribute.labels:
            has_default = value and (not value.startswith("field(") or "default" in value)
            return {_BOTH: annotation, _DEFAULT: value} if has_default else {_BOTH: annotation, "Field": value, _DEFAULT: ""}
        return {_READ: annotation}
    if is_type(attribute):
        return {_ALIAS: value}
    return {_READ: annotation, _CONSTANT: value if _is_plain(value) else ""}


def _is_plain(value: str) -> bool:
    try:
        ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return False
    return True


def _is_record(cls: griffe.Object | griffe.Alias | None) -> bool:
    """Return whether objects of a class are made of the fields that it lists."""
    return isinstance(cls, griffe.Class) and ("dataclass" in cls.labels or _derives_from(cls, _RECORDS))


def _derives_from(cls: griffe.Class, names: tuple[str, ...]) -> bool:
    """Return whether a base, in this package or another, has a name that ends so."""
    lineage = [cls]
    for each in lineage:
        lineage += [base for base in each.resolved_bases if isinstance(base, griffe.Class) and base not in lineage]
    return any(str(base).partition("[")[0].endswith(names) for each in lineage for base in each.bases)
