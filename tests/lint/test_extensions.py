"""Every `x-client-*` extension is checked against its JSON Schema and against its spec."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from scripts.lint import extensions
from tests.lint.breaking import Break, assert_found

CREATE = "#/paths/~1jobs~1{shop}/post"
GET = "#/paths/~1jobs~1{shop}/get"
LIST = "#/paths/~1jobs/get"
CHUNKING = f"{CREATE}/x-client-chunking"
POLLING = f"{CREATE}/x-client-polling"
PAGINATION = f"{LIST}/x-client-pagination"
SCHEMES = "#/components/securitySchemes"
REQUEST_ID = "x-client-request-id: $response.header.X-Request-Id\n"

FORM = [
    Break("extension-unknown", REQUEST_ID, "x-client-id: 3\n", "#/x-client-id", "x-client-id"),
    Break(
        "extension-unknown",
        "components:\n",
        "components:\n  x-client-try: {}\n",
        "#/components/x-client-try",
        "x-client-try",
    ),
    Break(
        "extension-place",
        "  title: Jobs\n",
        f"  title: Jobs\n  {REQUEST_ID}",
        "#/info/x-client-request-id",
        "  x-client-request-id",
        "move it to the document",
    ),
    Break(
        "extension-place",
        "x-client-server: sandbox",
        "x-client-server: {$ref: '#/info'}",
        "#/servers/1/x-client-server/$ref",
        "#/info",
    ),
    Break(
        "extension-schema",
        "x-client-server: sandbox",
        "x-client-server: Box",
        "#/servers/1/x-client-server",
        "Box",
        "'Box' does not",
    ),
    Break("extension-schema", "  attempts: 3", "  attempts: 0", "#/components/x-client-retry/shared/attempts", "attempts: 0"),
    Break(
        "extension-schema",
        "components:\n",
        "components:\n  x-client-enum: open\n",
        "#/components/x-client-enum",
        "x-client-enum: open",
    ),
    Break("extension-schema", "keep: last", "keep: both", f"{CHUNKING}/keep", "keep: both", "'both' is not one of"),
    Break("extension-schema", "          equals: ORDER\n", "", f"{LIST}/x-client-rules/0", "- rule:", "'equals'"),
    Break("extension-schema", "keep: last", "keep: last\n        x-client-note: []", f"{CHUNKING}/x-client-note", "x-client-note"),
]

MEANING = [
    Break("chunking", "array: $request.body#/items", "array: $request.body#/item", f"{CHUNKING}/array", "#/item", "'item'"),
    Break(
        "chunking", "array: $request.query.ids", "array: $request.query.id", f"{LIST}/x-client-chunking/array", "query.id", "'id'"
    ),
    Break(
        "chunking",
        "array: $request.query.ids",
        "array: $request.query.owner",
        f"{LIST}/x-client-chunking/array",
        "query.owner",
        "not an array",
    ),
    Break("chunking", "          maxItems: 100\n", "", f"{CHUNKING}/array", "array: $request.body", "no maxItems"),
    Break("chunking", "- /id\n", "- /sku\n", f"{CHUNKING}/key/0", "- /sku", "'sku'"),
    Break(
        "chunking",
        "items: $response.body#/refused",
        "items: $response.body#/id",
        f"{CHUNKING}/rejections/items",
        "#/id",
        "not an array",
    ),
    Break("chunking", "key: /item\n", "key: /id\n", f"{CHUNKING}/rejections/key", "key: /id"),
    Break("chunking", "reason: /reason", "reason: /why", f"{CHUNKING}/rejections/reason", "/why"),
    Break(
        "polling",
        "        operation: getJob\n",
        "        operation: get\n",
        f"{POLLING}/operation",
        "operation: get",
        "no operation 'get'",
    ),
    Break(
        "polling",
        "            status:\n              $ref: '#/components/links/Status'\n",
        "",
        f"{POLLING}/operation",
        "  operation: getJob",
        "no link",
    ),
    Break("polling", "status: $response.body#/status", "status: $response.body#/state", f"{POLLING}/status", "#/state"),
    Break(
        "polling",
        "status: $response.body#/status",
        "status: $response.body#/report/url",
        f"{POLLING}/status",
        "report/url",
        "not an enum",
    ),
    Break("polling", "          - RUNNING\n        succ", "        succ", POLLING, "x-client-polling", "'RUNNING' is in none"),
    Break(
        "polling",
        "          - RUNNING\n        succ",
        "          - RUNNING\n          - NEW\n        succ",
        f"{POLLING}/pending",
        "pending",
        "'NEW'",
    ),
    Break("polling", "deadline: 100", "deadline: 9", POLLING, "x-client-polling", "have to grow"),
    Break(
        "polling", "link: $response.body#/report/url", "link: $response.body#/report/uri", f"{POLLING}/report/link", "uri", "'uri'"
    ),
    Break(
        "pagination",
        "token: $response.body#/next/token",
        "token: $response.body#/next/to",
        f"{PAGINATION}/token",
        "next/to",
        "'to'",
    ),
    Break("pagination", "$request.query.page", "$request.query.pages", f"{PAGINATION}/parameter", "query.pages", "'pages'"),
    Break(
        "pagination",
        "items: $response.body#/jobs",
        "items: $response.body#/next",
        f"{PAGINATION}/items",
        "items: $response.body#/next",
        "not an array",
    ),
    Break("rate-limit", "cost: $request.body#/items", "cost: $request.body#/item", f"{CREATE}/x-client-rate-limit/cost", "cost:"),
    Break(
        "rate-limit",
        "header.x-limit",
        "header.x-limits",
        f"{CREATE}/x-client-rate-limit/corrections/limit",
        "x-limits",
        "'x-limits'",
    ),
    Break(
        "retry",
        "        '500':\n          description: It failed.\n",
        "",
        f"{GET}/x-client-retry",
        "x-client-retry:",
        "responses/1/status: no response 500",
        nth=1,
    ),
    Break(
        "retry",
        "            Retry-After:\n              schema:\n                type: string\n        '500':",
        "            Retry:\n              schema:\n                type: string\n        '500':",
        f"{GET}/x-client-retry",
        "x-client-retry:",
        "responses/0/wait: the response 429 has no header 'Retry-After'",
        nth=1,
    ),
    Break(
        "rules", "parameter: idsType", "parameter: idType", f"{LIST}/x-client-rules/0/parameter", "parameter: idType", "'idType'"
    ),
    Break("rules", "            - owner\n", "            - shop\n", f"{LIST}/x-client-rules/0/others/0", "- shop", "'shop'"),
    Break(
        "rules", "equals: ORDER", "equals: ORDERS", f"{LIST}/x-client-rules/0/equals", "equals: ORDERS", "use one of 'ORDER', 'JOB'"
    ),
    Break("request-id", REQUEST_ID, REQUEST_ID.replace("-Id\n", "\n"), "#/x-client-request-id", "x-client-request-id"),
    Break(
        "server-name", "x-client-server: sandbox", "x-client-server: production", "#/servers/1/x-client-server", "production", nth=1
    ),
    Break(
        "error-name",
        "description: The job is accepted.",
        "description: The job is accepted.\n          x-client-error-name: ApiError",
        f"{CREATE}/responses/201",
        "'201':",
        "every client has a class ApiError",
    ),
    Break(
        "credentials",
        "key: JOBS_KEY",
        "key: JOBS_KEY\n          region: JOBS_REGION",
        f"{SCHEMES}/Key/x-client-credentials/environment/region",
        "JOBS_REGION",
        "needs no 'region'",
    ),
    Break(
        "credentials",
        "          client_secret: JOBS_SECRET\n",
        "",
        f"{SCHEMES}/Renewed/x-client-credentials/environment",
        "environment:",
        "holds 'client_secret'",
        nth=1,
    ),
    Break(
        "credentials",
        "url: JOBS_URL",
        "uri: JOBS_URL",
        f"{SCHEMES}/Renewed/x-client-credentials/optional/uri",
        "JOBS_URL",
        "these are url",
    ),
    Break(
        "credentials",
        "scheme: bearer",
        "scheme: basic",
        f"{SCHEMES}/Renewed/x-client-credentials/refresh",
        "refresh:",
        "sent in a header",
    ),
]


@pytest.mark.parametrize("case", [*FORM, *MEANING], ids=str)
def test_a_broken_spec_has_exactly_one_finding(case: Break, tmp_path: Path) -> None:
    assert_found(case, tmp_path)


def test_every_rule_has_a_case() -> None:
    assert {case.rule for case in (*FORM, *MEANING)} == set(extensions.RULES)


@pytest.mark.parametrize("path", sorted(extensions.SCHEMAS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_json_schema_of_an_extension_is_valid(path: Path) -> None:
    Draft202012Validator.check_schema(yaml.safe_load(path.read_text(encoding="utf-8")))


def test_each_extension_has_a_json_schema_and_a_line_in_the_readme() -> None:
    names = set(extensions.KINDS)
    assert {path.stem for path in extensions.SCHEMAS.glob("*.yaml")} == names
    readme = (extensions.SCHEMAS / "README.md").read_text(encoding="utf-8")
    assert {line.split("`")[1] for line in readme.splitlines() if line.startswith("| `")} == names
