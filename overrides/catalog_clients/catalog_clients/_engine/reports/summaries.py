"""Numbers that a report states beside its rows, such as those of a title or of a last line, and whether its rows agree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_LONGEST = 1000  # characters that are searched
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])|[_.]")  # between the words of a name
_FAILURES = r"\w*(?:{stems})\w*|\bnot \w+"
_SUCCESSES = r"(?<!not )\b(?:succe\w*|processed|archived|accepted|applied|completed)"
_UNITS = r"items?|rows?|records?|skus?|products?|offers?|lines?|entries|counts?|numbers?|total"
_PARTLY = re.compile(r"[:=] partial|\bpartial\w*(?:[\s:=]+true| \w)|\bwith (?:errors|failures|warnings)", re.IGNORECASE)
_TOTAL = re.compile(r"\b(?:total|sum|summary|counts?|overall|all|result)\b", re.IGNORECASE)


class Stated:
    """The numbers that a report states.

    Args:
        stems: beginnings of words of failures, as a regular expression.
    """

    def __init__(self, stems: str) -> None:
        self._failures = _counting(_FAILURES.format(stems=stems))
        self._successes = _counting(_SUCCESSES)
        self._failed, self._succeeded = (0, ""), (0, "")  # each with the text that states it

    def add(self, texts: Iterable[str]) -> bool:
        """Add what the report has beside its rows. Return whether it states a number of failures or successes."""
        text = _WORD.sub(" ", " = ".join(filter(None, texts)))[:_LONGEST]
        failed, succeeded = [*_numbers(self._failures, text)], [*_numbers(self._successes, text)]
        if _PARTLY.search(text):
            failed.append(1)
        self._failed = max([self._failed, *((number, text) for number in failed)])
        if succeeded:  # there may be one number for each store or part
            self._succeeded = self._succeeded[0] + sum(succeeded), text
        return bool(failed or succeeded)

    def add_row(self, sku: str, texts: Iterable[str]) -> bool:
        """Add a row about no item that was sent, if it is about all items. Return whether it is."""
        name = _WORD.sub(" ", sku)
        is_total = not name or any(each.search(name) for each in (_TOTAL, self._failures, self._successes))
        return is_total and self.add(texts)

    @property
    def is_empty(self) -> bool:
        """Whether the report states no numbers."""
        return not (self._failed[1] or self._succeeded[1])

    def disagreement(self, failures: int, successes: int) -> str:
        """Return why the successes in the rows are not certain; empty if they are.

        Args:
            failures: number of rows that confirm no item, and of items without a row.
            successes: number of confirmed SKUs.
        """
        for is_other, text, rows in (
            (self._failed[0] > failures, self._failed[1], f"{failures} failures"),
            (self._succeeded[1] and self._succeeded[0] < successes, self._succeeded[1], f"{successes} successes"),
        ):
            if is_other:
                return f"the report states {text!r}, and its rows have {rows}"
        return ""


def _counting(words: str) -> re.Pattern[str]:
    """Return the expression of words with a number before or after them."""
    before = rf"(?:(?<![\w.:/-])(?P<before>\d{{1,9}})(?: of \d+)?(?: (?:{_UNITS}))?(?: (?:was|were|has|have|had))? )?"
    after = rf"(?:[\s:=]+(?:{_UNITS}))*(?:(?P<mark>[\s:=,;|]+)(?P<after>\d{{1,9}})(?!\w|[.:/-]\d))?"
    return re.compile(f"{before}(?:{words}){after}", re.IGNORECASE)


def _numbers(pattern: re.Pattern[str], text: str) -> Iterator[int]:
    for each in pattern.finditer(text):
        before, after = each["before"], each["after"]
        is_named = after is not None and {*":="} & {*each["mark"]}  # as in `failed: 2`
        if number := after if is_named or before is None else before:
            yield int(number)
