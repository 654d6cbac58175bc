"""Choose how a response is read by the media type that arrives, and decode its text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from typing import Any

import httpx2

_MARKS = (  # longest first: the mark of UTF-16 begins that of UTF-32
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MEDIA_TYPE = re.compile(r"([!#$&^\w.+-]+/)[!#$&^\w.+-]+(?:\s*;[\x20-\x7e]*)?", re.ASCII)


class Text:
    """Marks a response that is plain text, which is not JSON."""


def choose(content: Mapping[str, Any], response: httpx2.Response) -> tuple[Any, str]:
    """Return how a body is read, of what is documented by media type, and what is wrong with the media type that arrived.

    A media type that is not documented is read as what is most like it, or as the only one that is documented.
    """
    given = response.headers.get("content-type", "").lower()
    whole = ";".join(part.strip() for part in given.split(";") if not part.strip().startswith("charset="))
    bare = whole.partition(";")[0]
    kinds = [*content.values()]
    if not bare:
        return kinds[0], ""
    ranges = [whole, bare, f"{bare.partition('/')[0]}/*", "*/*"]
    if bare.endswith("+json"):
        ranges.insert(2, "application/*+json")
    for each in ranges:
        if each in content:
            return content[each], ""
    if is_json(bare):
        json = [kind for media_type, kind in content.items() if is_json(media_type)]
        if json:
            return json[0], ""
    wrong = f"the content type is {bare}, not {' or '.join(content)}"
    if len(kinds) > 1 and not is_json(bare):
        wanted = Text if bare.startswith("text/") else bytes
        return next((kind for kind in kinds if kind is wanted), kinds[0]), wrong
    return kinds[0], wrong


def decoded(content: bytes, response: httpx2.Response) -> tuple[str, str]:
    """Return a body as text, and what is wrong with it: a byte order mark counts most, then the charset of the response."""
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None) or _charset(response)
    try:
        return content.decode(encoding), ""
    except UnicodeError as error:
        return content.decode(encoding, errors="replace"), f"the text is not {encoding}: {getattr(error, 'reason', error)}"


def as_utf8(content: bytes, response: httpx2.Response) -> bytes:
    """Return JSON in UTF-8, which it always is, unless its charset is another one that it was in fact written in."""
    if _charset(response) == "utf-8" and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content
    try:
        content.decode()
    except UnicodeError:
        text, wrong = decoded(content, response)
        return content if wrong else text.encode(errors="replace")
    return decoded(content, response)[0].encode(errors="replace") if b"\x00" in content else content


def _charset(response: httpx2.Response) -> str:
    if "charset" not in response.headers.get("content-type", "").lower():  # which takes less time than to parse it
        return "utf-8"
    try:
        name = codecs.lookup(response.charset_encoding or "utf-8").name
        "".encode(name)
    except LookupError:  # unknown, or not an encoding of text
        return "utf-8"
    return name


def in_range(media_type: str, media_range: str) -> bool:
    """Return whether a media type is in a range such as `image/*`, or that one; what is no media type is in none."""
    found = _MEDIA_TYPE.fullmatch(media_type)
    return found is not None and media_range.lower() in ("*/*", f"{found[1].lower()}*", media_type.lower())


def is_json(media_type: str) -> bool:
    """Return whether a media type is JSON."""
    bare = media_type.partition(";")[0]
    return bare in ("application/json", "text/json", "application/x-json", "text/x-json") or bare.endswith("+json")
