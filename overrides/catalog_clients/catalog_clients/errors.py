"""Errors that the generated clients do not have, and the description of an error in one line. No message contains a secret."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx2

LONGEST_REASON = 300
"""Maximum length of `Outcome.reason`, in characters; a longer reason is logged in full."""


class CatalogError(Exception):
    """Base of every error of this package."""


class Interrupted(CatalogError):
    """Ctrl-C or SIGTERM has ended a run.

    Attributes:
        number: number of the signal, such as `signal.SIGTERM`.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__("the run was interrupted; resume it with its ledger")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.number,)


class LedgerError(CatalogError, OSError):
    """A ledger cannot be written or read; the message names the file. Nothing more is sent."""


class WaitTooLong(CatalogError):
    """A retry or a rate limit requires a longer wait than `Retries.max_wait` or `Retries.budget` allows, or one without an end."""


class RetryRequested(CatalogError):
    """A success response says that the vendor has executed nothing, and asks for another attempt, also after the last one.

    Attributes:
        response: the vendor's response; None in an error that was pickled.
    """

    def __init__(self, text: str, response: httpx2.Response | None = None) -> None:
        self.response = response
        super().__init__(text)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), self.args  # the response contains the request, and so its credentials


class LimitsError(CatalogError):
    """The store of shared limits, `Limits(store=...)`, cannot be used; the message names it. No request is sent without it."""


class DeadlineExceeded(CatalogError):
    """An ingestion has not ended within its deadline. The vendor still processes it; `wait` can be called again."""


class Unreachable(CatalogError):
    """Ten chunks in a row could not connect to the vendor, after all attempts. It ends the run."""


class InvalidArgument(CatalogError, ValueError):
    """The spec forbids an argument of the whole run, such as a business id of 0. No item was read or sent."""


class InvalidItem(CatalogError, ValueError):
    """The spec forbids an item. Only a run with `strict=True` raises this, and it ends the run."""


class PagingError(CatalogError):
    """The next page cannot be read.

    Its request has no response after all attempts: the message names operation, page, attempts and the arguments to continue with.
    Or a page leads back to an earlier page, has no new items, or links out of the API's base URL.
    """


class ReportError(CatalogError):
    """A report cannot be fetched or read; the message says why and, if it was downloaded, in which file it is kept."""


class ReportRefused(ReportError):
    """The link to a report leads to a host that `Reports.origins` does not allow. It ends the run; nothing more is sent."""


class AccessError(CatalogError):
    """Credentials are missing or refused. It ends a run, and is raised after all known outcomes."""


class CredentialsError(AccessError, ValueError):
    """There are no credentials, or Login with Amazon or AWS refuses to issue a token or key for them. A retry does not help."""


class AccessRefused(AccessError):
    """The vendor refuses the credentials (401, 403): they are wrong, expired, or lack the permission.

    Attributes:
        response: the vendor's response; None in an error that was pickled.
        skew: seconds by which the vendor's clock is ahead of this machine's, below 0 if it is behind; 0 for less than a minute. A
            vendor refuses signatures from a machine with a wrong clock.
    """

    def __init__(self, text: str, response: httpx2.Response | None = None, skew: float = 0) -> None:
        self.response, self.skew = response, skew
        clock = f"; this machine's clock is {abs(skew):.0f} s {'behind' if skew > 0 else 'ahead of'} the vendor's" if skew else ""
        super().__init__(f"{text}{clock}")

    def __reduce__(self) -> tuple[object, ...]:
        # The response is not pickled: it contains the request, and so its credentials.
        return type(self), self.args, {"skew": self.skew}


@contextmanager
def checking_arguments() -> Iterator[None]:
    """Raise a ValueError as an InvalidArgument: the spec forbids an argument of the run, not an item.

    Raises:
        InvalidArgument: instead of a ValueError.
    """
    try:
        yield
    except ValueError as error:
        raise InvalidArgument(str(error)) from error


def describe(error: Exception | None) -> str:
    """Return an error in one line: with the body of the response or, without a response, with the host of the request.

    For a success response that cannot be read, it says what breaks the spec, and has the body only if that is not JSON.
    """
    body, breaches = getattr(error, "body", b"").decode(errors="replace"), getattr(error, "breaches", ())
    text = f"{getattr(error, 'status', '')}: {body}" if body else f"{type(error).__name__}: {error}"
    if breaches and not hasattr(error, "data"):
        rest = f": {body}" if breaches[0].path == "$" else ""
        text = f"{getattr(error, 'status', '')}: the response breaks the spec at {breaches[0]}{rest}"
    if isinstance(error, httpx2.TransportError):
        with suppress(RuntimeError):  # raised by an error without a request
            text += f" ({origin(error.request.url)})"
    return " ".join(text.split())


def shortened(text: str) -> str:
    """Return a text of at most `LONGEST_REASON` characters."""
    return text if len(text) <= LONGEST_REASON else f"{text[: LONGEST_REASON - 1]}…"


def origin(url: httpx2.URL) -> str:
    """Return scheme, host and port of a URL."""
    return f"{url.scheme}://{url.netloc.decode()}"


def check_number(name: str, value: object, *, least: float, whole: bool = False) -> None:
    """Refuse an option whose value is not a number, or is too small. None is allowed: it means the default.

    Raises:
        ValueError: the value is refused.
    """
    kinds = (int,) if whole else (int, float)
    if value is not None and (isinstance(value, bool) or not isinstance(value, kinds) or not value >= least):
        raise ValueError(f"{name}: must be a {'whole ' if whole else ''}number of at least {least:g}, and not {value!r}")
