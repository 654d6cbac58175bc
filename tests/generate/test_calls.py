"""Ways to call an operation: with a body or its fields, with a timeout and headers, for the result or the raw response."""

from __future__ import annotations

import asyncio
import inspect
import json
from typing import Any
from uuid import UUID

import httpx2
import pytest
from msgspec import UNSET

from tests.generate.packages import Network, Package

ID = "123e4567-e89b-12d3-a456-426614174000"
WAYS = ("sync", "async")


def client_of(package: Package, way: str, **options: Any) -> Any:
    return (package.root.Client if way == "sync" else package.root.AsyncClient)(**options)


def result_of(call: Any) -> Any:
    return asyncio.run(call) if inspect.iscoroutine(call) else call


@pytest.mark.parametrize("way", [*WAYS, "request"])
def test_the_fields_of_a_body_are_sent_as_the_body_is(centre: Package, way: str) -> None:
    network = Network()
    fields = {"full_name": "Ada", "tags": ("a", "b"), "note": None}
    with centre.root.Client(transport=network) as client:
        if way == "request":
            client.send(centre.operation("default", "person").request(**fields))
        else:
            assert result_of(client_of(centre, way, transport=network).person(**fields)) == 7
        assert json.loads(network.request.content) == {"fullName": "Ada", "tags": ["a", "b"], "note": None}
        client.person(body=centre.models.Person(full_name="Ada", id=1))
        assert json.loads(network.request.content) == {"fullName": "Ada", "id": 1}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "the body is required: give it as `body`, or by its fields"),
        ({"tags": []}, r"body \$\.fullName: Object missing required field `fullName`"),
        ({"full_name": 3}, r"body \$\.fullName: Expected `str`, got `int`"),
        ({"full_name": "Ada", "body": {"fullName": "Ada"}}, r"the body is given twice: as `body`, and by its fields \(full_name\)"),
    ],
)
def test_a_body_that_is_given_wrongly_is_refused(centre: Package, given: dict[str, Any], message: str) -> None:
    with centre.root.Client(transport=Network()) as client:
        with pytest.raises(centre.errors.InvalidRequest, match=message):
            client.person(**given)
        with pytest.raises(TypeError, match="fullname"):
            client.person(fullname="Ada")


def test_null_is_sent_as_a_required_body_that_may_be_null(centre: Package) -> None:
    network = Network()
    with centre.root.Client(transport=network) as client:
        client.clear(body=None)
        assert (network.request.content, network.request.headers["content-type"]) == (b"null", "application/json")
        client.clear(body={"a": 1})
        assert network.request.content == b'{"a":1}'
        with pytest.raises(centre.errors.InvalidRequest, match="the body is required"):
            client.list_(page=1, body=None)


def test_an_optional_body_is_not_sent_unless_a_field_is_given(centre: Package) -> None:
    network = Network()
    with centre.root.Client(transport=network) as client:
        client.note()
        assert network.request.content == b""
        client.note(text="t")
        assert network.request.content == b'{"text":"t"}'


def test_a_required_body_that_needs_no_field_is_empty_if_none_is_given(centre: Package) -> None:
    network = Network()
    with centre.root.Client(transport=network) as client:
        client.set_options()
        assert network.request.content == b"{}"
        client.set_options(body={"size": 1})
        assert network.request.content == b'{"size":1}'


def test_fields_may_be_given_for_each_content_type_of_the_same_body(centre: Package) -> None:
    network = Network()
    with centre.root.Client(transport=network) as client:
        for given, content in ({}, b'{"size":1}'), ({"content_type": "application/x-www-form-urlencoded"}, b"size=1"):
            client.set_options(size=1, **given)
            assert network.request.content == content


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("person", ["id", "timeout_query", "full_name", "tags", "note", "body"]),
        ("name", ["body", "full_name"]),
        ("list_", ["page", "body", "size"]),
    ],
)
def test_a_field_with_the_name_of_a_parameter_can_only_be_given_in_a_body(
    centre: Package, name: str, parameters: list[str]
) -> None:
    signature = inspect.signature(getattr(centre.root.Client, name))
    assert list(signature.parameters) == ["self", *parameters, "timeout", "extra_headers"]


