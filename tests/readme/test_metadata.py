"""What a package index is told: all distributions say the same where they are alike, and link to what the settings name."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from scripts.command import ROOT
from scripts.generate.text.markdown import urls
from scripts.spec.document import read

_PACKAGES = sorted(path.name for path in (ROOT / "generated").iterdir() if (path / path.name).is_dir())
_FOLDERS = [*(f"generated/{package}" for package in _PACKAGES), "overrides/catalog_clients"]
_VENDOR = "Vendor documentation"


def _settings(folder: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / folder / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("folder", _FOLDERS)
def test_the_index_is_told_the_same_by_all(folder: str) -> None:
    told, ours = _settings(folder)["project"], _settings("overrides/catalog_clients")["project"]
    for key in ("classifiers", "requires-python", "license", "license-files", "readme"):
        assert told[key] == ours[key]
    assert {label: url for label, url in told["urls"].items() if label != _VENDOR} == ours["urls"]
    assert told["keywords"] == sorted(set(told["keywords"]))
    assert told["classifiers"] == sorted(set(told["classifiers"]))


@pytest.mark.parametrize("folder", _FOLDERS)
def test_no_version_of_python_is_named_that_is_refused(folder: str) -> None:
    told = _settings(folder)["project"]
    least = re.fullmatch(r">=3\.(\d+)", told["requires-python"])
    named = re.findall(r"Programming Language :: Python :: 3\.(\d+)", "\n".join(told["classifiers"]))
    assert least
    assert named
    assert min(map(int, named)) == int(least[1])


@pytest.mark.parametrize("folder", _FOLDERS)
def test_links_lead_to_the_repository_of_the_settings(folder: str) -> None:
    repository = _settings(".")["tool"]["publish"]["repository"]
    links = _settings(folder)["project"]["urls"]
    assert (links["Source"], links["Changelog"]) == (repository, f"{repository}/blob/main/CHANGELOG.md")
    assert (ROOT / "CHANGELOG.md").is_file()


@pytest.mark.parametrize("package", _PACKAGES)
def test_the_vendors_document_is_linked_where_its_url_is_known(package: str) -> None:
    documents = read(ROOT / "specs" / f"{package}.yaml").data["info"]["x-client-package"]["documents"]
    known = [url for text in documents for url in urls(text)]
    assert _settings(f"generated/{package}")["project"]["urls"].get(_VENDOR) == (known[0] if known else None)


@pytest.mark.parametrize("folder", _FOLDERS)
def test_sources_are_those_of_the_package_alone(folder: str) -> None:
    targets = _settings(folder)["tool"]["hatch"]["build"]["targets"]
    assert targets["sdist"]["only-include"] == targets["wheel"]["packages"]
