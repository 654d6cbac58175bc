"""The key by which a vendor executes a request once, however often it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Protocol
from uuid import UUID

import msgspec

_ENCODER = msgspec.json.Encoder(order="sorted")


class Placed(Protocol):
    """What has a position in the input of a run."""

    @property
    def position(self) -> int: ...


def origin_of(seed: str, items: Sequence[Placed]) -> str:
    """Return a text that a request has in common only with one for the same items of the same run, or of one that resumes it.

    Args:
        seed: a secret of the run; without it, the text is empty.
        items: those of the request.
    """
    return f"{seed} {','.join(str(each.position) for each in items)}" if seed else ""


def key_of(origin: str, content: object) -> str:
    """Return the key of a request: a UUID, the same for each repetition, and for no other request.

    Args:
        origin: see `origin_of`.
        content: what the request says.

    Raises:
        TypeError, ValueError, OverflowError, RecursionError: the content cannot be written as JSON, and so cannot be sent.
    """
    digest = blake2b(_ENCODER.encode([origin, content]), digest_size=16).digest()
    return str(UUID(bytes=digest, version=4))  # the version that APIs which check it accept
