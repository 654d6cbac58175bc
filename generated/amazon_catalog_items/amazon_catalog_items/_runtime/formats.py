"""Formats of text that a request is checked for. A type checker sees `str`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from msgspec import Meta

_DATE = (
    "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)"
)
_HOURS = "(?:[01][0-9]|2[0-3])"
_TIME = rf"{_HOURS}:[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?(?:[Zz]|[+-]{_HOURS}:[0-5][0-9])"

PATTERNS: Mapping[str, str] = {
    "uuid": r"^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\Z",
    "date": rf"^{_DATE}\Z",
    "date-time": rf"^{_DATE}[Tt]{_TIME}\Z",
}

# RFC 4122: 36 characters with hyphens.
Uuid: TypeAlias = Annotated[str, Meta(pattern=PATTERNS["uuid"])]
# RFC 3339: a day that exists, such as 2024-02-29.
Date: TypeAlias = Annotated[str, Meta(pattern=PATTERNS["date"])]
# RFC 3339: date, time and offset, such as 2024-02-29T12:00:00Z.
DateTime: TypeAlias = Annotated[str, Meta(pattern=PATTERNS["date-time"])]
