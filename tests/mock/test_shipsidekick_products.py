"""The mock of ShipSidekick does what the documents say, over TCP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from scripts.apis import apis
from scripts.mock.serving import Mocks, running
from scripts.mock.settings import Settings
from scripts.mock.vendors.shipsidekick_products.vendor import ShipSidekick
from scripts.spec.document import read
from tests.mock.asking import SHIPSIDEKICK, Admin

PARAMETER = read(apis()[SHIPSIDEKICK].spec).data["components"]["parameters"]["ProductId"]
UNKNOWN = "12345678-90ab-cdef-1234-567890abcde0"


class Organization:
    """An organization's way to the mock."""

    def __init__(self, mocks: Mocks) -> None:
        self.admin = Admin(mocks, SHIPSIDEKICK)
        vendor = mocks.vendors[SHIPSIDEKICK]
        assert isinstance(vendor, ShipSidekick)
        self.products = vendor._products.examples()
        self.http = httpx2.Client(base_url=vendor.base_url, headers={"Authorization": f"Bearer {vendor.options.key}"})

    def close(self) -> None:
        self.http.close()
        self.admin.close()

    def archive(self, product: str) -> httpx2.Response:
        return self.http.delete(f"/products/{product}")


@pytest.fixture(scope="module")
def shared() -> Iterator[Organization]:
    """An organization for tests that leave no trace."""
    with running(Settings()) as mocks, closing(Organization(mocks)) as found:
        yield found


@pytest.fixture
def start(mocks_with: Callable[[Settings], Mocks]) -> Iterator[Callable[..., Organization]]:
    with ExitStack() as opened:
        yield lambda **options: opened.enter_context(closing(Organization(mocks_with(Settings(options={SHIPSIDEKICK: options})))))


def message(response: httpx2.Response) -> str:
    """Return the message of an error, whose body is as documented."""
    body = response.json()
    assert body.keys() == {"error"}
    assert body["error"].keys() <= {"message", "details"}
    assert body["error"]["message"]
    return str(body["error"]["message"])


def test_the_admin_endpoint_lists_archived_products(start: Callable[..., Organization]) -> None:
    organization = start()
    normal, archived = organization.products["normal"], organization.products["archived"]
    organization.archive(archived)
    assert organization.admin.held() == []
    before = datetime.now(UTC)
    product = organization.archive(normal).json()["data"]
    at = product["archivedAt"]
    assert before - timedelta(seconds=1) <= datetime.fromisoformat(at) <= datetime.now(UTC)
    assert "variants" not in product["variants"][0]["product"]
    ((held),) = organization.admin.held()
    assert (held["id"], held["exists"]) == (normal, True)
    assert datetime.fromisoformat(held["archivedAt"]) == datetime.fromisoformat(at)
    found: list[Any] = organization.admin.look_up([normal, UNKNOWN, archived, normal])
    assert [each["id"] for each in found] == [normal, UNKNOWN, archived, normal]
    assert [each["archivedAt"] is not None for each in found] == [True, False, True, True]
    assert [each["exists"] for each in found] == [True, False, True, True]


@pytest.mark.parametrize("repeated", [200, 404, 409])
@pytest.mark.parametrize("condition", ["normal", "archived"])
def test_archiving_again_gets_the_status_of_the_option(start: Callable[..., Organization], repeated: int, condition: str) -> None:
    organization = start(repeated=repeated)
    product = organization.products[condition]
    if condition == "normal":
        organization.archive(product)
    first = organization.admin.look_up([product])
    response = organization.archive(product)
    assert response.status_code == repeated
    assert response.json()["data"]["archivedAt"] if repeated == 200 else message(response)
    assert organization.admin.look_up([product]) == first


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
def test_products_that_are_not_there_are_refused(shared: Organization, product: str, status: int) -> None:
    response = shared.archive(product)
    assert response.status_code == status
    assert message(response)


def test_the_product_of_the_document_can_be_archived(start: Callable[..., Organization]) -> None:
    product = str(next(iter(PARAMETER["examples"].values()))["value"])
    organization = start()
    assert organization.archive(product).json()["data"]["id"] == product
    (held,) = organization.admin.held()
    assert held["id"] == product
    assert organization.admin.look_up([product]) == [held]


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
    shared: Organization, authorization: str | None, status: int, product: str
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    response = httpx2.delete(shared.http.base_url.join(f"/products/{product}"), headers=headers)
    assert response.status_code == status
    assert message(response)


def test_other_paths_and_methods_are_refused_as_the_rest_is(shared: Organization) -> None:
    assert httpx2.get(shared.http.base_url.join("/no/such/path")).status_code == 401
    response = shared.http.get("/no/such/path")
    assert (response.status_code, message(response)) == (404, "Not Found")
    response = shared.http.get("/no/such/path", headers={"Authorization": "Bearer ssk_mock_read"})
    assert response.status_code == 404
    response = shared.http.get(f"/products/{UNKNOWN}")
    assert (response.status_code, message(response), response.headers["allow"]) == (405, "Method Not Allowed", "DELETE")
