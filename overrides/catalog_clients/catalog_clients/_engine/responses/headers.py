"""Numbers, waits and dates of response headers. One that cannot be read is treated as absent.

`Name;key` is a part of a structured header (RFC 9651): the member `key` of a dictionary, or the parameter `key` of its only item.
`Name;"policy";key` is that of the item `"policy"`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

_MEMBER, _PART = (re.compile(rf'(?:"(?:[^"\\]|\\.)*"|[^"{end}])+') for end in (",", ";"))
_EPOCHS: Mapping[str, float] = {"epoch-seconds": 1, "epoch-milliseconds": 1000}


def seconds_until(response: httpx2.Response, header: str, form: str | None = None) -> float | None:
    """Return the seconds to wait that a header states, by the vendor's clock; of several values, the longest; None without any.

    Args:
        response: has the header.
        header: its name.
        form: `epoch-seconds` or `epoch-milliseconds`, since 1970; None for seconds from now or an HTTP date.
    """
    waits = [_seconds(value.strip(), response, form) for value in _values(response, header)]
    return max((each for each in waits if each is not None), default=None)


def _seconds(value: str, response: httpx2.Response, form: str | None) -> float | None:
    number = float(value) if value.isascii() and value.replace(".", "", 1).isdecimal() else None
    if number is not None and form is None:
        return number
    now = date_of(response) or datetime.now(UTC)
    if form is not None:
        return None if number is None else max(0.0, number / _EPOCHS[form] - now.timestamp())
    moment = _moment(value)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def date_of(response: httpx2.Response) -> datetime | None:
    """Return the time in the header `Date`, or None without one."""
    return _moment(response.headers.get("Date", ""))


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def number_of(response: httpx2.Response, header: str | None) -> float | None:
    """Return the finite number of a header, or None without one."""
    try:
        (value,) = _values(response, header) if header else ("nan",)
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _values(response: httpx2.Response, header: str) -> Sequence[str]:
    """Return the values of a header; of a part of a structured one, the only value, or none."""
    name, *policy = header.split(";")
    values = response.headers.get_list(name)
    if not policy:
        return values
    key, found = policy.pop(), list[str]()
    for member in _MEMBER.findall(",".join(values)):
        parts = [each.strip() for each in _PART.findall(member)]
        if policy in ([], parts[:1]):
            found += [each.removeprefix(f"{key}=") for each in parts if each.startswith(f"{key}=")]
    return found if len(found) == 1 else []
