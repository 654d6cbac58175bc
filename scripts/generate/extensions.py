"""Refuse a document whose `x-client-*` extensions are not what they have to be, before anything is made of them."""

from __future__ import annotations

import keyword
import re
import sys

from scripts.generate.identity import identify
from scripts.lint import extensions
from scripts.spec.document import Document
from scripts.spec.finding import Finding, SpecError

_FORMS = {
    "import": re.compile(r"[a-z][a-z0-9_]{0,99}"),
    "distribution": re.compile(r"[a-z0-9]+(-[a-z0-9]+)*"),
    "version": re.compile(r"\d+\.\d+\.\d+"),
}


def check_extensions(document: Document) -> None:
    """Check the extensions of a valid document.

    Raises:
        SpecError: one of them cannot be used.
    """
    if extensions.PREFIX not in (document.whole or document.text):
        return
    findings = extensions.check(document) or _names(document)
    if findings:
        raise SpecError(findings)


def check_package(document: Document) -> None:
    """Check the names of a package, which become names of files.

    Raises:
        SpecError: they cannot.
    """
    info = document.data.get("info")
    given = info.get("x-client-package") if isinstance(info, dict) else None
    if given is None:
        return
    pointer = ("info", "x-client-package")
    if not isinstance(given, dict) or not all(isinstance(given.get(key), str) for key in _FORMS):
        raise SpecError([document.finding(pointer, "extension-schema", f"it is an object with the texts {', '.join(_FORMS)}")])
    findings = _names(document)
    if findings:
        raise SpecError(findings)


def _names(document: Document) -> list[Finding]:
    given = document.data["info"].get("x-client-package")
    if given is None:
        return []
    pointer = ("info", "x-client-package")
    findings = [
        document.finding((*pointer, key), "extension-schema", f"{given[key]!r} is not of the form {form.pattern}; correct it")
        for key, form in _FORMS.items()
        if not form.fullmatch(given[key])
    ]
    package = identify(document).package
    if keyword.iskeyword(package) or package in sys.stdlib_module_names or package in ("httpx2", "msgspec"):
        advice = f"{package!r} is the name of another module; choose another import name"
        findings.append(document.finding((*pointer, "import"), "reserved-package", advice))
    return findings
