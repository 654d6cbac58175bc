"""What identifies work is found in the response that has begun it: a value of the body or a header, or the path of a URL."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scripts.fuzz.worker.editing import begun
from scripts.runtime.behaviour import Expression, Polling

PATH = "/shops/{shop}/jobs/{jobId}"
IN_HEADER, IN_BODY = Expression("response", "header", ("Location",)), Expression("response", "body", ("job",))


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
