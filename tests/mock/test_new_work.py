"""The mock of an API gives work that begins an identifier of its own, in a form that the document allows."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.command import ROOT
from scripts.mock.generic.described import of_file
from scripts.mock.generic.vendor import generic
from tests.mock.callers import Caller

DOCUMENT = ROOT / "tests" / "overrides" / "wares.yaml"
BEGUN = "description: The job has begun."
STATUS = "  /shops/{shop}/jobs/{jobId}:\n"
BELOW = """\
  /shops/{shop}/jobs/{jobId}/parts:
    parameters: [*shop, {name: jobId, in: path, required: true, schema: {}}]
    get:
      operationId: listParts
      responses:
        '200': {description: Its parts., content: {application/json: {schema: {type: array, items: {type: string}}}}}
        '404': *refused
"""


@pytest.mark.parametrize(
    "schema",
    [
        "{type: string, pattern: '^job_[0-9a-z]{12}$', minLength: 1, maxLength: 64}",
        "{type: string, pattern: '^[A-F]{3}-[a-f]{9}$'}",
        "{type: string, maxLength: 8}",
        "{type: integer, minimum: 1000}",
    ],
)
def test_new_work_has_an_identifier_that_the_path_of_its_status_allows(schema: str, tmp_path: Path) -> None:
    """Whether it is in the URL of the status, or in the body of the response. What is below that path exists, too."""
    text, document = DOCUMENT.read_text(encoding="utf-8"), tmp_path / "wares.yaml"
    assert text.count(STATUS) == 1
    text = text.replace(STATUS, BELOW + STATUS)
    linked = f"""
          content: {{application/json: {{schema: {{type: object, properties: {{job: {schema}}}}}}}}}
          links: {{Status: {{operationId: getJob, parameters: {{shop: $request.path.shop, jobId: $response.body#/job}}}}}}"""
    for before, after in (("schema: {type: string, minLength: 1}}]", f"schema: {schema}}}]"), (BEGUN, f"{BEGUN}{linked}")):
        assert text.count(before) == 1
        text = text.replace(before, after)
    in_body = text.replace("        location: $response.header.Location\n", "")
    assert in_body != text

    for content in (text, in_body):
        document.write_text(content, encoding="utf-8")

        class Changed(Caller):
            api = "wares"
            kinds = (generic(of_file(document)),)

        with Changed.served() as wares:
            begun = [wares.http.post("/shops/EAST/batches", json={"items": [{"sku": "W-1", "price": 1}]}) for _ in range(3)]
            places = [
                f"/shops/EAST/jobs/{each.json()['job']}" if content == in_body else each.headers["Location"] for each in begun
            ]
            assert len({*places}) == len(places)
            assert [wares.http.get(place).status_code for place in places] == [200, 200, 200]
            assert [wares.http.get(f"{place}/parts").status_code for place in places] == [200, 200, 200]
