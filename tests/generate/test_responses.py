"""What the generated code reads."""

from __future__ import annotations

import importlib
import json
from typing import Any

import httpx2
import msgspec
import pytest

from tests.generate.packages import Package


def response(operation: Any, data: Any, *, status: int = 200, media_type: str = "application/json") -> Any:
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    return operation.parse(httpx2.Response(status, content=content, headers={"content-type": media_type}))


ORDER = {
    "shape": {"kind": "box", "side": 1},
    "other": {"x": 1, "y": 2},
    "texts": [1, 2],
    "enum": "anything",
    "factor": 0.0123,
    "mode": "new",
    "true": False,
    "extended": {"name": "n", "z": 1, "shape": {"kind": "circle", "radius": 1}},
    "tree": [[], [[]]],
    "json": [1, {"a": None}],
    "employee": {"name": "x", "number": 0, "boss": {"name": "y", "number": 2}},
    "piece": {"id": "no uuid", "kind": "another", "made": "yesterday", "color": None, "size": 99, "inline": {"status": "broken"}},
    "contact": {},
}


def test_a_response_is_read_without_limits_and_written_back_unchanged(workshop: Package) -> None:
    order = response(workshop.operation("unions", "unions"), ORDER)
    assert isinstance(order.shape, workshop.models.Square)
    assert isinstance(order.other, workshop.models.Point)
    assert isinstance(order.extended.shape, workshop.models.Circle)
    assert order.extended.additional_properties == {"z": 1}
    assert importlib.import_module(f"{workshop.name}._runtime.extras").builtins(order) == ORDER


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"x": 1, "y": 2}, "Point"),
        ({"x": 1, "y": 2, "new": "field"}, "Point"),
        ({"name": "n"}, "Named"),
        ({"name": "n", "new": "field"}, "Named"),
        ({"any": "thing"}, "dict"),
    ],
)
def test_a_union_without_discriminator_is_read_as_the_member_that_fits(workshop: Package, value: Any, kind: str) -> None:
    order = response(workshop.operation("unions", "unions"), {**ORDER, "other": value})
    assert type(order.other).__name__ == kind


@pytest.mark.parametrize(
    ("shape", "at"),
    [
        (5, "$.shape: Expected `object`, got `int`"),
        (["circle"], "$.shape[0]: Expected `object`, got `str`"),
    ],
)
def test_a_response_that_fits_no_member_is_a_typed_error(workshop: Package, shape: Any, at: str) -> None:
    with pytest.raises(workshop.errors.InvalidResponse) as invalid:
        response(workshop.operation("unions", "unions"), {"shape": shape})
    assert any(str(each).startswith(at) for each in invalid.value.breaches)


def test_a_member_is_read_without_a_required_field(workshop: Package) -> None:
    order = response(workshop.operation("unions", "unions"), {"shape": {"kind": "circle", "radius": "x"}})
    assert (order.shape.kind, order.shape.radius) == ("circle", msgspec.UNSET)


def test_alternatives_and_null_of_a_whole_body(workshop: Package) -> None:
    operation = workshop.operation("unions", "names")
    assert response(operation, None) is None
    assert isinstance(response(operation, {"list": [{"Model": "x"}]}), workshop.models.List)
    assert isinstance(response(operation, {"class": "c", "a-b": "1", "undescribed": None}), workshop.models.Odd)


def test_each_documented_success_has_its_type(workshop: Package) -> None:
    operation = workshop.operation("bodies", "bodies")
    assert response(operation, [{"kind": "circle", "radius": -1}]) == [workshop.models.Circle(kind="circle", radius=-1)]
    assert response(operation, [[]], status=201, media_type="application/vnd.workshop+json") == [[]]
    assert response(operation, b"PNG", status=201, media_type="image/png") == b"PNG"
    assert response(workshop.operation("bodies", "upload"), b"raw", status=203, media_type="application/octet-stream") == b"raw"
    delete = workshop.operation("default", "delete_pieces_piece_id_class")
    assert response(delete, b"", status=204) is None
    assert response(delete, {"details": {"eta": None}}, status=202).details.eta is None
    # `default` stands for the success where no other response does; the response to HEAD has no body.
    assert response(workshop.operation("bodies", "list_"), {"a": [1, None]}) == {"a": [1, None]}
    assert response(workshop.operation("bodies", "send_"), b"") is None


