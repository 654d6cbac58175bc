"""Semantic versions `x.y.z`, and which part of them a change has to raise.

While x is 0, y takes the place of x, and z that of both y and z: a breaking change raises y. The ranges in which catalog-clients
requires the generated clients, such as `>=0.1,<0.2`, rely on it.
"""

from __future__ import annotations

import re
from enum import IntEnum

_VERSION = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")


class Bump(IntEnum):
    """What a change has to raise: nothing, or at least this part of the version, for an x above 0."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


def parse(version: str) -> tuple[int, int, int]:
    """Read a version into numbers that can be compared: 0.10.0 is higher than 0.9.0.

    Raises:
        ValueError: it is not of the form `x.y.z`.
    """
    found = _VERSION.fullmatch(version)
    if not found:
        raise ValueError(f"{version!r} is not a version x.y.z")
    return int(found[1]), int(found[2]), int(found[3])


def next_version(version: str, bump: Bump) -> str:
    """Return the lowest version that may follow a released one; the same version for `Bump.NONE`.

    Raises:
        ValueError: the version is not of the form `x.y.z`.
    """
    major, minor, patch = parse(version)
    if bump is Bump.NONE:
        return version
    if major and bump is Bump.MAJOR:
        return f"{major + 1}.0.0"
    if (major and bump is Bump.MINOR) or (not major and bump is Bump.MAJOR):
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"


def suffices(released: str, version: str, bump: Bump) -> bool:
    """Return whether a version may follow a released one, after changes that need the bump.

    Raises:
        ValueError: a version is not of the form `x.y.z`.
    """
    return parse(version) >= parse(next_version(released, bump))
