"""The report that a job leaves, without and in a browser."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from catalog_jobs.records import Job, Moment, RowOutcome
from catalog_jobs.results import Totals, export
from catalog_jobs.results.charts import over_time
from catalog_jobs.results.tally import SHOWN
from catalog_jobs.results.words import duration, headline, next_steps, percent
from scripts.tools.chromium import Page, executable, opened
from tests.jobs.exported_job import a_job, a_row, a_timeline, many_rows

in_browser = pytest.mark.skipif(not executable(), reason="no browser: .cache/chromium is not installed, and PATH has no chromium")
HOSTILE = "</script><img src=x onerror=alert(1)><!--&quot;\x00\u2028"
WIDE = "W" * 400
RUN = "catalog run amazon_jwo_catalog.archiveCatalog unknown.csv"


def titles(totals: Totals, job: Job | None = None) -> list[str]:
    return [step.title for step in next_steps(job or a_job(), totals)]


def test_what_to_do_next() -> None:
    assert titles(Totals(confirmed=1, may_be_deleted=1)) == ["Delete 1 SKU"]
    assert titles(Totals(confirmed=2_500, may_be_deleted=2_400, rejected=1, unknown=2)) == [
        "Delete 2,400 SKUs",
        "Look at 1 rejected row",
        "Resolve 2 unknown rows",
    ]
    assert titles(Totals(rejected=3)) == ["Delete nothing", "Look at 3 rejected rows"]
    assert titles(Totals(confirmed=3)) == ["Delete nothing"]
    assert titles(Totals(confirmed=3), a_job(retires=False)) == ["Keep what is confirmed"]
    assert titles(Totals(), a_job(retires=False)) == ["Nothing is confirmed"]


@pytest.mark.parametrize(
    ("job", "text", "command"),
    [
        (replace(a_job(state="running"), has_worker=True), "They have no outcome yet", "export"),
        (replace(a_job(state="running"), submitted=1), "The job is interrupted.", "resume"),
        (a_job(state="stopped", reason="the credentials are wrong"), "The job is stopped: the credentials are wrong.", "resume"),
        (a_job(state="cancelled"), "The job is cancelled.", "resume"),
    ],
)
def test_what_is_pending_says_how_to_go_on(job: Job, text: str, command: str) -> None:
    step = next_steps(job, Totals(pending=5))[-1]
    assert (step.title, step.command) == ("Finish 5 pending rows", f"catalog jobs {command} 7f3a91c2")
    assert text in step.text


@pytest.mark.parametrize(
    ("accepted", "text", "command"),
    [
        (0, "these rows. Do not delete these SKUs yet. Send them once more; if the reason", "catalog jobs resume 7f3a91c2"),
        (
            2,
            "accepted 2 of these rows: `catalog jobs resume 7f3a91c2` asks for their outcomes again, and sends only the others.",
            RUN,
        ),
        (3, "accepted these rows: `catalog jobs resume 7f3a91c2` asks for their outcomes again, and sends nothing.", RUN),
    ],
)
def test_what_is_unknown_says_what_helps(accepted: int, text: str, command: str) -> None:
    """A job that is resumed sends no row again that the vendor has accepted."""
    step = next_steps(a_job(), Totals(unknown=3, accepted=accepted))[-1]
    assert (step.title, step.file, step.command) == ("Resolve 3 unknown rows", "unknown.csv", command)
    assert text in step.text


def test_accepted_rows_are_counted_among_those_that_are_unknown(tmp_path: Path) -> None:
    rows = [a_row(2), a_row(3, "unknown"), a_row(4, "unknown", ingestion_id=""), a_row(5, "rejected")]
    totals = export(a_job(), rows, [], tmp_path).totals
    assert (totals.unknown, totals.accepted, totals.rows) == (2, 1, 4)


def test_numbers_in_words() -> None:
    assert [percent(part, 10_000) for part in (0, 1, 5_000, 9_999, 10_000)] == ["0 %", "< 0.1 %", "50 %", "> 99.9 %", "100 %"]
    assert [duration(seconds) for seconds in (0, 0.2, 59.6, 3_661, 90_000)] == [
        "0 s",
        "less than 1 s",
        "1 min",
        "1 h 1 min",
        "1 d 1 h",
    ]
    assert headline(Totals(confirmed=2)) == "All 2 rows confirmed"
    assert headline(Totals(confirmed=1, unknown=1)) == "1 of 2 rows confirmed"
    assert headline(Totals(confirmed=1, pending=1)) == "Incomplete: 1 of 2 rows confirmed so far"


@pytest.mark.parametrize("seconds", [0, 0.3, 45, 5_000, 86_400 * 90])
def test_the_chart_over_time_has_every_outcome(seconds: float) -> None:
    chart = over_time([Moment(seconds=seconds * part, confirmed=7, rejected=2, unknown=1) for part in (0, 0.4, 1)])
    cells = [int(cell) for cell in re.findall(r"<td>(\d+)</td>", chart)]
    assert [sum(cells[column::3]) for column in range(3)] == [21, 6, 3]
    assert len(cells) <= 48 * 3


class Tags(HTMLParser):
    """The tags of a page, and the names of their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names, self.attributes = set[str](), set[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


def hostile_page(folder: Path) -> Path:
    job = a_job(columns=(HOSTILE, "name"), name=f"{HOSTILE}{WIDE}.csv", state="stopped", reason=HOSTILE)
    rows = [a_row(2, "rejected", sku=HOSTILE, reason=f"{HOSTILE} {WIDE}", cells=(HOSTILE, WIDE), store=HOSTILE, column=HOSTILE)]
    rows += [a_row(3, "unknown", sku=WIDE, reason=WIDE, ingestion_id=WIDE), a_row(4, "pending", cells=(None, 1.5))]
    return export(job, rows, a_timeline(), folder).report


def test_all_that_the_page_says_is_escaped_and_nothing_is_loaded(tmp_path: Path) -> None:
    page = hostile_page(tmp_path).read_text(encoding="utf-8")
    assert page.count("</script>") == 2
    assert "<img" not in page
    assert "\0" not in page
    assert html.escape("</script><img src=x onerror=alert(1)>") in page
    assert not re.findall(r"https?:|@import|url\(", page)
    tags = Tags(page)
    assert not tags.names & {"img", "link", "iframe", "object", "base"}
    assert not [name for name in tags.attributes if name in ("src", "style", "srcset", "action") or name.startswith("on")]
    assert re.search(r"default-src 'none'; script-src 'sha256-[\w+/=]{44}'; style-src 'sha256-[\w+/=]{44}'", page)


def test_the_page_has_the_first_rows_of_each_status(tmp_path: Path) -> None:
    def rows() -> Iterator[RowOutcome]:
        yield from (a_row(line, "rejected", reason="no", cells=("x" * 1_000, "y")) for line in range(2, 6_002))
        yield from (a_row(line, "unknown", reason="lost") for line in range(9_000, 9_100))

    page = export(a_job(), rows(), [], tmp_path).report.read_text(encoding="utf-8")
    assert page.count('"rejected","no"') == SHOWN - 100
    assert page.count('"unknown","lost"') == 100
    assert len(page) < 3_000_000


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with opened() as found:
        yield found


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(a_job(), many_rows(), a_timeline(), tmp_path_factory.mktemp("job")).report


def problems(page: Page) -> list[Any]:
    """Errors and warnings of the console, and requests for anything but the page."""
    reports = ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Page.javascriptDialogOpening")
    requests = [event["params"]["request"]["url"] for event in page.events if event["method"] == "Network.requestWillBeSent"]
    return [event["params"] for event in page.events if event["method"] in reports] + requests[1:]


def body(page: Page) -> list[str]:
    """The rows of the table that are shown."""
    found: list[str] = page.evaluate(
        "[...byId('body').rows].map((row) => [...row.cells].map((cell) => cell.textContent).join(' '))"
    )
    return found


def search(page: Page, words: str) -> None:
    page.evaluate(f"byId('search').value = {words!r}; byId('search').dispatchEvent(new Event('input'))")


@in_browser
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("kind", ["ordinary", "hostile"])
def test_the_page_fits_the_window_and_needs_nothing(
    page: Page, ordinary: Path, tmp_path: Path, kind: str, width: int, dark: bool
) -> None:
    path = ordinary if kind == "ordinary" else hostile_page(tmp_path)
    page.show(path.as_uri(), width=width, dark=dark)
    for each in ("details", "#body details"):
        page.evaluate(f"document.querySelectorAll({each!r}).forEach((one) => {{ one.open = true }})")
    assert page.evaluate("[document.documentElement.scrollWidth, innerWidth]") == [width, width]
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == ("rgb(16, 21, 28)" if dark else "rgb(245, 246, 248)")
    assert len(body(page)) == (25 if kind == "ordinary" else 3)
    assert problems(page) == []


@in_browser
def test_a_hostile_text_is_shown_as_it_is(page: Page, tmp_path: Path) -> None:
    page.show(hostile_page(tmp_path).as_uri(), width=1280)
    assert "</script><img src=x onerror=alert(1)>" in body(page)[0]
    assert page.evaluate("document.images.length") == 0


@in_browser
def test_rows_are_found_by_their_text_their_status_and_their_reason(page: Page, ordinary: Path) -> None:
    page.show(ordinary.as_uri(), width=1280)
    search(page, "sku-000014 EXIST")
    assert [row.split()[:3] for row in body(page)] == [["14", "SKU-000014", "rejected"]]
    assert page.evaluate("byId('found').textContent") == "1 of 517 rows"
    search(page, "nowhere")
    assert body(page) == []
    search(page, "")
    page.evaluate("byId('status').value = 'unknown'")
    search(page, "")
    assert {row.split()[2] for row in body(page)} == {"unknown"}
    page.evaluate("byId('status').value = ''")
    page.evaluate("document.querySelectorAll('[data-kind]')[2].click()")
    assert page.evaluate("byId('found').textContent") == "26 of 517 rows"
    page.evaluate("byId('clear').click()")
    assert page.evaluate("byId('found').textContent") == "517 rows"


@in_browser
def test_the_table_has_pages(page: Page, ordinary: Path) -> None:
    page.show(ordinary.as_uri(), width=1280)
    first = body(page)
    assert page.evaluate("[byId('previous').disabled, byId('page').textContent]") == [True, "page 1 of 21"]
    page.evaluate("byId('next-page').click()")
    assert not {*first} & {*body(page)}
    page.evaluate("byId('size').value = '100'; byId('size').dispatchEvent(new Event('input'))")
    assert len(body(page)) == 100
    page.evaluate("for (let turned = 0; turned < 5; turned += 1) byId('next-page').click()")
    assert page.evaluate("[byId('next-page').disabled, byId('page').textContent]") == [
        True,
        "page 6 of 6",
    ]
    assert len(body(page)) == 17


@in_browser
def test_each_field_has_a_label_and_headings_have_an_order(page: Page, ordinary: Path) -> None:
    page.show(ordinary.as_uri(), width=1280)
    assert page.evaluate("[...document.querySelectorAll('input, select')].every((field) => field.labels.length)") is True
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map((title) => Number(title.tagName[1]))")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.evaluate("[...document.querySelectorAll('svg')].every((each) => each.ariaHidden || each.ariaLabel)") is True
