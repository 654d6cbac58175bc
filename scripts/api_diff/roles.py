"""What the members of a class are for, by its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from textwrap import dedent
from typing import Literal

import griffe

# A `field` is given when an object is made, a `key` has to be there in a dict, a `member` is one of an enum; an `alias` is a type.
Role = Literal["field", "key", "member", "alias", "constant", "property"]

_SPECIAL = (
    "__init__",
    "__call__",
    "__iter__",
    "__aiter__",
    "__next__",
    "__anext__",
    "__enter__",
    "__aenter__",
    "__len__",
    "__getitem__",
)
_RECORDS = ("Struct", "NamedTuple", "TypedDict")


def target_of(alias: griffe.Object | griffe.Alias) -> griffe.Object | None:
    """Return what an alias means, or None if that is in another package."""
    if not isinstance(alias, griffe.Alias):
        return alias
    try:
        return alias.final_target
    except (griffe.AliasResolutionError, griffe.CyclicAliasError):
        return None


def members(cls: griffe.Class) -> Iterator[tuple[str, griffe.Object]]:
    """Yield the public members of a class, its own and those that it inherits within the package."""
    for name, member in cls.all_members.items():
        thing = target_of(member)
        if thing is None or (name.startswith("_") and name not in _SPECIAL):
            continue
        if name != "__init__" or thing.lineno:  # griffe makes one, which stands nowhere, of the fields of a dataclass
            yield name, thing


def hidden_attributes(cls: griffe.Class) -> Iterator[tuple[str, str]]:
    """Yield the public attributes, with their paths, that griffe overlooks: those set together, as in `self.a, self.b = 1, 2`."""
    for each in reversed([each for each in _lineage(cls) if ", self." in each.source]):
        try:
            body = ast.parse(dedent(each.source))
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(body):
            for target in node.targets if isinstance(node, ast.Assign) else ():
                for inner in target.elts if isinstance(target, ast.Tuple) else ():
                    if isinstance(inner, ast.Attribute) and ast.unparse(inner.value) == "self" and not inner.attr.startswith("_"):
                        yield inner.attr, f"{each.path}.{inner.attr}"


def is_record(cls: griffe.Class) -> bool:
    """Tell whether objects are made of the fields that the body of the class lists."""
    if any("dataclass" in str(decorator.value) for decorator in cls.decorators):
        return True
    return any(str(base).split("[")[0].rpartition(".")[2] in _RECORDS for each in _lineage(cls) for base in each.bases)


def _lineage(cls: griffe.Class) -> list[griffe.Class]:
    found = [cls]
    for each in found:
        found += [base for base in each.resolved_bases if isinstance(base, griffe.Class) and base not in found]
    return found


def role_of(cls: griffe.Class, member: griffe.Object) -> Role:
    """Return what a member of a class is for; that of a function means nothing."""
    if not isinstance(member, griffe.Attribute):
        return "constant"
    if "property" in member.labels:
        return "property"
    if any("Enum" in str(base) for each in _lineage(cls) for base in each.bases):
        return "member" if member.value is not None else "constant"
    annotation = str(member.annotation or "")
    if not is_record(cls) or not annotation or "ClassVar" in annotation:
        return "constant"
    if not any("TypedDict" in str(base) for base in cls.bases):
        return "field"
    return "constant" if "NotRequired" in annotation or str(cls.keywords.get("total")) == "False" else "key"


def is_plain(value: str) -> bool:
    """Tell whether a value is plain data."""
    try:
        ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return False
    return True


def role_in_module(attribute: griffe.Attribute) -> Role:
    """Return what an attribute of a module is for."""
    annotation, value = str(attribute.annotation or ""), str(attribute.value or "")
    typing = ("Literal[", "Annotated[", "Union[", "Optional[")
    return "alias" if "TypeAlias" in annotation or value.removeprefix("typing.").startswith(typing) else "constant"
