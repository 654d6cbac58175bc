"""Help: an example for every command, the settings, and nothing heavy loaded for it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, Literal

import msgspec
import pytest
import typer.main

from catalog_clients._engine.items.fields import ItemField, want_of
from catalog_clients._engine.items.shapes import element_of
from catalog_jobs import apis
from catalog_jobs._version import VERSION
from catalog_jobs.command.main import app
from catalog_jobs.command.names import DEFAULTS, OPTIONS, SHORT, VERBS
from catalog_jobs.command.operations import fields
from catalog_jobs.command.operations.commands import command_of
from catalog_jobs.command.settings import SETTINGS
from scripts.command import ROOT
from tests.jobs.command.calling import Catalog

HEAVY = ("catalog_clients", "dbos", "httpx2", "msgspec", "platformdirs", "rich", "sqlalchemy", "importlib.metadata", "asyncio")


def commands(command: Any, *words: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the words and the help of all commands, with those of groups."""
    context = typer.Context(command)
    yield words, " ".join(command.get_help(context).split())
    for name in command.list_commands(context) if hasattr(command, "list_commands") else ():
        yield from commands(command.get_command(context, name), *words, name)


@pytest.mark.usefixtures("catalog")
def test_the_help_of_every_command_has_an_example_that_is_true() -> None:
    helps = dict(commands(typer.main.get_command(app)))
    assert {("archive", "jwo"), ("jobs", "resume"), ("config", "check"), ("apis",), ("worker",)} < helps.keys()
    for words, text in helps.items():
        example = text.rpartition("Example: catalog ")[2].split()
        assert tuple(example[: len(words)]) == words, text
        of_group = helps.get(tuple(example[:2]), "")
        assert all(each in of_group or each in text for each in example if each.startswith("--")), example


def test_the_version_is_shown(catalog: Catalog) -> None:
    assert catalog("--version") == (0, f"catalog-jobs {VERSION}\n", "")


@pytest.mark.parametrize(
    ("use", "words"),
    [
        ("run", "items.csv --owner TEXT --kind 'an old one' --api-limit 1 --is-new --where '{}'"),
        ("lookup", "identifiers.txt --owner TEXT --kind 'an old one' --api-limit 1 --is-new --where '{}'"),
        ("search", "--owner TEXT --kind 'an old one' --api-limit 1 --is-new --where '{}'"),
    ],
)
@pytest.mark.usefixtures("catalog")
def test_the_example_of_an_operation_without_a_short_name_can_be_called(
    monkeypatch: pytest.MonkeyPatch, use: apis.Use, words: str
) -> None:
    kinds: dict[str, apis.Kind] = {"owner": "text", "kind": "text", "limit": "integer", "is_new": "flag", "where": "json"}
    taken = [
        apis.Argument(name=name, kind=kind, is_list=False, is_required=True, values=("an old one",) if name == "kind" else ())
        for name, kind in kinds.items()
    ]
    taken.append(apis.Argument(name="page", kind="integer", is_list=False, is_required=False))
    found = apis.operation("yandex_market_offers", "addOffersToArchive")
    monkeypatch.setattr("catalog_jobs.command.operations.commands.SHORT", ())
    monkeypatch.setattr(apis, "operation", lambda *_: replace(found, uses=(use,), arguments={use: taken}))
    command = command_of(use, "depot.listAll")
    (example,) = (line for line in command.get_help(typer.Context(command)).split("\n\n") if "Example: " in line)
    assert " ".join(example.split()) == f"Example: catalog {use} depot.listAll {words}"
    assert command.make_context("depot.listAll", shlex.split(words)).params["api_limit"] == 1


def test_the_settings_are_documented(catalog: Catalog) -> None:
    out = catalog("config", "--help").out
    for each in SETTINGS:
        assert f"{each.name}{' (of an API)' if each.of_api else ''}: {each.variable}: {each.about}" in out
    assert "  [profiles.shop]\n  keyring = true\n" in out


