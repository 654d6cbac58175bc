"""Requests with a key, which are executed once however often they are sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from scripts.mock.engine.call import MockResponse, Refused
from scripts.mock.engine.journal import Journal
from scripts.mock.generic.described import Operation
from scripts.mock.generic.errors import Errors
from scripts.mock.generic.requests import SentRequest
from scripts.mock.generic.values import text_of

_USED: Final = (409, 422)


class Executed:
    """The requests with a key that were executed, and their responses.

    Args:
        errors: makes the refusal of a key that was used for another request, where that is documented.
        journal: counts what is executed.
    """

    def __init__(self, errors: Errors, journal: Journal) -> None:
        self._errors, self._journal = errors, journal
        self._known: dict[tuple[str, str, str], tuple[SentRequest, MockResponse]] = {}

    def once(self, operation: Operation, credential: str, sent: SentRequest, execute: Callable[[], MockResponse]) -> MockResponse:
        """Execute a request, or return the response of the one with the same key. What is refused is not executed.

        Raises:
            Refused: by `execute`; or the key was used for another request, and the operation documents a response to that.
        """
        place = operation.table.retry.idempotency_key if operation.table.retry else None
        key = sent.at(place.part, place.path) if place else None
        if key is None:
            return execute()
        name = (operation.id, credential, text_of(key))
        if name not in self._known:
            self._known[name] = sent, execute()
            self._journal.key_executed(operation.id, text_of(key))
        first, response = self._known[name]
        status = next((each for each in _USED if operation.spec.response(each) is not None), None)
        if first != sent and status is not None:
            raise Refused(self._errors.response(operation, status, f"The key {text_of(key)} was used for another request."))
        return replace(response, headers=dict(response.headers))
