"""ShipSidekick: archives a product of the key's organization. No rate limit is documented."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from fastapi import Request

from generated.mock.shipsidekick_products import models
from generated.mock.shipsidekick_products.server.services import ProductsService
from scripts.apis import apis
from scripts.mock.engine.call import Call, MockResponse, Refused
from scripts.mock.engine.catalog import Catalog
from scripts.mock.engine.clock import Clock
from scripts.mock.generic.described import of_roster
from scripts.mock.settings import Options, Settings
from scripts.mock.vendors.skeleton import Skeleton
from scripts.spec.document import read

_API = "shipsidekick_products"
_CREATED = datetime(2024, 1, 1, tzinfo=UTC)
_DOCUMENTED: str = read(apis()[_API].spec).data["components"]["parameters"]["ProductId"]["examples"]["documented"]["value"]


class ShipSidekickOptions(Options, frozen=True, kw_only=True):
    """The options of ShipSidekick.

    Attributes:
        key: key with full write access to products.
        read_only_key: key without it, which gets 403.
        archived: share of the products that are archived at the start.
        repeated: status of archiving an archived product, which is not documented.
    """

    key: str = "ssk_mock_full"
    read_only_key: str = "ssk_mock_read"
    archived: float = 0.01
    repeated: int = 200


class ShipSidekick(Skeleton, ProductsService):
    """The products of one organization: numbered ones and, after the last of them, the one in the document's example."""

    api = _API
    described = of_roster(api)
    kind_of_options = ShipSidekickOptions
    options: ShipSidekickOptions

    def __init__(self, settings: Settings, clock: Clock, base_url: str) -> None:
        super().__init__(settings, clock, base_url)
        self._products = Catalog(
            seed=settings.seed,
            size=settings.size,
            prefix="00000000-0000-4000-8000-",
            digits=12,
            shares={"archived": self.options.archived},
        )
        self._organization = str(uuid5(UUID(int=0), f"organization {settings.seed}"))
        self._archived: dict[str, datetime] = {}

    def option(self, name: str) -> Any:
        """Return an option; the key is the bearer token."""
        return self.options.key if name == "token" else super().option(name)

    def refuse(self, call: Call) -> MockResponse | None:
        """Refuse a call without a valid key (401), or with a key that may not write products (403)."""
        if call.authorization("bearer") == self.options.read_only_key:
            return self.error(403, "The API key lacks full write access to products.") if call.operation else None
        return super().refuse(call)

    async def archive_product(
        self, *, request: Request, productId: UUID, X_SSK_Client: str | None
    ) -> models.ArchiveProductResponse:
        """Archive a product, and return it with its variants, which hold the product in turn."""
        product = str(productId)
        if not self._exists(product):
            raise Refused(self.error(404, "Product not found."))
        if self._archived_at(product) is not None and self.options.repeated >= 400:
            raise Refused(self.error(self.options.repeated, "The product is archived already."))
        if self._archived_at(product) is None:
            self._archived[product] = datetime.now(UTC)
        data = self._product(product)
        data.variants = [self._variant(product)]
        return models.ArchiveProductResponse(object="product", data=data)

    def held(self) -> Iterator[dict[str, Any]]:
        """Yield the products that were archived since the start."""
        return map(self._state, self._archived)

    def look_up(self, identifiers: Iterable[str]) -> list[dict[str, Any]]:
        """Return whether products exist and are archived."""
        return [self._state(each) for each in identifiers]

    def known(self) -> dict[str, Any]:
        """Return an archived product, and one that is not archived."""
        return {"path.productId": list(self._products.examples().values())}

    def _exists(self, product: str) -> bool:
        return product == _DOCUMENTED or self._products.number(product) is not None

    def _archived_at(self, product: str) -> datetime | None:
        number = self._products.number(product)
        if number and self._products.condition(number) == "archived":
            return _CREATED
        return self._archived.get(product)

    def _state(self, product: str) -> dict[str, Any]:
        moment = self._archived_at(product)
        return {"id": product, "archivedAt": moment and moment.isoformat(), "exists": self._exists(product)}

    def _product(self, product: str) -> models.Product:
        number = self._number(product)
        return models.Product(
            id=product,
            organizationId=self._organization,
            isBundle=False,
            name=f"Product {number}",
            slug=f"product-{number}",
            options=[models.ProductOption(name="Size", values=["M"])],
            createdAt=_CREATED,
            updatedAt=self._archived_at(product) or _CREATED,
            archivedAt=self._archived_at(product),
        )

    def _variant(self, product: str) -> models.ProductVariant:
        number = self._number(product)
        return models.ProductVariant(
            id=str(uuid5(UUID(int=0), f"variant {self.settings.seed} {number}")),
            organizationId=self._organization,
            productId=product,
            title=f"Product {number}, M",
            sku=f"SKU-{number:07}",
            price=9.99,
            currency="usd",
            position=0,
            selectedOptions=[models.SelectedOption(name="Size", value="M")],
            createdAt=_CREATED,
            updatedAt=_CREATED,
            archivedAt=self._archived_at(product),
            product=self._product(product),
        )

    def _number(self, product: str) -> int:
        """Return the number of a product that exists; that of the document comes last."""
        return self._products.number(product) or self._products.size + 1
