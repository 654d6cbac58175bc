# Generated from specs/amazon_jwo_catalog.yaml; do not edit. Change the spec and run make generate.
"""Client of Amazon Just Walk Out Catalog API.

`Client` and `AsyncClient` have a method for each operation; `models` are the types of what is sent and answered, `errors` what can be
raised, `behaviour` what the spec says of limits, chunks, polling, pages and retries.

Limits, fields and errors are those of the vendor's documents:
- Catalog Upload
- Archive Catalog
- Get Catalog Upload Status (all three at https://developer.amazon.com/docs/physicalstores)
"""

from __future__ import annotations

from msgspec import UNSET

from . import auth, behaviour, errors, models
from .client import AsyncClient, Client
from .errors import ApiError

__version__ = "0.1.0"
__all__ = ["UNSET", "ApiError", "AsyncClient", "Client", "auth", "behaviour", "errors", "models"]