@pytest.mark.parametrize(
    ("tag", "name", "status", "media_type", "body", "error"),
    [
        ("bodies", "bodies", 409, "text/html", b"<p>", "Conflict"),
        ("work_pieces", "get_piece", 404, "application/problem+json", b'{"title": "t"}', "Status4XX"),
        ("work_pieces", "get_piece", 500, "application/problem+json", b'{"title": "t"}', "OtherStatus"),
        ("work_pieces", "get_piece", 304, "", b"", "NotModifiedStatus"),
        ("bodies", "list_", 500, "application/json", b"[1]", "OtherStatus"),
        ("bodies", "list_", 500, "text/html", b"<html>", "OtherStatus"),
        ("bodies", "upload", 404, "", b"", "UnexpectedStatus"),
    ],
)
def test_each_error_has_its_class(
    workshop: Package, tag: str, name: str, status: int, media_type: str, body: bytes, error: str
) -> None:
    with pytest.raises(workshop.errors.ResponseError) as raised:
        response(workshop.operation(tag, name), body, status=status, media_type=media_type)
    assert type(raised.value).__name__ == error
    if media_type == "application/problem+json":
        assert getattr(raised.value, "data").title == "t"  # noqa: B009 - which class it is is not known to a type checker


@pytest.mark.parametrize(
    ("animal", "kind"),
    [
        ({"species": "felis catus", "name": "Tom", "lives": 9}, "Cat"),
        ({"species": "Parrot", "name": "Polly", "words": ["hello"]}, "Parrot"),
        ({"species": "Bird", "name": "Tweety", "wings": 2}, "Bird"),
        ({"species": "Fish", "name": "Wanda"}, "Fish"),
        ({"species": "Unicorn", "name": "Amalthea", "horns": 1}, "Animal"),
    ],
)
def test_a_reference_to_a_base_type_means_all_that_derives_from_it(zoo: Package, animal: dict[str, Any], kind: str) -> None:
    found = response(zoo.operation("default", "animals"), [animal, {"species": "Fish", "name": "Nemo", "mate": animal}])
    assert type(found[0]).__name__ == kind
    assert type(found[1].mate).__name__ == kind
    assert zoo.operation("default", "add_animal").request(body=found[0]).content is not None


def test_what_is_sent_as_a_base_type_is_checked_as_what_it_is(zoo: Package) -> None:
    models = zoo.models
    add = zoo.operation("default", "add_animal")
    with pytest.raises(zoo.errors.InvalidRequest) as refused:
        add.request(body=models.Cat(species="felis catus", name="Tom", lives=10))
    assert refused.value.path == "$.lives"
    with pytest.raises(zoo.errors.InvalidRequest, match="also at"):
        add.request(body=models.Parrot(species="Parrot", name="Polly", words=["a", "a"]))


def test_a_base_that_lists_what_derives_from_it_does_not_go_in_circles(zoo: Package) -> None:
    pen = response(
        zoo.operation("default", "replace_animal"), {"number": 1, "nothing": None, "food": {"kind": "Meat", "cut": "rib"}}
    )
    assert pen.food == zoo.models.Meat(kind="Meat", cut="rib")
    assert (pen.nothing, pen.spare) == (None, msgspec.UNSET)


def test_an_expandable_field_is_an_identifier_or_an_object(billing: Package) -> None:
    get = billing.operation("default", "get_invoices")
    base = {"id": "in_1", "object": "invoice", "metadata": {}}
    card = {"id": "card_1", "object": "card", "customer": {"id": "cus_1", "object": "customer", "default_source": "card_1"}}
    page = {
        "object": "list",
        "has_more": False,
        "url": "/v1/invoices",
        "data": [
            {**base, "customer": "cus_1", "previous": "in_0"},
            {**base, "customer": {"id": "cus_1", "object": "customer"}, "previous": base},
            {**base, "customer": {"id": "cus_1", "object": "customer", "deleted": True}, "payment_method": card},
            {**base, "customer": None, "payment_method": {"id": "ba_1", "object": "bank_account"}},
            {**base, "customer": {"id": "cus_1", "object": "customer", "default_source": {"id": "ba_1", "object": "bank_account"}}},
        ],
    }
    read = response(get, page)
    kinds = [type(invoice.customer).__name__ for invoice in read.data]
    assert kinds == ["str", "Customer", "DeletedCustomer", "NoneType", "Customer"]
    assert type(read.data[2].payment_method).__name__ == "Card"
    assert type(read.data[3].payment_method).__name__ == "BankAccount"
    assert type(read.data[4].customer.default_source).__name__ == "BankAccount"
    assert msgspec.to_builtins(read) == page


