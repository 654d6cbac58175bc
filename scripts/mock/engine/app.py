"""The ASGI application of a vendor's port: the journal measures what it receives, and chaos breaks what it sends."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.types import Receive, Scope, Send

from scripts.mock.engine.call import Call, MockResponse, Respond, read_call, send_response
from scripts.mock.engine.chaos import FAULTS, Chaos, Fault
from scripts.mock.engine.vendor import Vendor

Wrap = Callable[[Vendor, Respond], Respond]
Log = Callable[[str], None]


class VendorApp:
    """The ASGI application of a vendor's port.

    Args:
        vendor: the vendor that responds.
        wrap: wraps the vendor's `response`, for instance to inject a fault.
        log: is called with a line of text for each response.
    """

    def __init__(self, vendor: Vendor, *, wrap: Wrap | None = None, log: Log | None = None) -> None:
        self._wrap = wrap
        self._log = log
        self._begin(vendor)

    async def reset(self) -> None:
        """Restore the state of the start: what the vendor holds, its options, its faults, and all counts."""
        old = self.vendor
        self._begin(type(old)(old.settings, old.clock, old.base_url))
        await old.stop()

    def _begin(self, vendor: Vendor) -> None:
        self.vendor = vendor
        self.chaos = Chaos(vendor.settings)
        self._respond = self._wrap(vendor, vendor.response) if self._wrap else vendor.response

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request, or break the connection off."""
        call = await read_call(scope, receive)
        vendor, respond, started = self.vendor, self._respond, time.perf_counter()  # a reset during this call does not change them
        kind = self.chaos.fate(call)
        vendor.journal.begin()
        status: int | None = None
        try:
            if kind is None:
                response = await respond(call)
                status = response.status
                await send_response(response, send)
            else:
                status = await self._fail(FAULTS[kind], vendor, respond, call, send)
        except Exception:
            status = 500  # which the server returns; it logs the cause on stderr
            raise
        finally:
            vendor.journal.end(call.operation or "other", status, kind)
            if key := vendor.key(call):
                vendor.journal.key_sent(call.operation, key)
            if self._log:
                took = f"{1000 * (time.perf_counter() - started):.0f} ms"
                named = f"key {key}" if key else ""
                words = (vendor.api, call.method, call.path, str(status or "dropped"), took, kind, named, call.why)
                self._log(" ".join(filter(None, words)))

    async def _fail(self, fault: Fault, vendor: Vendor, respond: Respond, call: Call, send: Send) -> int | None:
        if fault.effect:
            own = await respond(call)
        else:
            vendor.find(call)
            own = MockResponse(status=500, headers={}, body=b"")
        if fault.slow:
            await vendor.clock.sleep(self.chaos.faults.slow)
        response = fault.instead(vendor, call, own)
        if fault.cut == "dropped":
            call.scope["extensions"]["abort"]["now"]()
            return None
        await send_response(response, send, cut=fault.cut == "truncated")
        return response.status
