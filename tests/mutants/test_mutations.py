"""Mutations change exactly the code that they are meant to change, or are refused."""

from __future__ import annotations

import ast
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import pytest

from scripts.apis import apis
from scripts.mutants.__main__ import FEWEST, KINDS, main, mutations
from scripts.mutants.killers import Killers
from scripts.mutants.source import Kind, MutantError, Replacement, Sources

SOURCES = [Sources(name, api.folder) for name, api in apis().items()]

_CODE = '''
"""A limit: limit=1."""
one = call(name="\u00e4", limit=1)
two = call(limit=2)
'''


def made(tmp_path: Path, *, new: Replacement, module: str = r".*\.py", needs: str = "") -> dict[str, str]:
    """Return the mutated module by the label of each mutation of the limits."""
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "module.py").write_text(_CODE, encoding="utf-8")
    kind = Kind(r"wrong limit of \1", module, r"^(\w+)(.*limit=)\d", new, needs)
    return {each.label: each.mutated() for each in kind.mutations(Sources("package", tmp_path))}


def test_a_mutation_is_made_wherever_the_code_has_its_pattern(tmp_path: Path) -> None:
    assert made(tmp_path, new=r"\1\g<2>7") == {
        "wrong limit of one (module.py:3)": _CODE.replace("limit=1)", "limit=7)"),
        "wrong limit of two (module.py:4)": _CODE.replace("limit=2", "limit=7"),
    }


def test_what_changes_nothing_is_no_mutation(tmp_path: Path) -> None:
    assert [*made(tmp_path, new=lambda found: found[0].replace("2", "7"))] == ["wrong limit of two (module.py:4)"]


@pytest.mark.parametrize("unfit", [{"module": r"api/.*\.py"}, {"needs": "^no such code"}])
def test_other_modules_and_packages_that_do_not_use_the_code_are_left_alone(tmp_path: Path, unfit: dict[str, str]) -> None:
    assert made(tmp_path, new="", **unfit) == {}


def test_a_mutation_to_invalid_python_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MutantError, match=r"wrong limit of one \(module\.py:3\): gives invalid Python"):
        made(tmp_path, new=")")


@pytest.mark.parametrize("sources", SOURCES, ids=lambda each: each.package)
def test_each_package_has_enough_mutants_which_all_differ(sources: Sources) -> None:
    found = mutations(sources, everywhere=True)
    assert len({(each.module, each.start, each.end, each.new) for each in found}) == len(found)
    assert len({each.label.split(" (")[0] for each in found}) >= FEWEST


@pytest.mark.parametrize("kind", KINDS, ids=lambda each: each.label)
def test_every_kind_of_mutation_is_made_in_some_package_and_gives_valid_python(kind: Kind) -> None:
    by_module = [list(found) for each in SOURCES for _, found in groupby(kind.mutations(each), attrgetter("module"))]
    assert by_module, "its pattern or its needs no longer fit the generated code"
    for found in by_module:
        code = found[0].code
        for each in reversed(found):  # all at once, as parsing takes long
            code = code[: each.start] + each.new + code[each.end :]
        ast.parse(code)


def test_an_unknown_package_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--package", "no_such_package"])
    assert "invalid choice: 'no_such_package'" in capsys.readouterr().err


def test_a_choice_without_a_mutant_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--package", SOURCES[-1].package, "--only", "no such mutant"]) == 2
    assert "no mutant has this in its line" in capsys.readouterr().err


def test_the_list_names_the_package_and_the_mutation(capsys: pytest.CaptureFixture[str]) -> None:
    package = SOURCES[-1].package
    assert main(["--list", "--package", package, "--only", "wrong method"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(line.startswith(f"{package}: wrong method (api/") for line in lines)


def test_the_last_killer_of_a_mutant_or_of_its_kind_is_tried_first(tmp_path: Path) -> None:
    killers = Killers(tmp_path / "cache" / "killers.json")
    assert killers.likeliest("one: wrong method (api/a.py:1)") == []
    killers.remember("one: wrong method (api/a.py:1)", "test_methods[one-a]")
    killers.save()
    again = Killers(tmp_path / "cache" / "killers.json")
    assert again.likeliest("one: wrong method (api/a.py:1)") == ["test_methods[one-a]", "test_methods"]
    assert again.likeliest("two: wrong method (api/b.py:2)") == ["test_methods", "test_methods"]
    assert again.likeliest("two: wrong path (api/b.py:2)") == []
