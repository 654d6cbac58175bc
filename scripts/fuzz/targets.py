"""What is fuzzed: a mock of this command, or a real endpoint, and whether that may be done."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scripts.command import ROOT
from scripts.fuzz.auth import SCHEMES
from scripts.fuzz.places import normalized
from scripts.fuzz.worker.gate import SAFE
from scripts.spec.document import read

# What a header can carry, and what no credential goes beyond.
_VISIBLE = re.compile(r"[!-~]+")


class TargetError(Exception):
    """What was asked for cannot be fuzzed; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An endpoint.

    Attributes:
        api: name of its spec.
        url: its base URL.
        environ: environment variables with the credentials.
        known: values that it accepts, by place.
        real: whether it is a vendor's, not a mock of this command.
        writes: whether requests may change something there.
    """

    api: str
    url: str
    environ: Mapping[str, str]
    known: Mapping[str, list[Any]] = field(default_factory=dict)
    real: bool
    writes: bool

    @property
    def spec(self) -> Path:
        """Where the spec is."""
        return spec_of(self.api)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The texts that may stand nowhere."""
        return tuple(value for name in SCHEMES[self.api].secret if (value := self.environ.get(name)))


def spec_of(api: str) -> Path:
    """Return where the spec of an API is."""
    return ROOT / "specs" / f"{api}.yaml"


def checked(names: Iterable[str]) -> list[str]:
    """Return the names of APIs.

    Raises:
        TargetError: one of them is unknown.
    """
    names = list(names) or list(SCHEMES)
    for name in names:
        if name not in SCHEMES:
            raise TargetError(f"{name}: no such API; choose of {', '.join(SCHEMES)}")
    return names


def real(names: Sequence[str], url: str, *, environ: Mapping[str, str], known: Mapping[str, Any], writes: bool) -> Target:
    """Return a real endpoint as target.

    Raises:
        TargetError: it is not known which API it is, how to call it, or it may not be fuzzed.
    """
    if len(names) != 1:
        raise TargetError(f"--url needs one --api, which says what returns there; choose of {', '.join(SCHEMES)}")
    api = names[0]
    _check_url(url, url)
    parts = urlsplit(url)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise TargetError("--url: a base URL has neither user information nor a query; credentials come from environment variables")
    methods = _methods(api)
    if not writes and not methods & SAFE:
        raise TargetError(
            f"{api}: has no operation with a reading method (only {'/'.join(sorted(methods))}), and fuzzing archive on a live "
            "account would archive a catalog; nothing is sent unless WRITES=yes (--writes yes) says that this may happen"
        )
    missing = SCHEMES[api].missing(environ)
    if missing:
        raise TargetError(f"{api}: set {', '.join(missing)} in the environment; credentials are taken from nowhere else")
    chosen = SCHEMES[api].chosen(environ)
    for name, value in chosen.items():
        if value and not _VISIBLE.fullmatch(value):
            raise TargetError(f"{name}: has a character that is no visible ASCII, such as a line break; set it without")
        if name.endswith("_URL"):
            _check_url(f"{name}: {value}", value)
    return Target(api=api, url=url.rstrip("/"), environ=chosen, known=normalized(known), real=True, writes=writes)


def _check_url(shown: str, url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is none, or the brackets of an address do not match
        good = False
    if not good:
        raise TargetError(f"{shown}: is no URL of a web server; write it as https://HOST/PATH or https://HOST:PORT/PATH")


def check_phases(names: Sequence[str], phases: Sequence[str]) -> None:
    """Check that there is something to do.

    Raises:
        TargetError: there are to be stateful calls alone, of an API that has none.
    """
    linked = [api for api in SCHEMES if any(_has_links(operation) for _, operation in read(spec_of(api)).resolved.operations())]
    without = [api for api in names if api not in linked]
    if set(phases) == {"stateful"} and without:
        raise TargetError(f"{', '.join(without)}: has no stateful calls, as its spec has no links; only {', '.join(linked)} have")


def _has_links(operation: Mapping[str, Any]) -> bool:
    return any("links" in response for response in operation["responses"].values())


def _methods(api: str) -> set[str]:
    return {str(place[-1]).upper() for place, _ in read(spec_of(api)).operations()}
