"""Requests that a check sends itself, to find out what one response alone does not show."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

import requests
from schemathesis import Case
from schemathesis.checks import CheckContext
from schemathesis.core.parameters import EncodedPath
from schemathesis.core.transport import Response

from scripts.fuzz.worker.editing import begun, decoded, reached
from scripts.fuzz.worker.idempotency import renew_key
from scripts.fuzz.worker.traffic import Traffic
from scripts.runtime.behaviour import Behaviour, Expression, Polling
from scripts.spec.expressions import bare

# Never less than this much patience, in real seconds, however fast the vendor's time runs.
_MIN_PATIENCE = 10.0
_SOONER = 20
_MIN_PAUSE = 0.02
_MAX_POLLS = 500
_REPORT_SECONDS = 20


class Follower:
    """Sends cases that are derived from another one, with its authentication, and records them as its children.

    Args:
        speed: factor by which the vendor's time runs faster than real time.
        traffic: counts the responses of each operation.
        behaviour: gives the table of a case's operation.
    """

    def __init__(self, speed: float, traffic: Traffic, behaviour: Callable[[Case[Any]], Behaviour]) -> None:
        self._speed, self._behaviour = speed, behaviour
        self._traffic = traffic
        self._endless: set[str] = set()

    def again(
        self, ctx: CheckContext, case: Case[Any], *, query: Mapping[str, str] | None = None, body: Any = None, recorded: bool = True
    ) -> tuple[Case[Any], Response]:
        """Send a case again, with another query or body; a large one is better not recorded, since records stay in memory."""
        changed = case.derive(query=dict(query) if query is not None else None, keep_auth=True)
        changed.freeze_metadata()  # it shares them with the case, for which the change does not hold
        if body is not None:
            changed.body = body
        return changed, self._send(ctx, case, changed, recorded=recorded)

    def call(
        self, ctx: CheckContext, case: Case[Any], operation_id: str, body: Mapping[str, Any], arguments: Mapping[str, Any]
    ) -> tuple[Case[Any], Response]:
        """Call another operation with a JSON body, if it has fields, and with arguments for its parameters."""
        operation = case.operation.schema.find_operation_by_id(operation_id)
        path, query, headers = (
            {each.name: _written(arguments[each.name]) for each in parameters if each.name in arguments}
            for parameters in (operation.path_parameters, operation.query, operation.headers)
        )
        content = {"body": dict(body), "media_type": "application/json"} if body else {}
        other = operation.Case(path_parameters=path, query=query, headers=headers, **content)
        other._auth = case._auth  # noqa: SLF001 - there is no other way to reuse an authentication
        return other, self._send(ctx, case, other)

    def results(
        self, ctx: CheckContext, case: Case[Any], polling: Polling, response: Response, status: Any
    ) -> tuple[Case[Any], Response]:
        """Call the operation that lists the results of finished work, given its last status."""
        started = _started(polling, case, response)
        given = {bare(name): value for name, value in started.items()}
        arguments = {
            bare(name): given.get(place.path[-1]) if place.message == "request" else reached(place, status)
            for name, place in polling.results_arguments.items()
        }
        if polling.results_operation == polling.operation:
            arguments |= {bare(name): value for name, value in polling.constants.items()}
        return self.call(ctx, case, polling.results_operation or "", body={}, arguments=arguments)

    def finished(self, ctx: CheckContext, case: Case[Any], polling: Polling, response: Response) -> Any:
        """Poll the status of work until it has ended, and return the body of the last response.

        Args:
            ctx: of the check.
            case: the request that has begun the work.
            polling: how it is polled.
            response: the one that has begun it.

        Raises:
            AssertionError: it does not end within its deadline, or the status is not a documented one.
        """
        values = _started(polling, case, response)
        body = {name: values[name] for name in polling.body}
        arguments = {bare(name): value for name, value in {**polling.constants, **values}.items() if name not in body}
        patience = max(polling.deadline / self._speed, _MIN_PATIENCE)
        if case.operation.label in self._endless:  # known by now; the shortest request that shows it is being searched
            patience /= _SOONER
        until = time.monotonic() + patience
        status: Any = None
        for _ in range(_MAX_POLLS):
            current = decoded(self.call(ctx, case, polling.operation, body=body, arguments=arguments)[1])
            status = reached(polling.status, current)
            if status in (*polling.succeeded, *polling.failed):
                return current
            if status not in polling.pending:
                raise AssertionError(f"{polling.operation} returns a status that the spec does not have: {status!r}")
            if time.monotonic() > until:
                break
            time.sleep(max(polling.interval / self._speed, _MIN_PAUSE))
        self._endless.add(case.operation.label)
        raise AssertionError(f"the work does not end: {polling.operation} still returns {status!r}")

    def report(self, link: str) -> bytes:
        """Download a report from its link, which needs no credentials.

        Raises:
            AssertionError: it cannot be downloaded.
        """
        try:
            with self._traffic.about(""):
                response = requests.get(link, timeout=_REPORT_SECONDS)
        except requests.RequestException as error:
            raise AssertionError(f"the report cannot be downloaded: {error}") from error
        if response.status_code != 200:
            raise AssertionError(f"the report gets {response.status_code}")
        return response.content

    def _send(self, ctx: CheckContext, parent: Case[Any], case: Case[Any], *, recorded: bool = True) -> Response:
        renew_key(case, self._behaviour(case))
        if recorded:
            ctx.internals.record_case(parent_id=parent.id, case=case)
        options = {name: value for name, value in (ctx.internals.transport_kwargs or {}).items() if name != "params"}
        with self._traffic.about(case.operation.label):
            response: Response = case.operation.schema.transport.send(case, **options)
        if recorded:
            ctx.internals.record_response(case_id=case.id, response=response)
        return response


def _started(polling: Polling, case: Case[Any], response: Response) -> dict[str, Any]:
    """Return what the request for the status has, by its names there."""
    places = {**polling.body, **polling.arguments}
    return {name: _value(polling, name, expression, case, response) for name, expression in places.items()}


def _value(polling: Polling, name: str, expression: Expression, case: Case[Any], response: Response) -> Any:
    """Return the value that an expression names in the request that began work, or in its response."""
    if expression.message == "response":
        return begun(polling, name, expression, response)
    if expression.part == "header":
        return case.headers.get(expression.path[0])
    parts = {"path": dict(case.path_parameters), "query": dict(case.query), "body": case.body}
    value = reached(expression, parts.get(expression.part))
    return unquote(value) if isinstance(value, EncodedPath) else value


def _written(value: Any) -> Any:
    """Return a value of a parameter as OpenAPI writes it, where Schemathesis does not."""
    return json.dumps(value) if isinstance(value, bool) else value


def rows(report: bytes) -> list[list[str]]:
    """Return the rows of a report as lists of texts, whether it is CSV, JSON or JSON Lines; the vendor documents no columns."""
    text = report.decode("utf-8-sig", errors="replace")
    try:
        return _texts(json.loads(text))
    except ValueError:
        pass
    try:
        return _texts([json.loads(line) for line in text.splitlines() if line.strip()])
    except ValueError:
        return list(csv.reader(io.StringIO(text, newline="")))


def _texts(content: Any) -> list[list[str]]:
    if isinstance(content, dict):
        content = next((value for value in content.values() if isinstance(value, list)), [content])
    if not isinstance(content, list):
        return [[str(content)]]
    return [[str(value) for value in (row.values() if isinstance(row, dict) else [row])] for row in content]
