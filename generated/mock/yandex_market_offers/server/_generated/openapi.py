# Generated from specs/yandex_market_offers.yaml; do not edit. Change the spec and run make generate.

"""Serve the source OpenAPI document of the selected operations, which `openapi.json` beside this module holds."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from .._runtime.server.openapi import serve_openapi

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI


def document() -> dict[str, Any]:
    """Return a new copy of the source document, read from `openapi.json` beside this module.

    A build that left the file out of the package fails here, on the document's first request.
    """
    package = __name__.rpartition(".")[0]
    try:
        text = (files(package) / "openapi.json").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        msg = (
            f"openapi.json of {package} is missing: include _generated/openapi.json"
            " as package data when building the package, such as with setuptools"
            " package-data or MANIFEST.in"
        )
        raise FileNotFoundError(msg) from error
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def serve_source_openapi(
    app: FastAPI,
    *,
    prefix: str = "",
    metadata: Mapping[str, Any] | None = None,
) -> None:
    """Serve the source document instead of FastAPI's, read on its first request.

    Its paths take `prefix`, and the FastAPI settings in `metadata`, such as `title`, replace its own.
    """
    serve_openapi(app, document, prefix=prefix, metadata=metadata)
