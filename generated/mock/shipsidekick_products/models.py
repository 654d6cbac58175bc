# Generated from specs/shipsidekick_products.yaml; do not edit. Change the spec and run make generate.

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import AnyUrl, AwareDatetime, BaseModel, Field, RootModel
from typing_extensions import TypeAliasType


class ProductOption(BaseModel):
    name: Annotated[str | None, Field(description="Name of the option.")] = None
    values: Annotated[list[str] | None, Field(description="Values of the option.")] = None


class SelectedOption(BaseModel):
    name: Annotated[str | None, Field(description="Name of the option.")] = None
    value: Annotated[str | None, Field(description="Value of the option.")] = None


class Dimensions(BaseModel):
    length: Annotated[float | None, Field(description="Length.")] = None
    width: Annotated[float | None, Field(description="Width.")] = None
    height: Annotated[float | None, Field(description="Height.")] = None


class FeaturedMedia(RootModel[dict[str, Any]]):
    root: dict[str, Any]


class BillOfMaterials(RootModel[dict[str, Any]]):
    root: dict[str, Any]


class ServiceSettings(RootModel[dict[str, Any]]):
    root: dict[str, Any]


class ErrorInfo(BaseModel):
    message: Annotated[str, Field(description="The error in words.")]
    details: Annotated[Any | None, Field(description="More about the error, of any type.")] = None


ProductIdParameter = TypeAliasType("ProductIdParameter", UUID)


ClientSlugParameter = TypeAliasType("ClientSlugParameter", str)


class Service(BaseModel):
    id: Annotated[str | None, Field(description="Identifier of the service.")] = None
    organizationId: Annotated[str | None, Field(description="Identifier of the organization that the service belongs to.")] = None
    type: Annotated[str | None, Field(description="Type of the service.")] = None
    description: Annotated[str | None, Field(description="Text that describes the service.")] = None
    createdAt: Annotated[AwareDatetime | None, Field(description="When the service was created.")] = None
    updatedAt: Annotated[AwareDatetime | None, Field(description="When the service was last changed.")] = None
    archivedAt: Annotated[AwareDatetime | None, Field(description="When the service was archived.")] = None
    settings: Annotated[ServiceSettings | None, Field(description="Settings of the service.")] = None


class ErrorResponse(BaseModel):
    error: ErrorInfo


class ServiceObject(BaseModel):
    id: Annotated[str | None, Field(description="Identifier of the record.")] = None
    organizationId: Annotated[str | None, Field(description="Identifier of the organization that the record belongs to.")] = None
    serviceId: Annotated[str | None, Field(description="Identifier of the service.")] = None
    type: Annotated[str | None, Field(description="Type of the record.")] = None
    key: Annotated[str | None, Field(description="Key of the record.")] = None
    value: Annotated[Any | None, Field(description="Value of the record, of any type.")] = None
    createdAt: Annotated[AwareDatetime | None, Field(description="When the record was created.")] = None
    updatedAt: Annotated[AwareDatetime | None, Field(description="When the record was last changed.")] = None
    service: Annotated[Service | None, Field(description="The service that the record belongs to.")] = None


class ArchiveProductResponse(BaseModel):
    object: Annotated[str, Field(description="What `data` holds; the example has `product`.")]
    data: Product


class Product(BaseModel):
    id: Annotated[str | None, Field(description="Identifier of the product.")] = None
    organizationId: Annotated[str | None, Field(description="Identifier of the organization that the product belongs to.")] = None
    isBundle: Annotated[bool | None, Field(description="Whether the product is a bundle of others.")] = None
    name: Annotated[str | None, Field(description="Name of the product.")] = None
    slug: Annotated[str | None, Field(description="Name of the product in a URL.")] = None
    description: Annotated[str | None, Field(description="Text that describes the product.")] = None
    options: Annotated[list[ProductOption] | None, Field(description="What the variants of the product differ in.")] = None
    brand: Annotated[str | None, Field(description="Brand of the product.")] = None
    vendor: Annotated[str | None, Field(description="Vendor of the product.")] = None
    manufacturer: Annotated[str | None, Field(description="Manufacturer of the product.")] = None
    eccn: Annotated[str | None, Field(description="Export control classification number.")] = None
    imageUrl: Annotated[AnyUrl | None, Field(description="URL of a picture of the product.")] = None
    imageFile: Annotated[str | None, Field(description="File of a picture of the product.")] = None
    variants: Annotated[
        list[ProductVariant] | None,
        Field(description="Variants of the product; the example leaves them out of a product that is itself within a variant."),
    ] = None
    createdAt: Annotated[AwareDatetime | None, Field(description="When the product was created.")] = None
    updatedAt: Annotated[AwareDatetime | None, Field(description="When the product was last changed.")] = None
    archivedAt: Annotated[AwareDatetime | None, Field(description="When the product was archived.")] = None
    featuredMediaId: Annotated[str | None, Field(description="Identifier of the medium that is shown first.")] = None
    productVariants: Annotated[
        list[ProductVariant] | None,
        Field(description="Variants of the product, under a second name; how they differ from `variants` is not said."),
    ] = None
    serviceObjects: Annotated[list[ServiceObject] | None, Field(description="What other services know about the product.")] = None
    media: Annotated[list[Any] | None, Field(description="Media of the product.")] = None
    featuredMedia: Annotated[FeaturedMedia | None, Field(description="The medium that is shown first.")] = None


