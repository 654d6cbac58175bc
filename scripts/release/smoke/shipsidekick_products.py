"""Archive a product with the installed client."""

import os

from shipsidekick_products import Client, auth, errors

with Client(base_url=os.environ["SHIPSIDEKICK_PRODUCTS_URL"], auth=auth.BearerKey(os.environ["SHIPSIDEKICK_API_KEY"])) as client:
    response = client.archive_product(product_id="00000000-0000-4000-8000-000000000001")
    if not response.data.archived_at:
        raise SystemExit("the product is not archived")
    try:
        client.archive_product(product_id="00000000-0000-4000-8000-999999999999")
    except errors.NotFound:
        pass
    else:
        raise SystemExit("an unknown product is archived")
