"""The key by which a vendor executes a request once, however often it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from uuid import UUID

import msgspec

from catalog_clients._engine.ledger.records import PendingItem

_ENCODER = msgspec.json.Encoder(order="sorted")


def origin_of(seed: str, items: Sequence[PendingItem]) -> str:
    """Return a text that is the same only for requests with the same items of the same run, also if it was resumed.

    Args:
        seed: a secret of the run; without it, the text is empty.
        items: the items of the request.
    """
    return f"{seed} {','.join(str(each.position) for each in items)}" if seed else ""


def key_of(origin: str, content: object) -> str:
    """Return the key of a request: a UUID that is the same for each retry, and different for any other request.

    Args:
        origin: see `origin_of`.
        content: content of the request.

    Raises:
        TypeError, ValueError, OverflowError, RecursionError: the content cannot be written as JSON, and so cannot be sent.
    """
    digest = blake2b(_ENCODER.encode([origin, content]), digest_size=16).digest()
    return str(UUID(bytes=digest, version=4))  # the UUID version that APIs accept if they check it
