"""Makes the pages of the site, and lets Zensical build it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from scripts.apis import apis, source_folders
from scripts.command import ROOT
from scripts.docs.extensions import extensions_page
from scripts.docs.guides import copied, with_pipes
from scripts.docs.installed import command_pages
from scripts.docs.python_api import loaded, python_page
from scripts.docs.specs import api_page, api_title

HERE = Path(__file__).parent
READERS = ("archive", "python", "client", "testing", "publishing", "project")
"""The pages for one reader each, in their order."""
_GUIDES = {
    "overview": ("Overview", "README.md"),
    "catalog-jobs": ("The catalog command and durable jobs", "overrides/catalog_jobs/README.md"),
    "catalog-clients": ("Any number of SKUs in Python", "overrides/catalog_clients/README.md"),
    "generator": ("The generator", "scripts/generate/README.md"),
    "extensions": ("Behaviour in the specs", "specs/extensions/README.md"),
    "mocks": ("Mock vendors", "scripts/mock/README.md"),
    "fuzzing": ("Fuzzing", "scripts/fuzz/README.md"),
    "release": ("Releases", "scripts/release/README.md"),
    "map": ("Map of the repository", "scripts/README.md"),
    "changelog": ("Changelog", "CHANGELOG.md"),
}
"""The guides of the repository: for each page its title in the navigation, and its file."""
_MODULES = ("client", "errors", "auth", "models")  # of a generated client
_ZENSICAL = ROOT / ".cache" / "docs" / "bin" / "zensical"
_SHIM = ROOT / ".cache" / "iframe_worker" / "node_modules" / "iframe-worker" / "shim" / "index.js"


class BuildError(RuntimeError):
    """The site cannot be built."""


def sources() -> dict[Path, str]:
    """Return the pages of all Markdown files that the site copies, by file; a page is relative to the site."""
    found = {HERE / "pages" / f"{name}.md": f"{name}.md" for name in ("index", *READERS)}
    found |= {ROOT / path: f"guides/{name}.md" for name, (_, path) in _GUIDES.items()}
    return found | {api.folder / "README.md": f"apis/{api.name}/client.md" for api in apis().values()}


def made() -> dict[str, str]:
    """Return the Markdown of all pages that are made from specs and code, by page."""
    python = loaded(source_folders())
    own = {f"reference/{each}.md": python_page(each, python, [each]) for each in ("catalog_clients", "catalog_jobs")}
    pages = {f"reference/{name}.md": page for name, page in command_pages().items()}
    pages |= {**own, "reference/extensions.md": extensions_page(ROOT / "specs" / "extensions")}
    for name, api in apis().items():
        pages[f"apis/{name}/index.md"] = api_page(api)
        pages[f"apis/{name}/python.md"] = python_page(name, python, [f"{name}.{each}" for each in _MODULES])
    return pages


def write_pages(folder: Path) -> None:
    """Write all pages, and the settings of Zensical, into a folder.

    Raises:
        LinkError: a link of a page leads nowhere.
    """
    pages = made()
    files = sources()
    texts = {page: copied(source, page, files, others=frozenset(pages)) for source, page in files.items()}
    for page, text in {**pages, **texts}.items():
        path = folder / "pages" / page
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(with_pipes(text), encoding="utf-8")
    shutil.copy(HERE / "site.css", folder / "pages" / "site.css")
    settings = (HERE / "zensical.toml").read_text(encoding="utf-8")
    navigation = _toml(_navigation([each for each in pages if each.startswith("reference/")]))
    (folder / "zensical.toml").write_text(settings.replace("nav = []", f"nav = {navigation}"), encoding="utf-8")


def build(folder: Path) -> Path:
    """Build the site from the pages in a folder; return the folder of the site.

    Raises:
        BuildError: Zensical has failed, or has warned of something.
    """
    shutil.copy(_SHIM, folder / "pages" / "iframe-worker.js")
    command = [str(_ZENSICAL), "build", "--strict", "--clean"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"})
    if done.returncode:
        raise BuildError(f"{done.stdout}{done.stderr}".strip())
    return folder / "site"


def _navigation(reference: list[str]) -> list[object]:
    vendors = [
        {
            api_title(api): [
                f"apis/{name}/index.md",
                {"The client": f"apis/{name}/client.md"},
                {"Its classes": f"apis/{name}/python.md"},
            ]
        }
        for name, api in apis().items()
    ]
    return [
        "index.md",  # which the title of each page leads to
        {"Begin": [f"{each}.md" for each in READERS]},
        {"Guides": [{title: f"guides/{name}.md"} for name, (title, _) in _GUIDES.items()]},
        {"APIs": vendors},
        {"Reference": reference},
    ]


def _toml(value: object) -> str:
    """Write a navigation as TOML, whose texts are those of JSON."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)} = {_toml(each)}" for key, each in value.items()) + "}"
    return f"[{', '.join(map(_toml, value))}]" if isinstance(value, list) else json.dumps(value, ensure_ascii=False)
