"""The admin endpoint: the state of the vendors, how they were used, and a way to change their behaviour."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from scripts.mock.engine.app import VendorApp
from scripts.mock.engine.chaos import Faults
from scripts.mock.options import change

_THIS_MACHINE = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
_FAULTS_EXAMPLE = {"chaos": 0.3, "faults": ["html", "slow"], "slow": 5}


def admin(apps: Mapping[str, VendorApp]) -> Starlette:
    """Make the application of the admin endpoint, whose `GET /` lists its paths."""

    async def refuse(_: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return JSONResponse({"error": getattr(error, "detail", "")}, status_code=status)

    return Starlette(
        routes=_Admin(apps).routes, exception_handlers={HTTPException: refuse}, middleware=[Middleware(_NoOtherOrigins)]
    )


class _NoOtherOrigins:
    """Refuses the requests of web pages, which a browser of this machine would send.

    A page on another origin has that in `Origin`; one whose name has been pointed to this machine (DNS rebinding) has it in `Host`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        wrong = ""
        if len(hosts) != 1 or not _THIS_MACHINE.fullmatch(hosts[0]):
            wrong = f"Host: {', '.join(hosts)}: the admin endpoint is served as 127.0.0.1 or localhost only"
        elif any(each != f"http://{hosts[0]}" for each in origins):
            wrong = f"Origin: {', '.join(origins)}: the admin endpoint is not for web pages of other origins"
        await (JSONResponse({"error": wrong}, status_code=403) if wrong else self._app)(scope, receive, send)


class _Admin:
    """The handlers of all paths; `GET /` lists them with their docstrings."""

    def __init__(self, apps: Mapping[str, VendorApp]) -> None:
        self._apps = apps
        offered = {
            "GET /": self.overview,
            "GET /{api}": self.one,
            "GET /{api}/usage": self.usage,
            "GET /{api}/keys": self.keys,
            "GET /{api}/held": self.held,
            "POST /{api}/held": self.look_up,
            "GET /{api}/options": self.options,
            "PATCH /{api}/options": self.set_options,
            "GET /{api}/faults": self.faults,
            "PATCH /{api}/faults": self.set_faults,
            "POST /{api}/reset": self.reset,
        }
        self.paths = {what: inspect.getdoc(response) or "" for what, response in offered.items()}
        self.routes = [Route(path, offered[what], methods=[method]) for what in offered for method, path in [what.split(" ")]]

    async def overview(self, _: Request) -> Response:
        """All APIs with their URLs, options and faults; and this list."""
        return _readable({"apis": {api: _about(each) for api, each in self._apps.items()}, "paths": self.paths})

    async def one(self, request: Request) -> Response:
        """The same for one API."""
        chosen = self._app(request)
        own = {what.replace("{api}", chosen.vendor.api): text for what, text in self.paths.items() if "{api}" in what}
        return _readable({**_about(chosen), "paths": own})

    async def usage(self, request: Request) -> Response:
        """How the vendor was used, by its own counts: responses, faults, units of limits, requests at the same time."""
        return JSONResponse(self._app(request).vendor.journal.counts())

    async def keys(self, request: Request) -> Response:
        """The idempotency keys of the requests, as JSON Lines: how often a request with each key was sent, and executed."""
        return _lines(self._app(request).vendor.journal.keys())

    async def held(self, request: Request) -> Response:
        """The products that have changed since the start, as JSON Lines."""
        return _lines(self._app(request).vendor.held())

    async def look_up(self, request: Request) -> Response:
        """The state of some products, changed or not, as one JSON list; the body is a list of identifiers."""
        chosen = self._app(request)
        return JSONResponse(chosen.vendor.look_up(await _json(request, list[str], example=["SKU-0000001"])))

    async def options(self, request: Request) -> Response:
        """The options, which --help explains."""
        return JSONResponse(_options(self._app(request)))

    async def set_options(self, request: Request) -> Response:
        """Change some options for the following calls; the body has their new values by name."""
        chosen = self._app(request)
        changes = await _json(request, dict[str, Any], example=dict([next(iter(_options(chosen).items()))]))
        try:
            chosen.vendor.options = change(chosen.vendor.options, changes)
        except ValueError as error:
            raise HTTPException(400, f"{chosen.vendor.api}: {error}") from error
        return JSONResponse(_options(chosen))

    async def faults(self, request: Request) -> Response:
        """The share of the responses that fail (chaos), in which ways (faults; all if empty), and how late a slow one is (slow)."""
        return JSONResponse(msgspec.to_builtins(self._app(request).chaos.faults))

    async def set_faults(self, request: Request) -> Response:
        """Change some of these; the body is such as {"chaos": 0.3, "faults": ["html", "slow"], "slow": 5}."""
        chosen = self._app(request)
        changes = await _json(request, dict[str, Any], example=_FAULTS_EXAMPLE)
        try:
            chosen.chaos.faults = msgspec.convert({**msgspec.to_builtins(chosen.chaos.faults), **changes}, Faults)
        except msgspec.ValidationError as error:
            raise HTTPException(400, f"the body: {error}; send such as {json.dumps(_FAULTS_EXAMPLE)}") from error
        return JSONResponse(msgspec.to_builtins(chosen.chaos.faults))

    async def reset(self, request: Request) -> Response:
        """Restore the state of the start: products, options, faults and all counts."""
        chosen = self._app(request)
        await chosen.reset()
        return _readable(_about(chosen))

    def _app(self, request: Request) -> VendorApp:
        api = request.path_params["api"]
        if api not in self._apps:
            raise HTTPException(404, f"{api}: no such API; there are {', '.join(self._apps)}")
        return self._apps[api]


def _about(app: VendorApp) -> dict[str, Any]:
    faults = msgspec.to_builtins(app.chaos.faults)
    return {"url": app.vendor.base_url, "options": _options(app), "faults": faults}


def _options(app: VendorApp) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(app.vendor.options)
    return built


def _readable(content: object) -> Response:
    return Response(json.dumps(content, indent=2) + "\n", media_type="application/json")


def _lines(found: Iterable[Mapping[str, Any]]) -> Response:
    """Return objects as JSON Lines: a copy, as the vendor goes on during the response."""
    return Response(b"".join(msgspec.json.encode(each) + b"\n" for each in found), media_type="application/jsonl")


async def _json(request: Request, kind: type[Any], *, example: object) -> Any:
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except msgspec.MsgspecError as error:
        raise HTTPException(400, f"the body: {error}; send such as {json.dumps(example)}") from error
