"""Hooks of Schemathesis: requests are authenticated, cases are settled, and the checks of this project run."""

from __future__ import annotations

import json
import re
from typing import Any

import schemathesis
from requests.auth import AuthBase
from schemathesis import Case
from schemathesis.auths import GLOBAL_AUTH_STORAGE
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.transport import Response
from schemathesis.hooks import HookContext
from schemathesis.openapi.checks import RejectedPositiveData

from scripts.fuzz.worker.checks import Checks, waits
from scripts.fuzz.worker.editing import Editor
from scripts.fuzz.worker.idempotency import renew_key
from scripts.fuzz.worker.pages import Turn
from scripts.fuzz.worker.traffic import Traffic
from scripts.generate.parse.media_types import LINES
from scripts.runtime.behaviour import Behaviour

# A pattern with a lookahead for one character that is not white space. Schemathesis finds values for it by trial, at a speed of
# twenty in a second; for an equivalent pattern without a lookahead it generates them at once.
_LOOKAHEAD = re.compile(
    r"\^\(\?=\.\*\\S\.\*\)\[\^(?P<not>(?:\\.|[^\]\\])*\\x0A(?:\\.|[^\]\\])*)\]\{(?P<least>\d+),(?P<most>\d+)\}\$"
)

# A header whose name has a dot.
_DOTTED = re.compile(r"\$(request|response)\.header\.[^.]*\..*")


def install(*, editor: Editor, checks: Checks, auth: AuthBase | None, traffic: Traffic) -> None:
    """Register all hooks.

    Args:
        editor: settles the cases.
        checks: those of this project.
        auth: authenticates each request; None if the API has no credentials.
        traffic: counts the responses of each operation.
    """
    if auth is not None:
        GLOBAL_AUTH_STORAGE.set_from_requests(auth)

    schemathesis.serializer(*LINES)(lines)

    @schemathesis.hook
    def before_load_schema(context: HookContext, raw_schema: Any) -> None:
        ease(raw_schema)
        rewrite_links(raw_schema)

    @schemathesis.hook
    def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
        editor.edit(case)
        renew_key(case, editor.behaviour(case))
        traffic.operation = case.operation.label

    @schemathesis.hook
    def after_call(context: HookContext, case: Case[Any], response: Response) -> None:
        editor.learn(case, response)

    @schemathesis.hook
    def filter_failure(context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
        return is_finding(editor, failure, case, response)

    checks.register()


def lines(_: object, value: Any) -> bytes:
    """Return JSON Lines, which Schemathesis does not write: a line for each element of a list, or one for another value.

    Without elements, it is an empty line, as a body without any bytes is none.
    """
    if isinstance(value, str):
        return value.encode(errors="surrogatepass") or b"\n"
    return "".join(f"{json.dumps(each)}\n" for each in (value if isinstance(value, list) else [value])).encode() or b"\n"


def is_finding(editor: Editor, failure: Failure, case: Case[Any], response: Response) -> bool:
    """Return whether a failure of a check of Schemathesis is one by the spec.

    A valid case may be refused as documented, also for a page after the last one. Unknown parameters of a query may be accepted:
    the spec says nothing of them. So may a form that is valid as it is sent, such as one element in place of a list.
    """
    if isinstance(failure, AcceptedNegativeData):
        return not (editor.only_adds_parameters(case) or editor.is_sent_as_valid(case))
    if not isinstance(failure, RejectedPositiveData):
        return True
    behaviour = editor.behaviour(case)
    done = behaviour.retry.done if behaviour.retry else None
    is_done = done is not None and done in response.text
    if is_done or _is_beyond(behaviour, case, response):
        return False
    return response.status_code not in waits(behaviour) and not editor.may_be_refused(case)


def _is_beyond(behaviour: Behaviour, case: Case[Any], response: Response) -> bool:
    """Return whether a page that is not the first one is refused as a page after the last one is."""
    pages = behaviour.pagination
    if pages is None or response.status_code != pages.beyond:
        return False
    return str(Turn.of(case, pages).key) != str(pages.first)


def ease(document: Any) -> None:
    """Replace patterns of a document, in place, by equivalent ones for which values are generated faster."""
    if isinstance(document, list):
        for each in document:
            ease(each)
    elif isinstance(document, dict):
        for each in document.values():
            ease(each)
        pattern = document.get("pattern")
        if isinstance(pattern, str) and (found := _LOOKAHEAD.fullmatch(pattern)):
            allowed = f"[^{found['not']}]*"
            document["pattern"] = f"^{allowed}[^{found['not']}\\s]{allowed}$"
            document["minLength"] = max(int(found["least"]), document.get("minLength", 0))
            document["maxLength"] = min(int(found["most"]), document.get("maxLength", int(found["most"])))


def rewrite_links(document: Any) -> None:
    """Write the parameters of the links of a document, in place, so that Schemathesis sends what they say.

    Without this, it refuses a link with the name of a header that has a dot, which is left out and so generated, and sends `True`.
    """
    for each in document if isinstance(document, list) else document.values() if isinstance(document, dict) else ():
        rewrite_links(each)
    links = document.get("links") if isinstance(document, dict) else None
    for link in links.values() if isinstance(links, dict) else ():
        if isinstance(link, dict) and isinstance(given := link.get("parameters"), dict):
            link["parameters"] = {
                name: json.dumps(value) if isinstance(value, bool) else value
                for name, value in given.items()
                if not _DOTTED.fullmatch(str(value))
            }
