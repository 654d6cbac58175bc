"""A vendor without code of its own lists and returns what it was sent, and rejects items in the ways of its document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from scripts.mock.generic.described import of_file
from scripts.mock.generic.vendor import generic
from tests.mock.callers import Caller

KIND = generic(of_file(Path(__file__).with_name("bakery.yaml")))
RYE = {"code": "RYE-123", "name": "Rye", "grams": 750}
ENDED, BAKED, BULK = "/ended", "/baked", "/loaves/bulk"


class Bakery(Caller):
    """A caller of the mock."""

    api = "bakery"
    kinds = (KIND,)

    def post(self, path: str, body: Any = None) -> httpx2.Response:
        return self.http.post(path, json=body)

    def listed(self) -> dict[str, Any]:
        return {each["code"]: each for each in self.http.get("/loaves").json()["loaves"]}

    def state(self, code: str) -> dict[str, Any]:
        (found,) = self.look_up([code])
        assert isinstance(found, dict)
        return found


@pytest.fixture
def bakery() -> Iterator[Bakery]:
    with Bakery.served() as found:
        yield found


@pytest.mark.parametrize("path", ["/ovens/a%20b", "/smells/of/rye"])
def test_a_parameter_of_the_path_that_is_not_defined_is_text(bakery: Bakery, path: str) -> None:
    assert bakery.http.get(path).status_code == 200


def test_what_was_uploaded_in_another_form_is_listed_and_got(bakery: Bakery) -> None:
    first = next(iter(bakery.listed()))
    assert bakery.post(BULK, {"loaves": [RYE, {"code": first, "name": "Wheat"}]}).status_code == 204
    listed = bakery.listed()
    assert listed["RYE-123"] == bakery.http.get("/loaves/RYE-123").json() == {**RYE, "availability": "ON_SALE"}
    assert (len(listed), listed[first]["name"]) == (51, "Wheat")


def test_what_was_created_alone_is_listed_by_its_code_or_by_a_new_one(bakery: Bakery) -> None:
    before = bakery.listed()
    assert bakery.post("/loaves", RYE).json()["code"] == "RYE-123"
    made = [bakery.post("/loaves", {"name": name}).json()["code"] for name in ("Bun", "Roll")]
    new = {code: each["name"] for code, each in bakery.listed().items() if code not in before}
    assert new == {"RYE-123": "Rye", made[0]: "Bun", made[1]: "Roll"}


def test_what_an_operation_confirms_is_shown_until_the_product_is_sent_again(bakery: Bakery) -> None:
    bakery.post(BULK, {"loaves": [RYE]})
    assert bakery.post("/loaves/RYE-123/off-sale").json() == {**RYE, "availability": "OFF_SALE"}
    assert bakery.listed()["RYE-123"] == bakery.http.get("/loaves/RYE-123").json() == {**RYE, "availability": "OFF_SALE"}
    bakery.post(BULK, {"loaves": [RYE]})
    assert bakery.listed()["RYE-123"]["availability"] == "ON_SALE"


@pytest.mark.parametrize("code", ["SKU-0000001", "RYE-77", "WHEAT-88"])
def test_the_examples_of_the_document_are_products_for_every_operation(bakery: Bakery, code: str) -> None:
    assert bakery.state(code)["exists"]
    assert bakery.post(ENDED, {"code": code}).status_code == 204
    assert bakery.post(f"/loaves/{code}/off-sale").json()["code"] == code
    assert code in bakery.http.get(f"/loaves/{code}").text


def test_an_unknown_item_is_rejected_where_there_is_a_way_of_saying_so(bakery: Bakery) -> None:
    assert bakery.post(ENDED, {"code": "NO-1"}).status_code == 404
    assert [each["reason"] for each in bakery.state("NO-1")["rejections"]] == ["unknown"]
    assert bakery.post(BAKED, {"codes": ["NO-1"]}).status_code == 204
    assert [each["operations"] for each in bakery.state("NO-1")["changes"]] == [{"bakeLoaves": 1}]


def test_a_share_of_the_items_is_rejected_in_the_way_of_each_operation() -> None:
    with Bakery.served(rejected=1) as bakery:
        responses = [
            bakery.post(BULK, {"loaves": [RYE]}),
            bakery.post("/loaves/RYE-77/off-sale"),
            bakery.post(ENDED, {"code": "RYE-77"}),
            bakery.post(BAKED, {"codes": ["RYE-77"]}),
        ]
        assert [each.status_code for each in responses] == [422, 404, 409, 204]
        rejections = [
            (each["key"], each["operation"]) for code in ("RYE-123", "RYE-77") for each in bakery.state(code)["rejections"]
        ]
        assert rejections == [("RYE-123", "uploadLoaves"), ("RYE-77", "takeOffSale"), ("RYE-77", "endLoaf")]
        assert bakery.state("RYE-77")["changes"][0]["operations"] == {"bakeLoaves": 1}
        assert bakery.state("RYE-123")["changes"] == []


def test_one_rejected_item_refuses_its_whole_request_where_nothing_lists_it() -> None:
    with Bakery.served(rejected=0.2) as bakery:
        loaves = [{"code": f"RYE-{number}", "name": "Rye"} for number in range(20)]
        assert bakery.post(BULK, {"loaves": loaves}).status_code == 422
        alone = {each["code"]: bakery.post(BULK, {"loaves": [each]}).status_code for each in loaves}
        refused = {code for code, status in alone.items() if status == 422}
        assert 0 < len(refused) < 20
        for code in alone:
            state = bakery.state(code)
            assert (bool(state["rejections"]), len(state["changes"])) == (code in refused, code not in refused)


def test_an_error_has_its_words_in_the_field_for_them(bakery: Bakery) -> None:
    error = bakery.post(ENDED, {"code": "NO-1"}).json()
    assert error["text"] == "The item is unknown."
    assert "unknown" not in error["code"] + error["reason"]
