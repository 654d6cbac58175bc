"""The pages of a search, and their tokens. A token is opaque, and valid only for the parameters it was issued for."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import blake2b

from scripts.mock.engine.catalog import draw

_POSITION_BYTES, _SEAL_BYTES = 5, 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """The pages of a search.

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
    empty: float
    lost: float

    def page(self, token: str | None) -> tuple[range, dict[str, str]]:
        """Return the positions of the items on the page that a token leads to, or on the first one, and its pagination.

        Raises:
            ValueError: the token was not issued for this search.
        """
        position = 0 if token is None else self._position(token)
        start, after_empty = position >> 1, position & 1
        stop = min(start + self.size, self.end)
        pagination = {}
        if start < stop and not after_empty and draw("empty", self.query, start) < self.empty:
            stop = start
            pagination["nextToken"] = self._token(position | 1)
        elif stop < self.end and draw("lost", self.query, start) >= self.lost:
            pagination["nextToken"] = self._token(stop << 1)
        if start:
            pagination["previousToken"] = self._token(max(0, start - self.size) << 1)
        return range(start, stop), pagination

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
