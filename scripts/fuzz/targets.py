"""What is fuzzed: a mock, or a real endpoint if that is permitted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from urllib.parse import urlsplit

from scripts.apis import apis
from scripts.fuzz.auth import credentials
from scripts.fuzz.job import Target
from scripts.fuzz.known_values import Known, normalized
from scripts.fuzz.worker.outgoing_guard import SAFE
from scripts.mock.served import Served
from scripts.spec.document import read
from scripts.spec.expressions import operations

# A credential never has other characters.
_VISIBLE = re.compile(r"[!-~]+")


class TargetError(Exception):
    """The requested target cannot be fuzzed; the message says why and what to do."""


def mock(api: str, served: Served, known: Known) -> Target:
    """Return a running mock as target.

    Args:
        api: an API that has a mock.
        served: the running mocks.
        known: values that it accepts, beside those that it names itself.
    """
    return Target(
        api=api,
        url=served.urls[api],
        environ=credentials(api).chosen(served.credentials[api]),
        known={**normalized(served.known[api]), **known},
        real=False,
        writes=True,
    )


def real(names: Sequence[str], url: str, *, environ: Mapping[str, str], known: Known, writes: bool) -> Target:
    """Return a real endpoint as target.

    Raises:
        TargetError: the API or its credentials are not given, or it must not be fuzzed.
    """
    if len(names) != 1:
        raise TargetError(f"--url needs one --api, the API that is served there; choose from {', '.join(apis())}")
    api = names[0]
    _check_url(url, url)
    parts = urlsplit(url)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise TargetError("--url: a base URL has neither user information nor a query; credentials come from environment variables")
    methods = {str(pointer[-1]).upper() for pointer, _ in read(apis()[api].spec).operations()}
    if not writes and not methods & SAFE:
        raise TargetError(
            f"{api}: has no operation with a reading method (only {'/'.join(sorted(methods))}), and fuzzing the others on a live "
            "account would change its data; nothing is sent without WRITES=yes (--writes yes), which permits this"
        )
    declared = credentials(api)
    if missing := declared.missing(environ):
        raise TargetError(f"{api}: set {', '.join(missing)} in the environment; credentials are taken from nowhere else")
    chosen = declared.chosen(environ)
    for name, value in chosen.items():
        if not _VISIBLE.fullmatch(value):
            raise TargetError(f"{name}: has a character that is not visible ASCII, such as a line break; set it without")
        if name.endswith("_URL"):
            _check_url(f"{name}: {value}", value)
    return Target(api=api, url=url.rstrip("/"), environ=chosen, known=known, real=True, writes=writes)


def _check_url(shown: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # an invalid port, or the brackets of an address do not match
        valid = False
    if not valid:
        raise TargetError(f"{shown}: is not a URL of a web server; write it as https://HOST/PATH or https://HOST:PORT/PATH")


def check_phases(names: Sequence[str], phases: Sequence[str]) -> None:
    """Check that the phases have something to do.

    Raises:
        TargetError: only stateful calls are requested, of an API that has none.
    """
    if set(phases) == {"stateful"} and (without := [name for name in names if name not in linked()]):
        raise TargetError(f"{', '.join(without)}: has no stateful calls, as its spec has no links; only {', '.join(linked())} have")


@cache
def linked() -> list[str]:
    """Return the APIs whose specs have links between operations."""
    return [
        name
        for name, api in apis().items()
        if any("links" in response for operation in operations(read(api.spec)) for response in operation.responses.values())
    ]
