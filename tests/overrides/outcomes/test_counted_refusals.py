"""A vendor that counts and explains what it refuses beside its lists: from the document to the outcomes, with a mock over TCP."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.command import ROOT
from scripts.lint.__main__ import lint
from scripts.mock.engine.clock import Clock
from scripts.mock.generic.described import of_file
from scripts.mock.generic.vendor import generic
from tests.generate.packages import Package
from tests.mock.callers import Caller
from tests.overrides.ways import Way

DOCUMENT = ROOT / "tests" / "support" / "wholesale.yaml"
ARTICLES = [f"AB-{number}" for number in range(1, 61)]
ITEMS: dict[str, list[Any]] = {
    "patchArticles": [{"article": each, "price": 3} for each in ARTICLES],
    "withdrawArticles": ARTICLES,
}


class Wholesale(Caller):
    """A caller of the mock."""

    api = "vexley_wholesale"
    kinds = (generic(of_file(DOCUMENT)),)

    def bulk(self, way: Way, package: Package, **options: Any) -> Any:
        """Return a `Bulk` of the mock."""
        auth = package.root.auth.VexleyKey(next(iter(self.credentials.values())))
        return way.bulk(package.root, self.vendor.base_url, interval=0.01, auth=auth, **options)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return Package(DOCUMENT, tmp_path_factory.mktemp("wholesale"))


@pytest.fixture(scope="module")
def wholesale() -> Iterator[Wholesale]:
    with Wholesale.served(clock=Clock(speed=1000), rejected=0.4) as found:
        yield found


def test_the_document_is_clean_and_the_readme_says_what_counts_the_refused_items(generated: Package) -> None:
    assert lint(DOCUMENT)[0] == []
    words = " ".join((generated.folder / "README.md").read_text(encoding="utf-8").split())
    assert "`failedRows` of the status is the number of those that are refused." in words
    assert "`summary.rejected` of the response is the number of those that are refused." in words
    assert "What responses call an item may differ by letter case from what was sent." in words
    assert '`bulk.run("importArticles", items)` gives an outcome for each item, by something else; a request has one.' in words
    assert '`bulk.collect("importArticles", ingestion_id, items)` gives the outcomes of items that were sent earlier.' in words


@pytest.mark.parametrize("operation", ITEMS)
def test_what_the_mock_counts_and_explains_beside_its_lists_leaves_no_item_unknown(
    operation: str, way: Way, generated: Package, wholesale: Wholesale
) -> None:
    outcomes = way.read(wholesale.bulk(way, generated).run(operation, ITEMS[operation]))
    assert Counter(each.status for each in outcomes).keys() == {"confirmed", "rejected"}
    known = {one["identifier"]: one["rejections"] for one in wholesale.look_up(ARTICLES)}
    refused = {each.sku for each in outcomes if each.status == "rejected"}
    assert {sku for sku, found in known.items() if any(one["operation"] == operation for one in found)} <= refused


def test_a_file_in_a_form_is_the_one_item_of_its_work(way: Way, generated: Package, wholesale: Wholesale) -> None:
    item = {"file": generated.root.File(b"AB-1\n"), "mode": "merge"}
    (outcome,) = way.read(wholesale.bulk(way, generated).run("importArticles", [item]))
    assert (outcome.status, bool(outcome.ingestion_id)) == ("unknown", True)
    assert outcome.reason in (
        "it has ended done, and something else says which items were done",
        "it has ended partial, and something else says which items were done",
    )


@pytest.mark.parametrize("content", [b"AB-1\n", "AB-1", Path("articles.txt")], ids=["bytes", "text", "path"])
def test_what_is_given_in_place_of_a_file_is_rejected_with_the_class_that_it_needs(
    content: object, way: Way, generated: Package, wholesale: Wholesale
) -> None:
    bulk = wholesale.bulk(way, generated)
    (outcome,) = way.read(bulk.run("importArticles", [{"file": content}]))
    rule = f"Expected `object`, got `{type(content).__name__}`; give a file as `File(...)`"
    assert (outcome.status, outcome.reason) == ("rejected", f"not sent: {rule} - at `$.file`")
    (breach,) = way.finish(bulk.validate("importArticles", [{"file": content}])).breaches
    assert (breach.field, breach.rule) == ("$.file", rule)


def test_the_mock_counts_what_it_refuses(generated: Package, wholesale: Wholesale) -> None:
    auth = generated.root.auth.VexleyKey(next(iter(wholesale.credentials.values())))
    with generated.root.Client(base_url=wholesale.vendor.base_url, auth=auth) as client:
        found = client.patch_articles(changes=ITEMS["patchArticles"][:25])
    refused = [each.position for each in found.results if each.code not in (200, 204)]
    assert found.summary.rejected == len(refused) > 0
    assert len(found.results) == 25


def test_the_mock_writes_the_time_of_a_reset_as_the_schema_of_its_header_says(wholesale: Wholesale) -> None:
    headers = {"X-Vexley-Key": next(iter(wholesale.credentials.values()))}
    found = [
        wholesale.http.get(path, headers=headers).headers["ratelimit-reset"] for path in ("/articles", "/stocks", "/imports/1")
    ]
    assert found == ["1"] * 3


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"file": ("a.txt", b"\xff\r\n\x00", None), "mode": (None, "merge", None)}, ""),
        ({"file": (None, "AB-1", None)}, ""),
        ({"file": ("a.txt", b"", None), "mode": (None, '"merge"', "application/json")}, ""),
        ({"mode": (None, "merge", None)}, '"file" is a required property'),
        ({"file": ("a.txt", b"", None), "mode": (None, "mix", None)}, "body.mode: "),
        ({"file": ("a.txt", b"", None), "mode": (None, "{", "application/json")}, "body.mode: is not JSON: "),
        ([("mode", (None, "merge", None)), ("mode", (None, "merge", None))], "body.mode: is given 2 times"),
    ],
)
def test_the_mock_checks_the_fields_of_a_form(fields: Any, complaint: str, wholesale: Wholesale) -> None:
    headers = {"X-Vexley-Key": next(iter(wholesale.credentials.values()))}
    response = wholesale.http.post("/imports", headers=headers, files=fields)
    assert response.status_code == (400 if complaint else 202), response.text
    assert complaint in response.json().get("title", "")
