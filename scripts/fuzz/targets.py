"""What is fuzzed: a mock of this command, or a real endpoint, and whether that may be done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scripts.document import read
from scripts.fuzz.auth import SCHEMES
from scripts.fuzz.gate import SAFE
from scripts.fuzz.places import normalized

ROOT = Path(__file__).parents[2]


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
        raise TargetError(f"--url needs one --api, which says what answers there; choose of {', '.join(SCHEMES)}")
    api = names[0]
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise TargetError(f"{url}: is no URL; write it as https://HOST/PATH")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise TargetError("--url: a base URL has neither user information nor a query; credentials come from environment variables")
    methods = _methods(api)
    if not writes and not methods & SAFE:
        raise TargetError(
            f"{api}: every operation changes something ({', '.join(sorted(methods))}), and fuzzing archive on a live account would "
            "archive a catalog; nothing is sent unless WRITES=yes (--writes yes) says that this may happen"
        )
    missing = SCHEMES[api].missing(environ)
    if missing:
        raise TargetError(f"{api}: set {', '.join(missing)} in the environment; credentials are taken from nowhere else")
    chosen = SCHEMES[api].chosen(environ)
    return Target(api=api, url=url.rstrip("/"), environ=chosen, known=normalized(known), real=True, writes=writes)


def _methods(api: str) -> set[str]:
    return {str(place[-1]).upper() for place, _ in read(spec_of(api)).operations()}
