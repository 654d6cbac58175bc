"""What has changed in a spec is told in words, with what it means for those who use the client."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest

from scripts.api_diff.changes import Change
from scripts.api_diff.spec_changes import spec_changes
from scripts.command import ROOT
from scripts.packages.git import ReleaseError

YANDEX, JWO, ITEMS = "yandex_market_offers", "amazon_jwo_catalog", "amazon_catalog_items"
BOTH = "`addOffersToArchive`, `deleteOffersFromArchive`"
Edits = Sequence[tuple[str, str]]


def changes(folder: Path, api: str, edits: Edits) -> list[Change]:
    old = ROOT / "specs" / f"{api}.yaml"
    text = old.read_text(encoding="utf-8")
    for was, now in edits:
        assert was in text, was
        text = text.replace(was, now, 1)
    new = folder / "new.yaml"
    new.write_text(text, encoding="utf-8")
    return spec_changes(old, new)[0]


KIND = "        - name: kind\n          in: query\n          schema:\n            type: string\n"
PAGE_SIZE = "        - name: pageSize\n"
REQUEST = (
    "    AddOffersToArchiveRequest:\n      type: object\n      description: Offers to put into the archive.\n      required:\n"
)
FIELD = "        offerIds:\n          type: array\n          description: SKUs of the offers, 1 to 200, each once.\n"
ERROR = "      required:\n        - code\n      properties:\n        code:\n"
TEST_SERVER = "  - url: https://test.example\n    description: For tests.\n    x-client-server: test\nsecurity:\n"

# Name, batch, spec, what is changed, what has to be told. The changes of a batch are made together, as each comparison takes long.
SPEC: list[tuple[str, int, str, Edits, str]] = [
    (
        "fewer items",
        1,
        YANDEX,
        [("maxItems: 200", "maxItems: 100")],
        "Changed Breaking: `addOffersToArchive`: `offerIds` takes at most 100 items instead of 200",
    ),
    (
        "more items",
        1,
        JWO,
        [("maxItems: 10000", "maxItems: 20000")],
        "Changed `uploadCatalog`: `catalogItems` takes at most 20,000 items instead of 10,000",
    ),
    (
        "a limit that is gone",
        1,
        YANDEX,
        [("      minLength: 1\n", "")],
        f"Changed {BOTH}: `OfferId` takes any number of characters instead of at least 1 character",
    ),
    (
        "a new limit",
        1,
        YANDEX,
        [("        minimum: 1\n", "        minimum: 1\n        maximum: 9\n")],
        (f"Changed Breaking: {BOTH}: path parameter `businessId` takes at most 9 instead of any number"),
    ),
    (
        "a limit of what is answered",
        1,
        YANDEX,
        [
            (
                "one; null or absent if there are none.\n          minItems: 1",
                "one; null or absent if there are none.\n          minItems: 2",
            )
        ],
        "Changed `addOffersToArchive`: `result.notArchivedOffers` has at least 2 items instead of 1",
    ),
    (
        "another pattern",
        2,
        YANDEX,
        [(r"pattern: ^(?=.*\S.*)[^\x00-\x08\x0A-\x1f\x7f]{1,255}$", "pattern: ^x$")],
        (
            f"Changed Breaking: {BOTH}: `OfferId` takes only what matches `^x$` instead of only what matches `"
            r"^(?=.*\S.*)[^\x00-\x08\x0A-\x1f\x7f]{1,255}$`"
        ),
    ),
    (
        "a new optional parameter",
        1,
        ITEMS,
        [(PAGE_SIZE, KIND + PAGE_SIZE)],
        "Added `searchCatalogItems`: new optional query parameter `kind`",
    ),
    (
        "a new required parameter",
        1,
        ITEMS,
        [(PAGE_SIZE, KIND.replace("kind", "order").replace("query\n", "query\n          required: true\n") + PAGE_SIZE)],
        "Added Breaking: `searchCatalogItems`: new required query parameter `order`",
    ),
    (
        "a new optional field",
        1,
        YANDEX,
        [(FIELD, "        why:\n          type: string\n" + FIELD)],
        "Added `addOffersToArchive`: new optional field `why`",
    ),
    (
        "a new required field",
        2,
        YANDEX,
        [(REQUEST, REQUEST + "        - reason\n"), (FIELD, "        reason:\n          type: string\n" + FIELD)],
        "Added Breaking: `addOffersToArchive`: new required field `reason`",
    ),
    (
        "a new field of responses",
        1,
        YANDEX,
        [(ERROR, "      required:\n        - code\n      properties:\n        why:\n          type: string\n        code:\n")],
        "Added `addOffersToArchive`, `deleteOffersFromArchive`: new field `ApiErrorDTO.why` in responses",
    ),
    (
        "a field that may be absent",
        2,
        YANDEX,
        [(ERROR, "      properties:\n        code:\n")],
        "Changed Breaking: `addOffersToArchive`, `deleteOffersFromArchive`: `ApiErrorDTO.code` may be absent",
    ),
    (
        "a field that is required",
        1,
        JWO,
        [("        - store_id\n      properties", "        - store_id\n        - brand_name\n      properties")],
        "Changed Breaking: `uploadCatalog`: `catalogItems.brand_name` is required",
    ),
    (
        "a field that is gone",
        1,
        YANDEX,
        [("        message:\n          type: string\n          description: The error in words.\n", "")],
        "Removed Breaking: `addOffersToArchive`, `deleteOffersFromArchive`: the field `ApiErrorDTO.message` is gone",
    ),
    (
        "another type",
        3,
        YANDEX,
        [("        code:\n          type: string", "        code:\n          type: integer")],
        "Changed Breaking: `addOffersToArchive`, `deleteOffersFromArchive`: `ApiErrorDTO.code` is `integer` instead of `string`",
    ),
    (
        "a new value",
        1,
        YANDEX,
        [("        - UNKNOWN\n", "        - UNKNOWN\n        - OTHER\n")],
        "Added `addOffersToArchive`: new value `OTHER` of `result.notArchivedOffers.error`",
    ),
    (
        "a value that is gone",
        2,
        YANDEX,
        [("        - UNKNOWN\n", "")],
        "Removed `addOffersToArchive`: the value `UNKNOWN` of `result.notArchivedOffers.error` is gone",
    ),
    (
        "a closed enum",
        3,
        YANDEX,
        [("        - UNKNOWN\n      x-client-enum: open", "        - UNKNOWN\n      x-client-enum: closed")],
        "Changed Breaking: `addOffersToArchive`: `result.notArchivedOffers.error` refuses values that are not listed",
    ),
    (
        "items that may be repeated",
        2,
        YANDEX,
        [("          uniqueItems: true\n", "")],
        "Changed `addOffersToArchive`: `offerIds` may repeat items",
    ),
    (
        "another name of an operation",
        4,
        YANDEX,
        [("operationId: addOffersToArchive", "operationId: archiveOffers")],
        "Changed Breaking: `archiveOffers`: new name of the operation `addOffersToArchive`",
    ),
    (
        "another path",
        5,
        YANDEX,
        [("/v2/businesses/{businessId}/offer-mappings/archive:", "/v3/businesses/{businessId}/offer-mappings/archive:")],
        (
            "Changed Breaking: `addOffersToArchive`: is sent to `/v3/businesses/{businessId}/offer-mappings/archive` instead of to "
            "`/v2/businesses/{businessId}/offer-mappings/archive`"
        ),
    ),
    (
        "another name of a server",
        2,
        YANDEX,
        [("x-client-server: production", "x-client-server: live")],
        "Changed Breaking: the server `production` is called `live`",
    ),
    (
        "another place of a server",
        3,
        YANDEX,
        [("url: https://api.partner.market.yandex.ru", "url: https://api.example")],
        "Changed the server `production` is at https://api.example instead of at https://api.partner.market.yandex.ru",
    ),
    ("a new server", 1, YANDEX, [("security:\n", TEST_SERVER)], "Added new server `test`"),
    (
        "other credentials",
        2,
        YANDEX,
        [("      name: Api-Key", "      name: X-Key")],
        "Changed Breaking: the credentials `ApiKey`: `name` is `X-Key` instead of `Api-Key`",
    ),
    (
        "another environment variable",
        1,
        YANDEX,
        [("          key: YANDEX_MARKET_API_KEY", "          key: YANDEX_KEY")],
        "Changed Breaking: the credentials `ApiKey`: `environment.key` is `YANDEX_KEY` instead of `YANDEX_MARKET_API_KEY`",
    ),
    (
        "an environment variable that is no longer read",
        2,
        ITEMS,
        [("        optional:\n          url: SP_API_TOKEN_URL\n", "")],
        "Removed Breaking: the credentials `LoginWithAmazon`: `optional.url` is gone, which was `SP_API_TOKEN_URL`",
    ),
    (
        "another place of tokens",
        1,
        ITEMS,
        [("          url: https://api.amazon.com/auth/o2/token", "          url: https://a.example/")],
        "Changed the credentials `LoginWithAmazon`: `refresh.url` is `https://a.example/` instead of `https://api.amazon.com/auth/o2/token`",
    ),
    (
        "a header that is gone",
        1,
        YANDEX,
        [("            X-RateLimit-Resource-Remaining:\n              $ref: '#/components/headers/RateLimitRemaining'\n", "")],
        "Removed Breaking: `addOffersToArchive`: the header `X-RateLimit-Resource-Remaining` of the response 200 is gone",
    ),
    (
        "an error that is no longer documented",
        2,
        YANDEX,
        [("        '404':\n          $ref: '#/components/responses/NotFound'\n", "")],
        "Removed Breaking: `addOffersToArchive`: the response 404 is no longer documented",
    ),
    (
        "a new error",
        1,
        JWO,
        [("        '403':\n", "        '404':\n          $ref: '#/components/responses/Forbidden'\n        '403':\n")],
        "Added `uploadCatalog`: the response 404 is documented",
    ),
    (
        "another limit",
        1,
        YANDEX,
        [("      rate: 10000\n", "      rate: 5000\n")],
        "Changed limit of `addOffersToArchive`, `deleteOffersFromArchive`: 5,000 instead of 10,000 offers a minute",
    ),
]


@pytest.fixture(scope="module")
def told_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, str], list[str]]:
    @cache
    def told(batch: int, api: str) -> list[str]:
        edits = [edit for _, of, where, some, _ in SPEC if (of, where) == (batch, api) for edit in some]
        return [f"{each.heading} {each.line}" for each in changes(tmp_path_factory.mktemp("spec"), api, edits)]

    return told


@pytest.mark.parametrize(("batch", "api", "told"), [pytest.param(batch, api, told, id=name) for name, batch, api, _, told in SPEC])
def test_a_change_in_words(told_of: Callable[[int, str], list[str]], batch: int, api: str, told: str) -> None:
    assert told in told_of(batch, api)


def test_nothing_else_is_told(told_of: Callable[[int, str], list[str]]) -> None:
    wanted = {told for *_, told in SPEC}
    others = {line for batch, api in {(batch, api) for _, batch, api, *_ in SPEC} for line in told_of(batch, api)} - wanted
    assert others == set()


@pytest.mark.parametrize(
    "edits",
    [
        pytest.param(
            [("    description: Production; no sandbox is documented.", "    description: Production.")], id="a description"
        ),
        pytest.param([("title: Yandex Market Partner API, offer archive", "title: Offers")], id="the title"),
        pytest.param([("    version: 0.1.0\n", "    version: 0.2.0\n")], id="the version"),
        pytest.param(
            [("Responses of the 400 class use up the limit too.", "Responses of any class use up the limit.")], id="a note"
        ),
        pytest.param(
            [
                (
                    "                  offerIds:\n                    - string\n",
                    "                  offerIds:\n                    - x\n",
                )
            ],
            id="an example",
        ),
        pytest.param(
            [("    ApiErrorDTO:\n", "    Fault:\n"), ("schemas/ApiErrorDTO'", "schemas/Fault'")],
            id="the name of a class, which Python tells",
        ),
    ],
)
def test_what_has_no_effect_is_silent(tmp_path: Path, edits: Edits) -> None:
    assert changes(tmp_path, YANDEX, edits) == []


def test_which_classes_are_only_answered() -> None:
    spec = ROOT / "specs" / f"{YANDEX}.yaml"
    found = spec_changes(spec, spec)[1]
    assert "ApiErrorDTO" in found
    assert not {"AddOffersToArchiveRequest", "OfferId"} & found


@pytest.mark.parametrize(
    ("text", "said"),
    [("openapi: [", "invalid-yaml"), ("openapi: 3.1.0\ninfo: {}\n", "new.yaml"), ("- a list", "an OpenAPI document is an object")],
)
def test_a_spec_that_cannot_be_read(tmp_path: Path, text: str, said: str) -> None:
    new = tmp_path / "new.yaml"
    new.write_text(text, encoding="utf-8")
    spec = ROOT / "specs" / f"{YANDEX}.yaml"
    for pair in ((spec, new), (new, spec)):
        with pytest.raises(ReleaseError) as caught:
            spec_changes(*pair)
        assert said in str(caught.value)
        assert "\n" not in str(caught.value)


def test_an_old_spec_with_tables_of_another_form(tmp_path: Path) -> None:
    spec = ROOT / "specs" / f"{YANDEX}.yaml"
    old = tmp_path / "old.yaml"
    old.write_text(spec.read_text(encoding="utf-8").replace("      rate: 10000\n", ""), encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"old\.yaml: is not written as specs are now"):
        spec_changes(old, spec)
    with pytest.raises(ReleaseError, match=r"old\.yaml:\d+: "):
        spec_changes(spec, old)


def test_redocly_that_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.tools.redocly._INSTALLED", ROOT / ".cache" / "nowhere" / "cli.js")
    with pytest.raises(ReleaseError, match="run 'make setup'"):
        changes(tmp_path, YANDEX, [("maxItems: 200", "maxItems: 100")])
