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
    ("text", "message"),
    [("openapi: [", "invalid-yaml"), ("openapi: 3.1.0\ninfo: {}\n", "new.yaml"), ("- a list", "an OpenAPI document is an object")],
)
def test_a_spec_that_cannot_be_read(tmp_path: Path, text: str, message: str) -> None:
    new = tmp_path / "new.yaml"
    new.write_text(text, encoding="utf-8")
    for pair in ((SPEC, new), (new, SPEC)):
        with pytest.raises(PackageError) as caught:
            spec_changes(*pair)
        assert message in str(caught.value)
        assert "\n" not in str(caught.value)


def test_an_old_spec_of_another_form(tmp_path: Path) -> None:
    old = tmp_path / "old.yaml"
    old.write_text(TEXT.replace("      operationId: archiveOffers\n", ""), encoding="utf-8")
    with pytest.raises(PackageError, match=r"old\.yaml: does not have the form that specs have now"):
        spec_changes(old, SPEC)


def test_a_new_spec_with_an_invalid_table(tmp_path: Path) -> None:
    new = tmp_path / "new.yaml"
    new.write_text(TEXT.replace("      rate: 70\n", ""), encoding="utf-8")
    with pytest.raises(PackageError, match=r"new\.yaml:\d+: "):
        spec_changes(SPEC, new)


def test_redocly_that_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.tools.redocly._INSTALLED", ROOT / ".cache" / "nowhere" / "cli.js")
    new = tmp_path / "new.yaml"
    new.write_text(TEXT.replace("maxItems: 40", "maxItems: 30"), encoding="utf-8")
    with pytest.raises(PackageError, match="run 'make setup'"):
        spec_changes(SPEC, new)
