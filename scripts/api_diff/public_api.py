"""The public Python API of a package, read from its source by griffe; nothing of the package is imported or run.

Public is what griffe takes as public: what `__all__` names; without it, names without a leading underscore that are not imported.
A class of a private module belongs to the API as well where a public annotation mentions it: by the attributes that can be read.
"""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import griffe

from scripts.packages.errors import PackageError

_IGNORED = ("__version__", "__all__")
# Where private classes are that annotations mention; no module can have this name.
MENTIONED = "*"
Surface = dict[str, griffe.Object | griffe.Alias]


def load(package: str, folder: Path) -> griffe.Module:
    """Read a package.

    Args:
        package: import name.
        folder: folder in which the package's folder is.

    Raises:
        PackageError: the package is missing or is not valid Python.
    """
    for path in sorted((folder / package).rglob("*.py")):
        try:
            ast.parse(path.read_bytes())  # griffe leaves out modules with invalid syntax without a message
        except (SyntaxError, ValueError) as error:
            raise PackageError(f"{path}: is not valid Python: {error}") from error
    logger = logging.getLogger("griffe")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # it warns about docstrings, and about names of other packages
    try:
        extensions = griffe.load_extensions(_TypedDicts, _TupleAttributes)
        found = griffe.load(
            package, search_paths=[str(folder)], try_relative_path=False, allow_inspection=False, extensions=extensions
        )
    except (griffe.GriffeError, ImportError) as error:
        raise PackageError(f"{folder / package}: cannot be read as a Python package: {error}") from error
    finally:
        logger.setLevel(level)
    if not isinstance(found, griffe.Module):
        raise PackageError(f"{folder / package}: is not a Python package")
    return found


class _TypedDicts(griffe.UnpackTypedDictExtension):
    """Expands `**kwargs: Unpack[...]`, unless the TypedDict is in another package: its changes are reported there."""

    def on_function(self, **event: Any) -> None:
        """Expand the keyword arguments of a function."""
        with suppress(KeyError):
            super().on_function(**event)


class _TupleAttributes(griffe.Extension):
    """Finds the attributes that are set together, `self.a, self.b = 1, 2`, which griffe itself passes over."""

    def on_class_members(self, *, node: ast.AST | griffe.ObjectNode, cls: griffe.Class, **_: Any) -> None:
        """Add them to the class."""
        for assignment in ast.walk(node) if isinstance(node, ast.AST) else ():
            for each in assignment.targets if isinstance(assignment, ast.Assign) else ():
                for inner in each.elts if isinstance(each, ast.Tuple) else ():
                    if isinstance(inner, ast.Attribute) and ast.unparse(inner.value) == "self":
                        cls.set_member(inner.attr, griffe.Attribute(inner.attr, lineno=inner.lineno))


def surface(package: griffe.Module) -> Surface:
    """Return all public objects by their dotted names in the package."""
    found: Surface = {}
    _add_members(found, package, "", set())
    public = {each.path for each in map(target, found.values()) if each}
    todo = list(found.values())
    for each in todo:
        for path in _mentioned(target(each), package.path):
            thing = None if path in public else find(package, path)
            public.add(path)
            if isinstance(thing, griffe.Class | griffe.Attribute) and not isinstance(thing.parent, griffe.Class):
                private: Surface = {f"{MENTIONED}.{thing.name}": thing}
                if isinstance(thing, griffe.Class):
                    _add_members(private, thing, f"{MENTIONED}.{thing.name}.", set())
                private.pop(f"{MENTIONED}.{thing.name}.__init__", None)
                found |= private
                todo += [other for other in private.values() if other.is_attribute]
    return found


def _add_members(found: Surface, parent: griffe.Object, prefix: str, seen: set[str]) -> None:
    """Add the public members; those of a class or module with several names only under the first of them."""
    members = [(name, each) for name, each in parent.all_members.items() if each.is_public and name not in _IGNORED]
    for name, each in sorted(members, key=lambda pair: pair[1].is_alias and not parent.is_class):
        found[prefix + name] = each
        thing = target(each)
        if isinstance(thing, griffe.Module | griffe.Class) and thing.path not in seen:
            seen.add(thing.path)
            _add_members(found, thing, f"{prefix}{name}.", seen)


def target(thing: griffe.Object | griffe.Alias) -> griffe.Object | None:
    """Return the object that a name refers to, or None if that is in another package."""
    if not isinstance(thing, griffe.Alias):
        return thing
    try:
        return thing.final_target
    except (griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None


def find(package: griffe.Module, path: str) -> griffe.Object | None:
    """Return the object at an absolute path in the package, or None if there is none."""
    try:
        return target(package[path.removeprefix(f"{package.path}.")])
    except KeyError:
        return None


def _mentioned(thing: griffe.Object | None, package: str) -> Iterator[str]:
    """Yield the paths in the package that the annotations of a public object mention."""
    if isinstance(thing, griffe.Function) and thing.name != "__init__":
        for each in (thing.returns, *(parameter.annotation for parameter in thing.parameters)):
            yield from types_in(each, package)
    elif isinstance(thing, griffe.Attribute):
        for each in (thing.annotation, thing.value if is_type(thing) else None):
            yield from types_in(each, package)


def types_in(annotation: str | griffe.Expr | None, package: str) -> Iterator[str]:
    """Yield the paths of the names in an annotation that belong to the package."""
    if isinstance(annotation, griffe.Expr):
        for name in (annotation, *annotation.iterate(flat=True)):
            if isinstance(name, griffe.ExprName) and name.canonical_path.startswith(f"{package}."):
                yield name.canonical_path


def is_type(attribute: griffe.Attribute) -> bool:
    """Return whether an attribute is a type alias."""
    return "TypeAlias" in str(attribute.annotation) or str(attribute.value).startswith(("Literal[", "Annotated[", "Union["))
