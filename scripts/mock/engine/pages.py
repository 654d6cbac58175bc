"""The pages of a list, and their tokens. A token is opaque, and valid only for the parameters it was issued for."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import blake2b

from scripts.mock.engine.catalog import draw

_POSITION_BYTES, _SEAL_BYTES = 5, 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page.

    Attributes:
        positions: those of its items in the list.
        total: number of items of the list that its pages lead to.
        next, previous: tokens of its neighbours; None if there is none, or if it was lost.
    """

    positions: range
    total: int
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """The pages of a list.

    Attributes:
        query: all parameters but the token, and the seed of the vendor.
        size: most items of a page.
        end: number of items that pages lead to.
        empty: share of the pages before which an empty one comes.
        lost: share of the full pages without a token of the next page.
    """

    query: str
    size: int
    end: int
    empty: float = 0
    lost: float = 0

    def page(self, token: str | None) -> Page:
        """Return the page that a token leads to, or the first one.

        Raises:
            ValueError: the token was not issued for this list.
        """
        position = 0 if token is None else self._position(token)
        start, after_empty = position >> 1, position & 1
        stop = min(start + self.size, self.end)
        following = None
        if start < stop and not after_empty and draw("empty", self.query, start) < self.empty:
            stop = start
            following = self._token(position | 1)
        elif stop < self.end and draw("lost", self.query, start) >= self.lost:
            following = self._token(stop << 1)
        previous = self._token(max(0, start - self.size) << 1) if start else None
        return Page(positions=range(start, stop), total=self.end, next=following, previous=previous)

    def _token(self, position: int) -> str:
        packed = position.to_bytes(_POSITION_BYTES, "big")
        key = blake2b(self.query.encode(errors="surrogatepass")).digest()
        return urlsafe_b64encode(packed + blake2b(packed, key=key, digest_size=_SEAL_BYTES).digest()).decode()

    def _position(self, token: str) -> int:
        try:
            position = int.from_bytes(urlsafe_b64decode(token.encode("ascii"))[:_POSITION_BYTES], "big")
        except ValueError:  # base64 has other characters, or another length
            position = 0
        if token != self._token(position):
            raise ValueError("this token was not issued for a search with these parameters")
        return position
