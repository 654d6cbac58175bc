"""Responses that fail as they do on a network: a seed decides which of them, and how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, Final, Literal

import msgspec

from scripts.mock.engine.call import Call, MockResponse
from scripts.mock.engine.catalog import draw
from scripts.mock.engine.vendor import Vendor
from scripts.mock.settings import Settings

_HTML = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


Instead = Callable[[Vendor, Call, MockResponse], MockResponse]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A kind of failure.

    Attributes:
        effect: whether the vendor runs the operation; the caller cannot know.
        instead: the response that is sent instead, made of the vendor's own one if the operation was run.
        cut: whether the connection ends in the middle of the response, or before it.
        slow: whether the response is late.
    """

    effect: bool
    instead: Instead = lambda _, __, own: own
    cut: Literal["", "truncated", "dropped"] = ""
    slow: bool = False


def _replaced(respond: Callable[[Vendor, Call], MockResponse]) -> Instead:
    """Replace the response by another one of the vendor, with the headers that it sends with every response."""

    def instead(vendor: Vendor, call: Call, _: MockResponse) -> MockResponse:
        response = respond(vendor, call)
        response.headers.update(vendor.headers(call))
        return response

    return instead


FAULTS: Final[dict[str, Fault]] = {
    "error-500": Fault(effect=False, instead=_replaced(lambda vendor, call: vendor.error(500, call=call))),
    "error-503": Fault(effect=False, instead=_replaced(lambda vendor, call: vendor.error(503, "Service Unavailable", call=call))),
    "late-500": Fault(effect=True, instead=_replaced(lambda vendor, call: vendor.error(500, call=call))),
    "html": Fault(
        effect=True, instead=lambda _, __, ___: MockResponse(status=502, headers={"content-type": "text/html"}, body=_HTML)
    ),
    "empty": Fault(effect=True, instead=lambda _, __, own: MockResponse(status=own.status, headers=own.headers, body=b"")),
    "truncated": Fault(effect=True, cut="truncated"),
    "slow": Fault(effect=True, slow=True),
    "dropped-before": Fault(effect=False, cut="dropped"),
    "dropped-after": Fault(effect=True, cut="dropped"),
    "throttled": Fault(effect=False, instead=_replaced(lambda vendor, call: vendor.throttled(call))),
}


class Faults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which responses fail, and how: `chaos`, `faults` and `slow` of the settings.

    Raises:
        ValueError: a kind of failure is unknown.
    """

    chaos: Annotated[float, msgspec.Meta(ge=0, le=1)]
    faults: tuple[str, ...]
    slow: Annotated[float, msgspec.Meta(gt=0)]

    def __post_init__(self) -> None:
        """Check the kinds, which msgspec cannot."""
        if unknown := [each for each in self.faults if each not in FAULTS]:
            raise ValueError(f"no fault {unknown[0]}; there are {', '.join(FAULTS)}")


class Chaos:
    """Decides which responses fail.

    The fate of a request follows from the seed, from the request, and from how often the same request was sent before. So it is the
    same in each run, in whatever order requests arrive. `faults` can be set at any time.
    """

    def __init__(self, settings: Settings) -> None:
        self.faults = Faults(chaos=settings.chaos, faults=settings.faults, slow=settings.slow)
        self._seed = settings.seed
        self._requests: Counter[bytes] = Counter()

    def fate(self, call: Call) -> str | None:
        """Return the kind of failure that a call meets, or None if it meets none."""
        if not self.faults.chaos:
            return None
        request = blake2b(f"{call.method} {call.path}?{call.query}\0".encode() + call.body, digest_size=8).digest()
        self._requests[request] += 1
        parts = (self._seed, request.hex(), self._requests[request])
        if draw("fails", *parts) >= self.faults.chaos:
            return None
        kinds = self.faults.faults or tuple(FAULTS)
        return kinds[int(draw("how", *parts) * len(kinds))]
