"""Which item of a request a response means, where it names the item by a path into the request, such as `/items/3/sku`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

_ROOT = r"(?:(?:[#$]|body)(?=[./\[]))?"
_NUMBER = "(0|[1-9][0-9]*)"
_REST = r"(?:[./\[].*)?"


def index_in(array: Sequence[str], text: str) -> str:
    """Return the index in an array that a path begins with; a text that is not a path to an item of the array stays as it is.

    A path is a JSON pointer, or names with dots and brackets, as in JSONPath: `/items/3/sku`, `items[3].sku`, `$.items[3]`.

    Args:
        array: path of names of the array in the body of the request, or of a parameter.
        text: the path.
    """
    found = _path(tuple(array)).fullmatch(text)
    return found[1] if found else text


@cache
def _path(array: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of the paths to the items of an array, and to what they have."""
    escaped = [each.replace("~", "~0").replace("/", "~1") for each in array]  # as in a JSON pointer
    names = [f"['\"]?(?:{re.escape(each)}|{re.escape(pointer)})['\"]?" for each, pointer in zip(array, escaped, strict=True)]
    first, *others = (f"{part}\\]?" for part in (*names, _NUMBER))
    return re.compile(_ROOT + r"[./\[]?" + r"[./\[]".join((first, *others)) + _REST, re.DOTALL)
