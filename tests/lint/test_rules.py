"""Every rule finds what it is there for, in the right place, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from scripts.lint import validity
from scripts.lint.__main__ import CHECKS, lint
from tests.lint.lines import line_of
from tests.lint.test_successes import PATH, STOP

JOBS = Path(__file__).parent / "jobs.yaml"
CREATE = "#/paths/~1jobs~1{shop}/post"
GET = "#/paths/~1jobs~1{shop}/get"
LIST = "#/paths/~1jobs/get"
SCHEMAS = "#/components/schemas"
KEY = "#/components/securitySchemes/Key/x-client-credentials"
RENEWED = "#/components/securitySchemes/Renewed/x-client-credentials"
STATUS = "#/components/links/Status"
OTHERS = f"{CREATE}/responses/201/links/others"
EXAMPLE = f"{CREATE}/responses/201/content/application~1json/examples/one/value"
RETRY_KEY = f"{CREATE}/x-client-retry/idempotencyKey"
CHUNKING = f"{CREATE}/x-client-chunking"
POLLING = f"{CREATE}/x-client-polling"
CONFIRMATION = f"{GET}/x-client-confirmation"
CONDITION = f"{CONFIRMATION}/conditions/0"
REPORTED = "      x-client-polling:\n        operation: getJob\n"
STORES = "stores: $request.body#/shops"
STORED = f"      x-client-confirmation:\n        {STORES}\n{REPORTED}"
CHECK = f"{GET}/x-client-check"
MATCHING = f"{LIST}/x-client-matching"
PAGINATION = f"{LIST}/x-client-pagination"
PAGES = """      x-client-pagination:
        token: $response.body#/next/token
        parameter: $request.query.page
        items: $response.body#/jobs
        total: $response.body#/count
        size: $request.query.size
"""
PLACES = {"items": "$response.body#/jobs"}
BY_TOKEN = {**PLACES, "token": "$response.body#/next/token", "parameter": "$request.query.page"}
IN_HEADER = {"token": "$response.header.X-Next-Page"}
BY_PAGE = {**PLACES, "page": "$request.query.number"}
BY_OFFSET = {**PLACES, "offset": "$request.query.number", "first": 1, "size": "$request.query.size"}
BY_LINK = {**PLACES, "link": "$response.body#/nextUrl"}
COUNT, MORE, PAGE_COUNT = "$response.body#/count", "$response.body#/isMore", "$response.body#/pageCount"
RETRIED_400 = "      x-client-retry: {responses: [{status: 400, wait: 1}], attempts: 2, maxWait: 1, idempotent: true}\n"
INVALID = "          description: The job is not valid.\n"
TWICE = "          headers: {X-Y: {schema: &it {type: string, enum: [A]}}, X-Z: {schema: *it}}\n"  # by an alias
CHUNKS = """      x-client-chunking:
        array: $request.query.ids
        key:
          - ''
        normalize: none
        keep: first
        alone: ','
"""


def paged(**fields: object) -> str:
    """Return an x-client-pagination as the good spec has it."""
    lines = yaml.safe_dump(fields, sort_keys=False).splitlines()
    return "\n".join(["      x-client-pagination:", *(f"        {line}" for line in lines), ""])


CHUNKS_BY_SIZE = CHUNKS.replace("array: $request.query.ids", "item: $request.query.size").replace("        alone: ','\n", "")
SHARED = "        $ref: '#/components/x-client-retry/shared'\n"
KEPT = f"      x-client-retry:\n{SHARED}    get:\n"
RETRIED = f"      x-client-retry:\n{SHARED}  /jobs:\n"
KEYED = """      x-client-retry:
        idempotencyKey: $request.header.request-key
        responses:
          - {status: 429, wait: 1}
        attempts: 2
        maxWait: 9
        idempotent: false
      parameters:
        - name: Request-Key
          in: header
          schema:
            type: string
    get:
