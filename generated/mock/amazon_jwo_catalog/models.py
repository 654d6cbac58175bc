# Generated from specs/amazon_jwo_catalog.yaml; do not edit. Change the spec and run make generate.

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AnyUrl, BaseModel, Field, RootModel


class ItemSku(RootModel[str]):
    root: Annotated[
        str,
        Field(description="The retailer's identifier of a product, at most 255 characters; unique to the product.", max_length=255),
    ]


class StoreId(RootModel[str]):
    root: Annotated[
        str,
        Field(
            description="Identifier of a store, at most 255 characters, agreed with Amazon during onboarding; the same as for a catalog upload in the\nJWO portal.\n",
            max_length=255,
        ),
    ]


class ExternalProductId(RootModel[str]):
    root: Annotated[
        str,
        Field(
            description="The barcode of a product as it is scanned when stock is counted, alphanumeric, at most 255 characters: UPC (12 or 8 digits),\nEAN (13 digits), EAN8 (8 digits), ISBN (10 digits), GTIN (14 digits) or PLU (an integer). Check digit and leading zeros are\npart of it, so it is never a number.\n",
            max_length=255,
        ),
    ]


class ExternalProductIdType(RootModel[str]):
    root: Annotated[
        str,
        Field(description="Kind of a barcode, such as UPC, ISBN, EAN, EAN8, GTIN or PLU; at most 255 characters.", max_length=255),
    ]


class AdditionalExternalProduct(BaseModel):
    external_product_id: ExternalProductId
    external_product_id_type: ExternalProductIdType | None = None


class CatalogItem(BaseModel):
    item_sku: ItemSku
    external_product_id: ExternalProductId
    external_product_id_type: ExternalProductIdType | None = None
    additional_external_product_information: Annotated[
        list[AdditionalExternalProduct] | None, Field(description="More barcodes of the same product, at most 50.", max_length=50)
    ] = None
    item_name: Annotated[str, Field(description="Short title of the product, at most 255 characters.", max_length=255)]
    store_id: StoreId
    standard_price: Annotated[
        str | None,
        Field(
            description="Price of the product in the local currency, with or without tax, as text of at most 10 characters.",
            max_length=10,
        ),
    ] = None
    brand_name: Annotated[str | None, Field(description="Name of the brand, at most 255 characters.", max_length=255)] = None
    product_tax_code: Annotated[
        str | None,
        Field(description="Amazon's standard code for how the product is taxed, at most 255 characters.", max_length=255),
    ] = None
    product_category: Annotated[
        str | None,
        Field(
            description="The retailer's own category, for groups and filters in dashboards and reports; at most 50 characters.",
            max_length=50,
        ),
    ] = None
    product_subcategory: Annotated[
        str | None,
        Field(
            description="The retailer's own subcategory, for groups and filters in dashboards and reports; at most 50 characters.",
            max_length=50,
        ),
    ] = None


class UploadCatalogRequest(BaseModel):
    catalogItems: Annotated[list[CatalogItem], Field(description="The products, at most 10,000.", max_length=10000)]


class ArchiveCatalogRequest(BaseModel):
    itemSkus: Annotated[
        list[ItemSku],
        Field(
            description="The SKUs to archive, at most 10,000; each has to be that of an active product of the catalog.",
            max_length=10000,
        ),
    ]
    allApplicableStores: Annotated[
        list[StoreId],
        Field(
            description="The external ids of every store of the retailer, not only of those that sell the SKUs. If one is missing, the request is\nrefused and the text of the error lists all available stores.\n"
        ),
    ]


class GetCatalogUploadStatusRequest(BaseModel):
    ingestionId: Annotated[
        str, Field(description="The id that upload or archiving returned, at most 255 characters.", max_length=255)
    ]


class IngestionResponse(BaseModel):
    ingestionId: Annotated[str, Field(description="Identifier of the work; repeating a request yields another one.")]


class ProcessingStatus(StrEnum):
    DONE = "DONE"
    INQUEUE = "INQUEUE"
    INPROGRESS = "INPROGRESS"
    CANCELLED = "CANCELLED"
    FATAL = "FATAL"


class CatalogUploadStatus(BaseModel):
    processingStatus: ProcessingStatus
    reportDownloadLink: Annotated[
        AnyUrl | None,
        Field(
            description="Presigned S3 URL of the report, valid for 60 minutes. It carries its own signature and is fetched without the\nAuthorization header of this API.\n"
        ),
    ] = None


class Error(BaseModel):
    errorMsg: Annotated[str | None, Field(description="What went wrong, if the error comes from the service itself.")] = None
    message: Annotated[
        str | None, Field(description="What went wrong, if the request was refused before the service looked into it.")
    ] = None
