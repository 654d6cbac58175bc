"""What identifies work is found in the response that has begun it: a value of the body or a header, or the path of a URL.

The status is requested with it, and with what the request that has begun the work had.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from msgspec.structs import replace
from schemathesis import Case

from scripts.fuzz.worker.editing import begun
from scripts.fuzz.worker.follow import Follower
from scripts.runtime.behaviour import Behaviour, Expression, Polling

PATH = "/shops/{shop}/jobs/{jobId}"
IN_HEADER, IN_BODY = Expression("response", "header", ("Location",)), Expression("response", "body", ("job",))
DONE = {"responses": {"200": {"description": "Done."}}}
TRACE = {"name": "X-Trace.Id", "in": "header", "required": True, "schema": {"type": "string"}}
FULL = {"name": "full", "in": "query", "schema": {"type": "boolean"}}
JOB = {"name": "job", "in": "path", "required": True, "schema": {"type": "integer"}}
DOCUMENT = schemathesis.openapi.from_dict(
    {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/jobs": {"post": {"operationId": "begin", "parameters": [TRACE], **DONE}},
            "/jobs/{job}": {"get": {"operationId": "getJob", "parameters": [JOB, TRACE, FULL], **DONE}},
        },
    }
)


class _Response:
    def __init__(self, body: object, **headers: str) -> None:
        self.content = json.dumps(body).encode()
        self.headers = {name: [value] for name, value in headers.items()}


def _polling(location: Expression | None) -> Polling:
    return Polling(
        operation="getJob",
        body={},
        arguments={},
        status=IN_BODY,
        pending=(),
        succeeded=(),
        failed=(),
        interval=1,
        max_interval=1,
        deadline=1,
        location=location,
        path=PATH if location else "",
    )


@pytest.mark.parametrize(
    ("location", "place", "response", "found"),
    [
        (None, IN_BODY, _Response({"job": 17}), 17),
        (None, IN_BODY, _Response([]), None),
        (IN_HEADER, IN_HEADER, _Response({}, location="https://a.example/v3/shops/EAST/jobs/1%2F7?x=1"), "1/7"),
        (IN_BODY, IN_BODY, _Response({"job": "/shops/EAST/jobs/17"}), "17"),
        (IN_HEADER, IN_HEADER, _Response({}, location="/elsewhere/17"), None),
        (IN_HEADER, IN_HEADER, _Response({}), None),
    ],
)
def test_what_identifies_work_is_found(location: Expression | None, place: Expression, response: Any, found: object) -> None:
    assert begun(_polling(location), "jobId", place, response) == found


def test_the_status_is_requested_with_what_the_link_says(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = list[Case[Any]]()

    def send(_: Follower, __: object, ___: Case[Any], case: Case[Any]) -> _Response:
        sent.append(case)
        return _Response({"job": "ended"})

    monkeypatch.setattr(Follower, "_send", send)
    places = {"job": IN_BODY, "X-Trace.Id": Expression("request", "header", ("X-Trace.Id",))}
    polling = replace(_polling(None), arguments=places, constants={"full": True}, succeeded=("ended",))
    case = DOCUMENT.find_operation_by_id("begin").Case(headers={"x-trace.id": "T-1"})
    nothing: Any = SimpleNamespace()
    response: Any = _Response({"job": 17})
    follower = Follower(1, nothing, lambda _: Behaviour())
    assert follower.finished(nothing, case, polling, response) == {"job": "ended"}
    assert (sent[0].path_parameters, sent[0].query, dict(sent[0].headers)) == ({"job": 17}, {"full": "true"}, {"X-Trace.Id": "T-1"})
