"""A package index: its URLs, and which of the packages it has."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

import requests
from pypi_simple import NoSuchProjectError, PyPISimple, UnsupportedContentTypeError, UnsupportedRepoVersionError

from scripts.command import cause
from scripts.packages.errors import PackageError
from scripts.release.build import Built

_LEGACY = "/legacy/"  # upload path of Warehouse, the software of PyPI and TestPyPI; the host may begin with `upload.`
_TIMEOUT = 30


class Presence(Enum):
    """How much of a distribution an index has."""

    ABSENT = "not there yet"
    PARTLY = "there in part"
    SAME = "there already"
    OTHER = "there with other contents"


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A package index.

    Attributes:
        upload: URL that files are uploaded to.
        simple: URL that packages are installed from.
    """

    upload: str
    simple: str

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine, so that nobody else sees its contents."""
        return _is_loopback(urlsplit(self.upload).hostname or "")

    def presence(self, built: Built) -> Presence:
        """Return how much of a distribution it has.

        Raises:
            PackageError: the index cannot be read.
        """
        try:
            with PyPISimple(self.simple) as client:
                page = client.get_project_page(built.distribution.name, timeout=_TIMEOUT)
        except NoSuchProjectError:
            return Presence.ABSENT
        except (requests.RequestException, UnsupportedContentTypeError, UnsupportedRepoVersionError) as error:
            raise PackageError(f"{self.simple} cannot be read: {cause(error)}") from error
        there = {each.filename: each.digests.get("sha256") for each in page.packages}
        found = [name for name in built.digests if name in there]
        if any(there[name] != built.digests[name] for name in found):
            return Presence.OTHER
        return (Presence.ABSENT, Presence.PARTLY, Presence.SAME)[len(found)]


def at(upload: str, simple: str | None = None) -> Index:
    """Return the index with an upload URL.

    Args:
        upload: URL for uploads: https, or http on this machine; without credentials.
        simple: URL to install from; default: `simple/` below the other, or where Warehouse has it.

    Raises:
        PackageError: a URL is of another kind.
    """
    for url in filter(None, (upload, simple)):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise PackageError(
                f"{url} is not the URL of an index: it begins with https:// and a host, or with http:// on this machine"
            )
        if parts.username is not None or parts.password is not None:
            raise PackageError("the URL of the index has credentials in it: set them in the environment, as --help says")
        if parts.scheme == "http" and not _is_loopback(parts.hostname):
            raise PackageError(f"{url}: credentials are sent over https only, or to this machine")
    known = f"{upload.rstrip('/')}/simple/"
    if urlsplit(upload).path == _LEGACY:
        known = upload.replace("://upload.", "://", 1).removesuffix(_LEGACY) + "/simple/"
    return Index(upload=upload, simple=simple or known)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
