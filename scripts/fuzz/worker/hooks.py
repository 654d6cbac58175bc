"""Make Schemathesis fuzz as this project wants it: authenticated, with settled cases, and with the checks of this project."""

from __future__ import annotations

import re
from typing import Any

import schemathesis
from requests.auth import AuthBase
from schemathesis import Case
from schemathesis.auths import GLOBAL_AUTH_STORAGE
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.hooks import HookContext
from schemathesis.openapi.checks import RejectedPositiveData

from scripts.fuzz.worker.checks import Checks
from scripts.fuzz.worker.editing import Editor
from scripts.fuzz.worker.traffic import Traffic

# A pattern that asks, by looking ahead, for one character that is no white space. Values for it are found by trial only, which
# takes Schemathesis a second for each twenty of them; for the same pattern in other words they are generated at once.
_LOOKS_AHEAD = re.compile(
    r"\^\(\?=\.\*\\S\.\*\)\[\^(?P<not>(?:\\.|[^\]\\])*\\x0A(?:\\.|[^\]\\])*)\]\{(?P<least>\d+),(?P<most>\d+)\}\$"
)


def install(*, editor: Editor, checks: Checks, auth: AuthBase, traffic: Traffic, throttled: frozenset[int], strict: bool) -> None:
    """Register all hooks.

    Args:
        editor: settles the cases.
        checks: those of this project.
        auth: authenticates each request.
        traffic: is told which operation is called.
        throttled: statuses that ask for patience and are no failure.
        strict: whether a valid, settled case has to succeed, as values are known that the vendor accepts.
    """
    GLOBAL_AUTH_STORAGE.set_from_requests(auth)

    @schemathesis.hook
    def before_load_schema(context: HookContext, raw_schema: Any) -> None:
        ease(raw_schema)

    @schemathesis.hook
    def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
        editor.edit(case)
        traffic.operation = case.operation.label

    @schemathesis.hook
    def after_call(context: HookContext, case: Case[Any], response: Response) -> None:
        editor.learn(case, response)

    @schemathesis.hook
    def filter_failure(context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
        if not isinstance(failure, RejectedPositiveData):
            return True
        if response.status_code in throttled:
            return False
        return strict and not editor.may_be_refused(case)

    checks.register()


def ease(document: Any) -> None:
    """Put patterns of a document in other words that mean the same and are generated faster; changes it in place."""
    if isinstance(document, list):
        for each in document:
            ease(each)
    elif isinstance(document, dict):
        for each in document.values():
            ease(each)
        pattern = document.get("pattern")
        if isinstance(pattern, str) and (found := _LOOKS_AHEAD.fullmatch(pattern)):
            allowed = f"[^{found['not']}]*"
            document["pattern"] = f"^{allowed}[^{found['not']}\\s]{allowed}$"
            document["minLength"] = max(int(found["least"]), document.get("minLength", 0))
            document["maxLength"] = min(int(found["most"]), document.get("maxLength", int(found["most"])))
