"""Every rule finds what it is there for, in the right place, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.lint import enums, examples, links, naming, validity
from tests.lint.breaking import Break, assert_found

CREATE = "#/paths/~1jobs~1{shop}/post"
GET = "#/paths/~1jobs~1{shop}/get"
LIST = "#/paths/~1jobs/get"
SCHEMAS = "#/components/schemas"
SHOP = "- $ref: '#/components/parameters/Shop'"
OPAQUE = "        token:\n          type: string\n"

VALIDITY = [
    Break("unsupported-version", "openapi: 3.1.0", "openapi: 3.2.0", "#/openapi", "openapi:", "'3.2.0'"),
    Break("unsupported-version", "openapi: 3.1.0", "openapi: '3.1'", "#/openapi", "openapi:", "3.1.x"),
    Break("unsupported-version", "openapi: 3.1.0", "openapi: 3.1", "#/openapi", "openapi:", "3.1.x"),
    Break("unsupported-version", "openapi: 3.1.0", "swagger: '2.0'", "#/swagger", "swagger:", "'2.0'"),
    Break("unsupported-version", "openapi: 3.1.0\n", "", "#", "info:", "does not say"),
    Break("unknown-reference", "links/Status'", "links/Stat'", f"{CREATE}/responses/201/links/status/$ref", "links/Stat'"),
    Break("external-reference", "'#/components/links/S", "'a.yaml#/S", f"{CREATE}/responses/201/links/status/$ref", "a.yaml#"),
    Break(
        "circular-reference",
        "    Next:\n      type: object",
        "    Next:\n      $ref: '#/components/schemas/Next'\n      type: object",
        f"{SCHEMAS}/Next/$ref",
        "schemas/Next'",
        nth=1,
    ),
    Break(
        "wrong-reference",
        SHOP,
        "- $ref: '#/components/schemas/Kind'",
        "#/paths/~1jobs~1{shop}/parameters/0/$ref",
        "- $ref: '#/components/schemas/Kind'",
        "refer to a parameter",
    ),
    Break(
        "wrong-reference",
        SHOP,
        "- $ref: '#/components/links/Status'",
        "#/paths/~1jobs~1{shop}/parameters/0/$ref",
        "- $ref: '#/components/links/Status'",
        "is not allowed here",
    ),
    Break("structure", "  title: Jobs\n", "", "#/info", "info:", "'title' is missing"),
    Break("structure", "  title: Jobs\n", "  title: Jobs\n  titel: J\n", "#/info/titel", "titel", "'titel' is not allowed here"),
    Break("structure", "  5XX:", "  5XZ:", f"{CREATE}/responses/5XZ", "5XZ"),
    Break("structure", "in: path", "in: pth", "#/components/parameters/Shop/in", "pth", "'pth' is none of 'query'"),
    Break("structure", "maxLength: 10", "maxLength: -1", f"{GET}/parameters/0/schema/maxLength", "maxLength: -1", "-1 is less"),
    Break("structure", "maxLength: 10", "pattern: '(('", f"{GET}/parameters/0/schema/pattern", "pattern", "regex"),
    Break(
        "structure",
        OPAQUE,
        OPAQUE.replace("string", "text"),
        f"{SCHEMAS}/Next/properties/token/type",
        "type: text",
        "'text' is none",
    ),
    Break("path-template", "/jobs/{shop}:", "/jobs/{shop:", "#/paths/~1jobs~1{shop", "/jobs/{shop:"),
    Break("path-parameter", "  /jobs:", "  /jobs/{id}:", "#/paths/~1jobs~1{id}/get", "get:", "'id'", nth=1),
    Break(
        "duplicate-operation-id",
        "operationId: listJobs\n      tags:",
        "operationId: getJob\n      tags:",
        f"{LIST}/operationId",
        "operationId: getJob",
        nth=1,
    ),
    Break("duplicate-parameter", "name: page", "name: owner", f"{LIST}/parameters/3", "name: owner", nth=1),
    Break("duplicate-tag", "name: other", "name: jobs", "#/tags/1", "name: jobs", nth=1),
    Break("default", "default: me", "default: 3", f"{LIST}/parameters/2/schema/default", "default: 3", "3 is not of type 'string'"),
]

NAMING = [
    Break(
        "unknown-format", "maxLength: 10", "format: uuidd", f"{GET}/parameters/0/schema/format", "uuidd", "'uuidd' is not a format"
    ),
    Break(
        "anonymous-object",
        "            X-Limit:\n              schema:\n                type: string\n",
        "            X-Limit:\n              schema:\n                type: [object, 'null']\n",
        f"{CREATE}/responses/201/headers/X-Limit/schema",
        "schema:",
        nth=2,
    ),
    Break(
        "anonymous-object",
        OPAQUE,
        "        token:\n          additionalProperties: {}\n",
        f"{SCHEMAS}/Next/properties/token",
        "token:",
        nth=1,
    ),
    Break(
        "anonymous-object",
        "    Refusal:\n      type: object\n",
        "    Refusal:\n      allOf:\n        - properties: {}\n",
        f"{SCHEMAS}/Refusal/allOf/0",
        "- properties: {}",
    ),
    Break(
        "anonymous-enum",
        OPAQUE,
        OPAQUE + "          enum: [A]\n          x-client-enum: open\n",
        f"{SCHEMAS}/Next/properties/token",
        "token:",
        nth=1,
    ),
    Break(
        "anonymous-composition",
        OPAQUE,
        "        token:\n          allOf:\n            - type: string\n            - maxLength: 3\n",
        f"{SCHEMAS}/Next/properties/token/allOf",
        "allOf:",
    ),
    Break(
        "one-tag", "listJobs\n      tags:\n", "listJobs\n      tags:\n        - other\n", f"{LIST}/tags", "tags:", "2 tags", nth=3
    ),
    Break("one-tag", "Jobs\n      tags:\n        - jobs\n", "Jobs\n", LIST, "get:", "0 tags", nth=1),
    Break(
        "operation-id",
        "  /jobs:\n",
        "  /jobs:\n    delete: {tags: [jobs], responses: {default: {description: It is gone.}}}\n",
        "#/paths/~1jobs/delete",
        "delete:",
    ),
    Break("array-style", "          style: form\n", "", f"{LIST}/parameters/0", "name: ids", "say style;"),
    Break(
        "array-style",
        "          style: form\n          explode: false\n",
        "",
        f"{LIST}/parameters/0",
        "name: ids",
        "style and explode",
    ),
]

ENUMS = [
    Break("enum-openness", "      x-client-enum: closed\n", "", f"{SCHEMAS}/Status", "    Status:", nth=1),
    Break(
        "enum-openness",
        "          description: It failed.\n      x-client-chunking:",
        "          description: It failed.\n"
        "          headers: {X-Kind: {schema: {$ref: '#/components/schemas/Kind'}}}\n"
        "      x-client-chunking:",
        f"{SCHEMAS}/Kind",
        "    Kind:",
    ),
    Break(
        "enum-mark",
        OPAQUE,
        OPAQUE + "          x-client-enum: open\n",
        f"{SCHEMAS}/Next/properties/token/x-client-enum",
        "x-client-enum: open",
    ),
]

EXAMPLES = [
    Break(
        "example",
        "kind: SMALL",
        "kind: TINY",
        "#/components/examples/Request/value/items/0/kind",
        "kind: TINY",
        "'TINY' is not one of",
    ),
    Break("example", "example: j-1", "example: j-1234567890", f"{GET}/parameters/0/example", "example: j-1234567890", "too long"),
    Break("example", "example: abc", "example: 3", f"{CREATE}/responses/201/headers/X-Request-Id/example", "example: 3"),
    Break("example", "example: j-2", "example: 2", f"{SCHEMAS}/Job/properties/id/example", "example: 2"),
    Break("example", "example: j-2", "examples: [a, 2]", f"{SCHEMAS}/Job/properties/id/examples/1", "examples: [a, 2]"),
    Break(
        "example",
        "                    id: j-1\n",
        "",
        f"{CREATE}/responses/201/content/application~1json/examples/one/value",
        "value:",
        "'id' is a required property",
    ),
    Break(
        "example",
        "reason: too long",
        "reason: 3",
        f"{CREATE}/responses/201/content/application~1json/examples/one/value/refused/0/reason",
        "reason: 3",
    ),
]

LINKS = [
    Break(
        "link",
        "              operationId: listJobs\n              parameters:",
        "              operationRef: '#/paths/~1jobs/get'\n              parameters:",
        f"{CREATE}/responses/201/links/others",
        "others:",
        "no operationId",
    ),
    Break(
        "link",
        "              operationId: listJobs\n              parameters:",
        "              operationId: list\n              parameters:",
        f"{CREATE}/responses/201/links/others/operationId",
        "operationId: list",
        "'list'",
    ),
    Break("link", "$request.path.shop", "$request.path.shops", f"{CREATE}/responses/201/links/others/parameters/owner", "owner:"),
    Break("link", "query.jobId:", "path.jobId:", "#/components/links/Status/parameters/path.jobId", "path.jobId"),
    Break(
        "link",
        "$response.body#/id",
        "$response.body#/ident",
        "#/components/links/Status/parameters/query.jobId",
        "query.jobId",
        "'ident'",
    ),
    Break(
        "link",
        "$response.body#/id",
        "job {$response.header.X-Job}",
        "#/components/links/Status/parameters/query.jobId",
        "query.jobId",
        "'X-Job'",
    ),
    Break(
        "link",
        "        query.jobId: $response.body#/id\n",
        "        query.jobId: $response.body#/id\n      requestBody: 3\n",
        "#/components/links/Status/requestBody",
        "requestBody: 3",
        "has no body",
    ),
]


@pytest.mark.parametrize("case", [*VALIDITY, *NAMING, *ENUMS, *EXAMPLES, *LINKS], ids=str)
def test_a_broken_spec_has_exactly_one_finding(case: Break, tmp_path: Path) -> None:
    assert_found(case, tmp_path)


def test_every_rule_has_a_case() -> None:
    assert {case.rule for case in VALIDITY} == set(validity.RULES)
    assert {case.rule for case in NAMING} == set(naming.RULES)
    assert {case.rule for case in ENUMS} == set(enums.RULES)
    assert {case.rule for case in EXAMPLES} == set(examples.RULES)
    assert {case.rule for case in LINKS} == set(links.RULES)
