"""The mock of ShipSidekick does what the documents say, over TCP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from scripts.apis import apis
from scripts.spec.document import read
from tests.mock.callers import SHIPSIDEKICK, Organization

PARAMETER = read(apis()[SHIPSIDEKICK].spec).data["components"]["parameters"]["ProductId"]
UNKNOWN = "12345678-90ab-cdef-1234-567890abcde0"


def message(response: httpx2.Response) -> str:
    """Return the message of an error, whose body is as documented."""
    body = response.json()
    assert body.keys() == {"error"}
    assert body["error"].keys() <= {"message", "details"}
    assert body["error"]["message"]
    return str(body["error"]["message"])


def test_the_admin_endpoint_lists_archived_products() -> None:
    with Organization.served() as organization:
        normal, archived = organization.products["normal"], organization.products["archived"]
        organization.archive(archived)
        assert organization.held() == []
        before = datetime.now(UTC)
        product = organization.archive(normal).json()["data"]
        at = datetime.fromisoformat(product["archivedAt"])
        assert before - timedelta(seconds=1) <= at <= datetime.now(UTC)
        assert "variants" not in product["variants"][0]["product"]
        (held,) = organization.held()
        assert (held["id"], held["exists"], datetime.fromisoformat(held["archivedAt"])) == (normal, True, at)
        found: list[Any] = organization.look_up([normal, UNKNOWN, archived, normal])
    assert [(each["id"], each["exists"]) for each in found] == [(normal, True), (UNKNOWN, False), (archived, True), (normal, True)]
    assert [each["archivedAt"] is not None for each in found] == [True, False, True, True]


@pytest.mark.parametrize("repeated", [200, 404, 409])
@pytest.mark.parametrize("condition", ["normal", "archived"])
def test_archiving_again_gets_the_status_of_the_option(repeated: int, condition: str) -> None:
    with Organization.served(repeated=repeated) as organization:
        product = organization.products[condition]
        if condition == "normal":
            organization.archive(product)
        first = organization.look_up([product])
        response = organization.archive(product)
        assert response.status_code == repeated
        assert response.json()["data"]["archivedAt"] if repeated == 200 else message(response)
        assert organization.look_up([product]) == first


@pytest.mark.parametrize(
    ("product", "status"),
    [
        (UNKNOWN, 404),
        (UNKNOWN.upper(), 404),
        ("00000000-0000-4000-8000-000000000000", 404),
        ("00000000-0000-4000-8000-000001000001", 404),
        ("1", 400),
        (UNKNOWN.replace("-", ""), 400),
        (UNKNOWN.replace("-", "").upper(), 400),
        (f"urn:uuid:{UNKNOWN}", 400),
        (f"%7B{UNKNOWN}%7D", 400),
        (f"{UNKNOWN}%0A", 400),
        ("%F0%9F%90%88", 400),
    ],
)
def test_products_that_are_not_there_are_refused(organization: Organization, product: str, status: int) -> None:
    response = organization.archive(product)
    assert response.status_code == status
    assert message(response)


def test_the_product_of_the_document_can_be_archived() -> None:
    product = str(next(iter(PARAMETER["examples"].values()))["value"])
    with Organization.served() as organization:
        assert organization.archive(product).json()["data"]["id"] == product
        (held,) = organization.held()
        assert held["id"] == product
        assert organization.look_up([product]) == [held]


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (None, 401),
        ("", 401),
        ("Bearer", 401),
        ("Bearer wrong", 401),
        ("Basic ssk_mock_full", 401),
        ("ssk_mock_full", 401),
        ("Bearer ssk_mock_read", 403),
        ("bearer ssk_mock_read", 403),
    ],
)
@pytest.mark.parametrize("product", [UNKNOWN, "no uuid"])
def test_a_key_with_write_access_is_needed_before_anything_else(
    organization: Organization, authorization: str | None, status: int, product: str
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    response = httpx2.delete(organization.http.base_url.join(f"/products/{product}"), headers=headers)
    assert response.status_code == status
    assert message(response)


def test_a_path_that_does_not_exist_needs_no_write_access(organization: Organization) -> None:
    response = organization.http.get("/no/such/path", headers={"Authorization": "Bearer ssk_mock_read"})
    assert response.status_code == 404
