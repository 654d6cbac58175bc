"""The one place that keeps credentials out of what people read: texts of errors, bodies that echo them, addresses in log lines.

Credentials of this package note what they send in the extensions of the request. Of others, such as a caller's own `httpx2.Auth`,
what is sent under a telling name is known.
"""

from __future__ import annotations

import codecs
import json
import re
import sys
from base64 import a85encode, b32encode, b32hexencode, b64decode, b64encode, b85encode, urlsafe_b64encode
from binascii import b2a_uu
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

import httpx2

_SECRETS = "secrets"  # name of the extension of a request
_SHORTEST, _SHORT = 4, 6  # of a secret: what is shorter is in many a text, and what is short may be a part of a word
_LONG = 12  # characters of what is no word of a text, in capitals or not, and also where its lines are broken
_IN_URLS = r"%(?:25)*(?:u00)?"  # before two hexadecimal digits, also twice
_IN_CODE = r"\\+(?:u00|x|U0{6}|0{4}|[ux]\{0*)"  # of JSON, Python, CSS, JavaScript and Perl
_SOFT_BREAK = r"=(?:\\+r|\r)?(?:\\+n|\n)"  # of a line that is quoted-printable
_ESCAPED = re.compile(
    rf"{_IN_URLS}([0-9a-f]{{2}})|{_IN_CODE}([0-9a-f]{{2}})\}}?|&#x0*([0-9a-f]{{1,2}});|&#0*(?P<decimal>[0-9]{{1,3}});"
    r"|\\+(?P<octal>[0-3][0-7]{2})|\0",
    re.IGNORECASE,
)  # the last one is the NUL of UTF-16
_BEGIN_ESCAPES = "%\\&\0"  # to look for these is a hundred times as quick
_QUOTED = re.compile(rf"=([0-9a-f]{{2}})|{_SOFT_BREAK}", re.IGNORECASE)
_NOTHING = rf"(?:\0|{_IN_CODE}00\}}?|{_SOFT_BREAK})*"  # which may be between two characters
_BREAKS = (" ", "\t", "\r", "\n", ":", r"\t", r"\r", r"\n", "\\")  # which divide the lines of Base64
_DIVIDERS = (*_BREAKS, "0x", ",", "-")  # which divide numbers
_FULL_WIDTH, _UU_LINE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}, 45  # letters; bytes of a line
_HIDDEN = "***"
_SHOWING = ("getMessage", "__repr__", "raise_for_status")  # of logging, and of httpx2
_HEADER = re.compile(r"auth|token|key|secret|cookie|password|signature|credential|session", re.IGNORECASE)
_QUERY = re.compile(r"(x-amz-)?(signature|security-token|credential)|api[-_]?key|access[-_]?token|sig", re.IGNORECASE)
_PART_OF_SIGNATURE = re.compile(r"(?:Credential|Signature)=([^/,\s]+)")
_PRINTABLE = re.compile(r"[!-~](?:[ -~]*[!-~])?")


class HiddenQueryURL(httpx2.URL):
    """A URL whose query is not shown in log lines, where httpx2 writes it, and in reprs; everything else needs the whole URL."""

    def __str__(self) -> str:
        url = httpx2.URL(self)
        is_shown = sys._getframe(1).f_code.co_name in _SHOWING  # noqa: SLF001 - documented, and there is no other way to know it
        return f"{url.copy_with(query=None)}?{_HIDDEN}" if is_shown else str(url)

    def __repr__(self) -> str:
        return f"URL({str(self)!r})"


def note(request: httpx2.Request, *secrets: str | None) -> None:
    """Note what a request carries that nobody may read."""
    request.extensions = {**request.extensions, _SECRETS: (*request.extensions.get(_SECRETS, ()), *filter(None, secrets))}


def secrets_of(request: httpx2.Request) -> set[str]:
    """Return what a request carries that nobody may read."""
    found = set[str](request.extensions.get(_SECRETS, ()))
    for name, value in request.headers.multi_items():
        if _HEADER.search(name) or not is_printable(value):
            found.update(_parts(value))
    found.update(value for name, value in request.url.params.multi_items() if _QUERY.fullmatch(name))
    return found | {request.url.password}


def secrets_of_response(response: httpx2.Response) -> set[str]:
    """Return what the request of a response carries that nobody may read."""
    try:
        return secrets_of(response.request)
    except RuntimeError:  # a response that was built by hand has no request
        return set()


