"""Archive an offer with the installed client."""

import os

from yandex_market_offers import Client, auth, errors, models

with Client(base_url=os.environ["YANDEX_MARKET_OFFERS_URL"], auth=auth.ApiKey(os.environ["YANDEX_MARKET_API_KEY"])) as client:
    response = client.add_offers_to_archive(business_id=4711, body=models.AddOffersToArchiveRequest(offer_ids=["SKU-0000001"]))
    if response.status != "OK":
        raise SystemExit(f"the status is {response.status}")
    try:
        client.add_offers_to_archive(business_id=4711, body=models.AddOffersToArchiveRequest(offer_ids=[]))
    except errors.InvalidRequest:
        pass
    else:
        raise SystemExit("no offers at all are sent")