@pytest.mark.parametrize("way", WAYS)
def test_a_timeout_and_headers_hold_for_one_request(centre: Package, way: str) -> None:
    network = Network()
    client = client_of(centre, way, transport=network, timeout=4)

    def sent(**given: Any) -> Any:
        assert result_of(client.note(text="t", **given)) == 7
        return network.request

    request = sent(timeout=1.5, extra_headers={"x-trace": "1", "ACCEPT": "text/html", "User-Agent": "me"})
    assert set(request.extensions["timeout"].values()) == {1.5}
    assert (request.headers["X-Trace"], request.headers["User-Agent"]) == ("1", "me")
    assert request.headers.get_list("Accept") == ["text/html"]
    assert set(sent(timeout=httpx2.Timeout(None)).extensions["timeout"].values()) == {None}
    request = sent()
    assert set(request.extensions["timeout"].values()) == {4}
    assert "X-Trace" not in request.headers


@pytest.mark.parametrize("way", WAYS)
def test_what_credentials_add_to_the_url_of_a_request_is_not_in_that_of_the_next_one(centre: Package, way: str) -> None:
    class Signing(httpx2.Auth):
        def auth_flow(self, request: httpx2.Request) -> Any:
            request.url = request.url.copy_add_param("signature", "s")
            yield request

    network = Network()
    client = client_of(centre, way, transport=network, auth=Signing())
    for _ in range(2):
        result_of(client.note(text="t"))
        assert network.request.url.params.multi_items() == [("signature", "s")]


@pytest.mark.parametrize("way", WAYS)
def test_a_raw_response_is_returned_whatever_its_status(centre: Package, way: str) -> None:
    network = Network(status=404)
    client = client_of(centre, way, transport=network).with_raw_response
    response = result_of(client.note(text="t", extra_headers={"X-Trace": "1"}))
    assert isinstance(response, centre.root.Response)
    assert (response.raw.status_code, network.request.headers["X-Trace"]) == (404, "1")
    with pytest.raises(centre.errors.NotFound):
        response.parse()
    network.status = 200
    response = result_of(client.note(text="t"))
    assert response.parse() == 7
    assert repr(response) == "Response(note: 200)"


def test_docstrings_have_one_entry_for_each_argument_and_error(centre: Package) -> None:
    text = inspect.getdoc(centre.root.Client.person)
    assert text is not None
    assert "    full_name: The whole name.\n" in text
    assert "    NotFound: 404: Nobody is there.\n" in text
    assert all(len(line) <= 124 for line in text.splitlines())
    assert "Args:\n    server: " in str(inspect.getdoc(centre.root.Client.__init__))


@pytest.mark.parametrize("way", WAYS)
def test_each_call_has_a_key_of_its_own_unless_one_is_given(centre: Package, way: str) -> None:
    network = Network()
    client = client_of(centre, way, transport=network)
    keys = []
    orders: list[dict[str, Any]] = [{}, {}, {"order_key": ID}]
    for given in orders:
        result_of(client.order(**given))
        keys.append(network.request.headers["Order-Key"])
    body = centre.models.Payment(pay_key=ID, amount=2)
    bodies: list[Any] = [{"amount": 2}, {"amount": 2, "payKey": ID}, body]
    payments: list[dict[str, Any]] = [{"amount": 2}, *({"body": each} for each in bodies)]
    for given in payments:
        result_of(client.pay(**given))
        sent = json.loads(network.request.content)
        assert sent["amount"] == 2
        keys.append(sent["payKey"])
    assert [each == ID for each in keys] == [False, False, True, False, False, True, True]
    assert len({*keys}) == 5
    assert all(UUID(each).version == 4 for each in keys if each != ID)
    for name, argument in (("order", "order_key"), ("pay", "pay_key")):
        assert inspect.signature(getattr(client, name)).parameters[argument].default in (None, UNSET)
        assert "Default: a new UUID for each call." in str(inspect.getdoc(getattr(client, name)))


def test_a_request_keeps_its_key_however_often_it_is_sent(centre: Package) -> None:
    network, requests = Network(), [centre.operation("default", name).request for name in ("order", "pay")]
    with centre.root.Client(transport=network) as client:
        for request in (requests[0](), requests[1](amount=2)):
            sent = []
            for _ in range(2):
                client.send(request)
                sent.append((network.request.headers.get("Order-Key"), network.request.content))
            assert sent[0] == sent[1]


def test_the_readme_gives_no_key_and_says_what_it_is_for(centre: Package) -> None:
    text = " ".join((centre.folder / "README.md").read_text(encoding="utf-8").split())
    assert ID not in text
    assert "may be sent again with the same `Order-Key`, by which it is processed once; each call has a new one" in text
