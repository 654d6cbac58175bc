"""Installed clients, and what their operations take."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from catalog_clients._engine.tables.operations import operation_of, operations_by_method
from catalog_jobs import apis
from catalog_jobs.command.operations import finding
from catalog_jobs.command.operations.arguments import option_names, parameter, values
from catalog_jobs.errors import ConfigError
from scripts.apis import apis as roster
from scripts.runtime.behaviour import Behaviour, Chunking, Expression, Pagination, Retry
from tests.jobs.command.calling import Catalog

pytestmark = pytest.mark.usefixtures("catalog")


def test_every_generated_client_is_found() -> None:
    assert list(apis.installed()) == sorted(roster())


def test_what_an_operation_takes_besides_items_has_the_description_of_the_spec() -> None:
    (only,) = apis.operation("amazon_jwo_catalog", "archiveCatalog").arguments["run"]
    assert (only.name, only.kind, only.is_list, only.is_required) == ("all_applicable_stores", "text", True, True)
    assert only.help == (
        "The external ids of every store of the retailer, not only of those that sell the SKUs. If one is missing, the request is "
        "refused and the text of the error lists all available stores."
    )


def test_the_key_that_each_request_has_of_its_own_is_not_given() -> None:
    operation: Any = operation_of(import_module("amazon_jwo_catalog"), "archiveCatalog")
    names = []
    for path in ("allApplicableStores", "itemSkus"):
        key = Expression("request", "body", (path,))
        table = Behaviour(retry=Retry(responses=(), attempts=1, max_wait=1, idempotent=False, idempotency_key=key))
        names.append([name for name, _ in apis._arguments(operation, table, {})])
    assert names == [["itemSkus"], ["allApplicableStores"]]


def test_what_the_path_has_of_each_item_is_not_given() -> None:
    operation: Any = operation_of(import_module("shipsidekick_products"), "archiveProduct")
    item, key = Expression("request", "body", ()), (("productId",),)
    chunking = Chunking(item=item, size=1, parameters={"productId": key[0]}, key=key, normalize="none", keep="last")
    assert apis._taken(operation, Behaviour(chunking=chunking)) == {"productId"}


def test_what_an_operation_is_used_for_follows_from_its_tables() -> None:
    uses = {each.name: (each.uses, each.writes) for api in roster() for each in apis.operations(api).values()}
    assert uses["searchCatalogItems"] == (("lookup", "search"), False)
    assert uses["getCatalogItem"] == ((), False)
    assert uses["uploadCatalog"] == (("run",), True)
    assert uses["getCatalogUploadStatus"] == (("run",), False)  # it is called with POST, and only polled
    search = apis.operation("amazon_catalog_items", "searchCatalogItems", "lookup")
    found = {each.name: each for each in search.arguments["lookup"]}
    assert "identifiers" not in found
    assert "page_token" not in found
    assert found["identifiers_type"].is_required
    assert "EAN" in found["identifiers_type"].values


def test_the_number_of_a_page_is_required_from_nobody() -> None:
    package, method = apis.client("amazon_catalog_items"), "search_catalog_items"
    found = operations_by_method(package.__name__)[method]
    place = Expression("request", "query", ("marketplaceIds",))  # which the spec requires
    pages = Pagination(page=place, first=1, items=Expression("response", "body", ("items",)))
    table = structs.replace(package.behaviour.OPERATIONS[found.name], pagination=pages)
    made = apis._operation(package, method, found, table, set())
    assert not next(each for each in made.arguments["search"] if each.name == "marketplace_ids").is_required
    assert "marketplace_ids" not in [each.name for each in made.arguments["lookup"]]


def test_a_client_that_cannot_be_imported_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, catalog: Catalog) -> None:
    info = tmp_path / "broken-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.4\nName: broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[catalog_clients]\nbroken = broken\nos = os\n")
    (tmp_path / "broken.py").write_text("import missing_part\n")
    monkeypatch.syspath_prepend(tmp_path)
    apis.installed.cache_clear()
    with pytest.raises(ConfigError, match=r"^the client of broken cannot be imported: No module named 'missing_part'$"):
        apis.client("broken")
    with pytest.raises(ConfigError, match=r"^the client of os cannot be imported: package must be a generated client"):
        apis.client("os")
    ended = catalog("apis")
    assert ended.code == 0
    assert "cannot be imported: No module named 'missing_part'" in ended.out
    assert "broken" not in catalog("run", "--help").out
    sys.modules.pop("broken", None)


def test_a_description_may_have_lines_that_look_like_arguments() -> None:
    arguments = "Args:\n    one: The first\n        of: them.\n    two: A second.\n\n        More."
    text = f"Do it.\n\nNote: this.\n\n{arguments}\n\nRaises:\n    X: y"
    assert apis._documented(text) == ("Do it", "Note: this.", {"one": "The first of: them.", "two": "A second. More."})
    assert apis._documented("Do it.\n\nRaises:\n    X: y") == ("Do it", "", {})
    assert apis._documented("") == ("", "", {})


def test_arguments_of_all_types_are_read() -> None:
    operation = apis.operation("yandex_market_offers", "addOffersToArchive")
    made = apis.Operation(
        api=operation.api,
        name="all",
        method="all",
        title="",
        description="",
        uses=("run",),
        arguments={
            "run": [
                apis.Argument(name="format", kind="text", is_list=False, is_required=False),
                apis.Argument(name="class_", kind="flag", is_list=False, is_required=False),
                apis.Argument(name="where", kind="json", is_list=False, is_required=False),
                apis.Argument(name="wheres", kind="json", is_list=True, is_required=False),
                apis.Argument(name="names", kind="text", is_list=True, is_required=False),
            ]
        },
        writes=True,
        is_limited=False,
        check=None,
    )
    named, flag = option_names(made, "run"), made.arguments["run"][1]
    assert parameter(flag, named["class_"]).annotation.__metadata__[0].default == "--class/--no-class"
    given = {"format": "x", "class_": False, "where": '{"a": 1}', "wheres": ["1", "[2]"], "names": []}
    profile = {"names": "one", "format": "y", "other": 1}
    assert values(made, "run", given, profile) == {
        "format": "x",
        "class_": False,
        "where": {"a": 1},
        "wheres": [1, [2]],
        "names": ["one"],
    }
    assert values(made, "run", {}, {"where": {"b": 2}}) == {"where": {"b": 2}}
    assert values(made, "run", {}, {"names": ["a,b"]}) == {"names": ["a,b"]}
    with pytest.raises(ConfigError, match=r"^--names: 'S1, S2' is one value with a comma; give --names S1 --names S2$"):
        values(made, "run", {"names": ["S0", "S1, S2"]}, {})
    with pytest.raises(ConfigError, match=r"^--where: is not JSON: Expecting value"):
        values(made, "run", {"where": "x"}, {})


def _taking(*arguments: apis.Argument) -> apis.Operation:
    """Return an operation that takes some arguments, whatever it is used for."""
    found = apis.operation("yandex_market_offers", "addOffersToArchive")
    uses: tuple[apis.Use, ...] = ("run", "lookup", "search")
    return replace(found, uses=uses, arguments=dict.fromkeys(uses, arguments))


def _argument(name: str, kind: apis.Kind = "text", *, is_required: bool = False) -> apis.Argument:
    return apis.Argument(name=name, kind=kind, is_list=False, is_required=is_required, help=f"The field `{name}`")


@pytest.mark.parametrize("use", ["run", "lookup", "search"])
def test_an_argument_with_the_name_of_an_option_of_the_command_has_another_option(use: apis.Use) -> None:
    own = ["limit", "output", "database", "profile", "yes", "quiet", "json", "interval", "format", "help", "debug", "map"]
    own += ["origin", "extra_field", "no_header", "dry_run", "base_url"]
    named = option_names(_taking(*map(_argument, own)), use)
    assert named == {each: [f"--api-{each.replace('_', '-')}"] for each in own}
    with pytest.raises(ConfigError, match=r"needs --api-limit: The field `limit`"):
        values(_taking(_argument("limit", is_required=True)), use, {}, {})


def test_arguments_whose_options_would_be_the_same_have_different_ones() -> None:
    arguments = [_argument(name) for name in ("page_size", "page_size_", "_page_size", "limit", "api_limit", "no_limits")]
    named = option_names(_taking(*arguments, _argument("limits", "flag"), _argument("header", "flag")), "search")
    assert [*named.values()] == [
        ["--page-size"],
        ["--page-size-2"],
        ["--page-size-3"],
        ["--api-limit"],
        ["--api-limit-2"],
        ["--no-limits"],
        ["--limits-2"],
        ["--api-header"],
    ]


def test_both_the_options_of_the_command_and_those_of_an_operation_count(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[tuple[object, object]] = []
    made = _taking(_argument("limit", "integer"), _argument("output"))
    monkeypatch.setattr(apis, "operation", lambda *_: made)
    monkeypatch.setattr(finding, "search", lambda find, most: found.append((find, most)))
    catalog("search", "any.listAll", "--limit", "5", "--api-limit", "50", "--api-output", "brief", "--output", "found.csv")
    ((find, most),) = found
    assert isinstance(find, finding.Find)
    assert (most, find.output, find.arguments) == (5, Path("found.csv"), {"limit": 50, "output": "brief"})
    out = " ".join(catalog("search", "any.listAll", "--help").out.split())
    assert "--api-limit N The field `limit` --limit is an option of catalog itself." in out
    assert "--limit N Maximum number of items" in out
