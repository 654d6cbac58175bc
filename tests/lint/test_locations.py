"""What x-client-polling says of the URL of a status, and lists of results say of indexes, is true of the document."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.command import ROOT
from scripts.lint import extensions
from scripts.spec.document import read
from scripts.spec.expressions import bare

DOCUMENT = ROOT / "tests" / "overrides" / "wares.yaml"
QUARRY = ROOT / "tests" / "support" / "seventh_api.yaml"
ARRAY = "{array: $request.body#/items, key: [/sku]"
RESULTS = "        results: {<<: *results, items: $response.body#/results, index: /number, first: 0}\n"
STATUS = "  /shops/{shop}/jobs/{jobId}:\n"
JOB = "jobId, in: path, required: true, schema: {type: string, minLength: 1}}"


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        ("location: $response.header.Location", "location: $response.header.Place", ["polling/location: ", "Place"]),
        ("location: $response.header.Location", "location: $request.path.shop", ["polling/location: ", "does not match"]),
        ("wait: $response.header.Retry-After", "wait: $response.header.Later", ["polling/wait: ", "no success of the two"]),
        (JOB, f"{JOB}, {{name: part, in: query, required: true, schema: {{type: string}}}}", ["location: ", "requires 'part'"]),
        (JOB, JOB.replace("path", "query"), ["location: ", "no parameter that the URL could have"]),
        ("items: $response.body#/results", "items: $response.body#/found", ["polling/results/items: ", "'found'"]),
        ("index: /number, first: 0", "index: /place, first: 0", ["polling/results/index: ", "'place'"]),
        ("index: /number, first: 0", "index: /number, failures: [lost]", ["polling/results/failures/0: ", "'lost'"]),
        ("index: /number\n          first", "index: /number\n          key: /sku\n          first", ["chunking/rejections: "]),
        ("          first: 1", "          first: -1", ["rejections/first: ", "-1 is less than"]),
        ("results: {<<: *results,", "report: {}\n        results: {<<: *results,", ["polling: ", "should not be valid"]),
        (ARRAY, "{item: $request.body#/items, key: ['']", ["polling/results/index: ", "names no array"]),
    ],
)
def test_what_is_not_true_is_found(old: str, new: str, places: list[str], tmp_path: Path) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = tmp_path / "spec.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    found = [*map(str, extensions.check(read(path)))]
    assert any(all(each in line for each in places) for line in found), found


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("", "'listResults' can have the outcomes of items"),
        ("        confirms: false\n", ""),
        ("        confirms: true\n", ""),
        (RESULTS, ""),
        (f"{RESULTS}        confirms: false\n", "should not be valid"),
        ("        results: {items: $response.body#/outcomes, key: /sku}\n", "if another operation lists the results, name it"),
    ],
)
def test_where_another_operation_can_have_the_outcomes_the_table_says_what_the_end_means(
    said: str, words: str, tmp_path: Path
) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text.count(RESULTS) == text.count(STATUS) == 1
    below = "  /shops/{shop}/jobs/{jobId}/results:\n    get: {operationId: listResults, responses: {'204': {description: None.}}}\n"
    path = tmp_path / "spec.yaml"
    path.write_text(text.replace(RESULTS, said).replace(STATUS, below + STATUS), encoding="utf-8")
    found = [each.advice for each in extensions.check(read(path))]
    assert (len(found), words in "".join(found)) == (bool(words), True), found


WEIGHING = """      x-client-pagination:
        page: $request.query.page
        size: $request.query.perPage
        items: $response.body#/refused
        total: $response.body#/total
"""
REMOVAL = "{site: $request.path.site, path.removalId: $request.path.removalId}"
PAGES = """      x-client-pagination:
        page: $request.query.page
        size: $request.query.perPage
        items: $response.body#/results
        total: $response.body#/total
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("resultsOperation: listRemovalResults", "resultsOperation: listResults", "there is no operation 'listResults'"),
        ("resultsOperation: listRemovalResults", "resultsOperation: getRemoval", "is the status operation, whose response is read"),
        ("resultsOperation: listRemovalResults", "resultsOperation: listMiscounts", "has no link to 'listMiscounts'"),
        ("listMiscounts\n        results:", "listMiscounts\n        x-client-note:", "'results' is a dependency of"),
        ("path.site: $request.path.site, path.weigh", "path.weigh", "requires 'site', which the link to it does not give"),
        (WEIGHING, "", "'page' can request a page, and without x-client-pagination one is read only"),
        (WEIGHING, WEIGHING.replace("#/refused", "#/stones"), "$response.body#/stones by x-client-pagination, and results are at"),
        (REMOVAL, "{site: $request.path.site}", "requires 'removalId', which the link to it does not give"),
        (REMOVAL, f"{REMOVAL[:-1]}, perPage: 7}}", "has '7', which is no place in a request or response"),
        (REMOVAL, REMOVAL.replace("$request.path.removalId", "$request.query.batch"), "with which the status is not requested"),
        (PAGES, PAGES.replace("#/results", "#/rows"), "$response.body#/rows by x-client-pagination, and results are at"),
        (PAGES, "", "'page' can request a page, and without x-client-pagination one is read only"),
        ("          items: $response.body#/results\n", "          items: $response.body#/outcomes\n", "'outcomes' of '/outcomes'"),
    ],
)
def test_what_is_said_of_the_operation_that_lists_results_is_true(old: str, new: str, words: str, tmp_path: Path) -> None:
    text = QUARRY.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = tmp_path / "spec.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    found = [*map(str, extensions.check(read(path)))]
    assert any(words in line for line in found), found


@pytest.mark.parametrize(
    ("name", "expected"),
    [("id", "id"), ("path.id", "id"), ("header.Shop.Id", "Shop.Id"), ("Shop.Id", "Shop.Id"), ("header", "header")],
)
def test_a_parameter_of_a_link_may_have_its_location_and_dots_in_its_name(name: str, expected: str) -> None:
    assert bare(name) == expected


def test_one_item_has_no_index(tmp_path: Path) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    chunking = "array: $request.query.ids\n"
    assert text.count(chunking) == 1
    path = tmp_path / "spec.yaml"
    path.write_text(text.replace(chunking, "item: $request.query.ids\n"), encoding="utf-8")
    assert any("a request has one item, which has no index" in str(each) for each in extensions.check(read(path)))


def test_work_may_have_no_status_of_failure(tmp_path: Path) -> None:
    text = DOCUMENT.read_text(encoding="utf-8").replace("failed: [broken]", "failed: []").replace("finished, broken]", "finished]")
    path = tmp_path / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    assert extensions.check(read(path)) == []
