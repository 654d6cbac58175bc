"""The admin endpoint: what the vendors finally hold, how they were used, and a way to change their options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from scripts.mock.vendor import Vendor


def admin(vendors: Mapping[str, Vendor]) -> Starlette:
    """Make the application of the admin endpoint.

    `GET /` lists the vendors. Below `/<api>/`: `GET usage` (answers, limits and faults as the vendor counted them), `GET held`
    (what has changed since the start, as JSON Lines), `POST held` (a JSON list of identifiers: what is held of each), `GET options`
    and `PATCH options`.
    """

    def vendor(request: Request) -> Vendor:
        api = request.path_params["api"]
        if api not in vendors:
            raise HTTPException(404, f"{api}: no such API; there are {', '.join(vendors)}")
        return vendors[api]

    async def overview(_: Request) -> Response:
        return JSONResponse({api: {"url": each.base_url, "options": _options(each)} for api, each in vendors.items()})

    async def usage(request: Request) -> Response:
        return JSONResponse(vendor(request).journal.told())

    async def held(request: Request) -> Response:
        lines = [msgspec.json.encode(each) + b"\n" for each in vendor(request).held()]  # at one moment, while the vendor goes on
        return Response(b"".join(lines), media_type="application/jsonl")

    async def look_up(request: Request) -> Response:
        identifiers = await _json(request, list[str])
        return JSONResponse(vendor(request).look_up(identifiers))

    async def options(request: Request) -> Response:
        return JSONResponse(_options(vendor(request)))

    async def change(request: Request) -> Response:
        chosen = vendor(request)
        changes = await _json(request, dict[str, Any])
        try:
            chosen.options = msgspec.convert({**_options(chosen), **changes}, chosen.kind_of_options)
        except msgspec.ValidationError as error:
            raise HTTPException(400, f"{chosen.api}: {error}") from error
        return JSONResponse(_options(chosen))

    async def refuse(_: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return JSONResponse({"error": getattr(error, "detail", "")}, status_code=status)

    return Starlette(
        routes=[
            Route("/", overview),
            Route("/{api}/usage", usage),
            Route("/{api}/held", held),
            Route("/{api}/held", look_up, methods=["POST"]),
            Route("/{api}/options", options),
            Route("/{api}/options", change, methods=["PATCH"]),
        ],
        exception_handlers={HTTPException: refuse},
    )


def _options(vendor: Vendor) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(vendor.options)
    return built


async def _json(request: Request, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except msgspec.MsgspecError as error:
        raise HTTPException(400, f"the body: {error}") from error
