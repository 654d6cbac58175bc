"""Which changes of a spec are reported, in Redocly's words where it has some, and how they are rated."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from scripts.api_diff.spec_changes import spec_changes
from scripts.command import ROOT
from scripts.packages.errors import PackageError
from scripts.spec.document import Json, read
from tests.api_diff.cases import PROJECT, cases, reported

SPEC = PROJECT / "specs" / "offers.yaml"
TEXT = SPEC.read_text(encoding="utf-8")
CASES = cases("spec_changes.yaml")


def patched(value: Json, patch: Json) -> Json:
    """Apply a merge patch of RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    value = value if isinstance(value, dict) else {}
    changed = {**value, **{key: patched(value.get(key), inner) for key, inner in patch.items()}}
    return {key: inner for key, inner in changed.items() if inner is not None}


@pytest.mark.parametrize("case", CASES)
def test_changes_are_reported_and_rated(tmp_path: Path, case: str) -> None:
    new = tmp_path / "new.yaml"
    new.write_text(yaml.safe_dump(patched(read(SPEC).data, CASES[case]["patch"])), encoding="utf-8")
    assert reported(spec_changes(SPEC, new)) == CASES[case]["report"].splitlines()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (TEXT, "openapi: [", r"new\.yaml:.* invalid-yaml"),
        ("openapi: [", TEXT, r"old\.yaml:.* invalid-yaml"),
        (TEXT, "openapi: 3.1.0\ninfo: {}\n", r"new\.yaml:"),
        ("openapi: 3.1.0\ninfo: {}\n", TEXT, r"old\.yaml:"),
        (TEXT, "- a list", r"new\.yaml:.* an OpenAPI document is an object"),
        ("- a list", TEXT, r"old\.yaml:.* an OpenAPI document is an object"),
        (TEXT.replace("      operationId: archiveOffers\n", ""), TEXT, r"old\.yaml: does not have the form that specs have now"),
        (TEXT, TEXT.replace("      rate: 70\n", ""), r"new\.yaml:\d+: "),
    ],
)
def test_a_spec_that_cannot_be_compared_is_named_in_one_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    before, after = tmp_path / "old.yaml", tmp_path / "new.yaml"
    before.write_text(old, encoding="utf-8")
    after.write_text(new, encoding="utf-8")
    with pytest.raises(PackageError, match=rf"{message}.*\Z"):
        spec_changes(before, after)


def test_redocly_that_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.tools.redocly._INSTALLED", ROOT / ".cache" / "nowhere" / "cli.js")
    new = tmp_path / "new.yaml"
    new.write_text(TEXT.replace("maxItems: 40", "maxItems: 30"), encoding="utf-8")
    with pytest.raises(PackageError, match="run 'make setup'"):
        spec_changes(SPEC, new)
