"""What is done with items follows from the tables and from the models of a client, whatever these are like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import httpx2
import msgspec
import pytest
from msgspec.structs import replace

from catalog_clients import InvalidArgument, Match
from catalog_clients._engine.calls.polling import key_by_id, key_of
from catalog_clients._engine.chunks.chunking import Chunker
from catalog_clients._engine.flows.effects import Call, CallResult
from catalog_clients._engine.items.keys import KeyPart
from catalog_clients._engine.items.shapes import Shape
from catalog_clients._engine.ledger.records import PendingItem
from catalog_clients._engine.outcomes.following import Following
from catalog_clients._engine.outcomes.ingestions import Ingestions
from catalog_clients._engine.outcomes.sending import BulkOperation
from catalog_clients._engine.plans import Plans
from catalog_clients._engine.run.state import RunState
from catalog_clients._engine.tables.operations import operation_of
from scripts.runtime.behaviour import Expression
from tests.clients.access import ITEMS, JWO, SHIPSIDEKICK, YANDEX
from tests.clients.causes import ADD, ARCHIVE, DELETE, UPLOAD
from tests.overrides.playing import APIS, PLANS, TABLES, Player, respond


class Price(msgspec.Struct):
    unit_price: float = msgspec.field(name="unitPrice")


class Article(msgspec.Struct):
    article_id: int = msgspec.field(name="articleId")
    prices: list[Price] | msgspec.UnsetType = msgspec.UNSET
    best: Price | msgspec.UnsetType = msgspec.field(name="best", default=msgspec.UNSET)


SHAPE = Shape(Article, ["colour"])


@pytest.mark.parametrize(
    "item",
    [
        Article(article_id=1, prices=[Price(unit_price=2)]),
        {"articleId": 1, "prices": [{"unitPrice": 2}]},
        {"article_id": 1, "prices": ({"unit_price": 2},)},
        {"article_id": 1, "prices": [Price(unit_price=2)]},
    ],
)
def test_names_of_the_spec_and_of_python_are_the_same_at_any_depth(item: object) -> None:
    assert msgspec.to_builtins(SHAPE.read(item)) == {"articleId": 1, "prices": [{"unitPrice": 2.0}]}
    assert KeyPart(("articleId",), SHAPE.alias(("articleId",)), is_number=True).value(item) == 1


def test_extra_fields_are_kept_and_others_refused() -> None:
    assert SHAPE.read({"article_id": 1, "colour": "blue"}) == {"articleId": 1, "colour": "blue"}
    for wrong, reason in (
        ({"article_id": 1, "color": "blue"}, r"\$\.color: the spec has no such field"),
        ({"article_id": 1, "articleId": 1}, r"\$\.articleId: it is given twice"),
        ({"articleId": 1, "best": {"unit_price": 1, "unitPrice": 1}}, r"\$\.unitPrice: it is given twice"),
        (Price(unit_price=1), "an item must be a Article or a mapping"),
        (7, "an item must be a Article or a mapping"),
    ):
        with pytest.raises(ValueError, match=reason):
            SHAPE.read(wrong)


def _chunks(items: Sequence[object], keys: Sequence[KeyPart]) -> list[PendingItem]:
    return [each for chunk in Chunker(10, None, RunState(), keys).chunks(items) for each in chunk.items]


def test_keys_that_are_whole_numbers_are_keys_where_the_spec_says_so() -> None:
    part = KeyPart(("articleId",), ("article_id",), SHAPE.is_number(("articleId",)))
    one, text, truth, none = _chunks([{"article_id": 1}, {"articleId": "2"}, {"articleId": True}, {}], [part])
    assert (one.sku, one.fault) == ("1", "")
    assert (text.sku, text.fault) == ("2", ""), "the request says that it is not a number"
    assert truth.fault == "$.articleId: True is not a whole number"
    assert none.fault == "$.articleId: is missing"


def test_work_without_a_report_is_confirmed_by_its_end() -> None:
    polling = replace(TABLES[UPLOAD].polling, report=None)
    table = replace(TABLES[UPLOAD], polling=polling)
    make = PLANS[JWO].ingestions(UPLOAD).status_request
    ingestions = Ingestions(UPLOAD, table, make, Following())
    for status, expected in (("DONE", "confirmed"), ("FATAL", "unknown")):
        player = Player(partial(respond, status=200, body={"processingStatus": status}))
        (outcome,) = player.run(ingestions.collect([PendingItem(None, 1, "A")], "id")).results
        assert (outcome.status, outcome.ingestion_id) == (expected, "id")
    with pytest.raises(ValueError, match="the ingestions of uploadCatalog have no report"):
        ingestions.reading(None, None)  # type: ignore[arg-type]  # it is not read


def test_an_ingestion_is_identified_by_what_the_response_has_also_in_a_header() -> None:
    polling = replace(
        TABLES[UPLOAD].polling,
        body={"job": Expression("response", "header", ("X-Job",))},
        arguments={"part": Expression("response", "body", ("part",)), "shop": Expression("request", "path", ("shop",))},
    )
    result: CallResult[object] = CallResult(value={"part": 7}, response=httpx2.Response(202, headers={"x-job": "J"}))
    assert key_of(polling, result) == {"job": "J", "part": "7"}
    with pytest.raises(ValueError, match="not identified by one id, but by job and part"):
        key_by_id(UPLOAD, polling, "J")


@pytest.mark.parametrize("api", APIS)
def test_operations_are_known_by_their_ids_and_by_their_methods(api: str) -> None:
    for name, method in ((ADD, "add_offers_to_archive"), (ARCHIVE, "archive_catalog")):
        if name in APIS[api].behaviour.OPERATIONS:
            assert operation_of(APIS[api], method) is operation_of(APIS[api], name)
    with pytest.raises(ValueError, match=f"{api} has no operation 'archiv'"):
        operation_of(APIS[api], "archiv")


def test_what_may_be_deleted_elsewhere_is_what_was_archived() -> None:
    plans: list[tuple[Callable[..., BulkOperation], str, dict[str, Any]]] = [
        (PLANS[JWO].run, ARCHIVE, {"all_applicable_stores": ["S"]}),
        (PLANS[JWO].run, UPLOAD, {}),
        (PLANS[YANDEX].run, ADD, {"business_id": 1}),
        (PLANS[YANDEX].run, DELETE, {"business_id": 1}),
        (PLANS[SHIPSIDEKICK].run, "archiveProduct", {}),
    ]
    assert [name for run, name, arguments in plans if run(name, arguments).retires] == [ARCHIVE, ADD, "archiveProduct"]


def test_a_request_has_the_fields_in_the_order_of_the_spec_and_its_items_last_or_not() -> None:
    build = PLANS[JWO].run(ARCHIVE, {"all_applicable_stores": iter(["S"])}).build
    contents = [build([each]).content for each in ("A", "B")]
    assert contents == [b'{"itemSkus":["A"],"allApplicableStores":["S"]}', b'{"itemSkus":["B"],"allApplicableStores":["S"]}']


def test_arguments_have_the_same_purpose_in_any_order_and_none_where_they_are_absent() -> None:
    one, other = (PLANS[JWO].run(ARCHIVE, {"all_applicable_stores": stores}) for stores in (["A", "B"], ("B", "A")))
    assert one.arguments == other.arguments == {"all_applicable_stores": ["A", "B"]}
    assert PLANS[SHIPSIDEKICK].run("archiveProduct", {"x_ssk_client": None}).arguments == {}


def test_a_plan_is_used_again_only_for_the_same_arguments() -> None:
    plans, stores = Plans(PLANS[JWO].api), ["S"]
    first = plans.run(ARCHIVE, {"all_applicable_stores": stores})
    stores.append("T")
    assert plans.run(ARCHIVE, {"all_applicable_stores": stores}).arguments != first.arguments, "a list may have changed"
    plans = Plans(PLANS[YANDEX].api)
    first = plans.run(ADD, {"business_id": 1})
    assert plans.run(ADD, {"business_id": 1}) is first
    for name, arguments, strict in (
        (ADD, {"business_id": 2}, False),
        (ADD, {"business_id": 2}, True),
        (DELETE, {"business_id": 2}, True),
    ):
        plan = plans.run(name, arguments, strict=strict)
        assert (plan.name, plan.arguments, plan.strict) == (name, arguments, strict)
    for wrong in (True, 1.0):
        plans.run(ADD, {"business_id": 1})
        with pytest.raises(InvalidArgument):
            plans.run(ADD, {"business_id": wrong})


def test_an_argument_whose_name_begins_like_that_of_the_items_is_checked() -> None:
    with pytest.raises(InvalidArgument, match=r"query \$\.identifiersType: Invalid enum value 'FOO'"):
        PLANS[ITEMS].lookup("searchCatalogItems", {"identifiers_type": "FOO", "marketplace_ids": ["M"]}, Match)


def test_lookups_ask_for_what_matching_needs_besides_what_the_caller_wants() -> None:
    seen: list[str] = []

    def vendor(call: Call) -> CallResult[Any]:
        seen.append(call.request.target)
        return respond(call, 200, {"numberOfResults": 0, "items": []})

    given = {"identifiers_type": "EAN", "marketplace_ids": ["M"], "included_data": ["images"]}
    plan = PLANS[ITEMS].lookup("searchCatalogItems", given, Match)
    (chunk,) = Chunker(20, plan.operation.table.chunking, RunState(), plan.operation.keys).chunks(["1"])
    Player(vendor).run(plan.lookup.run(chunk, RunState()))
    assert "includedData=images,identifiers" in seen[0]
    assert "pageSize=20" in seen[0]
