"""The site as it is built: its links, and its pages in a browser that reads them from disk."""

from __future__ import annotations

import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from scripts.docs.site import build, write_pages
from scripts.tools.chromium import Page, executable, opened

pytestmark = pytest.mark.site
in_browser = pytest.mark.skipif(not executable(), reason="no browser: .cache/chromium is not installed, and PATH has no chromium")
_REPORTS = ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Page.javascriptDialogOpening")
_SEARCHED = {"confirmation": "x-client-confirmation", "offers-and-cards-management": "Yandex", "LedgerError": "LedgerError"}
_WAIT = 20  # seconds for the results of a search
# Texts whose contrast to what is behind them is below the 4.5 that WCAG 2 demands of text (level AA).
_PALE = """(() => {
  const paint = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const behind = (element) => element ? [...behind(element.parentElement), getComputedStyle(element).backgroundColor] : ["white"];
  const light = (colors) => {
    for (const color of colors) { paint.fillStyle = color; paint.fillRect(0, 0, 1, 1); }
    const parts = [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3).map((each) => each / 255);
    const [r, g, b] = parts.map((each) => each <= 0.04 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const isPale = (element) => {
    const back = behind(element), [a, b] = [light(back), light([...back, getComputedStyle(element).color])];
    return Math.max(a, b) / Math.min(a, b) < 4.5;
  };
  const isShown = (each) => each.checkVisibility({visibilityProperty: true}) && !each.matches(".headerlink");
  const shown = [...document.querySelectorAll("main *, nav *, footer *")].filter(isShown);
  const texts = shown.filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  return texts.filter(isPale).map((each) => each.textContent.trim().slice(0, 40));
})()"""


class _Html(HTMLParser):
    """What a page links to and loads, and the names of its elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links, self.loads, self.names = list[str](), list[str](), set[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.names |= {given[key] for key in ("id", "name") if key in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag in {"script", "img", "iframe", "source"} and "src" in given:
            self.loads.append(given["src"])
        if tag == "link" and given.get("rel") in {"stylesheet", "icon", "preload"}:
            self.loads.append(given["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    write_pages(folder)
    return build(folder)


@pytest.fixture(scope="module")
def html(site: Path) -> dict[Path, _Html]:
    found = {path: _Html(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html")) if path.name != "404.html"}
    assert len(found) > 20
    return found


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with opened() as found:
        yield found


def test_each_link_and_its_anchor_lead_somewhere(html: dict[Path, _Html]) -> None:
    wrong = []
    for path, each in html.items():
        for link in each.links:
            parts = urlsplit(link)
            if parts.scheme in {"http", "https"}:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target not in html or (parts.fragment and unquote(parts.fragment) not in html[target].names):
                wrong.append(f"{path.name}: {link}")
    assert wrong == []


def test_a_page_loads_only_what_is_in_the_site(html: dict[Path, _Html]) -> None:
    assert [
        f"{path.name}: {each}" for path, found in html.items() for each in found.loads if not (path.parent / each).is_file()
    ] == []


def _problems(page: Page) -> list[Any]:
    """Return what the console reports, and each request for what is not a file of this machine."""
    requests = [event["params"]["request"]["url"] for event in page.events if event["method"] == "Network.requestWillBeSent"]
    elsewhere = [url for url in requests if not url.startswith(("file:", "data:", "blob:"))]
    return [event["params"] for event in page.events if event["method"] in _REPORTS] + elsewhere


@in_browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_each_page_fits_the_window_and_needs_nothing(page: Page, html: dict[Path, _Html], width: int, dark: bool) -> None:
    wrong = []
    for path in html:
        page.show(path.as_uri(), width=width, dark=dark)
        wide, background = page.evaluate(
            "[document.documentElement.scrollWidth - innerWidth, getComputedStyle(document.body).backgroundColor]"
        )
        is_dark = sum(map(int, background.removeprefix("rgb(").removesuffix(")").split(","))) < 200
        if wide > 0 or is_dark != dark or _problems(page):
            wrong.append((path.name, wide, background, _problems(page)))
    assert wrong == []


@in_browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("words", _SEARCHED)
def test_the_search_finds_words_from_disk(page: Page, site: Path, words: str, width: int) -> None:
    page.show((site / "index.html").as_uri(), width=width)
    page.evaluate("document.querySelector('.md-search__button').click()")
    dialog = "[...document.querySelectorAll('*')].map((each) => each.shadowRoot?.querySelector('dialog')).find(Boolean)"
    _until(page, f"Boolean({dialog}?.open)")
    page.send("Input.insertText", text=words)
    found = f"{dialog}.querySelector('[role=listbox]').textContent"
    _until(page, f"{found} !== ''")
    assert _SEARCHED[words] in page.evaluate(found)
    assert _problems(page) == []


@in_browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["index.html", "guides/overview.html", "guides/generator.html", "reference/catalog_clients.html"])
def test_no_text_is_too_pale_to_be_read(page: Page, site: Path, name: str, dark: bool) -> None:
    page.show((site / name).as_uri(), width=1280, dark=dark)
    assert page.evaluate(_PALE) == []


def _until(page: Page, condition: str) -> None:
    """Wait until a JavaScript expression is true."""
    end = time.monotonic() + _WAIT
    while page.evaluate(condition) is not True:
        assert time.monotonic() < end, f"not within {_WAIT} seconds: {condition}"
        time.sleep(0.05)
