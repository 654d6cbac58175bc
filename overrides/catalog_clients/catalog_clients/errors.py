"""What can go wrong beyond the errors of the generated clients, and how errors are told. No message holds a secret."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import httpx2


class CatalogError(Exception):
    """Base of every error of this package."""


class WaitTooLong(CatalogError):
    """The vendor asks for a longer wait than the caller allows (`Retries.max_wait`)."""


class DeadlineExceeded(CatalogError):
    """Work has not ended within its deadline. It goes on at the vendor's, and `wait` can be called again."""


class Unreachable(CatalogError):
    """No connection to the vendor comes about, for several chunks in a row and after all attempts. It ends a run."""


class InvalidItem(CatalogError, ValueError):
    """An item that the spec forbids, in a run that ends with the first one."""


class ReportError(CatalogError):
    """A report cannot be had or read; the message says why and, if it was downloaded, where it is kept."""


class AccessError(CatalogError):
    """There is no access with the credentials. It ends a run, after all that is known was told."""


class CredentialsError(AccessError, ValueError):
    """There are no credentials; or Login with Amazon, or AWS, gives no token or key for them, and would not if asked again."""


class AccessRefused(AccessError):
    """The vendor refuses the credentials (401, 403): they are wrong, expired, or lack the permission.

    Attributes:
        response: the vendor's response; None in an error that was pickled.
        skew: seconds by which the vendor's clock is ahead of this machine's, if that is much; signatures are refused for it.
    """

    def __init__(self, text: str, response: httpx2.Response | None = None, skew: float = 0) -> None:
        self.response, self.skew = response, skew
        off = f"; this machine's clock is {abs(skew):.0f} s {'behind' if skew > 0 else 'ahead of'} the vendor's" if skew else ""
        super().__init__(f"{text}{off}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self.args, {"skew": self.skew}  # the response stays behind: it holds the request, and so its credentials


def told(error: Exception | None) -> str:
    """Return an error in one line, with the vendor's whole text or, where no response came, with the host that was asked."""
    body = getattr(error, "body", b"").decode(errors="replace")
    text = f"{getattr(error, 'status', '')}: {body}" if body else f"{type(error).__name__}: {error}"
    if isinstance(error, httpx2.TransportError):
        with suppress(RuntimeError):  # it knows of no request
            text += f" ({origin(error.request.url)})"
    return " ".join(text.split())


def origin(url: httpx2.URL) -> str:
    """Return scheme, host and port of a URL."""
    return f"{url.scheme}://{url.netloc.decode()}"


def check_number(name: str, value: object, *, least: float, whole: bool = False) -> None:
    """Refuse what is no number, or too small a one; None is that of the spec."""
    kinds = (int,) if whole else (int, float)
    if value is not None and (isinstance(value, bool) or not isinstance(value, kinds) or not value >= least):
        raise ValueError(f"{name}: give a {'whole ' if whole else ''}number from {least:g} on, and not {value!r}")
