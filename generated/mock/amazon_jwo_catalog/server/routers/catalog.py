# Generated from specs/amazon_jwo_catalog.yaml; do not edit. Change the spec and run make generate.

"""Endpoints of the catalog operations; regenerate them instead of editing."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Body, Request, params

from generated.mock.amazon_jwo_catalog import models

from .._generated import contract
from .._generated.contract import OperationDependencies
from .._runtime.server.application import Wiring, build, checked
from .._runtime.server.responses import dispatch
from ..services import CatalogService


def _add_upload_catalog(
    router: APIRouter,
    wiring: Wiring,
) -> None:
    catalog: CatalogService = wiring.services["catalog"]
    upload_catalog_handler = checked(
        catalog.upload_catalog,
        "The catalog.upload_catalog method of POST /v1/catalog/upload",
        ("request", "body"),
        asynchronous=True,
    )

    async def upload_catalog(
        *,
        request: Request,
        body: Annotated[models.UploadCatalogRequest, Body(media_type="application/json")],
    ) -> object:
        return dispatch(
            await upload_catalog_handler(
                request=request,
                body=body,
            ),
            contract.UploadCatalog.RESPONSES,
        )

    router.add_api_route(
        "/v1/catalog/upload",
        upload_catalog,
        methods=["POST"],
        status_code=201,
        response_model=models.IngestionResponse,
        response_model_by_alias=True,
        response_model_exclude_unset=True,
        operation_id="uploadCatalog",
        tags=["catalog"],
        summary="Upload products of JWO stores",
        description="Creates or replaces up to 10,000 products that are on sale in JWO stores; a larger catalog takes several requests. Each item\nis sent complete. Uploading a SKU that was archived re-activates it.\n\nThe response comes at once with an `ingestionId`; the items are processed later, which can take up to one hour. A missing\nrequired field, a field that is too long or a list that is too long gets 400 and nothing of the request is taken;\nwhat is wrong with a single SKU is in the report only.\n\nLimit: 10 requests a second, 10,000 items a request.\n",
        response_description="The upload was accepted; its ingestion id is unique to it.",
        dependencies=wiring.dependencies.get("upload_catalog"),
    )


def _add_archive_catalog(
    router: APIRouter,
    wiring: Wiring,
) -> None:
    catalog: CatalogService = wiring.services["catalog"]
    archive_catalog_handler = checked(
        catalog.archive_catalog,
        "The catalog.archive_catalog method of POST /v1/catalog/archive",
        ("request", "body"),
        asynchronous=True,
    )

    async def archive_catalog(
        *,
        request: Request,
        body: Annotated[models.ArchiveCatalogRequest, Body(media_type="application/json")],
    ) -> object:
        return dispatch(
            await archive_catalog_handler(
                request=request,
                body=body,
            ),
            contract.ArchiveCatalog.RESPONSES,
        )

    router.add_api_route(
        "/v1/catalog/archive",
        archive_catalog,
        methods=["POST"],
        status_code=201,
        response_model=models.IngestionResponse,
        response_model_by_alias=True,
        response_model_exclude_unset=True,
        operation_id="archiveCatalog",
        tags=["catalog"],
        summary="Archive products in all stores",
        description="Takes up to 10,000 SKUs off sale (`ARCHIVED`) in every store of the retailer; more take several requests. A SKU cannot be\narchived in single stores, and to confirm that this is understood the request names every store of the retailer, whether or\nnot it sells the SKUs. Archived products leave the active catalog and inventory; their data and the history of transactions\nare kept, and uploading them again re-activates them.\n\nThe response comes at once with an `ingestionId`; the SKUs are processed later. What is wrong with a single SKU, such as being\narchived already or still on a planogram, is in the report only.\n\nA retailer's own system should delete a SKU only after the report confirms it with `SUCCESS`: archive, keep the ingestion\nid, poll the status or wait for the notification, download the report, check each SKU, then delete.\n\nLimit: 10 requests a second, 10,000 SKUs a request.\n",
        response_description="The archiving was accepted; its ingestion id leads to the progress and the report.",
        dependencies=wiring.dependencies.get("archive_catalog"),
    )


def _add_get_catalog_upload_status(
    router: APIRouter,
    wiring: Wiring,
) -> None:
    catalog: CatalogService = wiring.services["catalog"]
    get_catalog_upload_status_handler = checked(
        catalog.get_catalog_upload_status,
        "The catalog.get_catalog_upload_status method of POST /v1/catalog/getCatalogUploadStatus",
        ("request", "body"),
        asynchronous=True,
    )

    async def get_catalog_upload_status(
        *,
        request: Request,
        body: Annotated[models.GetCatalogUploadStatusRequest, Body(media_type="application/json")],
    ) -> object:
        return dispatch(
            await get_catalog_upload_status_handler(
                request=request,
                body=body,
            ),
            contract.GetCatalogUploadStatus.RESPONSES,
        )

    router.add_api_route(
        "/v1/catalog/getCatalogUploadStatus",
        get_catalog_upload_status,
        methods=["POST"],
        status_code=200,
        response_model=models.CatalogUploadStatus,
        response_model_by_alias=True,
        response_model_exclude_unset=True,
        operation_id="getCatalogUploadStatus",
        tags=["catalog"],
        summary="Get the status and report of an ingestion",
        description="Returns the status of an upload or an archiving, and a link to its report. It reads only, although its method is POST. An\ningestion id that is unknown or belongs to another retailer gets 400, not 404. Items can take up to one hour to be\nprocessed.\n\nInstead of polling, a retailer can be notified: Amazon publishes to its SNS topic, which delivers to the retailer's SQS\nqueue, and its `ingestionId` is that of the upload or archiving.\n\nLimit: 10 requests a second.\n",
        response_description="The status of the ingestion and, when its work has ended, the link to the report.",
        dependencies=wiring.dependencies.get("get_catalog_upload_status"),
    )


LITERAL_ROUTES: Final = (
    ("upload_catalog", _add_upload_catalog),
    ("archive_catalog", _add_archive_catalog),
    ("get_catalog_upload_status", _add_get_catalog_upload_status),
)
TEMPLATED_ROUTES: Final = ()


def build_router(
    *,
    catalog: CatalogService,
    dependencies: Sequence[params.Depends] = (),
    operation_dependencies: OperationDependencies | None = None,
    prefix: str = "",
) -> APIRouter:
    """Register the catalog operations on a new router, literal paths first."""
    return build(
        (*LITERAL_ROUTES, *TEMPLATED_ROUTES),
        services={"catalog": catalog},
        dependencies=dependencies,
        operation_dependencies=operation_dependencies,
        prefix=prefix,
    )
