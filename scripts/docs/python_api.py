"""The reference of the Python API of a package, from its docstrings and signatures, which griffe reads without importing it."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence
from pathlib import Path

import griffe

from scripts.generate.text.markdown import code

_PLAIN = griffe.ParameterKind.positional_or_keyword
_LONGEST = 80  # characters of arguments on one line


def loaded(folders: Sequence[Path]) -> griffe.ModulesCollection:
    """Read all packages in some folders, so that what one takes from another is known."""
    loader = griffe.GriffeLoader(search_paths=[*folders], docstring_parser="google", allow_inspection=False)
    for package in [each for folder in folders for each in folder.glob("*/__init__.py")]:
        loader.load(package.parent.name)
    loader.resolve_aliases()
    return loader.modules_collection


def python_page(title: str, found: griffe.ModulesCollection, modules: Sequence[str]) -> str:
    """Return the page of the public names of some modules, as Markdown.

    Args:
        title: heading of the page.
        found: what `loaded` has read.
        modules: their full names.
    """
    lines = [f"# {title}"]
    for name in modules:
        module = found[name]
        lines += [f"## {code(name)} {{#{name.replace('.', '-')}}}"] if len(modules) > 1 else []
        lines += _text(module)
        for each in sorted(_public(module), key=_place):
            lines += _section(each, module, "##" if len(modules) == 1 else "###")
    return "\n\n".join(lines) + "\n"


def _public(module: griffe.Object | griffe.Alias) -> Iterator[griffe.Class | griffe.Function]:
    """Yield the classes and functions that a module exports."""
    for name in [str(each) for each in module.exports or module.members if not str(each).startswith("_")]:
        member = module.members[name]
        if member.is_alias and not module.exports:  # an import
            continue
        found = member.final_target if isinstance(member, griffe.Alias) else member
        if isinstance(found, griffe.Class | griffe.Function):
            yield found


def _place(member: griffe.Class | griffe.Function) -> tuple[bool, str, bool]:
    """Return the place of a name: errors come last, and what is async after its sync form."""
    is_error = isinstance(member, griffe.Class) and "errors" in member.module.path
    return is_error, member.name.removeprefix("Async"), member.name.startswith("Async")


def _section(member: griffe.Class | griffe.Function, module: griffe.Object | griffe.Alias, level: str) -> Iterator[str]:
    anchor = f"{module.path}.{member.name}".replace(".", "-").lower()
    yield f"{level} {code(member.name)} {{#{anchor}}}"
    if isinstance(member, griffe.Function):
        yield _signature(member, f"def {member.name}")
        yield from _text(member)
        return
    known = {*dir(builtins), *(each.name for each in _public(module))}
    bases = [code(each) for each in map(str, member.bases) if each in known]
    if bases:
        yield f"A subclass of {', '.join(bases)}."
    yield from _text(member)
    yield from _attributes(member)
    for method in sorted(_methods(member), key=lambda each: each.name != "__init__"):
        if method.name == "__init__":
            yield _signature(method, member.name)
        else:
            yield f"{level}# {code(method.name)} {{#{anchor}-{method.name}}}"
            yield _signature(method, f"async def {method.name}" if "async" in method.labels else f"def {method.name}")
        yield from _text(method)


def _methods(owner: griffe.Class) -> Iterator[griffe.Function]:
    """Yield the public methods of a class, also those of its base classes."""
    for name, member in owner.all_members.items():
        found = member.final_target if isinstance(member, griffe.Alias) else member
        is_public = not name.startswith("_") or (name == "__init__" and found.docstring is not None)
        if isinstance(found, griffe.Function) and is_public:
            yield found


def _attributes(owner: griffe.Class) -> Iterator[str]:
    """Yield a list of the annotated fields and properties that no section of the docstring describes."""
    described = {str(item.name) for part in _parsed(owner) if part.kind.value == "attributes" for item in part.value}
    rows = []
    for name, member in owner.all_members.items():
        found = member.final_target if isinstance(member, griffe.Alias) else member
        if not isinstance(found, griffe.Attribute) or name.startswith("_") or name in described:
            continue
        text = " ".join(found.docstring.value.split()) if found.docstring else ""
        if not text and not found.annotation:
            continue
        kind = f": {code(found.annotation)}" if found.annotation else ""
        rows.append(f"- {code(name)}{kind}" + (f". {text}" if text else ""))
    if rows:
        yield "\n".join(rows)


def _signature(function: griffe.Function, start: str) -> str:
    """Return how a function is called, without its first parameter if it is a method."""
    texts: list[str] = []
    for each in function.parameters:
        if each.name in {"self", "cls"}:
            continue
        if each.kind is griffe.ParameterKind.keyword_only and not any(text.startswith("*") for text in texts):
            texts.append("*")
        stars = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}.get(each.kind or _PLAIN, "")
        annotation = f": {each.annotation}" if each.annotation else ""
        default = f" = {each.default}" if each.default is not None and not stars else ""
        texts.append(f"{stars}{each.name}{annotation}{default}")
    is_long = sum(map(len, texts)) > _LONGEST
    arguments = "".join(f"\n    {text}," for text in texts) + "\n" if is_long else ", ".join(texts)
    result = f" -> {function.returns}" if function.returns and start.startswith(("def", "async")) else ""
    return f"```py\n{start}({arguments}){result}\n```"


def _parsed(member: griffe.Object | griffe.Alias) -> list[griffe.DocstringSection]:
    return list(member.docstring.parsed) if member.docstring else []


def _text(member: griffe.Object | griffe.Alias) -> Iterator[str]:
    """Yield the sections of a docstring."""
    for part in _parsed(member):
        if part.kind.value == "text":
            yield str(part.value)
        elif part.kind.value == "examples":
            yield from (f"```python\n{text}\n```" if kind.value == "examples" else str(text) for kind, text in part.value)
        elif isinstance(part.value, list):
            yield f"{part.kind.value.capitalize().replace('Parameters', 'Arguments')}:"
            yield "\n".join(f"- {_item(each)}" for each in part.value)


def _item(item: griffe.DocstringElement) -> str:
    name = getattr(item, "name", "") or str(item.annotation or "").strip("()")
    text = " ".join(item.description.split())
    return f"{code(name)}: {text}" if name else text
