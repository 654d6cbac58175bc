"""Defects are planted exactly where they are meant to be, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.mutants import models, operations
from scripts.mutants.__main__ import FEWEST, GENERATED, main
from scripts.mutants.runtime import DEFECTS, runtime_defects
from scripts.mutants.source import Mutation, MutationError, Source, Sources, calls, constant, keyword

PACKAGES = sorted(path.name for path in GENERATED.iterdir() if (path / path.name).is_dir())


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
    assert mutation.defect == "wrong limit (module.py:1)"


def test_the_nth_of_several_texts_is_replaced() -> None:
    mutation = source("a = 1\nb = 1\n").substitute("wrong number", "1", "2", times=2, nth=1)
    assert mutation.mutated() == b"a = 1\nb = 2\n"


@pytest.mark.parametrize("times", [0, 2])
def test_a_text_that_stands_elsewhere_too_or_no_more_is_refused(times: int) -> None:
    with pytest.raises(MutationError, match=r"stands 1 times in module\.py"):
        source("a = 1\n").substitute("wrong number", "1", "2", times=times)


@pytest.mark.parametrize(("new", "problem"), [("1", "changes nothing"), ("(", "gives no Python")])
def test_a_mutation_that_is_none_is_refused(new: str, problem: str) -> None:
    mutation = Mutation(defect="wrong number", source=source("a = 1\n"), start=4, end=5, new=new)
    with pytest.raises(MutationError, match=problem):
        mutation.mutated()


@pytest.mark.parametrize("package", PACKAGES)
def test_there_are_enough_defects_for_each_package_and_each_is_one(package: str) -> None:
    sources = Sources(package, GENERATED / package)
    found = [mutation for mutator in (*operations.MUTATORS, *models.MUTATORS) for mutation in mutator(sources)]
    found += runtime_defects(sources)
    contents = {(mutation.source.name, mutation.mutated()) for mutation in found}
    assert len(contents) >= FEWEST
    assert len({mutation.defect.split(" (")[0] for mutation in found}) >= FEWEST


def test_every_kind_of_defect_is_planted_somewhere() -> None:
    everything = [Sources(package, GENERATED / package) for package in PACKAGES]
    for mutator in (*operations.MUTATORS, *models.MUTATORS):
        assert any(list(mutator(sources)) for sources in everything), f"{mutator.__name__} finds nothing in any package"
    planted = {mutation.defect.split(" (")[0] for sources in everything for mutation in runtime_defects(sources)}
    assert planted == {defect.name for defect in DEFECTS}


def test_a_package_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--package", "no_such_package"]) == 2
    assert capsys.readouterr().err.startswith("no_such_package: no package in generated/")


def test_a_choice_without_a_defect_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--package", PACKAGES[0], "--only", "no such defect"]) == 2
    assert "no defect has this in its line" in capsys.readouterr().err


def test_the_list_names_the_package_and_the_defect_of_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list", "--package", PACKAGES[0], "--only", "wrong method"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(line.startswith(f"{PACKAGES[0]}: wrong method (api/") for line in lines)
