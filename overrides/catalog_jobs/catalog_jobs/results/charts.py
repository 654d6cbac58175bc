"""The charts of the report: SVG without scripts or styles of its own; colors are classes of the page."""

from __future__ import annotations

import math
from collections.abc import Sequence

from catalog_jobs.records import Moment

from .markup import Markup, element, joined
from .tally import Reason, Totals
from .words import duration, number, percent

STATUSES = ("confirmed", "rejected", "unknown", "pending")
_BARS = 48  # of the chart over time
_WIDTH, _HEIGHT, _LEFT, _BELOW = 640, 240, 52, 26
_WIDEST = 48  # of a bar
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400, 172_800, 604_800)


def share_bar(totals: Totals) -> Markup:
    """Return a bar with the share of each status."""
    parts, start = list[Markup](), 0.0
    for status in STATUSES:
        if count := getattr(totals, status):
            width = 1000 * count / totals.rows
            parts.append(element("rect", x=start, y=0, width=max(width, 2), height=12, class_=f"fill {status}"))
            start += width
    label = ", ".join(f"{status} {percent(getattr(totals, status), totals.rows)}" for status in STATUSES if getattr(totals, status))
    options = {"viewBox": "0 0 1000 12", "preserveAspectRatio": "none", "role": "img", "aria-label": label or "no rows"}
    return element("svg", *parts, class_="share", **options)


def reason_bars(reasons: Sequence[Reason], rows: int) -> Markup:
    """Return a list of reasons with bars. A click on a reason filters the table."""
    most = max((reason.rows for reason in reasons), default=1)
    return element("ol", *(_reason_bar(reason, rows, most, kind) for kind, reason in enumerate(reasons)), class_="reasons")


def _reason_bar(reason: Reason, rows: int, most: int, kind: int) -> Markup:
    bar = element(
        "svg",
        element("rect", x=0, y=0, width=max(1, 1000 * reason.rows / most), height=8, class_=f"fill {reason.status}"),
        class_="bar",
        viewBox="0 0 1000 8",
        preserveAspectRatio="none",
        aria_hidden="true",
    )
    text = element("span", reason.reason, class_="text")
    count = element("span", number(reason.rows), element("small", f" {percent(reason.rows, rows)}"), class_="count")
    status = element("span", reason.status, class_=f"pill {reason.status}")
    button = element("button", text, type="button", data_kind=kind, title="Show these rows")
    return element("li", button, status, count, bar)


def over_time(timeline: Sequence[Moment]) -> Markup:
    """Return a chart of the number of outcomes over time, and the same as a table."""
    end = max((moment.seconds for moment in timeline), default=0) or 1
    size, bars = _bars(timeline, end)
    most = max(sum(bar) for bar in bars)
    top = _ceiling(most)
    scale = (_HEIGHT - _BELOW - 8) / top
    width = (_WIDTH - _LEFT) / len(bars)
    parts = [*_levels(top, scale), *_times(end, size * len(bars))]
    for index, bar in enumerate(bars):
        time = f"{duration(index * size)} to {duration((index + 1) * size)}"
        parts.append(_column(bar, _LEFT + index * width, width, scale, time))
    label = f"Outcomes over {duration(end)}, at most {number(most)} in {duration(size)}"
    chart = element("svg", *parts, class_="time", viewBox=f"0 0 {_WIDTH} {_HEIGHT}", role="img", aria_label=label)
    unit = element("p", f"Rows with an outcome, per {duration(size)}", class_="unit")
    return joined([unit, _legend(bars), chart, _table(bars, size)])


def _legend(bars: Sequence[tuple[int, int, int]]) -> Markup:
    """Return the legend of the colors, for the statuses in the chart."""
    shown = [status for status, counts in zip(STATUSES, zip(*bars, strict=True), strict=False) if any(counts)]
    square = {"width": 10, "height": 10, "rx": 2}
    keys = (element("svg", element("rect", class_=f"fill {status}", **square), aria_hidden="true") for status in shown)
    return element("ul", *(element("li", key, status) for key, status in zip(keys, shown, strict=True)), class_="legend")


def _bars(timeline: Sequence[Moment], end: float) -> tuple[float, list[tuple[int, int, int]]]:
    """Return the length of the time intervals in seconds, and the number of outcomes of each status in each interval."""
    most = max(1, min(_BARS, len(timeline)))
    size = next((step for step in _STEPS if end / step <= most), end / most)
    sums = [[0, 0, 0] for _ in range(max(1, math.ceil(end / size)))]
    for moment in timeline:
        bar = sums[min(int(moment.seconds / size), len(sums) - 1)]
        for index, count in enumerate((moment.confirmed, moment.rejected, moment.unknown)):
            bar[index] += count
    return size, [(confirmed, rejected, unknown) for confirmed, rejected, unknown in sums]


def _ceiling(most: int) -> int:
    """Return the least round number (1, 2 or 5 and zeros) that is not smaller, and that is even if it is larger than 1."""
    power: int = 10 ** (len(str(max(most, 1))) - 1)
    return max(2, next(step * power for step in (1, 2, 4, 5, 6, 8, 10) if step * power >= most))


def _levels(top: int, scale: float) -> list[Markup]:
    found = list[Markup]()
    for level in (0, top / 2, top):
        y = _HEIGHT - _BELOW - level * scale
        found.append(element("line", x1=_LEFT, x2=_WIDTH, y1=y, y2=y, class_="grid"))
        found.append(element("text", _short(level), x=_LEFT - 8, y=y + 4, text_anchor="end"))
    return found


def _times(end: float, shown: float) -> list[Markup]:
    """Return labels of the time axis, about five at most."""
    step = next((step for step in _STEPS if end / step <= 5), math.ceil(end / 5))
    found = list[Markup]()
    for index in range(int(end / step) + 1):
        x = _LEFT + (_WIDTH - _LEFT) * index * step / shown
        anchor = "start" if not index else "end" if x > _WIDTH - 20 else "middle"
        found.append(element("text", duration(index * step), x=x, y=_HEIGHT - 6, text_anchor=anchor))
    return found


def _column(bar: tuple[int, int, int], x: float, width: float, scale: float, label: str) -> Markup:
    """Return the stacked bars of an interval."""
    parts, y = list[Markup](), float(_HEIGHT - _BELOW)
    shown = min(width * 0.8, _WIDEST)
    x += (width - shown) / 2
    for status, count in zip(STATUSES, bar, strict=False):
        height = count * scale
        y -= height
        if count:
            parts.append(element("rect", x=x, y=y, width=shown, height=max(height, 1), class_=f"fill {status}"))
    counts = ", ".join(f"{number(count)} {status}" for status, count in zip(STATUSES, bar, strict=False) if count)
    return element("g", element("title", f"{label}: {counts or 'none'}"), *parts)


def _table(bars: Sequence[tuple[int, int, int]], size: float) -> Markup:
    head = element("tr", *(element("th", text, scope="col") for text in ("From", *STATUSES[:3])))
    lines = [
        element("tr", element("th", duration(index * size), scope="row"), *(element("td", number(count)) for count in bar))
        for index, bar in enumerate(bars)
    ]
    table = element("table", element("thead", head), element("tbody", *lines))
    return element("details", element("summary", "As a table"), element("div", table, class_="scroll", tabindex="0"))


def _short(value: float) -> str:
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"
