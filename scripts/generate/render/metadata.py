"""What a package index shows of a distribution beside its name: keywords, classifiers and links."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.command import ROOT
from scripts.generate.text.markdown import inline, link, target, urls
from scripts.spec.document import Document

_HAND_WRITTEN = ROOT / "overrides"
_SETTINGS = ROOT / "pyproject.toml"
_TITLED = re.compile(r"(?P<title>.*?),? (?P<url>https?://\S+)")
_CLASSIFIERS = (
    "Intended Audience :: Developers",
    "Operating System :: OS Independent",
    "Programming Language :: Python :: 3",
    "Programming Language :: Python :: 3 :: Only",
    "Programming Language :: Python :: 3.11",
    "Programming Language :: Python :: 3.12",
    "Programming Language :: Python :: 3.13",
    "Programming Language :: Python :: 3.14",
    "Topic :: Software Development :: Libraries",
    "Typing :: Typed",
)
_OURS = "Development Status :: 4 - Beta"  # somebody else's client is not ours to classify
_KEYWORDS = ("api client", "asyncio", "openapi", "typed")


@dataclass(frozen=True, kw_only=True)
class Metadata:
    """What a package index shows.

    Attributes:
        keywords, classifiers, urls: as in `[project]` of pyproject.toml.
        documents: the vendor's documents, as Markdown.
        changelog, sources: where ours are, or None.
        has_facade: whether a hand-written distribution requires it, and so has a facade for it.
    """

    keywords: tuple[str, ...]
    classifiers: tuple[str, ...]
    urls: dict[str, str]
    documents: tuple[str, ...]
    changelog: str | None
    sources: str | None
    has_facade: bool


def metadata(document: Document, package: str) -> Metadata:
    """Return what the document says of its distribution; only to ours, links to our sources are added."""
    info = document.data["info"]
    ours = "x-client-package" in info
    titles = [str(each) for each in info["x-client-package"]["documents"]] if ours else []
    documented = [url for text in titles for url in urls(text)]
    elsewhere = str((document.data.get("externalDocs") or {}).get("url", ""))
    documented += [elsewhere] if elsewhere.startswith(("http://", "https://")) else []
    where = repository() if ours else None
    changelog = f"{where}/blob/main/CHANGELOG.md" if where else None
    links = {"Changelog": changelog, "Source": where, "Vendor documentation": target(documented[0]) if documented else None}
    return Metadata(
        keywords=tuple(sorted({*_KEYWORDS, *filter(None, package.split("_"))})),
        classifiers=(*([_OURS] if ours else []), *_CLASSIFIERS),
        urls={label: url for label, url in links.items() if url},
        documents=tuple(map(_titled, titles)) or tuple(f"<{target(url)}>" for url in documented),
        changelog=changelog,
        sources=where,
        has_facade=ours and canonicalize_name(info["x-client-package"]["distribution"]) in _required_by_hand_written(),
    )


def repository() -> str:
    """Return the URL of our sources, a setting of the project."""
    settings = tomllib.loads(_SETTINGS.read_text(encoding="utf-8"))
    return str(settings["tool"]["publish"]["repository"]).rstrip("/")


def _required_by_hand_written() -> set[str]:
    """Return the names of the distributions that those in overrides/ require."""
    settings = (tomllib.loads(path.read_text(encoding="utf-8")) for path in _HAND_WRITTEN.glob("*/pyproject.toml"))
    return {canonicalize_name(Requirement(line).name) for each in settings for line in each["project"].get("dependencies", ())}


def _titled(text: str) -> str:
    """Return a document as a link with its title, or its title with the link in it."""
    found = _TITLED.fullmatch(text)
    return link(found["title"], found["url"]) if found and urls(text) == [found["url"]] else inline(text)
