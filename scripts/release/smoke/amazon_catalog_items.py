"""Search for an item with the installed client, with a token that it gets by itself."""

import os

from amazon_catalog_items import Client, auth

with Client(base_url=os.environ["AMAZON_CATALOG_ITEMS_URL"], auth=auth.from_environment()) as client:
    found = client.search_catalog_items(
        marketplace_ids=["ATVPDKIKX0DER"], identifiers=["B000000001"], identifiers_type="ASIN", included_data=["summaries"]
    )
    if [item.asin for item in found.items] != ["B000000001"]:
        raise SystemExit(f"found: {found}")
