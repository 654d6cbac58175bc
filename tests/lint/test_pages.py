"""Each way to the next page is clean, wherever the items of a page are."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.lint.__main__ import lint
from tests.lint.test_rules import BY_LINK, BY_OFFSET, BY_PAGE, BY_TOKEN, COUNT, IN_HEADER, JOBS, MORE, PAGE_COUNT, PAGES, paged


@pytest.mark.parametrize(
    "fields",
    [
        {**BY_PAGE, "size": "$request.query.size", "more": MORE},
        {**BY_PAGE, "first": 3, "pages": PAGE_COUNT, "total": COUNT, "limit": 100},
        {**BY_OFFSET, "lastPage": "short"},
        {**BY_OFFSET, "total": COUNT},
        {**BY_PAGE, "beyond": 400},
        {**BY_LINK, "total": COUNT},
        {**BY_TOKEN, "more": MORE},
        {**BY_TOKEN, **IN_HEADER},
    ],
    ids=" ".join,
)
def test_each_way_to_the_next_page_is_clean(fields: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(JOBS.read_text(encoding="utf-8").replace(PAGES, paged(**fields)), encoding="utf-8")
    assert lint(path) == ([], True)


@pytest.mark.parametrize("items", ["$response.body", "$response.body#"])
def test_the_body_itself_can_be_the_array_of_the_items(items: str, tmp_path: Path) -> None:
    path, text = tmp_path / "spec.yaml", JOBS.read_text(encoding="utf-8").replace(PAGES, paged(**{**BY_PAGE, "items": items}))
    page, after = text.index("    Page:\n"), text.index("    Next:\n")
    bare = "    Page:\n      type: array\n      items:\n        $ref: '#/components/schemas/JobStatus'\n"
    path.write_text(f"{text[:page]}{bare}{text[after:]}", encoding="utf-8")
    assert lint(path) == ([], True)
