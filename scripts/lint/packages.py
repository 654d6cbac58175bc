"""Whether no two specs name the same package, or the same distribution."""

from __future__ import annotations

from collections.abc import Iterable

from packaging.utils import canonicalize_name

from scripts.spec.document import Document
from scripts.spec.finding import Finding

RULES = ("duplicate-package",)


def duplicates(documents: Iterable[Document]) -> list[Finding]:
    """Find import names and distributions of several specs; two are the same if pip takes them to be."""
    findings: list[Finding] = []
    first: dict[tuple[str, str], Document] = {}
    for document in documents:
        given = document.data["info"].get("x-client-package")
        for field in ("import", "distribution"):
            if not isinstance(given, dict) or not isinstance(given.get(field), str):
                continue  # another rule finds this
            other = first.setdefault((field, canonicalize_name(given[field])), document)
            if other is not document:
                place = f"{other.path}:{other.line('info', 'x-client-package', field)}"
                advice = f"{given[field]!r} is also that of {place}; rename one"
                findings.append(document.finding(("info", "x-client-package", field), "duplicate-package", advice))
    return findings
