"""Numbers that a report states beside its rows, such as those of a title or of a last line, and whether its rows agree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from .words import FAILURES_COUNTED, PARTLY, SUCCESSES_COUNTED, TOTAL

_LONGEST = 1000  # characters that are searched
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])|[_.]")  # between the words of a name
_ANY = re.compile(r"(?<![\w.:/-])\d{1,9}(?![\w:/-]|\.\d)")
_NAMED = re.compile(r"(?<=[:=] )\d{1,9}(?![\w:/-]|\.\d)")
_NAME = re.compile(r"[^\W_]")
_MOST_TEXTS = 100  # that are searched for numbers without known words


class Stated:
    """The numbers that a report states."""

    def __init__(self) -> None:
        self._failed, self._succeeded = (0, ""), (0, "")  # each with the text that states it
        self._names, self._texts, self._of_any = list[str](), list[str](), ""

    def add(self, texts: Iterable[str]) -> bool:
        """Add what the report has beside its rows. Return whether it states a number of failures or successes.

        A line of numbers belongs to the line before it, which may have their names.
        """
        cells = [*filter(None, texts)]
        if is_table := bool(cells) and all(map(str.isdecimal, cells)):
            names = self._names if len(self._names) == len(cells) else ["number"] * len(cells)
            joined = ", ".join(f"{name}: {number}" for name, number in zip(names, cells, strict=True))
        else:
            self._names, joined = cells, " = ".join(cells)
        text = _WORD.sub(" ", joined)[:_LONGEST]
        if len(self._texts) < _MOST_TEXTS and _ANY.search(text):
            self._texts.append(text)
        failed, succeeded = [*_numbers(FAILURES_COUNTED, text)], [*_numbers(SUCCESSES_COUNTED, text)]
        if PARTLY.search(text):
            failed.append(1)
        self._failed = max([self._failed, *((number, text) for number in failed)])
        if succeeded:  # there may be one number for each store or part
            self._succeeded = self._succeeded[0] + sum(succeeded), text
        return bool(failed or succeeded or is_table)

    def add_row(self, sku: str, texts: Iterable[str]) -> bool:
        """Add a row about no item that was sent, if it is about all items. Return whether it is."""
        name, cells = _WORD.sub(" ", sku), [*filter(None, texts)]
        is_total = not name or any(each.search(name) for each in (TOTAL, FAILURES_COUNTED, SUCCESSES_COUNTED))
        has_numbers = len(cells) > 1 and all(_ANY.search(each) for each in cells if each != sku)
        return (is_total or has_numbers) and self.add(cells)

    def add_failure(self, sku: str, texts: Iterable[str]) -> None:
        """Add a failure of no item that was sent. If it names no item at all, it may be that of any, or of all."""
        if not _NAME.search(sku) or "*" in sku or TOTAL.fullmatch(sku):
            self._of_any = " = ".join(filter(None, texts))[:_LONGEST]

    @property
    def is_empty(self) -> bool:
        """Whether the report states no numbers, and no failure that may be that of any item."""
        return not (self._failed[1] or self._succeeded[1] or self._texts or self._of_any)

    def disagreement(self, failures: int, successes: int, items: int) -> str:
        """Return why the successes in the rows are not certain; empty if they are.

        Args:
            failures: number of rows that confirm no item, and of items without a row.
            successes: number of confirmed SKUs.
            items: number of all SKUs.
        """
        if self._of_any:
            return f"the report has {self._of_any!r} without the SKU of an item"
        for is_other, text, rows in (
            (self._failed[0] > failures, self._failed[1], f"{failures} failures"),
            (self._succeeded[1] and self._succeeded[0] < successes, self._succeeded[1], f"{successes} successes"),
        ):
            if is_other:
                return f"the report states {text!r}, and its rows have {rows}"
        if text := next(self._others(successes, items), ""):
            return f"the report states {text!r}, and its rows have {successes} successes in {items} items"
        return ""

    def _others(self, successes: int, items: int) -> Iterator[str]:
        """Yield texts that divide the items into two parts, neither of which are the successes, in words of any language.

        These are two numbers, one after the other, whose sum is that of the items. They have names, or the sum is stated, too.
        """
        for text in (*self._texts, "; ".join(self._texts)):
            numbers = [int(each) for each in _ANY.findall(text)]
            if items not in numbers:
                numbers = [] if text not in self._texts else [int(each) for each in _NAMED.findall(text)]
            for part, rest in pairwise(numbers):
                if part and rest and part + rest == items and successes not in (part, rest):
                    yield text


def _numbers(pattern: re.Pattern[str], text: str) -> Iterator[int]:
    for each in pattern.finditer(text):
        before, after = each["before"], each["after"]
        is_named = after is not None and {*":="} & {*each["mark"]}  # as in `failed: 2`
        if number := after if is_named or before is None else before:
            yield int(number)
