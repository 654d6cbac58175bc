"""Every Python example of the READMEs runs and prints what is shown below it; the mocks that it uses are on other ports."""

from __future__ import annotations

import re
from collections.abc import Callable
from inspect import signature
from pathlib import Path

import pytest

import catalog_clients
from scripts.apis import source_folders
from scripts.command import ROOT
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from tests.readme.examples import at, credentials, output_of

_EXAMPLE = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
_READMES = (ROOT / "README.md", *(ROOT / "overrides").glob("*/README.md"))
_EXAMPLES = [each for path in _READMES for each in _EXAMPLE.findall(path.read_text(encoding="utf-8"))]


def _is_facade(value: object) -> bool:
    return isinstance(value, type) and not issubclass(value, Exception) and "base_url" in signature(value).parameters


def test_each_facade_has_an_example() -> None:
    facades = {name.removeprefix("Async") for name in catalog_clients.__all__ if _is_facade(getattr(catalog_clients, name))}
    assert len(facades) > 1
    assert [name for name in facades if not any(re.search(rf"\b{name}\((\w+, )?base_url=", code) for code, _ in _EXAMPLES)] == []


@pytest.mark.parametrize(("code", "printed"), _EXAMPLES, ids=[re.search(r"(\w+)\(", code)[1] for code, _ in _EXAMPLES])  # type: ignore[index]  # each calls something
def test_example_prints_what_the_readme_says(
    code: str, printed: str, tmp_path: Path, mocks_with: Callable[[Settings], Mocks]
) -> None:
    mocks = mocks_with(Settings(speed=1000))
    assert output_of(at(mocks, code), tmp_path, source_folders(), **credentials(mocks)) == printed
