"""The public Python API of a package, read from its source by griffe; nothing of the package is imported or run.

Public is what `__all__` names; in a module without it, each name that is its own and has no leading underscore. A type of a private
module is part of the API as well where a public signature mentions it: by what can be read of it, not by where it stands or how it
is made. A constructor that needs such a type is not called by users, and is no API; nor are docstrings and the version.
"""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import griffe

from scripts.api_diff.aliases import written_out
from scripts.api_diff.roles import Role, hidden_attributes, is_plain, is_record, members, role_in_module, role_of, target_of
from scripts.packages.git import ReleaseError

_IGNORED = frozenset(["__version__", "VERSION", "__all__"])
# Where types stand that only signatures mention; no module can be called so.
MENTIONED = "*"
TABLES = "behaviour.OPERATIONS"
# The default of a keyword that may be left out, when the function that takes it says what that means.
UNKNOWN = "..."


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter of a function: its kind, such as `keyword-only`, and source texts."""

    kind: str
    annotation: str
    default: str | None


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function or method. `origin`: where it stands, which may be in a class that it is inherited from."""

    origin: str
    labels: tuple[str, ...]
    returns: str
    parameters: dict[str, Parameter]


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """A field, constant, type alias, property or member of an enum.

    Attributes:
        origin: as for a function.
        role: what its value means: a `field` has it as the default, an `alias` is the type that it says.
        annotation, value: source texts, empty if there is none.
    """

    origin: str
    role: Role
    annotation: str
    value: str

    @property
    def required(self) -> bool:
        """Whether the field has to be given when an object is made."""
        has_default = "default" in self.value if self.value.startswith(("field(", "msgspec.field(")) else bool(self.value)
        return self.role == "key" or (self.role == "field" and not has_default)


@dataclass(frozen=True, kw_only=True)
class Class:
    """A class. `positional`: the fields that may be given by position, in order."""

    origin: str
    bases: tuple[str, ...]
    options: tuple[str, ...]
    positional: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Module:
    """A module."""

    origin: str


@dataclass(frozen=True, kw_only=True)
class Name:
    """One more name of something that is public elsewhere, or comes from another package."""

    origin: str
    target: str


Thing = Module | Class | Function | Attribute | Name
Surface = dict[str, Thing]


def read_surface(package: str, folder: Path, *, submodules: bool) -> Surface:
    """Return everything public by its dotted name within the package; the package itself has the empty name.

    Args:
        package: import name.
        folder: where the package's folder is.
        submodules: whether modules may be imported that `__all__` of the package does not name.

    Raises:
        ReleaseError: the package is not there or is no valid Python.
    """
    _check(folder / package)
    logger = logging.getLogger("griffe")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # it warns of docstrings and of what other packages define
    try:
        loaded = griffe.load(package, search_paths=[str(folder)], try_relative_path=False, allow_inspection=False)
    except (griffe.GriffeError, ImportError) as error:
        raise ReleaseError(f"{folder / package}: cannot be read as a Python package: {error}") from error
    finally:
        logger.setLevel(level)
    if not isinstance(loaded, griffe.Module):
        raise ReleaseError(f"{folder / package}: is no Python package")
    return _Reader(loaded, submodules=submodules).read()


def _check(package: Path) -> None:
    """Refuse modules that are no Python, which griffe leaves out without a word."""
    for path in sorted(package.rglob("*.py")):
        try:
            ast.parse(path.read_bytes())
        except (SyntaxError, ValueError) as error:
            raise ReleaseError(f"{path}: is no valid Python: {error}") from error


