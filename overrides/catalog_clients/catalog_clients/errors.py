"""Errors beyond those of the generated clients, and how an error is described in one line. No message contains a secret."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx2

LONGEST_REASON = 300
"""Maximum length of `Outcome.reason`, in characters; what is longer is in the log as a whole."""


class CatalogError(Exception):
    """Base of every error of this package."""


class Interrupted(CatalogError):
    """Ctrl-C or SIGTERM has ended a run.

    Attributes:
        number: of the signal.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__("the run was interrupted; resume it with its ledger")

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.number,)


class LedgerError(CatalogError, OSError):
    """A ledger cannot be written or read; the message names the file. Nothing more is sent."""


class WaitTooLong(CatalogError):
    """The vendor requests a longer wait than the caller allows (`Retries.max_wait`)."""


class LimitsError(CatalogError):
    """The store of limits that processes share cannot be used; the message names it. Nothing is sent without its leave."""


class DeadlineExceeded(CatalogError):
    """An ingestion has not ended within its deadline. The vendor continues to process it, and `wait` can be called again."""


class Unreachable(CatalogError):
    """Several chunks in a row could not connect to the vendor, after all attempts. It ends the run."""


class InvalidArgument(CatalogError, ValueError):
    """What a run was to have for all its items is forbidden by the spec, such as a business id of 0. Nothing was read or sent."""


class InvalidItem(CatalogError, ValueError):
    """An item that the spec forbids, in a strict run, which it ends."""


class PagingError(CatalogError):
    """The next page cannot be read: it has no response, or one leads back to an earlier one, brings nothing new, or links away.

    Without a response after all attempts, the message names operation, page, attempts and the arguments to go on with.
    """


class ReportError(CatalogError):
    """A report cannot be fetched or read; the message says why and, if it was downloaded, in which file it is kept."""


class ReportRefused(ReportError):
    """A report is not where the vendor keeps reports (`Reports.origins`). It ends the run, before more is sent."""


class AccessError(CatalogError):
    """The credentials give no access. It ends a run, after the outcomes that are known."""


class CredentialsError(AccessError, ValueError):
    """There are no credentials, or Login with Amazon or AWS refuses to issue a token or key for them; a retry would not help."""


class AccessRefused(AccessError):
    """The vendor refuses the credentials (401, 403): they are wrong, expired, or lack the permission.

    Attributes:
        response: the vendor's response; None in an error that was pickled.
        skew: seconds by which the vendor's clock is ahead of this machine's, if more than a minute, as signatures are refused then.
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
    """Say of a request that it is the caller's arguments which the spec forbids, and no item.

    Raises:
        InvalidArgument: instead of a ValueError.
    """
    try:
        yield
    except ValueError as error:
        raise InvalidArgument(str(error)) from error


def describe(error: Exception | None) -> str:
    """Return an error in one line, with the vendor's whole text or, where there was no response, with the host of the request.

    Of a success that cannot be read, it says what breaks the spec, and has the text only if that is not JSON.
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
    """Refuse a value of an option that is not a number or is too small; None stands for the default.

    Raises:
        ValueError: it is refused.
    """
    kinds = (int,) if whole else (int, float)
    if value is not None and (isinstance(value, bool) or not isinstance(value, kinds) or not value >= least):
        raise ValueError(f"{name}: must be a {'whole ' if whole else ''}number of at least {least:g}, and not {value!r}")
