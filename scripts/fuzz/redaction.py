"""Keep secrets out of what is written."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path
from urllib.parse import quote, quote_plus

REDACTED = "[redacted]"
# Names of headers, parameters and fields whose values must not be written, beside those that the spec of an API names.
KEYS = (
    *("authorization", "proxy-authorization", "cookie", "set-cookie", "api-key", "x-amz-access-token", "x-amz-security-token"),
    *("x-amz-signature", "x-amz-credential", "access_token", "refresh_token", "client_secret", "client_id", "signature"),
)
# A signature is made for each request, so that only its form is known.
_SIGNED = re.compile(r"((?:Signature|X-Amz-Signature|X-Amz-Credential|X-Amz-Security-Token)=)[^\s,&'\"\\]+")
# Shorter texts are not secrets, and any report may contain them by chance.
_SHORTEST = 6


def redacted(text: str, secrets: Iterable[str]) -> str:
    """Return a text without signatures and secrets, written plainly or as in a URL, JSON, Python, HTML or Base64."""
    forms = set()
    for secret in secrets:
        if len(secret) >= _SHORTEST:
            forms |= {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), json.dumps(secret)[1:-1], escape(secret)}
            forms |= {json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1], json.dumps(repr(secret)[1:-1])[1:-1]}
            forms.add(base64.b64encode(secret.encode()).decode().rstrip("="))
    for form in sorted(forms, key=len, reverse=True):  # a short one may be part of a longer one
        text = text.replace(form, REDACTED)
    return _SIGNED.sub(rf"\1{REDACTED}", text)


def redact_files(paths: Iterable[Path], clean: Callable[[str], str]) -> None:
    """Redact secrets in files; those without any stay untouched.

    Args:
        paths: the files.
        clean: redacts secrets in a text.
    """
    for path in paths:
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
        if (cleaned := clean(text)) != text:
            path.write_text(cleaned, encoding="utf-8", errors="surrogateescape")
