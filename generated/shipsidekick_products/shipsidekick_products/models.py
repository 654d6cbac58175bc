# Generated from specs/shipsidekick_products.yaml; do not edit. Change the spec and run make generate.
"""Types of the requests and responses of ShipSidekick API, product archive, as msgspec Structs.

A field that is `UNSET` is absent, which is not the same as `None` (null). `UNSET` is false, like None.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from msgspec import UNSET, UnsetType, field

from ._runtime.models import Model


class ProductOption(Model, kw_only=True):
    """Something that the variants of a product differ in."""

    name: str | None | UnsetType = UNSET
    """Name of the option."""
    values: list[str] | None | UnsetType = UNSET
    """Values of the option."""


class SelectedOption(Model, kw_only=True):
    """The value that a variant has of an option."""

    name: str | None | UnsetType = UNSET
    """Name of the option."""
    value: str | None | UnsetType = UNSET
    """Value of the option."""


class Dimensions(Model, kw_only=True):
    """Size of a variant; the unit is in `dimensionsUnit` of the variant."""

    length: float | None | UnsetType = UNSET
    """Length."""
    width: float | None | UnsetType = UNSET
    """Width."""
    height: float | None | UnsetType = UNSET
    """Height."""


FeaturedMedia: TypeAlias = dict[str, Any]


BillOfMaterials: TypeAlias = dict[str, Any]


ServiceSettings: TypeAlias = dict[str, Any]


class ErrorInfo(Model, kw_only=True):
    """What went wrong."""

    message: str
    """The error in words."""
    details: Any | UnsetType = UNSET
    """More about the error, of any type."""


class Service(Model, kw_only=True):
    """A service that is connected to the organization."""

    id: str | None | UnsetType = UNSET
    """Identifier of the service."""
    organization_id: str | None | UnsetType = field(name="organizationId", default=UNSET)
    """Identifier of the organization that the service belongs to."""
    type: str | None | UnsetType = UNSET
    """Type of the service."""
    description: str | None | UnsetType = UNSET
    """Text that describes the service."""
    created_at: str | None | UnsetType = field(name="createdAt", default=UNSET)
    """When the service was created."""
    updated_at: str | None | UnsetType = field(name="updatedAt", default=UNSET)
    """When the service was last changed."""
    archived_at: str | None | UnsetType = field(name="archivedAt", default=UNSET)
    """When the service was archived."""
    settings: ServiceSettings | None | UnsetType = UNSET
    """Settings of the service."""


class ErrorResponse(Model, kw_only=True):
    """The body of every error response."""

    error: ErrorInfo
    """What went wrong."""


class ServiceObject(Model, kw_only=True):
    """What a service knows about a product, as a key with a value."""

    id: str | None | UnsetType = UNSET
    """Identifier of the record."""
    organization_id: str | None | UnsetType = field(name="organizationId", default=UNSET)
    """Identifier of the organization that the record belongs to."""
    service_id: str | None | UnsetType = field(name="serviceId", default=UNSET)
    """Identifier of the service."""
    type: str | None | UnsetType = UNSET
    """Type of the record."""
    key: str | None | UnsetType = UNSET
    """Key of the record."""
    value: Any | UnsetType = UNSET
    """Value of the record, of any type."""
    created_at: str | None | UnsetType = field(name="createdAt", default=UNSET)
    """When the record was created."""
    updated_at: str | None | UnsetType = field(name="updatedAt", default=UNSET)
    """When the record was last changed."""
    service: Service | None | UnsetType = UNSET
    """The service that the record belongs to."""


class ArchiveProductResponse(Model, kw_only=True):
    """The response to archiving."""

    object: str
    """What `data` holds; the example has `product`."""
    data: Product
    """A product with its variants, which hold their product in turn."""


class Product(Model, kw_only=True):
    """A product with its variants, which hold their product in turn."""

    id: str | None | UnsetType = UNSET
    """Identifier of the product."""
    organization_id: str | None | UnsetType = field(name="organizationId", default=UNSET)
    """Identifier of the organization that the product belongs to."""
    is_bundle: bool | None | UnsetType = field(name="isBundle", default=UNSET)
    """Whether the product is a bundle of others."""
    name: str | None | UnsetType = UNSET
    """Name of the product."""
    slug: str | None | UnsetType = UNSET
    """Name of the product in a URL."""
    description: str | None | UnsetType = UNSET
    """Text that describes the product."""
    options: list[ProductOption] | None | UnsetType = UNSET
    """What the variants of the product differ in."""
    brand: str | None | UnsetType = UNSET
    """Brand of the product."""
    vendor: str | None | UnsetType = UNSET
    """Vendor of the product."""
    manufacturer: str | None | UnsetType = UNSET
    """Manufacturer of the product."""
    eccn: str | None | UnsetType = UNSET
    """Export control classification number."""
    image_url: str | None | UnsetType = field(name="imageUrl", default=UNSET)
    """URL of a picture of the product."""
    image_file: str | None | UnsetType = field(name="imageFile", default=UNSET)
    """File of a picture of the product."""
    variants: list[ProductVariant] | None | UnsetType = UNSET
    """Variants of the product; the example leaves them out of a product that is itself within a variant."""
    created_at: str | None | UnsetType = field(name="createdAt", default=UNSET)
    """When the product was created."""
    updated_at: str | None | UnsetType = field(name="updatedAt", default=UNSET)
    """When the product was last changed."""
    archived_at: str | None | UnsetType = field(name="archivedAt", default=UNSET)
    """When the product was archived."""
    featured_media_id: str | None | UnsetType = field(name="featuredMediaId", default=UNSET)
    """Identifier of the medium that is shown first."""
    product_variants: list[ProductVariant] | None | UnsetType = field(name="productVariants", default=UNSET)
    """Variants of the product, under a second name; how they differ from `variants` is not said."""
    service_objects: list[ServiceObject] | None | UnsetType = field(name="serviceObjects", default=UNSET)
    """What other services know about the product."""
    media: list[Any] | None | UnsetType = UNSET
    """Media of the product."""
    featured_media: FeaturedMedia | None | UnsetType = field(name="featuredMedia", default=UNSET)
    """The medium that is shown first."""


class ProductVariant(Model, kw_only=True):
    """A form in which a product is sold."""

    id: str | None | UnsetType = UNSET
    """Identifier of the variant."""
    organization_id: str | None | UnsetType = field(name="organizationId", default=UNSET)
    """Identifier of the organization that the variant belongs to."""
    product_id: str | None | UnsetType = field(name="productId", default=UNSET)
    """Identifier of the product that this is a variant of."""
    title: str | None | UnsetType = UNSET
    """Title of the variant."""
    sku: str | None | UnsetType = UNSET
    """The seller's stock keeping unit."""
    sku_aliases: list[str] | None | UnsetType = field(name="skuAliases", default=UNSET)
    """Other stock keeping units of the same variant."""
    barcode: str | None | UnsetType = UNSET
    """Barcode of the variant."""
    asin: str | None | UnsetType = UNSET
    """Amazon Standard Identification Number."""
    ean: str | None | UnsetType = UNSET
    """European Article Number."""
    isbn: str | None | UnsetType = UNSET
    """International Standard Book Number."""
    upc: str | None | UnsetType = UNSET
    """Universal Product Code."""
    price: float | None | UnsetType = UNSET
    """Price, in units of `currency`."""
    compare_at_price: float | None | UnsetType = field(name="compareAtPrice", default=UNSET)
    """Price to compare with, in units of `currency`."""
    wholesale_price: float | None | UnsetType = field(name="wholesalePrice", default=UNSET)
    """Wholesale price, in units of `currency`."""
    cost_price: float | None | UnsetType = field(name="costPrice", default=UNSET)
    """What the variant costs the seller, in units of `currency`."""
    currency: str | None | UnsetType = UNSET
    """Currency of the prices, such as `usd`."""
    position: int | None | UnsetType = UNSET
    """Place of the variant among those of its product; the example has 0."""
    taxable: bool | None | UnsetType = UNSET
    """Whether tax is due."""
    discountable: bool | None | UnsetType = UNSET
    """Whether discounts apply."""
    requires_shipping: bool | None | UnsetType = field(name="requiresShipping", default=UNSET)
    """Whether the variant has to be shipped."""
    inventory_policy: str | None | UnsetType = field(name="inventoryPolicy", default=UNSET)
    """What happens to an order without stock, such as `deny`."""
    inventory_allocation_strategy: str | None | UnsetType = field(name="inventoryAllocationStrategy", default=UNSET)
    """How stock is allocated to orders."""
    selected_options: list[SelectedOption] | None | UnsetType = field(name="selectedOptions", default=UNSET)
    """The variant's value of each option of the product."""
    image: str | None | UnsetType = UNSET
    """URL of a picture of the variant."""
    weight: float | None | UnsetType = UNSET
    """Weight, in `weightUnit`."""
    weight_unit: str | None | UnsetType = field(name="weightUnit", default=UNSET)
    """Unit of the weight, such as `oz`."""
    dimensions: Dimensions | None | UnsetType = UNSET
    """Size of the variant, in `dimensionsUnit`."""
    dimensions_unit: str | None | UnsetType = field(name="dimensionsUnit", default=UNSET)
    """Unit of the dimensions, such as `in`."""
    tracks_inventory: bool | None | UnsetType = field(name="tracksInventory", default=UNSET)
    """Whether stock of the variant is counted."""
    tariff_code: str | None | UnsetType = field(name="tariffCode", default=UNSET)
    """Customs tariff code."""
    country_of_origin: str | None | UnsetType = field(name="countryOfOrigin", default=UNSET)
    """Country that the variant comes from."""
    created_at: str | None | UnsetType = field(name="createdAt", default=UNSET)
    """When the variant was created."""
    updated_at: str | None | UnsetType = field(name="updatedAt", default=UNSET)
    """When the variant was last changed."""
    archived_at: str | None | UnsetType = field(name="archivedAt", default=UNSET)
    """When the variant was archived."""
    featured_media_id: str | None | UnsetType = field(name="featuredMediaId", default=UNSET)
    """Identifier of the medium that is shown first."""
    product: Product | None | UnsetType = UNSET
    """The product that this is a variant of."""
    inventory_levels: list[Any] | None | UnsetType = field(name="inventoryLevels", default=UNSET)
    """How much is in stock."""
    inventory_locations: list[Any] | None | UnsetType = field(name="inventoryLocations", default=UNSET)
    """Where it is in stock."""
    supplier_products: list[Any] | None | UnsetType = field(name="supplierProducts", default=UNSET)
    """The variant at its suppliers."""
    packagings: list[Any] | None | UnsetType = UNSET
    """Packagings of the variant."""
    service_objects: list[Any] | None | UnsetType = field(name="serviceObjects", default=UNSET)
    """What other services know about the variant."""
    bom: BillOfMaterials | None | UnsetType = UNSET
    """Bill of materials of the variant."""
    bom_line_items: list[Any] | None | UnsetType = field(name="bomLineItems", default=UNSET)
    """Lines of bills of materials."""
    media: list[Any] | None | UnsetType = UNSET
    """Media of the variant."""
    featured_media: FeaturedMedia | None | UnsetType = field(name="featuredMedia", default=UNSET)
    """The medium that is shown first."""
    units_of_measure: list[Any] | None | UnsetType = field(name="unitsOfMeasure", default=UNSET)
    """Units that the variant is counted in."""
