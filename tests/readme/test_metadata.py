"""The metadata of the distributions: the same where they are alike, with links to what the settings name."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from scripts.apis import apis, source_folders
from scripts.command import ROOT
from scripts.generate.text.markdown import urls
from scripts.spec.document import read

_NAMED = {name: read(api.spec).data["info"].get("x-client-package") for name, api in apis().items()}
_UNNAMED = {api.folder for name, api in apis().items() if _NAMED[name] is None}
_FOLDERS = [
    pytest.param(
        str(folder.relative_to(ROOT)),
        marks=pytest.mark.skipif(folder in _UNNAMED, reason=f"the spec of {folder.name} has no x-client-package"),
    )
    for folder in source_folders()
]
_VENDOR = "Vendor documentation"


def _settings(folder: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / folder / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("folder", _FOLDERS)
def test_all_have_the_same_metadata(folder: str) -> None:
    found, ours = _settings(folder)["project"], _settings("overrides/catalog_clients")["project"]
    for key in ("classifiers", "requires-python", "license", "license-files", "readme"):
        assert found[key] == ours[key]
    assert {label: url for label, url in found["urls"].items() if label != _VENDOR} == ours["urls"]
    assert found["keywords"] == sorted(set(found["keywords"]))
    assert found["classifiers"] == sorted(set(found["classifiers"]))


@pytest.mark.parametrize("folder", _FOLDERS)
def test_no_version_of_python_is_named_that_is_refused(folder: str) -> None:
    found = _settings(folder)["project"]
    least = re.fullmatch(r">=3\.(\d+)", found["requires-python"])
    named = re.findall(r"Programming Language :: Python :: 3\.(\d+)", "\n".join(found["classifiers"]))
    assert least
    assert named
    assert min(map(int, named)) == int(least[1])


@pytest.mark.parametrize("folder", _FOLDERS)
def test_links_lead_to_the_repository_of_the_settings(folder: str) -> None:
    repository = _settings(".")["tool"]["publish"]["repository"]
    links = _settings(folder)["project"]["urls"]
    assert (links["Source"], links["Changelog"]) == (repository, f"{repository}/blob/main/CHANGELOG.md")
    assert (ROOT / "CHANGELOG.md").is_file()


@pytest.mark.parametrize("package", apis())
def test_the_vendors_document_is_linked_where_its_url_is_known(package: str) -> None:
    known = [url for text in (_NAMED[package] or {}).get("documents", ()) for url in urls(text)]
    assert _settings(f"generated/{package}")["project"].get("urls", {}).get(_VENDOR) == (known[0] if known else None)


@pytest.mark.parametrize("folder", _FOLDERS)
def test_sources_are_those_of_the_package_alone(folder: str) -> None:
    targets = _settings(folder)["tool"]["hatch"]["build"]["targets"]
    assert targets["sdist"]["only-include"] == targets["wheel"]["packages"]


@pytest.mark.parametrize("package", apis())
def test_an_installed_client_is_found_by_its_entry_point(package: str) -> None:
    assert _settings(f"generated/{package}")["project"]["entry-points"] == {"catalog_clients": {package: package}}
