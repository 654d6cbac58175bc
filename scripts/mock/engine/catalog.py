"""The initial products of a vendor: any number of them, derived from a seed, without using memory."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from itertools import accumulate
from math import ceil

_BYTES = 8
_TOTAL = 1 << 8 * _BYTES
_MOST_DIGITS = 20


def draw(*parts: object) -> float:
    """Return a number from 0 up to 1 that is the same for the same parts, in each run and on each machine."""
    text = "\0".join(map(str, parts))
    return int.from_bytes(blake2b(text.encode(errors="surrogatepass"), digest_size=_BYTES).digest(), "big") / _TOTAL


@dataclass(frozen=True, kw_only=True)
class Catalog:
    """Numbered products `<prefix>0000001` to the size.

    Attributes:
        seed: all data that does not follow from a product's number follows from this.
        size: number of products.
        prefix: how an identifier begins; its number has `digits` digits, or more if it is larger.
        shares: names of special conditions, and which share of the products each has; a product has one of them or none.
    """

    seed: int
    size: int
    prefix: str
    shares: dict[str, float]
    digits: int = 7

    @cached_property
    def _bounds(self) -> list[tuple[str, bytes]]:
        """The conditions, each with the digest below which it is drawn; none if no product is in one."""
        if not any(self.shares.values()):
            return []
        bounds = (min(ceil(share * _TOTAL), _TOTAL - 1) for share in accumulate(self.shares.values()))
        return [(name, below.to_bytes(_BYTES, "big")) for name, below in zip(self.shares, bounds, strict=True)]

    @cached_property
    def _hashed(self) -> blake2b:
        return blake2b(f"{self.seed}\0{self.prefix}\0".encode(), digest_size=_BYTES)

    @cached_property
    def _identifiers(self) -> re.Pattern[str]:
        """The form of an identifier; a number has no more leading zeros than it needs."""
        return re.compile(rf"{re.escape(self.prefix)}([0-9]{{{self.digits}}}|[1-9][0-9]{{{self.digits},{_MOST_DIGITS - 1}}})")

    def number(self, identifier: str) -> int | None:
        """Return the number of a product, from 1, or None if it does not exist."""
        found = self._identifiers.fullmatch(identifier)
        number = int(found[1]) if found else 0
        return number if 1 <= number <= self.size else None

    def identifier(self, number: int) -> str:
        """Return the identifier of a product by its number, from 1."""
        return f"{self.prefix}{number:0{self.digits}}"

    def condition(self, number: int) -> str | None:
        """Return the special condition that a product is in, if any."""
        if not self._bounds:
            return None
        # As `draw` of seed, prefix and number, of which the first two are hashed once: a request may name 10,000 products.
        hashed = self._hashed.copy()
        hashed.update(b"%d" % number)
        drawn = hashed.digest()
        if drawn >= self._bounds[-1][1]:  # as most are
            return None
        return next(name for name, below in self._bounds if drawn < below)

    def examples(self) -> dict[str, str]:
        """Return a product for each condition, and one in none (`normal`), as far as the first 10,000 have them."""
        found: dict[str, str] = {}
        for number in range(1, min(self.size, 10_000) + 1):
            found.setdefault(self.condition(number) or "normal", self.identifier(number))
            if len(found) > len(self.shares):
                break
        return found