@dataclass
class _Reader:
    package: griffe.Module
    submodules: bool
    found: Surface = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    mentioned: dict[str, bool] = field(default_factory=dict)
    needed: dict[str, set[str]] = field(default_factory=dict)

    def read(self) -> Surface:
        self._module("", self.package)
        private = {
            path for path, types in self.needed.items() if any(self._inside(each) and each not in self.names for each in types)
        }
        self.found = {path: thing for path, thing in self.found.items() if path not in private}
        self.mentioned = {path: in_table for path, in_table in self.mentioned.items() if path not in self.names}
        done: set[str] = set()
        while todo := [path for path in self.mentioned if path not in done]:
            for path in todo:
                done.add(path)
                thing = self._inside(path)
                if isinstance(thing, griffe.Class):
                    before = dict(self.mentioned)
                    self._add(f"{MENTIONED}.{thing.name}", thing)
                    further = self.mentioned.keys() - before.keys() - self.names.keys()
                    self.mentioned = before | (dict.fromkeys(further, True) if before[path] else {})
        return self.found

    def _inside(self, path: str) -> griffe.Object | None:
        """Return what stands at a path of the package, or None if it is a parameter of a type or comes from elsewhere."""
        try:
            return target_of(self.package[path.removeprefix(f"{self.package.path}.")])
        except KeyError:
            return None

    def _add(self, path: str, thing: griffe.Object | griffe.Alias, *, inherited: bool = False) -> None:
        """Add a name and what belongs to it."""
        if thing.is_alias:
            target = target_of(thing)
            if target is None or not target.path.startswith(f"{self.package.path}."):
                self.found[path] = Name(origin=path, target=getattr(thing, "target_path", thing.path))
                return
            thing = target
        if not inherited:
            if known := self.names.get(thing.path):
                self.found[path] = Name(origin=path, target=known)
                return
            self.names[thing.path] = path
        if isinstance(thing, griffe.Module):
            self._module(path, thing)
        elif isinstance(thing, griffe.Class):
            self._class(path, thing)
        elif isinstance(thing, griffe.Function):
            self.found[path] = self._function(path, thing)
        elif isinstance(thing, griffe.Attribute):
            self.found[path] = self._attribute(path, thing)

    def _module(self, path: str, module: griffe.Module) -> None:
        self.found[path] = Module(origin=module.path)
        exported = None if module.exports is None else frozenset(map(str, module.exports))
        later: list[tuple[str, griffe.Object | griffe.Alias]] = []
        for name, member in module.members.items():
            if name in _IGNORED:
                continue
            if not member.is_alias and member.is_module:
                public = name in (exported or ()) or (self.submodules and not name.startswith("_"))
            elif exported is not None:
                public = name in exported
            else:
                public = not (name.startswith("_") or member.is_imported)
            if public:
                later.append((f"{path}.{name}" if path else name, member))
        # The shorter name of a class is the one to tell of, so modules come after the names that stand beside them.
        for name, member in sorted(later, key=lambda each: not each[1].is_alias and each[1].is_module):
            self._add(name, member)

    def _class(self, path: str, cls: griffe.Class) -> None:
        options = [f"{name}={value}" for name, value in sorted(cls.keywords.items())]
        options += [f"@{decorator.value}" for decorator in cls.decorators]
        within = dict(members(cls))
        positional: tuple[str, ...] = ()
        if is_record(cls) and not any("kw_only=True" in option for option in options):
            positional = tuple(name for name, member in within.items() if role_of(cls, member) == "field")
        self.found[path] = Class(origin=cls.path, bases=tuple(map(str, cls.bases)), options=tuple(options), positional=positional)
        for name, origin in hidden_attributes(cls):
            self.found[f"{path}.{name}"] = Attribute(origin=origin, role="constant", annotation="", value="")
        for name, member in within.items():
            if name != "__init__" or not path.startswith(MENTIONED):
                self._add(f"{path}.{name}", member, inherited=True)

    def _function(self, path: str, function: griffe.Function) -> Function:
        self._mention(function.returns)
        if function.name == "__init__":
            needed = [each.annotation for each in function.parameters if each.default is None]
            self.needed[path] = {name for annotation in needed for name in self._types(annotation)}
        else:
            for parameter in function.parameters:
                if "variadic" not in str(parameter.kind):
                    self._mention(parameter.annotation)
        returns = self._text(function.returns)
        labels = function.labels & {"async", "staticmethod", "classmethod"}
        if returns.startswith(("AsyncIterator[", "AsyncGenerator[")):
            labels -= {"async"}  # an asynchronous generator: nothing is awaited to get it
        return Function(
            origin=function.path,
            labels=tuple(sorted(labels)),
            returns=returns,
            parameters=dict(pair for parameter in function.parameters for pair in self._parameters(parameter)),
        )

    def _parameters(self, parameter: griffe.Parameter) -> Iterator[tuple[str, Parameter]]:
        """Yield a parameter, or the keywords that it stands for: `**how: Unpack[How]` are those of the TypedDict `How`."""
        if parameter.name in ("self", "cls"):
            return
        kind = parameter.kind.value if parameter.kind else ""
        annotation = parameter.annotation
        if isinstance(annotation, griffe.ExprSubscript) and str(annotation.left) == "Unpack":
            for path in self._types(annotation.slice):
                keywords = self._inside(path)
                if isinstance(keywords, griffe.Class):
                    for name, member in keywords.attributes.items():
                        default = None if role_of(keywords, member) == "key" else UNKNOWN
                        yield name, Parameter(kind="keyword-only", annotation=self._text(member.annotation), default=default)
                    return
        default = None if parameter.default is None else str(parameter.default)
        yield parameter.name, Parameter(kind=kind, annotation=self._text(annotation), default=default)

    def _attribute(self, path: str, attribute: griffe.Attribute) -> Attribute:
        owner = attribute.parent if isinstance(attribute.parent, griffe.Class) else None
        role = role_of(owner, attribute) if owner else role_in_module(attribute)
        value = self._text(attribute.value) if role == "alias" else "" if attribute.value is None else str(attribute.value)
        if role == "alias":
            self._mention(attribute.value)
        elif role == "property" or (owner and "class-attribute" not in attribute.labels):
            value = ""  # what is set in __init__ is no default
        elif role == "constant" and path != TABLES and not is_plain(value):
            value = ""
        if owner or value:
            self._mention(attribute.annotation, in_table=path == TABLES)
        return Attribute(origin=attribute.path, role=role, annotation=self._text(attribute.annotation), value=value)

    def _text(self, expression: str | griffe.Expr | None) -> str:
        return written_out(expression, self._meant)

    def _meant(self, name: griffe.ExprName) -> griffe.Expr | str | None:
        """Return what a private name of a type stands for."""
        if not name.canonical_path.startswith(f"{self.package.path}."):
            return None
        thing = self._inside(name.canonical_path)
        if not isinstance(thing, griffe.Attribute) or isinstance(thing.parent, griffe.Class):
            return None
        if "TypeVar(" in str(thing.value):
            return "TypeVar"
        parts = name.canonical_path.split(".")
        private = any(part.startswith("_") for part in parts[1:]) or not (
            self.submodules or parts[-1] in map(str, self.package.exports or ())
        )
        return thing.value if private else None

    def _mention(self, expression: str | griffe.Expr | None, *, in_table: bool = False) -> None:
        """Take note of the types of this package that a signature names."""
        for path in self._types(expression):
            self.mentioned[path] = in_table or self.mentioned.get(path, False)

    def _types(self, expression: str | griffe.Expr | None) -> Iterator[str]:
        """Yield the paths of what an annotation names of this package."""
        if isinstance(expression, griffe.Expr):
            for name in (expression, *expression.iterate(flat=True)):
                if isinstance(name, griffe.ExprName) and name.canonical_path.startswith(f"{self.package.path}."):
                    yield name.canonical_path