def hidden(text: str, secrets: Iterable[str]) -> str:
    """Return a text without secrets, also as they are escaped in JSON, HTML, URLs and Python, in hexadecimal and in Base64.

    What is in hexadecimal or in Base64 may be so once more, and in Base64 three times. A whole secret may also be in Base32 or
    Base85, uuencoded, be a list of numbers, in full-width letters, shifted by ROT13, or be written backwards. What is escaped may
    be each of its characters, also as quoted-printable, and a long secret may be in other letters, capital or small.

    A secret of 4 or 5 characters is hidden only where it is a word of its own, and a shorter one is not: nobody could read a text
    without the letters of a key that has three.
    """
    secrets, most = frozenset(filter(None, secrets)), len(text.lower())  # characters of a form that can be in the text
    if not secrets:
        return text
    forms = [form for form in _all_forms(secrets) if len(form) <= most]
    secrets = frozenset(each for each in secrets if len(each) <= most)
    for form in forms:
        text = text.replace(form, _HIDDEN)
    for secret in secrets:
        if _SHORTEST <= len(secret) < _SHORT:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", _HIDDEN, text)
    long = [form for form in forms if len(form) >= _LONG]
    return _without_broken(_without_escaped(text, secrets.union(long)), long)


@lru_cache(maxsize=8)  # as it takes longer than all else here, and is needed for each of the reasons that a response has
def _all_forms(secrets: frozenset[str]) -> tuple[str, ...]:
    """Return the forms in which secrets can come back, the longest first."""
    forms = {form for secret in secrets if len(secret) >= _SHORT for form in _forms(secret) if len(form) >= _SHORT}
    return tuple(sorted(forms, key=len, reverse=True))


def _without_escaped(text: str, secrets: Iterable[str]) -> str:
    """Return a text without secrets of which any character is escaped or in another letter case."""
    plain = "\n".join(map(_plain, {text, _QUOTED.sub(_character, text) if "=" in text else text}))
    small = plain.lower()
    for secret in {form for each in secrets for form in (each, each.encode(errors="replace").decode("latin-1"))}:
        is_long = len(secret) >= _LONG
        if secret in plain if _SHORT <= len(secret) < _LONG else is_long and secret.lower() in small:
            text = re.sub(_NOTHING.join(map(_escapes, secret)), _HIDDEN, text, flags=re.IGNORECASE if is_long else 0)
    return text


def _without_broken(text: str, forms: Iterable[str]) -> str:
    """Return a text without forms of secrets, all of them long, that white space, colons or what is between numbers divide."""
    for dividers in (_BREAKS, _DIVIDERS):
        joined = text
        for each in dividers:
            joined = joined.replace(each, "")
        for form in forms:
            if form in joined:
                between = "|".join(map(re.escape, dividers))
                text = re.sub(f"(?:{between})*".join(map(re.escape, form)), _HIDDEN, text)
    return text


def _plain(text: str) -> str:
    """Return a text without escapes."""
    return _ESCAPED.sub(_character, text) if any(each in text for each in _BEGIN_ESCAPES) else text


def _character(found: re.Match[str]) -> str:
    """Return the character of an escape; nothing for a NUL or a break of a line."""
    digits = found[found.lastindex] if found.lastindex else "0"
    code = int(digits, {"decimal": 10, "octal": 8}.get(found.lastgroup or "", 16))
    return chr(code) if code else ""


def _escapes(character: str) -> str:
    """Return an expression for a character and its escapes."""
    code = ord(character)
    escapes = rf"(?:{_IN_URLS}|=){code:02x}|{_IN_CODE}{code:02x}\}}?|&#x0*{code:x};|&#0*{code};|\\+{code:03o}"
    return rf"(?:{re.escape(character)}|(?i:{escapes}))" if code < 256 else re.escape(character)


def hidden_bytes(content: bytes, secrets: Iterable[str]) -> bytes:
    """Return a body without secrets; what is JSON stays so where a secret is a number in it, or a part of one."""
    secrets = frozenset(secrets)
    found = _hidden_bytes(content, secrets)
    if found == content or _is_json(found):
        return found
    with suppress(ValueError, RecursionError):
        by_value = json.dumps(_hidden_values(json.loads(content), secrets), ensure_ascii=False).encode()
        return by_value if _hidden_bytes(by_value, secrets) == by_value else found
    return found