def test_short_names_are_those_of_operations_that_there_are(catalog: Catalog) -> None:
    assert {each.verb for each in SHORT} == {*VERBS}
    for each in SHORT:
        named = {*OPTIONS.get((each.api, each.operation), {}), *DEFAULTS.get((each.api, each.operation, each.use), {})}
        code, out, _ = catalog(each.verb, each.vendor, "--help")
        assert code == 0
        assert all(f"--{name.replace('_', '-')}" in out for name in named)


def test_the_fields_of_items_are_listed_with_types_and_limits(catalog: Catalog) -> None:
    lines = catalog("upload", "jwo", "--help").out.splitlines()
    assert "  The fields of an item, which are the columns of FILE or are given by --map:" in lines
    found = {line.split()[0]: re.split("  +", line.strip())[1:] for line in lines if line.startswith("    ") and line.split()}
    assert found["item_sku"] == ["required", "text, at most 255 characters"]
    assert found["standard_price"] == ["text, at most 10 characters"]
    assert found["additional_external_product_information"] == [
        "list of objects with external_product_id, external_product_id_type, at most 50 elements"
    ]
    out = " ".join(catalog("archive", "jwo", "--help").out.split())
    assert "An item is text, at most 255 characters; --map calls its column sku." in out
    assert "An item is text, 1 to 255 characters, as the pattern ^" in " ".join(catalog("archive", "yandex", "--help").out.split())
    assert "An item is text" in " ".join(catalog("lookup", "amazon", "--help").out.split())
    assert "An item is" not in catalog("search", "amazon", "--help").out


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Annotated[int, msgspec.Meta(ge=1, le=10)], "whole number, at least 1, at most 10"),
        (Annotated[float, msgspec.Meta(gt=0, multiple_of=0.5)] | None, "number, more than 0, a multiple of 0.5"),
        (Literal["a", "b"], "one of a, b"),
        (list[Annotated[str, msgspec.Meta(min_length=3, max_length=3)]], "list of texts, each 3 characters"),
        (Annotated[list[Any], msgspec.Meta(min_length=1)], "list, at least 1 element"),
    ],
)
def test_limits_are_said_in_words(kind: Any, said: str) -> None:
    element = want_of(element_of(kind)) if want_of(kind) == "list" else "any"
    field = ItemField(("a",), ("a",), want_of(kind), element, is_required=False, is_key=False, kind=kind)
    assert fields._described(field) == said


def test_commands_are_listed_in_the_order_of_their_use(catalog: Catalog) -> None:
    lines = catalog("--help").out.partition("Commands:\n")[2].splitlines()
    names = [line.split()[0] for line in lines if line.startswith("  ") and not line.startswith("   ")]
    assert names[: names.index("apis") + 1] == [
        *("run", "archive", "unarchive", "upload", "validate", "lookup", "search", "jobs", "worker", "config", "apis")
    ]


def test_without_a_command_there_is_help(catalog: Catalog) -> None:
    assert catalog() == catalog("--help")
    assert catalog.refusal("jobs") == "Missing command; see catalog jobs --help"


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys; from catalog_jobs.command import run; code = run(['--help']); "
        f"print([name for name in {HEAVY} if name in sys.modules], code, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT / "overrides/catalog_jobs", capture_output=True, text=True, check=True
    )
    assert done.stderr == "[] 0\n"
    assert "Usage: catalog [OPTIONS] COMMAND" in done.stdout


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("archive jwo --sto", ["--store"]),
        ("archive ya", ["yandex"]),
        ("run yandex_", ["yandex_market_offers.addOffersToArchive", "yandex_market_offers.deleteOffersFromArchive"]),
        ("run none.x --", []),
    ],
)
def test_shells_complete_operations_and_options(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, words: str, completed: list[str]
) -> None:
    monkeypatch.setenv("_CATALOG_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"catalog {words}")
    monkeypatch.setenv("COMP_CWORD", str(len(words.split())))
    ended = catalog()
    assert [each for each in ended.out.split() if each != "--help"] == completed
    assert ended.err == ""
