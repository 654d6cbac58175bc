"""Mutations change exactly the code that they are meant to change, or are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.apis import apis
from scripts.mutants import models, operations
from scripts.mutants.__main__ import FEWEST, main, mutations
from scripts.mutants.killers import Killers
from scripts.mutants.runtime import REPLACEMENTS, runtime_mutations
from scripts.mutants.source import Mutation, MutationError, Source, Sources, calls, constant, keyword

SOURCES = [Sources(name, api.folder) for name, api in apis().items()]


def source(text: str) -> Source:
    return Source(Path("module.py"), "module.py", text.encode())


def test_a_node_is_replaced_where_it_stands() -> None:
    module = source("text = '\u00e4'; call(name='\u00e4', limit=7)\n")
    [call] = calls(module, "call")
    limit = keyword(call, "limit")
    assert constant(limit) == 7
    assert limit is not None
    mutation = module.replace("wrong limit", limit, "8")
    assert mutation.mutated().decode() == "text = '\u00e4'; call(name='\u00e4', limit=8)\n"
    assert mutation.label == "wrong limit (module.py:1)"


def test_the_nth_of_several_texts_is_replaced() -> None:
    mutation = source("a = 1\nb = 1\n").substitute("wrong number", "1", "2", times=2, nth=1)
    assert mutation.mutated() == b"a = 1\nb = 2\n"


@pytest.mark.parametrize("times", [0, 2])
def test_a_text_with_another_number_of_occurrences_is_refused(times: int) -> None:
    with pytest.raises(MutationError, match=r"occurs 1 times in module\.py"):
        source("a = 1\n").substitute("wrong number", "1", "2", times=times)


@pytest.mark.parametrize(("new", "problem"), [("1", "changes nothing"), ("(", "gives invalid Python")])
def test_a_mutation_that_changes_nothing_or_is_invalid_python_is_refused(new: str, problem: str) -> None:
    mutation = Mutation(label="wrong number", source=source("a = 1\n"), start=4, end=5, new=new)
    with pytest.raises(MutationError, match=problem):
        mutation.mutated()


@pytest.mark.parametrize("sources", SOURCES, ids=lambda each: each.package)
def test_each_package_has_enough_mutants_which_all_differ(sources: Sources) -> None:
    found = mutations(sources, everywhere=True)
    assert len({(mutation.source.name, mutation.mutated()) for mutation in found}) >= FEWEST
    assert len({mutation.label.split(" (")[0] for mutation in found}) >= FEWEST


def test_every_kind_of_mutation_is_made_in_some_package() -> None:
    for mutator in (*operations.MUTATORS, *models.MUTATORS):
        assert any(list(mutator(each)) for each in SOURCES), f"{mutator} finds nothing in any package"
    made = {mutation.label.split(" (")[0] for each in SOURCES for mutation in runtime_mutations(each)}
    assert made == {each.name for each in REPLACEMENTS}


def test_an_unknown_package_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--package", "no_such_package"])
    assert "invalid choice: 'no_such_package'" in capsys.readouterr().err


def test_a_choice_without_a_mutant_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--package", SOURCES[0].package, "--only", "no such mutant"]) == 2
    assert "no mutant has this in its line" in capsys.readouterr().err


def test_the_list_names_the_package_and_the_mutation(capsys: pytest.CaptureFixture[str]) -> None:
    package = SOURCES[0].package
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
