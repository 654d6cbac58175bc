"""The code of a generated package, and single changes to it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

Replacement = str | Callable[[re.Match[str]], str]
"""What replaces what a pattern has found, as in `re.sub`: a template, or a function of the match."""
_DOCSTRING = re.compile(r'"""[\s\S]*?"""')


class MutantError(Exception):
    """A mutant cannot be made or tried; the message says why."""


@dataclass(frozen=True)
class Sources:
    """The modules of a package."""

    package: str
    folder: Path

    @cached_property
    def modules(self) -> dict[str, str]:
        """The code of each module, by its path below the package, such as `_runtime/checks.py`."""
        home = self.folder / self.package
        return {path.relative_to(home).as_posix(): path.read_text(encoding="utf-8") for path in sorted(home.rglob("*.py"))}

    @cached_property
    def own_code(self) -> str:
        """The code that is specific to this package, which shows what it uses of the runtime."""
        return "\n".join(code for name, code in self.modules.items() if not name.startswith("_runtime/"))


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """One change of a module.

    Attributes:
        sources: the package.
        label: what is wrong, and where.
        module: the path of the module below the package.
        start: where the change begins in it.
        end: where the replaced code ends.
        new: the code that replaces it.
    """

    sources: Sources
    label: str
    module: str
    start: int
    end: int
    new: str

    def __str__(self) -> str:
        return f"{self.sources.package}: {self.label}"

    @property
    def code(self) -> str:
        """The module without the change."""
        return self.sources.modules[self.module]

    def mutated(self) -> str:
        """Return the module with the mutation.

        Raises:
            MutantError: it is not valid Python.
        """
        code = self.code[: self.start] + self.new + self.code[self.end :]
        try:
            ast.parse(code)
        except SyntaxError as error:
            raise MutantError(f"{self}: gives invalid Python: {error}") from error
        return code


@dataclass(frozen=True)
class Kind:
    """A kind of mutation, which is made wherever a pattern is found in the code outside of docstrings.

    Patterns are regular expressions in which `^` and `$` match at each line.

    Attributes:
        label: what is wrong; as `new`, it may refer to groups of the pattern.
        module: pattern of the modules, by their path below the package.
        pattern: the code that is replaced.
        new: what replaces it; where that changes nothing, there is no mutation.
        needs: pattern of the own code of those packages that use the replaced code; the others do not get the mutation.
    """

    label: str
    module: str
    pattern: str
    new: Replacement
    needs: str = ""

    def mutations(self, sources: Sources) -> Iterator[Mutation]:
        """Yield the mutations of this kind of a package, in the order of its modules."""
        if not re.search(self.needs, sources.own_code, re.MULTILINE):
            return
        for module, code in sources.modules.items():
            if re.fullmatch(self.module, module):
                for found in re.finditer(self.pattern, _DOCSTRING.sub(_blank, code), re.MULTILINE):
                    new = found.expand(self.new) if isinstance(self.new, str) else self.new(found)
                    if new != found[0]:
                        line = code.count("\n", 0, found.start()) + 1
                        label = f"{found.expand(self.label)} ({module}:{line})"
                        yield Mutation(sources=sources, label=label, module=module, start=found.start(), end=found.end(), new=new)


def _blank(docstring: re.Match[str]) -> str:
    """Return as many lines and characters, so that what is found after them has the same position."""
    return re.sub(".", " ", docstring[0])