"""
ACCEPTED = "        accepted: [404]\n"
GET_RETRIES = f"{ACCEPTED}      x-client-retry:\n        $ref: '#/components/x-client-retry/shared'\n"
ONE = "        item: $request.query.jobId\n"
PAGE = "name: page\n          in: query"
SHOP = "- $ref: '#/components/parameters/Shop'"
LIMIT = "            X-Limit:\n              schema:\n                type: string\n"
WAIT = "            Retry-After:\n              schema:\n                type: string\n        '500':"
OPAQUE = "        token:\n          type: string\n"
REQUEST_ID = "x-client-request-id: $response.header.X-Request-Id\n"

# By rule: a text that is in the good spec once, what replaces it, the pointer of the one finding, and what its advice contains.
CASES: dict[str, list[tuple[str, ...]]] = {
    "unsupported-version": [
        ("openapi: 3.1.0", "openapi: 4.0.0", "#/openapi", "'4.0.0'"),
        ("openapi: 3.1.0", "openapi: '3.1'", "#/openapi", "3.1.x"),
        ("openapi: 3.1.0", "openapi: 3.1", "#/openapi", "3.1.x"),
        ("openapi: 3.1.0", "swagger: '2.0'", "#/swagger", "'2.0'"),
        ("openapi: 3.1.0\n", "", "#", "does not say"),
    ],
    "unknown-reference": [("links/Status'", "links/Stat'", f"{CREATE}/responses/201/links/status/$ref")],
    "external-reference": [("'#/components/links/S", "'a.yaml#/S", f"{CREATE}/responses/201/links/status/$ref")],
    "circular-reference": [("    Next:\n", "    Next:\n      $ref: '#/components/schemas/Next'\n", f"{SCHEMAS}/Next/$ref")],
    "wrong-reference": [
        (SHOP, "- $ref: '#/components/schemas/Kind'", "#/paths/~1jobs~1{shop}/parameters/0/$ref", "refer to a parameter"),
        (SHOP, "- $ref: '#/components/links/Status'", "#/paths/~1jobs~1{shop}/parameters/0/$ref", "is not allowed here"),
    ],
    "structure": [
        ("  title: Jobs\n", "", "#/info", "'title' is missing"),
        ("  title: Jobs\n", "  title: Jobs\n  titel: J\n", "#/info/titel", "'titel' is not allowed here"),
        ("  5XX:", "  5XZ:", f"{CREATE}/responses/5XZ"),
        ("in: path", "in: pth", "#/components/parameters/Shop/in", "'pth' is none of 'query'"),
        ("maxLength: 10", "maxLength: -1", f"{GET}/parameters/0/schema/maxLength", "-1 is less"),
        ("maxLength: 10", "pattern: '(('", f"{GET}/parameters/0/schema/pattern", "regex"),
        (OPAQUE, OPAQUE.replace("string", "text"), f"{SCHEMAS}/Next/properties/token/type", "'text' is none"),
    ],
    "path-template": [("/jobs/{shop}:", "/jobs/{shop:", "#/paths/~1jobs~1{shop")],
    "path-parameter": [
        ("  /jobs:", "  /jobs/{id}:", "#/paths/~1jobs~1{id}/get", "'id' is not defined"),
        (PAGE, PAGE.replace("query", "path\n          required: true"), LIST, "'page' is not in the path"),
    ],
    "duplicate-operation-id": [
        (
            "operationId: listJobs\n      tags:",
            "operationId: getJob\n      tags:",
            f"{LIST}/operationId",
            "'getJob' is also in line 120;",
        ),
    ],
    "duplicate-parameter": [("name: page", "name: owner", f"{LIST}/parameters/3")],
    "duplicate-tag": [("name: other", "name: jobs", "#/tags/1")],
    "default": [("default: me", "default: 3", f"{LIST}/parameters/2/schema/default", "3 is not of type 'string'")],
    "unknown-format": [("maxLength: 10", "format: uuidd", f"{GET}/parameters/0/schema/format", "'uuidd' is not a format")],
    "anonymous-object": [
        (LIMIT, LIMIT.replace("string", "[object, 'null']"), f"{CREATE}/responses/201/headers/X-Limit/schema"),
        (OPAQUE, "        token:\n          additionalProperties: {}\n", f"{SCHEMAS}/Next/properties/token"),
        ("    Refusal:\n", "    Refusal:\n      allOf:\n        - properties: {}\n", f"{SCHEMAS}/Refusal/allOf/0"),
    ],
    "anonymous-enum": [
        (OPAQUE, OPAQUE + "          enum: [A]\n          x-client-enum: open\n", f"{SCHEMAS}/Next/properties/token"),
        (OPAQUE, OPAQUE + "          enum: [A]\n", f"{SCHEMAS}/Next/properties/token", "with x-client-enum if"),
        (INVALID, INVALID + TWICE, f"{CREATE}/responses/400/headers/X-Y/schema"),
    ],
    "anonymous-composition": [
        (OPAQUE, "        token:\n          allOf: [{type: string}, {maxLength: 3}]\n", f"{SCHEMAS}/Next/properties/token/allOf"),
    ],
    "refusal": [("        '400':\n          description: The query is not valid.\n", "", f"{LIST}/responses", "'ids' has bounds")],
    "success": [
        (PATH, STOP, "#/paths/~1stops/post", "'status' of a success can say that the request was refused", "body#/status, values"),
    ],
    "one-tag": [
        ("listJobs\n      tags:\n", "listJobs\n      tags:\n        - other\n", f"{LIST}/tags", "2 tags"),
        ("Jobs\n      tags:\n        - jobs\n", "Jobs\n", LIST, "0 tags"),
    ],
    "operation-id": [
        ("  /jobs:\n", "  /jobs:\n    put: {tags: [jobs], responses: {default: {description: Put.}}}\n", "#/paths/~1jobs/put"),
    ],
    "array-style": [
        ("          style: form\n", "", f"{LIST}/parameters/0", "say style;"),
        ("          style: form\n          explode: false\n", "", f"{LIST}/parameters/0", "style and explode"),
    ],
    "enum-openness": [
        ("      x-client-enum: closed\n", "", f"{SCHEMAS}/Status"),
        (
            "        5XX:\n",
            "        5XX:\n          headers: {X: {schema: {$ref: '#/components/schemas/Kind'}}}\n",
            f"{SCHEMAS}/Kind",
        ),
    ],
    "enum-mark": [(OPAQUE, OPAQUE + "          x-client-enum: open\n", f"{SCHEMAS}/Next/properties/token/x-client-enum")],
    "example": [
        ("kind: SMALL", "kind: TINY", "#/components/examples/Request/value/items/0/kind", "'TINY' is not one of"),
        ("example: j-1", "example: j-1234567890", f"{GET}/parameters/0/example", "too long"),
        ("example: abc", "example: 3", f"{CREATE}/responses/201/headers/X-Request-Id/example"),
        ("example: j-2", "example: 2", f"{SCHEMAS}/Job/properties/id/example"),
        ("example: j-2", "examples: [a, 2]", f"{SCHEMAS}/Job/properties/id/examples/1"),
        ("                    id: j-1\n", "", EXAMPLE, "'id' is a required property"),
        ("reason: too long", "reason: 3", f"{EXAMPLE}/refused/0/reason"),
    ],
    "link": [
        ("        operationId: listJobs\n", "        operationRef: '#/paths/~1jobs/get'\n", OTHERS, "no operationId"),
        ("        operationId: listJobs\n", "        operationId: list\n", f"{OTHERS}/operationId", "'list'"),
        ("owner: $request.path.shop", "owner: $request.path.shops", f"{OTHERS}/parameters/owner"),
        ("query.jobId:", "path.jobId:", f"{STATUS}/parameters/path.jobId"),
        ("$response.body#/id", "$response.body#/ident", f"{STATUS}/parameters/query.jobId", "'ident'"),
        ("$response.body#/id", "job {$response.header.X-Job}", f"{STATUS}/parameters/query.jobId", "'X-Job'"),
        ("$response.body#/id\n", "$response.body#/id\n      requestBody: 3\n", f"{STATUS}/requestBody", "has no body"),
    ],
    "extension-unknown": [
        (REQUEST_ID, "x-client-requestid: 3\n", "#/x-client-requestid", "did you mean 'x-client-request-id'?"),
        ("components:\n", "components:\n  x-client-try: {}\n", "#/components/x-client-try"),
    ],
    "extension-place": [
        ("  title: Jobs\n", f"  title: Jobs\n  {REQUEST_ID}", "#/info/x-client-request-id", "move it to the document"),
        ("x-client-server: sandbox", "x-client-server: {$ref: '#/info'}", "#/servers/1/x-client-server/$ref"),
    ],
    "extension-schema": [
        ("- status: 500\n", "- status: 100\n", "#/components/x-client-retry/shared/responses/1/status", "100 is less than"),
        ("- status: 500\n", "- status: 200\n", "#/components/x-client-retry/shared/responses/1", "'value' is a required property"),
        ("x-client-server: sandbox", "x-client-server: Box", "#/servers/1/x-client-server", "'Box' does not"),
        ("  attempts: 3", "  attempts: 0", "#/components/x-client-retry/shared/attempts"),
        ("wait: 1\n", "wait: 1\n          waitFormat: epoch-seconds\n", "#/components/x-client-retry/shared/responses/1/wait"),
        ("components:\n", "components:\n  x-client-enum: open\n", "#/components/x-client-enum"),
        ("rejects: [404]", "rejects: [404, 429]", f"{CONFIRMATION}/rejects/1", "429 should not be"),
        ("keep: last", "keep: both", f"{CHUNKING}/keep", "'both' is not one of ['first', 'last']"),
        ("keep: last", "keep: last\n        maxBodyByte: 9", CHUNKING, "no 'maxBodyByte' here (did you mean 'maxBodyBytes'?)"),
        ("by: /id", "by: /id\n            zzz: 1", f"{CHUNKING}/refusals/0", "no 'zzz' here (there are 'status', 'text', 'by')"),
        ("          equals: ORDER\n", "", f"{LIST}/x-client-rules/0", "'equals'"),
        ("keep: last", "keep: last\n        x-client-note: []", f"{CHUNKING}/x-client-note"),
    ],
    "chunking": [
        ("array: $request.body#/items", "array: $request.body#/item", f"{CHUNKING}/array", "which has 'items'"),
        ("array: $request.query.ids", "array: $request.query.id", f"{LIST}/x-client-chunking/array", "'id'"),
        ("array: $request.query.ids", "array: $request.query.owner", f"{LIST}/x-client-chunking/array", "not an array"),
        ("          maxItems: 100\n", "", f"{CHUNKING}/array", "no maxItems"),
        ("- /id\n", "- /sku\n", f"{CHUNKING}/key/0", "in an item, 'sku' of '/sku' does not exist"),
        ("items: $response.body#/refused", "items: $response.body#/id", f"{CHUNKING}/rejections/items", "neither an array"),
        ("key: /item\n", "key: /id\n", f"{CHUNKING}/rejections/key"),
        ("reason: /reason", "reason: /why", f"{CHUNKING}/rejections/reason"),
        (
            "status: 429\n            by: /id",
            "status: 404\n            by: /id",
            f"{CHUNKING}/refusals/0/status",
            "no response 404",
        ),
        ("by: /id", "by: /shop", f"{CHUNKING}/refusals/0/by", "'shop' of '/shop' does not exist"),
        ("alone: ','", "alone: ;", f"{LIST}/x-client-chunking/alone", "does not separate the items"),
        ("item: $request.query.jobId", "item: $request.query.job", f"{GET}/x-client-chunking/item", "'job'"),
        ("key: /item\n", "key: /item\n          store: /item\n", f"{CHUNKING}/rejections/store", "one part identifies an item"),
        (ONE, ONE + "        parameters: {shop: /id}\n", f"{GET}/x-client-chunking/parameters/shop", "not in the body"),
        (ONE, ONE + "        alone: ','\n", f"{GET}/x-client-chunking/alone", "has one item"),
        (ONE, ONE + "        refusals: [{status: 404, by: ''}]\n", f"{GET}/x-client-chunking/refusals", "cannot be divided"),
    ],
    "matching": [
        ("        key: /order", "        items: $response.body#/jobs\n        key: /order", f"{MATCHING}/items", "remove it"),
        (PAGES, "", MATCHING, "where a response has the items"),
        (CHUNKS, "", MATCHING, "no x-client-chunking"),
        ("key: /order", "key: /number", f"{MATCHING}/key", "'number' of '/number' does not exist"),
        ("kind: $request.query.idsType", "kind: $request.query.idsKind", f"{MATCHING}/kind", "'idsKind'"),
        ("        kind: $request.query.idsType\n", "", MATCHING, "name it as kind, or remove keyKind, spellings, identifiers/kind"),
        ("keyKind: ORDER", "keyKind: PART", f"{MATCHING}/keyKind", "use one of 'ORDER', 'JOB'"),
        ("JOB: [separators]", "PART: [separators]", f"{MATCHING}/spellings/PART", "'PART' is not a value"),
        ("        spellings:\n          JOB: [separators]", "        ignore: [separators]", f"{MATCHING}/ignore", "for each kind"),
        ("items: /names/all", "items: /names/each", f"{MATCHING}/identifiers/items", "'each'"),
        ("items: /names/all", "items: /order", f"{MATCHING}/identifiers/items", "is not a list"),
        ("value: /name\n", "value: /names\n", f"{MATCHING}/identifiers/value", "'names'"),
        ("kind: /its", "kind: /kind", f"{MATCHING}/identifiers/kind", "'kind'"),
        ("fields: [NAMES]", "columns: [NAMES]", f"{MATCHING}/parameters/columns", "no query parameter 'columns'"),
        ("fields: [NAMES]", "fields: [NAME]", f"{MATCHING}/parameters/fields/0", "'NAME' is not one of"),
    ],
    "polling": [
        ("        operation: getJob\n", "        operation: get\n", f"{POLLING}/operation", "no operation 'get'"),
        ("            status:\n              $ref: '#/components/links/Status'\n", "", f"{POLLING}/operation", "no link"),
        ("        path.shop: $request.path.shop\n", "", f"{POLLING}/operation", "requires 'shop', which the link to it does not"),
        ("status: $response.body#/status", "status: $response.body#/state", f"{POLLING}/status"),
        ("status: $response.body#/status", "status: $response.body#/report/url", f"{POLLING}/status", "not an enum"),
        ("          - RUNNING\n        succ", "        succ", POLLING, "'RUNNING' is in none"),
        ("- RUNNING\n        succ", "- RUNNING\n          - NEW\n        succ", f"{POLLING}/pending", "'NEW'", "has 'WAITING', "),
        (GET_RETRIES, ACCEPTED, f"{POLLING}/operation", "'getJob' documents 429, ", "add x-client-retry to 'getJob'"),
        ("          - RUNNING\n        succ", "          - RUNING\n        succ", f"{POLLING}/pending", "which has 'RUNNING'"),
        ("deadline: 100", "deadline: 9", POLLING, "have to grow"),
        ("link: $response.body#/report/url", "link: $response.body#/report/uri", f"{POLLING}/report/link", "'uri'"),
        ("failures: [LOST]", "failures: [LOST, ok]", f"{POLLING}/report/failures/1", "'ok' confirms"),
    ],
    "confirmation": [
        ("value: $response.body#/status", "value: $response.body#/state", f"{CONFIRMATION}/conditions/0/value", "'state'"),
        ("value: $response.body#/status", "value: $response.body#/report", f"{CONDITION}/values/0", "'DONE' is not a value of it"),
        ("values: [DONE]", "values: [GONE]", f"{CONDITION}/values/0", "which has 'WAITING', 'RUNNING', "),
        ("values: [DONE]", "values: [DONE, true]", f"{CONDITION}/values/1", "True is not a value of it"),
        ("            item: ''\n", "            item: /id\n", f"{CONFIRMATION}/conditions/1/item", "'/id' does not identify"),
        ("value: $response.body#/report/url", "value: $response.body#/report", f"{CONFIRMATION}/since/value", "is not text"),
        ("rejects: [404]", "count: $response.body#/status", f"{CONFIRMATION}/count", "is not a whole number"),
        ("rejects: [404]", "count: $response.body#/number", f"{CONFIRMATION}/count", "'number'"),
        ("rejects: [404]", "rejects: [409]", f"{CONFIRMATION}/rejects/0", "no response 409"),
        (RETRIED, f"{RETRIED_400.replace('400', '404')}  /jobs:\n", f"{CONFIRMATION}/rejects/0", "is retryable"),
        ("words: reported at", f"words: then\n        {STORES}", f"{CONFIRMATION}/stores", "only a report names the stores"),
        (REPORTED, STORED, f"{CREATE}/x-client-confirmation/stores", "'shops'"),
    ],
    "pagination": [
        ("token: $response.body#/next/token", "token: $response.body#/next/to", f"{PAGINATION}/token", "'to'"),
        ("$request.query.page", "$request.query.pages", f"{PAGINATION}/parameter", "no query parameter 'pages', but 'ids', "),
        ("items: $response.body#/jobs", "items: $response.body#/next", f"{PAGINATION}/items", "not an array"),
        ("items: $response.body#/jobs", "items: $response.body", f"{PAGINATION}/items", "'$response.body' is not an array"),
        ("total: $response.body#/count", "total: $response.body#/jobs", f"{PAGINATION}/total", "not a whole number"),
        ("size: $request.query.size", "size: $request.query.owner", f"{PAGINATION}/size", "not a whole number"),
        ("size: $request.query.size", "size: $request.query.page", f"{PAGINATION}/size", "is for the token"),
        ("total: $response.body#/count", "total: $response.body#/next/token", f"{PAGINATION}/total", "is for the token"),
        ("token: $response.body#/next/token", "token: $response.body#/next", f"{PAGINATION}/token", "no token"),
        ("parameter: $request.query.page", "parameter: $request.query.fields", f"{PAGINATION}/parameter", "no token"),
        (PAGE, f"{PAGE}\n          required: true", f"{PAGINATION}/parameter", "is required, so that the first page"),
        (CHUNKS, CHUNKS_BY_SIZE, f"{PAGINATION}/size", "has the items of a request"),
        (PAGES, paged(**PLACES), PAGINATION, "how the next page is requested", "token and parameter, page, offset or link"),
        (PAGES, paged(**BY_TOKEN, page="$request.query.number"), f"{PAGINATION}/page", "token says how the next page"),
        (PAGES, paged(**BY_PAGE, link="$response.body#/nextUrl"), f"{PAGINATION}/link", "page says how the next page"),
        (PAGES, paged(**BY_PAGE, parameter="$request.query.page"), f"{PAGINATION}/parameter", "add token, or remove it"),
        (PAGES, paged(**PLACES, token=BY_TOKEN["token"]), f"{PAGINATION}/token", "no parameter takes the token"),
        (PAGES, paged(**{**BY_TOKEN, **IN_HEADER, "parameter": "$request.query.number"}), f"{PAGINATION}/token", "which is text"),
        (PAGES, paged(**PLACES, page="$request.query.page"), f"{PAGINATION}/page", "not a whole number", "`type: integer`"),
        (PAGES, paged(**PLACES, page="$request.query.no"), f"{PAGINATION}/page", "no query parameter 'no', but"),
        (PAGES, paged(**PLACES, offset="$request.body#/skip"), f"{PAGINATION}/offset", "the request has no body"),
        (PAGES, paged(**BY_PAGE, more=COUNT), f"{PAGINATION}/more", "is neither true nor false"),
        (PAGES, paged(**BY_PAGE, more="$response.header.X-More"), f"{PAGINATION}/more", "no header 'X-More'"),
        (PAGES, paged(**BY_PAGE, pages=MORE), f"{PAGINATION}/pages", "not a whole number"),
        (PAGES, paged(**BY_PAGE, pages=COUNT, total=COUNT), f"{PAGINATION}/total", "is for pages"),
        (PAGES, paged(**BY_OFFSET, pages=PAGE_COUNT), f"{PAGINATION}/pages", "pages have no number here"),
        (PAGES, paged(**PLACES, link="$response.body#/count"), f"{PAGINATION}/link", "is not text"),
        (PAGES, paged(**BY_LINK, first=1), f"{PAGINATION}/first", "pages are not counted here"),
        (PAGES, paged(**BY_TOKEN, lastPage="empty"), f"{PAGINATION}/lastPage", "pages are not counted here"),
        (PAGES, paged(**BY_LINK, beyond=400), f"{PAGINATION}/beyond", "pages are not counted here"),
        (PAGES, paged(**BY_PAGE, beyond=404), f"{PAGINATION}/beyond", "no response 404 is documented"),
        (PAGES, f"{paged(**BY_PAGE, beyond=400)}{RETRIED_400}", f"{PAGINATION}/beyond", "400 is retryable, and so ends nothing"),
        (PAGES, paged(**BY_PAGE, first=0), f"{PAGINATION}/first", "0 is less than the minimum of 1"),
        (PAGES, paged(**PLACES, page="$request.query.size", first=51), f"{PAGINATION}/first", "more than the maximum of 50"),
        (PAGES, paged(**{**BY_OFFSET, "size": BY_OFFSET["offset"]}), f"{PAGINATION}/size", "is for offset"),
        (
            PAGES,
            paged(**PLACES, page="$request.query.size", size="$request.query.number", lastPage="short"),
            f"{PAGINATION}/lastPage",
            "has no maximum",
        ),
    ],
    "rate-limit": [
        ("cost: $request.body#/items", "cost: $request.body#/item", f"{CREATE}/x-client-rate-limit/cost"),
        ("header.x-limit", "header.x-limits", f"{CREATE}/x-client-rate-limit/corrections/limit", "'x-limits'"),
    ],
    "retry": [
        ("        '500':\n          description: It failed.\n", "", f"{GET}/x-client-retry", "responses/1/status: no response 500"),
        (
            WAIT,
            WAIT.replace("-After", ""),
            f"{GET}/x-client-retry",
            "responses/0/wait: the response 429 has no header 'Retry-After'",
        ),
        (KEPT, KEYED.replace("request-key", "key"), RETRY_KEY, "no header parameter 'key', but 'Request-Key'"),
        (KEPT, KEYED.replace("type: string", "type: integer"), RETRY_KEY, "is not of type 'integer'"),
        (KEPT, KEYED.replace("string", "string\n            maxLength: 35"), RETRY_KEY, "is too long"),
        (KEPT, KEYED.replace("string", "string\n            pattern: '^[0-9A-F]+$'"), RETRY_KEY, "does not match"),
        (KEPT, KEYED.replace("string", "string\n            format: date"), RETRY_KEY, "it has the format 'date'"),
        (KEPT, KEYED.replace("$request.header.request-key", "$request.body#/items"), RETRY_KEY, "is in the items of a request"),
        (RETRIED, KEYED.partition("      parameters:")[0] + "  /jobs:\n", f"{GET}/x-client-retry/idempotencyKey", "only reads"),
    ],
    "rules": [
        ("parameter: idsType", "parameter: idType", f"{LIST}/x-client-rules/0/parameter", "'idType'"),
        ("            - owner\n", "            - shop\n", f"{LIST}/x-client-rules/0/others/0", "'shop'"),
        ("equals: ORDER", "equals: ORDERS", f"{LIST}/x-client-rules/0/equals", "use one of 'ORDER', 'JOB'"),
    ],
    "check": [
        ("          shop: none\n", "", f"{CHECK}/parameters", "'shop' is required"),
        ("          shop: none\n", "          shop: none\n          page: a\n", f"{CHECK}/parameters/page", "no parameter 'page'"),
        ("        accepted: [404]\n", "        body: {id: a}\n        accepted: [404]\n", f"{CHECK}/body/id"),
        ("accepted: [404]", "accepted: [409]", f"{CHECK}/accepted/0", "no response 409"),
        (
            "      x-client-rate-limit:\n        rate: 10\n",
            "      x-client-check: {parameters: {shop: a}}\n      x-client-rate-limit:\n        rate: 10\n",
            f"{CREATE}/x-client-check",
            "may change something",
        ),
    ],
    "request-id": [(REQUEST_ID, REQUEST_ID.replace("-Id\n", "\n"), "#/x-client-request-id")],
    "server-name": [("x-client-server: sandbox", "x-client-server: production", "#/servers/1/x-client-server")],
    "error-name": [
        (
            "        '201':\n",
            "        '201':\n          x-client-error-name: ApiError\n",
            f"{CREATE}/responses/201",
            "has a class ApiError",
        ),
    ],
    "credentials": [
        ("key: JOBS_KEY", "key: JOBS_KEY\n          region: R", f"{KEY}/environment/region", "needs no 'region'"),
        ("          client_secret: JOBS_SECRET\n", "", f"{RENEWED}/environment", "holds 'client_secret'"),
        ("url: JOBS_URL", "uri: JOBS_URL", f"{RENEWED}/optional/uri", "these are url"),
        ("scheme: bearer", "scheme: basic", f"{RENEWED}/token", "sent in a header"),
    ],
}


@pytest.mark.parametrize(("rule", "case"), [(rule, case) for rule, cases in CASES.items() for case in cases])
def test_a_broken_spec_has_exactly_one_finding(rule: str, case: tuple[str, ...], tmp_path: Path) -> None:
    old, new, pointer, *words = case
    text = JOBS.read_text(encoding="utf-8")
    assert text.count(old) == 1
    text = text.replace(old, new)
    path = tmp_path / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    findings, _ = lint(path)
    found = [(finding.rule, finding.pointer, finding.line) for finding in findings]
    assert found == [(rule, pointer, line_of(pointer, text))], "\n".join(map(str, findings))
    assert [each for each in words if each not in findings[0].advice] == []
    assert "\n" not in str(findings[0])


def test_every_rule_of_one_spec_has_a_case() -> None:
    assert CASES.keys() == {rule for module in (validity, *CHECKS) for rule in module.RULES}
