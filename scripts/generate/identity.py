"""The names and the version of a generated distribution."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.spec.document import Document


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Import name, name for pip, and version of a generated distribution."""

    package: str
    distribution: str
    version: str


def identify(document: Document) -> Identity:
    """Return the names of `info.x-client-package`, or names made of the title."""
    info = document.data.get("info", {})
    given = info.get("x-client-package")
    if isinstance(given, dict):
        return Identity(package=given["import"], distribution=given["distribution"], version=given["version"])
    from scripts.generate.text.names import package_name  # noqa: PLC0415 - it loads the generator, which takes long, for few documents

    package = package_name(str(info.get("title", "api")))
    return Identity(package=package, distribution=f"{package.replace('_', '-')}-client", version="0.1.0")
