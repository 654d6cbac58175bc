"""Search for an item with the installed client, with a token that is had as the spec says."""

import os

import httpx2

from amazon_catalog_items import Client, auth

secrets = {name: os.environ[f"SP_API_{name.upper()}"] for name in ("client_id", "client_secret", "refresh_token")}
form = {"grant_type": "refresh_token", **secrets}
answer = httpx2.post(os.environ["SP_API_TOKEN_URL"], data=form, trust_env=False).json()
with Client(base_url=os.environ["BASE_URL"], auth=auth.LoginWithAmazon(answer["access_token"])) as client:
    found = client.search_catalog_items(
        marketplace_ids=["ATVPDKIKX0DER"], identifiers=["B000000001"], identifiers_type="ASIN", included_data=["summaries"]
    )
    if [item.asin for item in found.items] != ["B000000001"]:
        raise SystemExit(f"found: {found}")
