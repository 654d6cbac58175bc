"""What has changed in how a client comes by its credentials, by `x-client-credentials`, in words.

An environment variable that is called otherwise, or no longer read, breaks the installations that set it; one more that is needed
breaks those that do not. All else is data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scripts.api_diff.changes import Change
from scripts.api_diff.spec_place import shown
from scripts.packages.versions import Bump
from scripts.spec.document import Document, Json


def credential_changes(old: Document, new: Document) -> Iterator[Change]:
    """Yield what has changed for the security schemes that are in both documents."""
    before, after = _stated(old), _stated(new)
    for scheme in (name for name in before if name in after):
        was, now = before[scheme], after[scheme]
        for place in dict.fromkeys([*was, *now]):
            told = f"the credentials `{scheme}`: `{place}`"
            breaks = Bump.MAJOR if place.startswith(("environment.", "optional.")) else Bump.MINOR
            if place not in was:
                more = Bump.MAJOR if place.startswith("environment.") else Bump.MINOR
                yield Change(bump=more, heading="Added", text=f"{told} is {shown(now[place])}")
            elif place not in now:
                yield Change(bump=breaks, heading="Removed", text=f"{told} is gone, which was {shown(was[place])}")
            elif was[place] != now[place]:
                text = f"{told} is {shown(now[place])} instead of {shown(was[place])}"
                yield Change(bump=breaks, heading="Changed", text=text)


def _stated(document: Document) -> dict[str, dict[str, Json]]:
    """Return what is said of each security scheme, by names such as `environment.key`."""
    schemes: Mapping[str, Json] = document.resolved.data.get("components", {}).get("securitySchemes", {})
    return {
        scheme: {
            f"{part}.{name}": value
            for part, table in given.get("x-client-credentials", {}).items()
            if part != "x-client-note"
            for name, value in table.items()
        }
        for scheme, given in schemes.items()
    }
