"""Archive a SKU with the installed client, signed by itself, and be refused without a signature."""

import os

from amazon_jwo_catalog import Client, auth, errors, models

STORES = ["STORE-1", "STORE-2", "STORE-3"]
with Client(base_url=os.environ["AMAZON_JWO_CATALOG_URL"], auth=auth.from_environment()) as client:
    started = client.archive_catalog(body=models.ArchiveCatalogRequest(item_skus=["SKU-0000001"], all_applicable_stores=STORES))
    query = models.GetCatalogUploadStatusRequest(ingestion_id=started.ingestion_id)
    if not client.get_catalog_upload_status(body=query).processing_status:
        raise SystemExit("there is no status")
with Client(base_url=os.environ["AMAZON_JWO_CATALOG_URL"]) as client:
    try:
        client.get_catalog_upload_status(body=query)
    except errors.Forbidden:
        pass
    else:
        raise SystemExit("a request without a signature is accepted")