@pytest.mark.parametrize(
    ("method", "found"),
    [
        ({"id": "ba_1", "object": "bank_account", "bank": 7}, {"id": "ba_1", "object": "bank_account"}),  # and no card
        ({"id": "w_1", "object": "wallet", "brand": "b"}, {"id": "w_1", "object": "wallet", "brand": "b"}),
    ],
)
def test_a_property_with_one_value_in_each_member_of_a_union_is_its_tag(billing: Package, method: Any, found: Any) -> None:
    base = {"id": "in_1", "object": "invoice", "metadata": {}}
    for name, invoice in (
        ("payment_method", {**base, "payment_method": method}),
        ("default_source", {**base, "customer": {"id": "cus_1", "object": "customer", "default_source": method}}),
    ):
        page = {"object": "list", "has_more": False, "url": "/v1/invoices", "data": [invoice]}
        read = billing.operation("default", "get_invoices").OPERATION.read(httpx2.Response(200, json=page))
        outer = read.value.data[0] if name == "payment_method" else read.value.data[0].customer
        assert msgspec.to_builtins(getattr(outer, name)) == found
        assert type(getattr(outer, name)).__name__ == ("BankAccount" if "bank" in method else "dict")
        assert len(read.breaches) == 1


def test_nested_forms_and_deep_parameters(billing: Package) -> None:
    models = billing.models
    get = billing.operation("default", "get_invoices").request(
        created=models.GetInvoicesCreatedRangeQuerySpecs(gt=1, lte=5), expand=["data.customer"]
    )
    assert get.target == "/v1/invoices?created%5Bgt%5D=1&created%5Blte%5D=5&expand%5B0%5D=data.customer"
    assert billing.operation("default", "get_invoices").request(created=7).target == "/v1/invoices?created=7"
    body = models.PostInvoicesRequest(
        customer="cus 1", auto_advance=True, metadata={"k": "v"}, items=[models.PostInvoicesRequestItemsItem(price="p", quantity=2)]
    )
    assert billing.operation("default", "post_invoices").request(body=body).content == (
        b"customer=cus%201&auto_advance=true&metadata%5Bk%5D=v&items%5B0%5D%5Bprice%5D=p&items%5B0%5D%5Bquantity%5D=2"
    )


def test_types_of_several_kinds(forge: Package) -> None:
    create = forge.operation("issues", "issues_create")
    models = forge.models
    body = models.IssuesCreateRequest(
        title=1, milestone=None, labels=["bug", models.IssuesCreateRequestLabelsItemOption2(name="n")]
    )
    assert create.request(owner="o", repo="r", body=body).content == b'{"title":1,"milestone":null,"labels":["bug",{"name":"n"}]}'
    update = forge.operation("repos", "repos_update_archive")
    with pytest.raises(forge.errors.InvalidRequest, match="name or due"):
        update.request(owner="o", repo="r", body=models.ReposUpdateArchiveRequest())
    with pytest.raises(forge.errors.InvalidRequest, match="format date"):
        update.request(owner="o", repo="r", body=models.ReposUpdateArchiveRequest(due="soon"))
    assert update.request(owner="o", repo="r", body=models.ReposUpdateArchiveRequest(due=None, score="high")).content


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ([{"type": "dir", "name": "d"}], "list"),
        ({"type": "file", "content": "c"}, "ContentFile"),
        ({"type": "symlink", "target": "t", "new": 1}, "ContentSymlink"),
    ],
)
def test_arrays_and_objects_in_one_union(forge: Package, data: Any, kind: str) -> None:
    assert type(response(forge.operation("repos", "repos_get_content"), data)).__name__ == kind


def test_text_is_sent_and_received_unchanged(forge: Package) -> None:
    def reply(request: httpx2.Request) -> httpx2.Response:
        assert request.headers["content-type"] == "text/x-markdown"
        return httpx2.Response(200, text=f"<p>{request.content.decode()}</p>", headers={"content-type": "text/html; charset=utf-8"})

    with forge.root.Client(transport=httpx2.MockTransport(reply)) as client:
        assert client.markdown_render_raw(body="hé", content_type="text/x-markdown") == "<p>hé</p>"


def test_maps_arrays_and_plain_values_as_whole_bodies(pets: Package) -> None:
    assert response(pets.operation("store", "get_inventory"), {"sold": 3}) == {"sold": 3}
    assert response(pets.operation("user", "login_user"), "token") == "token"
    create = pets.operation("user", "create_users_with_list")
    assert create.request(body=[pets.models.User(username="u")]).content == b'[{"username":"u"}]'
    with pytest.raises(pets.errors.InvalidRequest, match="length <= 2"):
        create.request(body=[pets.models.User()] * 3)