def _hidden_bytes(content: bytes, secrets: Iterable[str]) -> bytes:
    found = hidden(content.decode("latin-1"), {each.encode().decode("latin-1") for each in secrets})
    return found.encode("latin-1")


def _hidden_values(value: Any, secrets: Iterable[str]) -> Any:
    """Return JSON with text in the place of each name and single value that has a secret."""
    if isinstance(value, dict):
        return {hidden(name, secrets): _hidden_values(each, secrets) for name, each in value.items()}
    if isinstance(value, list):
        return [_hidden_values(each, secrets) for each in value]
    text = value if isinstance(value, str) else json.dumps(value)
    found = hidden(text, secrets)
    return value if found == text else found


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


@contextmanager
def without_secrets() -> Iterator[None]:
    """Take requests with their credentials away from httpx2's errors, and what the errors and their causes say of them."""
    try:
        yield
    except httpx2.RequestError as error:
        with suppress(RuntimeError):  # an error without a request
            request = error.request
            error.request = httpx2.Request(request.method, request.url.copy_with(userinfo=b"", query=None))
            _clean(error, secrets_of(request))
        raise


def _clean(error: BaseException | None, secrets: set[str]) -> None:
    for _ in range(10):
        if error is None:
            return
        error.args = tuple(hidden(each, secrets) if isinstance(each, str) else each for each in error.args)
        error = error.__cause__ or error.__context__


def _parts(value: str) -> Iterator[str]:
    """Yield a value of a header and what it consists of: without its scheme, the parts of a signature, a password, cookies."""
    yield value
    scheme, _, rest = value.partition(" ")
    yield rest
    yield from _PART_OF_SIGNATURE.findall(value)
    yield from (each.partition("=")[2] for each in value.split("; "))
    if scheme == "Basic":
        with suppress(ValueError):
            yield b64decode(rest).decode().partition(":")[2]


def _forms(secret: str) -> Iterator[str]:
    """Yield the forms in which a secret can come back."""
    from html import escape  # noqa: PLC0415 - slow to import, for its table of characters

    content, text = secret.encode(errors="replace"), json.dumps(secret)[1:-1]
    once = {secret, secret.strip(), text, text.replace("/", "\\/"), json.dumps(secret, ensure_ascii=False)[1:-1]}
    once |= {repr(secret)[1:-1], repr(content)[2:-1], escape(secret), quote(secret, safe=""), quote(secret), quote_plus(secret)}
    yield from once
    yield from (json.dumps(each)[1:-1] for each in once)  # JSON in JSON, or the repr of a repr
    whole = [encode(content).decode().rstrip("=") for encode in (b32encode, b32hexencode, b85encode, a85encode)]
    whole += [secret[::-1], codecs.encode(secret, "rot13"), secret.translate(_FULL_WIDTH)]
    whole.append("".join(b2a_uu(content[at : at + _UU_LINE]).decode().strip("\n") for at in range(0, len(content), _UU_LINE)))
    yield from (form for each in whole for form in (each, json.dumps(each)[1:-1]))
    yield "".join(map(str, content))  # numbers, without what divides them
    encoded = {*_encoded(content), *_encoded(quote(secret, safe="").encode())}
    encoded |= {form for kind in ("utf-16-le", "utf-16-be") for form in _encoded(secret.encode(kind, errors="replace"))}
    yield from encoded
    for each in encoded:
        yield from _encoded(each.encode())
    yield from _encoded(b64encode(b64encode(content)))


def _encoded(content: bytes) -> Iterator[str]:
    """Yield a content in hexadecimal and in Base64, as far as that does not depend on what is before and after it."""
    yield from (content.hex(), content.hex().upper())
    for before in range(3):  # a group of three bytes becomes four characters, and the content may begin anywhere in one
        start, end = -(-before * 8 // 6), (before + len(content)) * 8 // 6
        for encode in (b64encode, urlsafe_b64encode):
            yield encode(bytes(before) + content).decode()[start:end]


def is_printable(value: object) -> bool:
    """Return whether a value is a text that can be sent in a header: printable ASCII, not empty, no white space at its ends."""
    return isinstance(value, str) and _PRINTABLE.fullmatch(value) is not None
