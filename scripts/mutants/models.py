"""Mutations of the models: names on the wire, fields, constraints, enums."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from scripts.mutants.operations import Mutator
from scripts.mutants.source import Mutation, Source, Sources, calls, constant, fields, keyword

_UNSET = "__import__('msgspec').UNSET"
_UNSET_TYPE = "__import__('msgspec').UnsetType"


def wrong_alias(sources: Sources) -> Iterator[Mutation]:
    """Call a field something else on the wire."""
    source = sources.module("models.py")
    for name in _aliases(source):
        yield source.replace("wrong name on the wire", name, repr(f"{constant(name)}X"))


def swapped_alias(sources: Sources) -> Iterator[Mutation]:
    """Call a field what another field of its class is called."""
    source = sources.module("models.py")
    by_class: dict[str, list[ast.AnnAssign]] = {}
    for owner, field in fields(source):
        by_class.setdefault(owner.name, []).append(field)
    for owned in by_class.values():
        # Without an explicit name on the wire, a field that is moved stays the same field.
        named = [pair for pair in pairwise(owned) if any("name=" in _value(source, each) for each in pair)]
        for one, other in named[:1]:
            (start, after), (before, end) = source.span(one.target), source.span(other.target)
            between = source.content[after:before].decode()
            new = f"{source.text(other.target)}{between}{source.text(one.target)}"
            yield Mutation(label=f"swapped fields ({source.name}:{one.lineno})", source=source, start=start, end=end, new=new)


def dropped_field(sources: Sources) -> Iterator[Mutation]:
    """Do not know a field."""
    source = sources.module("models.py")
    yield from (source.replace(f"field {source.text(field.target)} dropped", field, "pass") for _, field in fields(source))


def required_made_optional(sources: Sources) -> Iterator[Mutation]:
    """Accept that a required field is absent."""
    for source in (sources.module("models.py"), sources.module("_strict.py")):
        for _, field in fields(source):
            annotation = source.text(field.annotation)
            if "UnsetType" in annotation:
                continue
            value = f"{source.text(field.value)[:-1]}, default={_UNSET})" if field.value else _UNSET
            new = f"{source.text(field.target)}: {annotation} | {_UNSET_TYPE} = {value}"
            yield source.replace(f"required {source.text(field.target)} made optional", field, new)


def lost_null(sources: Sources) -> Iterator[Mutation]:
    """Do not read null in an optional field."""
    source = sources.module("models.py")
    for _, field in fields(source):
        annotation = source.text(field.annotation)
        if annotation.endswith(" | None | UnsetType"):
            new = annotation.replace(" | None | UnsetType", " | UnsetType")
            yield source.replace(f"null in {source.text(field.target)} not read", field.annotation, new)


def wrong_type(sources: Sources) -> Iterator[Mutation]:
    """Give a field another type."""
    others = {"str": "int", "int": "str", "float": "str", "bool": "int"}
    for source in (sources.module("models.py"), sources.module("_strict.py")):
        for _, field in fields(source):
            name = next((n for n in ast.walk(field.annotation) if isinstance(n, ast.Name) and n.id in others), None)
            if name is not None:
                yield source.replace(f"{name.id} in {source.text(field.target)} read as {others[name.id]}", name, others[name.id])


def lost_constraint(sources: Sources) -> Iterator[Mutation]:
    """Do not check a limit or a pattern."""
    for source in (sources.module("models.py"), sources.module("_strict.py")):
        for call in calls(source, "Meta"):
            for each in call.keywords:
                kept = ", ".join(source.text(other) for other in call.keywords if other is not each)
                yield source.replace(f"lost {source.text(each)}", call, f"Meta({kept})")


def wrong_constraint(sources: Sources) -> Iterator[Mutation]:
    """Draw a limit one too narrow, or one too wide."""
    for source in (sources.module("models.py"), sources.module("_strict.py")):
        for call in calls(source, "Meta"):
            for each in call.keywords:
                limit = constant(each.value)
                if isinstance(limit, int):
                    # msgspec takes no limit beyond that of int64, and no length below 0.
                    for other in {limit - 1, limit + 1} - {-1, 2**63}:
                        yield source.replace(f"{source.text(each)} taken for {other}", each.value, str(other))


def lost_format(sources: Sources) -> Iterator[Mutation]:
    """Take any text for one of a format."""
    source = sources.module("_strict.py")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name) and node.id in ("Uuid", "Date", "DateTime"):
            yield source.replace(f"format {node.id} unchecked", node, "str")


def closed_enum(sources: Sources) -> Iterator[Mutation]:
    """Refuse a value that an open enum does not list."""
    source = sources.module("models.py")
    for node in source.tree.body:
        if isinstance(node, ast.ClassDef) and [source.text(base) for base in node.bases] == ["OpenStrEnum"]:
            yield source.replace(f"enum {node.name} closed", node.bases[0], "__import__('enum').StrEnum")


def wrong_enum_value(sources: Sources) -> Iterator[Mutation]:
    """Miss a value of an enum, or know a wrong one."""
    for source in (sources.module("models.py"), sources.module("_strict.py")):
        for node in source.tree.body:
            if isinstance(node, ast.ClassDef) and any("Enum" in source.text(base) for base in node.bases):
                values = [each for each in node.body if isinstance(each, ast.Assign)]
                yield source.replace(f"wrong value in enum {node.name}", values[-1].value, "'WRONG'")
                if len(values) > 1:
                    yield source.replace(f"value of enum {node.name} dropped", values[0], "pass")


def narrowed_map(sources: Sources) -> Iterator[Mutation]:
    """Read only texts in an object that may hold anything."""
    source = sources.module("models.py")
    for node in source.tree.body:
        if isinstance(node, ast.AnnAssign) and node.value is not None and source.text(node.value) == "dict[str, Any]":
            yield source.replace(f"{source.text(node.target)} narrowed", node.value, "dict[str, str]")


MUTATORS: tuple[Mutator, ...] = (
    wrong_alias, swapped_alias, dropped_field, required_made_optional, lost_null, wrong_type, lost_constraint, wrong_constraint,
    lost_format, closed_enum, wrong_enum_value, narrowed_map,
)  # fmt: skip


def _value(source: Source, field: ast.AnnAssign) -> str:
    return source.text(field.value) if field.value else ""


def _aliases(source: Source) -> Iterator[ast.expr]:
    for _, field in fields(source):
        if isinstance(field.value, ast.Call):
            name = keyword(field.value, "name")
            if name is not None:
                yield name
