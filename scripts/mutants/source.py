"""The code of a generated package, and single changes to it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


class MutationError(Exception):
    """A mutation no longer fits the generated code; the message says which, and why."""


@dataclass(frozen=True)
class Source:
    """A module of a package. Positions in it are byte offsets, as those of `ast` are."""

    path: Path
    name: str
    content: bytes

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed module."""
        return ast.parse(self.content)

    @cached_property
    def _lines(self) -> list[int]:
        offsets = [0]
        for line in self.content.splitlines(keepends=True):
            offsets.append(offsets[-1] + len(line))
        return offsets

    def span(self, node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
        """Return where a node begins and ends."""
        if node.end_lineno is None or node.end_col_offset is None:
            raise MutationError(f"{self.name}: a node has no position")
        return self._lines[node.lineno - 1] + node.col_offset, self._lines[node.end_lineno - 1] + node.end_col_offset

    def text(self, node: ast.expr | ast.stmt | ast.keyword) -> str:
        """Return the code of a node."""
        start, end = self.span(node)
        return self.content[start:end].decode()

    def replace(self, label: str, node: ast.expr | ast.stmt | ast.keyword, new: str) -> Mutation:
        """Return the mutation that replaces a node by other code."""
        start, end = self.span(node)
        return Mutation(label=f"{label} ({self.name}:{node.lineno})", source=self, start=start, end=end, new=new)

    def substitute(self, label: str, old: str, new: str, *, times: int = 1, nth: int = 0) -> Mutation:
        """Return the mutation that replaces one of the `times` occurrences of a text.

        Raises:
            MutationError: it occurs more or less often.
        """
        found = [match.start() for match in re.finditer(re.escape(old.encode()), self.content)]
        if len(found) != times:
            raise MutationError(f"{label}: {old!r} occurs {len(found)} times in {self.name}, not {times}; correct the mutation")
        start = found[nth]
        return Mutation(label=f"{label} ({self.name})", source=self, start=start, end=start + len(old.encode()), new=new)


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """One change of a module.

    Attributes:
        label: what is wrong, and where.
        source: the module that is changed.
        start: where the change begins in it.
        end: where the replaced code ends.
        new: the code that replaces it.
    """

    label: str
    source: Source
    start: int
    end: int
    new: str

    def mutated(self) -> bytes:
        """Return the module with the mutation.

        Raises:
            MutationError: it is the same as without, or not valid Python.
        """
        content = self.source.content[: self.start] + self.new.encode() + self.source.content[self.end :]
        if content == self.source.content:
            raise MutationError(f"{self.label}: changes nothing")
        try:
            ast.parse(content)
        except SyntaxError as error:
            raise MutationError(f"{self.label}: gives invalid Python: {error}") from error
        return content


@dataclass(frozen=True)
class Sources:
    """The modules of a package."""

    package: str
    folder: Path

    def module(self, name: str) -> Source:
        """Return a module by its path below the package, such as `_runtime/checks.py`."""
        path = self.folder / self.package / name
        return Source(path, name, path.read_bytes())

    @cached_property
    def operations(self) -> tuple[Source, ...]:
        """The modules of the operations."""
        paths = sorted((self.folder / self.package / "api").glob("*/*.py"))
        modules = (self.module(str(path.relative_to(self.folder / self.package))) for path in paths if path.name != "__init__.py")
        return tuple(modules)

    @cached_property
    def everything(self) -> str:
        """The code that is specific to this package, which shows what it uses of the runtime."""
        names = ["models.py", "_strict.py", "errors.py", "client.py"]
        return "\n".join(each.content.decode() for each in (*self.operations, *map(self.module, names)))


def calls(source: Source, *names: str) -> Iterator[ast.Call]:
    """Yield the calls of these names in a module, in their order."""
    found = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    yield from sorted((each for each in found if isinstance(each.func, ast.Name) and each.func.id in names), key=source.span)


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """Return the value of a keyword of a call."""
    return next((each.value for each in call.keywords if each.arg == name), None)


def constant(node: ast.expr | None) -> object:
    """Return the value of a constant; None for any other node."""
    return node.value if isinstance(node, ast.Constant) else None


def fields(source: Source) -> Iterator[tuple[ast.ClassDef, ast.AnnAssign]]:
    """Yield the fields of the classes of a module, each with its class."""
    for node in source.tree.body:
        if isinstance(node, ast.ClassDef):
            for each in node.body:
                if isinstance(each, ast.AnnAssign):
                    yield node, each
