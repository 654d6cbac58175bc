"""Numbers by positions of items, also for a few positions that are far apart."""

from __future__ import annotations

from array import array

_BITS = 8
_SIZE = 1 << _BITS  # positions of a page


class Positions:
    """A number for each position; default: 0. Memory is used only near positions that were set.

    Args:
        code: type code of `array` for the numbers.

    Attributes:
        last: the last position that was set; 0 if none was.
    """

    def __init__(self, code: str) -> None:
        self._empty = array(code, [0] * _SIZE)
        self._pages: dict[int, array[int]] = {}
        self.last = 0

    def __getitem__(self, position: int) -> int:
        return self._pages.get(position >> _BITS, self._empty)[position & (_SIZE - 1)]

    def __setitem__(self, position: int, value: int) -> None:
        page = self._pages.get(position >> _BITS)
        if page is None:
            page = self._pages[position >> _BITS] = self._empty[:]
        page[position & (_SIZE - 1)] = value
        self.last = max(self.last, position)

    def count(self, value: int) -> int:
        """Return the number of positions whose number is not 0."""
        return sum(page.count(value) for page in self._pages.values())
