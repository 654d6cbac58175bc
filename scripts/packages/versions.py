"""Semantic versions `x.y.z`, and what a change has to raise in them.

While x is 0, y takes the part of x, and z that of y and z: a breaking change raises y. The ranges by which catalog-clients requires
the generated clients, such as `>=0.1,<0.2`, rely on it.
"""

from __future__ import annotations

import re
from enum import IntEnum

_VERSION = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")


class Bump(IntEnum):
    """What a change has to raise: nothing, or at least the part of the version that this names, read as for x above 0."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


def parse(version: str) -> tuple[int, int, int]:
    """Read a version, so that it can be compared: 0.10.0 comes after 0.9.0.

    Raises:
        ValueError: it is not of the form `x.y.z`.
    """
    found = _VERSION.fullmatch(version)
    if not found:
        raise ValueError(f"{version!r} is no version x.y.z")
    return int(found[1]), int(found[2]), int(found[3])


def next_version(version: str, bump: Bump) -> str:
    """Return the lowest version that may follow a released one; the same one for no change.

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
    """Tell whether a version may follow a released one, after changes that need the bump.

    Raises:
        ValueError: a version is not of the form `x.y.z`.
    """
    return parse(version) >= parse(next_version(released, bump))
