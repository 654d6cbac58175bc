"""Keys of requests that are executed once: each case has its own, so that it is executed."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any
from uuid import uuid4

from schemathesis import Case, GenerationMode
from schemathesis.core.parameters import ParameterLocation

from scripts.runtime.behaviour import Behaviour

_LOCATIONS = {"header": ParameterLocation.HEADER, "query": ParameterLocation.QUERY, "body": ParameterLocation.BODY}


def renew_key(case: Case[Any], behaviour: Behaviour) -> None:
    """Give a case a new key instead of its own, unless it violates the spec where it has it."""
    key = behaviour.retry.idempotency_key if behaviour.retry else None
    if key is None:
        return
    part = case.meta.components.get(_LOCATIONS[key.part]) if case.meta else None
    holder: Any = {"header": case.headers, "query": case.query, "body": case.body}[key.part]
    if (part is None or part.mode is not GenerationMode.NEGATIVE) and isinstance(holder, MutableMapping) and key.path[0] in holder:
        holder[key.path[0]] = str(uuid4())
