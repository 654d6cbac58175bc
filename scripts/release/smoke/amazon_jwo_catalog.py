"""Ask for an ingestion with the installed client, which has no signature of its own: it has to be refused as documented."""

import os

from amazon_jwo_catalog import Client, errors, models

with Client(base_url=os.environ["BASE_URL"]) as client:
    try:
        client.get_catalog_upload_status(body=models.GetCatalogUploadStatusRequest(ingestion_id="none"))
    except errors.Forbidden as refused:
        if refused.status != 403:
            raise
    else:
        raise SystemExit("a request without a signature is answered")
