# Generated from specs/amazon_jwo_catalog.yaml; do not edit. Change the spec and run make generate.
"""Types of the requests and responses of Amazon Just Walk Out Catalog API, as msgspec Structs.

A field that is `UNSET` is absent, which is not the same as `None` (null). `UNSET` is false, like None.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, UnsetType, field

from ._runtime.models import Model, OpenStrEnum

ItemSku: TypeAlias = Annotated[str, Meta(max_length=255)]


StoreId: TypeAlias = Annotated[str, Meta(max_length=255)]


ExternalProductId: TypeAlias = Annotated[str, Meta(max_length=255)]


ExternalProductIdType: TypeAlias = Annotated[str, Meta(max_length=255)]


class AdditionalExternalProduct(Model, kw_only=True):
    """One more barcode of a product."""

    external_product_id: ExternalProductId
    """The barcode of a product as it is scanned when stock is counted, alphanumeric, at most 255 characters: UPC (12 or 8
    digits), EAN (13 digits), EAN8 (8 digits), ISBN (10 digits), GTIN (14 digits) or PLU (an integer). Check digit and
    leading zeros are part of it, so it is never a number.
    """
    external_product_id_type: ExternalProductIdType | UnsetType = UNSET
    """Kind of a barcode, such as UPC, ISBN, EAN, EAN8, GTIN or PLU; at most 255 characters."""


class CatalogItem(Model, kw_only=True):
    """A product in one store, complete; what is left out is not kept from an earlier upload."""

    item_sku: ItemSku
    """The retailer's identifier of a product, at most 255 characters; unique to the product."""
    external_product_id: ExternalProductId
    """The barcode of a product as it is scanned when stock is counted, alphanumeric, at most 255 characters: UPC (12 or 8
    digits), EAN (13 digits), EAN8 (8 digits), ISBN (10 digits), GTIN (14 digits) or PLU (an integer). Check digit and
    leading zeros are part of it, so it is never a number.
    """
    item_name: Annotated[str, Meta(max_length=255)]
    """Short title of the product, at most 255 characters."""
    store_id: StoreId
    """Identifier of a store, at most 255 characters, agreed with Amazon during onboarding; the same as for a catalog upload in
    the JWO portal.
    """
    external_product_id_type: ExternalProductIdType | UnsetType = UNSET
    """Kind of a barcode, such as UPC, ISBN, EAN, EAN8, GTIN or PLU; at most 255 characters."""
    additional_external_product_information: Annotated[list[AdditionalExternalProduct], Meta(max_length=50)] | UnsetType = UNSET
    """More barcodes of the same product, at most 50."""
    standard_price: Annotated[str, Meta(max_length=10)] | UnsetType = UNSET
    """Price of the product in the local currency, with or without tax, as text of at most 10 characters."""
    brand_name: Annotated[str, Meta(max_length=255)] | UnsetType = UNSET
    """Name of the brand, at most 255 characters."""
    product_tax_code: Annotated[str, Meta(max_length=255)] | UnsetType = UNSET
    """Amazon's standard code for how the product is taxed, at most 255 characters."""
    product_category: Annotated[str, Meta(max_length=50)] | UnsetType = UNSET
    """The retailer's own category, for groups and filters in dashboards and reports; at most 50 characters."""
    product_subcategory: Annotated[str, Meta(max_length=50)] | UnsetType = UNSET
    """The retailer's own subcategory, for groups and filters in dashboards and reports; at most 50 characters."""


class UploadCatalogRequest(Model, kw_only=True):
    """Products to create or replace."""

    catalog_items: Annotated[list[CatalogItem], Meta(max_length=10000)] = field(name="catalogItems")
    """The products, at most 10,000."""


class ArchiveCatalogRequest(Model, kw_only=True):
    """SKUs to archive, and all stores of the retailer."""

    item_skus: Annotated[list[ItemSku], Meta(max_length=10000)] = field(name="itemSkus")
    """The SKUs to archive, at most 10,000; each has to be that of an active product of the catalog."""
    all_applicable_stores: list[StoreId] = field(name="allApplicableStores")
    """The external ids of every store of the retailer, not only of those that sell the SKUs. If one is missing, the request is
    refused and the text of the error lists all available stores.
    """


class GetCatalogUploadStatusRequest(Model, kw_only=True):
    """The ingestion whose status is requested."""

    ingestion_id: Annotated[str, Meta(max_length=255)] = field(name="ingestionId")
    """The id that upload or archiving returned, at most 255 characters."""


class IngestionResponse(Model, kw_only=True):
    """The response to accepted work."""

    ingestion_id: str = field(name="ingestionId")
    """Identifier of the work; repeating a request yields another one."""


class ProcessingStatus(OpenStrEnum):
    """How far the work is. `INQUEUE`: it waits. `INPROGRESS`: it goes on. `DONE`: it has ended, though not every SKU need have
    succeeded; only the report says. `CANCELLED`: it was given up. `FATAL`: it failed.
    """

    DONE = "DONE"
    INQUEUE = "INQUEUE"
    INPROGRESS = "INPROGRESS"
    CANCELLED = "CANCELLED"
    FATAL = "FATAL"


class CatalogUploadStatus(Model, kw_only=True):
    """The status of an ingestion."""

    processing_status: ProcessingStatus = field(name="processingStatus")
    """How far the work is. `INQUEUE`: it waits. `INPROGRESS`: it goes on. `DONE`: it has ended, though not every SKU need have
    succeeded; only the report says. `CANCELLED`: it was given up. `FATAL`: it failed.
    """
    report_download_link: str | None | UnsetType = field(name="reportDownloadLink", default=UNSET)
    """Presigned S3 URL of the report, valid for 60 minutes. It carries its own signature and is fetched without the
    Authorization header of this API.
    """


class Error(Model, kw_only=True):
    """The body of an error. The text is in `errorMsg` or in `message`: read both. Pass it on whole, as that of a 400 of an
    archiving may list all stores of the retailer. More fields may be added.
    """

    error_msg: str | None | UnsetType = field(name="errorMsg", default=UNSET)
    """What went wrong, if the error comes from the service itself."""
    message: str | None | UnsetType = UNSET
    """What went wrong, if the request was refused before the service looked into it."""