class ProductVariant(BaseModel):
    id: Annotated[str | None, Field(description="Identifier of the variant.")] = None
    organizationId: Annotated[str | None, Field(description="Identifier of the organization that the variant belongs to.")] = None
    productId: Annotated[str | None, Field(description="Identifier of the product that this is a variant of.")] = None
    title: Annotated[str | None, Field(description="Title of the variant.")] = None
    sku: Annotated[str | None, Field(description="The seller's stock keeping unit.")] = None
    skuAliases: Annotated[list[str] | None, Field(description="Other stock keeping units of the same variant.")] = None
    barcode: Annotated[str | None, Field(description="Barcode of the variant.")] = None
    asin: Annotated[str | None, Field(description="Amazon Standard Identification Number.")] = None
    ean: Annotated[str | None, Field(description="European Article Number.")] = None
    isbn: Annotated[str | None, Field(description="International Standard Book Number.")] = None
    upc: Annotated[str | None, Field(description="Universal Product Code.")] = None
    price: Annotated[float | None, Field(description="Price, in units of `currency`.")] = None
    compareAtPrice: Annotated[float | None, Field(description="Price to compare with, in units of `currency`.")] = None
    wholesalePrice: Annotated[float | None, Field(description="Wholesale price, in units of `currency`.")] = None
    costPrice: Annotated[float | None, Field(description="What the variant costs the seller, in units of `currency`.")] = None
    currency: Annotated[str | None, Field(description="Currency of the prices, such as `usd`.")] = None
    position: Annotated[int | None, Field(description="Place of the variant among those of its product; the example has 0.")] = None
    taxable: Annotated[bool | None, Field(description="Whether tax is due.")] = None
    discountable: Annotated[bool | None, Field(description="Whether discounts apply.")] = None
    requiresShipping: Annotated[bool | None, Field(description="Whether the variant has to be shipped.")] = None
    inventoryPolicy: Annotated[str | None, Field(description="What happens to an order without stock, such as `deny`.")] = None
    inventoryAllocationStrategy: Annotated[str | None, Field(description="How stock is allocated to orders.")] = None
    selectedOptions: Annotated[
        list[SelectedOption] | None, Field(description="The variant's value of each option of the product.")
    ] = None
    image: Annotated[AnyUrl | None, Field(description="URL of a picture of the variant.")] = None
    weight: Annotated[float | None, Field(description="Weight, in `weightUnit`.")] = None
    weightUnit: Annotated[str | None, Field(description="Unit of the weight, such as `oz`.")] = None
    dimensions: Annotated[Dimensions | None, Field(description="Size of the variant, in `dimensionsUnit`.")] = None
    dimensionsUnit: Annotated[str | None, Field(description="Unit of the dimensions, such as `in`.")] = None
    tracksInventory: Annotated[bool | None, Field(description="Whether stock of the variant is counted.")] = None
    tariffCode: Annotated[str | None, Field(description="Customs tariff code.")] = None
    countryOfOrigin: Annotated[str | None, Field(description="Country that the variant comes from.")] = None
    createdAt: Annotated[AwareDatetime | None, Field(description="When the variant was created.")] = None
    updatedAt: Annotated[AwareDatetime | None, Field(description="When the variant was last changed.")] = None
    archivedAt: Annotated[AwareDatetime | None, Field(description="When the variant was archived.")] = None
    featuredMediaId: Annotated[str | None, Field(description="Identifier of the medium that is shown first.")] = None
    product: Annotated[Product | None, Field(description="The product that this is a variant of.")] = None
    inventoryLevels: Annotated[list[Any] | None, Field(description="How much is in stock.")] = None
    inventoryLocations: Annotated[list[Any] | None, Field(description="Where it is in stock.")] = None
    supplierProducts: Annotated[list[Any] | None, Field(description="The variant at its suppliers.")] = None
    packagings: Annotated[list[Any] | None, Field(description="Packagings of the variant.")] = None
    serviceObjects: Annotated[list[Any] | None, Field(description="What other services know about the variant.")] = None
    bom: Annotated[BillOfMaterials | None, Field(description="Bill of materials of the variant.")] = None
    bomLineItems: Annotated[list[Any] | None, Field(description="Lines of bills of materials.")] = None
    media: Annotated[list[Any] | None, Field(description="Media of the variant.")] = None
    featuredMedia: Annotated[FeaturedMedia | None, Field(description="The medium that is shown first.")] = None
    unitsOfMeasure: Annotated[list[Any] | None, Field(description="Units that the variant is counted in.")] = None


ArchiveProductResponse.model_rebuild()
Product.model_rebuild()
