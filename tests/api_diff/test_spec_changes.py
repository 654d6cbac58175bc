"""Which changes of a spec are reported, in Redocly's words where it has some, and how they are rated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest

from scripts.api_diff.changes import Change
from scripts.api_diff.spec_changes import spec_changes
from scripts.command import ROOT
from scripts.packages.errors import PackageError

SPEC = Path(__file__).parent / "project" / "specs" / "offers.yaml"
Edits = Sequence[tuple[str, str]]


def changes(folder: Path, edits: Edits) -> list[Change]:
    text = SPEC.read_text(encoding="utf-8")
    for was, now in edits:
        assert was in text, was
        text = text.replace(was, now, 1)
    new = folder / "new.yaml"
    new.write_text(text, encoding="utf-8")
    return spec_changes(SPEC, new)


PARAMETERS = "      parameters:\n"
KIND = "        - name: kind\n          in: query\n          schema:\n            type: string\n"
COMMENT = "        comment:\n          type: string\n"
REQUEST = "      required:\n        - offerIds\n"
CODE = "        - code\n      properties:\n"
SERVER = "  - url: https://test.vendor.example\n    description: For tests.\n    x-client-server: test\nsecurity:\n"
NOT_FOUND = "        '404':\n          $ref: '#/components/responses/NotFound'\n"
HEADER = "            X-Remaining:\n              $ref: '#/components/headers/Number'\n"
SEARCH_OK = "          description: Found.\n"

# Batch, the text that is replaced and its replacement, and the line that has to be reported. The edits of a batch are made
# together, as each comparison is slow.
CHANGES: list[tuple[int, str, str, str]] = [
    (1, "maxItems: 40", "maxItems: 30", "Changed Breaking: `ArchiveRequest`: `maxItems` of `offerIds` changed from '40' to '30'."),
    (1, "      minLength: 1\n", "", "Changed `OfferId`: `minLength` of `OfferId` was removed."),
    (2, "maxLength: 255", "maxLength: 300", "Changed `OfferId`: `maxLength` of `OfferId` changed from '255' to '300'."),
    (3, "maxLength: 255", "maxLength: 200", "Changed Breaking: `OfferId`: `maxLength` of `OfferId` changed from '255' to '200'."),
    (
        1,
        "            maximum: 50\n",
        "            maximum: 50\n            minimum: 2\n",
        "Changed Breaking: `searchOffers`: Lower bound was set to '>= 2'.",
    ),
    (
        1,
        "        offers:\n          type: array\n          minItems: 1",
        "        offers:\n          type: array\n          minItems: 2",
        "Changed `ArchiveResponse`: `minItems` changed from '1' to '2'.",
    ),
    (2, "pattern: ^.+$", "pattern: ^x$", "Changed Breaking: `OfferId`: `pattern` of `OfferId` changed from '^.+$' to '^x$'."),
    (1, PARAMETERS, PARAMETERS + KIND, "Added `searchOffers`: Parameter `kind` was added."),
    (
        2,
        PARAMETERS,
        PARAMETERS + KIND.replace("kind", "order").replace("query\n", "query\n          required: true\n"),
        "Added Breaking: `searchOffers`: Required `order` query parameter was added.",
    ),
    (1, COMMENT, COMMENT + COMMENT.replace("comment", "why"), "Added `ArchiveRequest`: Property `why` was added."),
    (
        2,
        REQUEST,
        REQUEST + "        - comment\n",
        "Changed Breaking: `ArchiveRequest`: Properties of `ArchiveRequest` became required: `comment`.",
    ),
    (1, CODE, CODE + "        why:\n          type: string\n", "Added `Fault`: Property `why` was added."),
    (
        4,
        "      required:\n" + CODE,
        "      properties:\n",
        "Changed Breaking: `Fault`: Properties of `Fault` are no longer required: `code`.",
    ),
    (
        3,
        CODE,
        "        - code\n        - message\n      properties:\n",
        "Changed `Fault`: `required` changed from '['code']' to '['code', 'message']'.",
    ),
    (1, "        message:\n          type: string\n", "", "Removed Breaking: `Fault`: Property `message` of `Fault` was removed."),
    (
        3,
        "        code:\n          type: string",
        "        code:\n          type: integer",
        "Changed Breaking: `Fault`: Type of `code` widened from 'string' to 'integer'.",
    ),
    (1, "        - UNKNOWN\n", "        - UNKNOWN\n        - OTHER\n", "Changed `Cause`: Enum of `cause` gained values: 'OTHER'."),
    (2, "        - UNKNOWN\n", "", "Changed `Cause`: `enum` changed from '['STOCKS', 'UNKNOWN']' to '['STOCKS']'."),
    (
        3,
        "x-client-enum: open",
        "x-client-enum: closed",
        "Changed Breaking: `Cause`: `x-client-enum` changed from 'open' to 'closed'.",
    ),
    (4, "          uniqueItems: true\n", "", "Changed `ArchiveRequest`: `uniqueItems` changed from 'True' to 'None'."),
    (
        4,
        "operationId: archiveOffers",
        "operationId: archive",
        "Changed Breaking: `archive`: `operationId` of operation `POST /v2/archive` changed from 'archiveOffers' to 'archive'.",
    ),
    (
        2,
        "x-client-server: production",
        "x-client-server: live",
        "Changed Breaking: servers: `x-client-server` changed from 'production' to 'live'.",
    ),
    (
        3,
        "url: https://api.vendor",
        "url: https://new.vendor",
        "Changed Breaking: servers: Server `https://api.vendor.example` became `https://new.vendor.example`.",
    ),
    (1, "security:\n", SERVER, "Added servers: Server `test` was added."),
    (
        2,
        "      name: Api-Key",
        "      name: X-Key",
        "Changed Breaking: `ApiKey`: `name` of security scheme `ApiKey` changed from 'Api-Key' to 'X-Key'.",
    ),
    (1, HEADER, "", "Removed Breaking: `archiveOffers`: Response header `X-Remaining` was removed."),
    (2, NOT_FOUND, "", "Removed Breaking: `archiveOffers`: Response `404` was removed."),
    (
        3,
        "        '200':\n" + SEARCH_OK,
        NOT_FOUND + "        '200':\n" + SEARCH_OK,
        "Added `searchOffers`: Response `404` was added.",
    ),
    (
        1,
        "      rate: 70\n",
        "      rate: 50\n",
        "Changed `archiveOffers`, `searchOffers`: `x-client-rate-limit.rate` changed from '70' to '50'.",
    ),
]


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], list[str]]:
    @cache
    def lines(batch: int) -> list[str]:
        edits = [(old, new) for of, old, new, _ in CHANGES if of == batch]
        return [f"{each.heading} {each.line}" for each in changes(tmp_path_factory.mktemp("spec"), edits)]

    return lines


@pytest.mark.parametrize(("batch", "line"), [(batch, line) for batch, *_, line in CHANGES])
def test_a_change_is_reported_and_rated(reported: Callable[[int], list[str]], batch: int, line: str) -> None:
    assert line in reported(batch)


def test_nothing_else_is_reported(reported: Callable[[int], list[str]]) -> None:
    expected = {line for *_, line in CHANGES}
    assert {line for batch in {batch for batch, *_ in CHANGES} for line in reported(batch)} == expected


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param([("    description: Production.", "    description: For all.")], id="a description"),
        pytest.param([("title: Offers\n  description", "title: Goods\n  description")], id="the title"),
        pytest.param([("    version: 0.1.0\n", "    version: 0.2.0\n")], id="the version"),
        pytest.param(
            [("    Fault:\n", "    Problem:\n"), ("schemas/Fault'", "schemas/Problem'")],
            id="the name of a class, as Python reports it",
        ),
    ],
)
def test_changes_without_an_effect_are_silent(tmp_path: Path, edits: Edits) -> None:
    assert changes(tmp_path, edits) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [("openapi: [", "invalid-yaml"), ("openapi: 3.1.0\ninfo: {}\n", "new.yaml"), ("- a list", "an OpenAPI document is an object")],
)
def test_a_spec_that_cannot_be_read(tmp_path: Path, text: str, message: str) -> None:
    new = tmp_path / "new.yaml"
    new.write_text(text, encoding="utf-8")
    for pair in ((SPEC, new), (new, SPEC)):
        with pytest.raises(PackageError) as caught:
            spec_changes(*pair)
        assert message in str(caught.value)
        assert "\n" not in str(caught.value)


def test_an_old_spec_of_another_form(tmp_path: Path) -> None:
    old = tmp_path / "old.yaml"
    old.write_text(SPEC.read_text(encoding="utf-8").replace("      operationId: archiveOffers\n", ""), encoding="utf-8")
    with pytest.raises(PackageError, match=r"old\.yaml: does not have the form that specs have now"):
        spec_changes(old, SPEC)


def test_a_new_spec_with_an_invalid_table(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"new\.yaml:\d+: "):
        changes(tmp_path, [("      rate: 70\n", "")])


def test_redocly_that_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.tools.redocly._INSTALLED", ROOT / ".cache" / "nowhere" / "cli.js")
    with pytest.raises(PackageError, match="run 'make setup'"):
        changes(tmp_path, [("maxItems: 40", "maxItems: 30")])
