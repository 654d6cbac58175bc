# Generated from specs/yandex_market_offers.yaml; do not edit. Change the spec and run make generate.
"""Client of Yandex Market Partner API, offer archive.

`Client` is sync, `AsyncClient` async; both have a method for each operation. `models` has the types of requests and responses,
`errors` the exceptions, `auth` the credentials, `behaviour` what the spec says of limits, chunks, polling, pages and retries.
`UNSET` is the value of a field that is absent, which is not the same as `None` (null).

Limits, fields and errors are those of the vendor's documents:
- Adding products to the archive, https://yandex.ru/dev/market/partner-api/doc/en/reference/business-assortment/addOffersToArchive
"""

from __future__ import annotations

from msgspec import UNSET

from . import auth, behaviour, errors, models
from ._runtime.errors import Breach
from ._runtime.operations import Response
from .client import AsyncClient, Client
from .errors import ApiError

__version__ = "0.1.0"
__all__ = ["UNSET", "ApiError", "AsyncClient", "Breach", "Client", "Response", "auth", "behaviour", "errors", "models"]
