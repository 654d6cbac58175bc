"""The way in: what a vendor's port receives, measured by the journal and broken by chaos."""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import Receive, Scope, Send

from scripts.mock.chaos import FAULTS, Chaos, Fault
from scripts.mock.vendor import Answer, Call, Respond, Vendor, read_call, send_answer

Wrap = Callable[[Vendor, Respond], Respond]


class Front:
    """The ASGI application of a vendor's port.

    Args:
        vendor: who answers.
        wrap: makes what answers from the vendor's own `answer`, so that a defect can be planted.
    """

    def __init__(self, vendor: Vendor, *, wrap: Wrap | None = None) -> None:
        self.vendor = vendor
        self._respond = wrap(vendor, vendor.answer) if wrap else vendor.answer
        self._chaos = Chaos(vendor.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or break off."""
        call = await read_call(scope, receive)
        kind = self._chaos.fate(call)
        self.vendor.journal.begin()
        status: int | None = None
        try:
            if kind is None:
                answer = await self._respond(call)
                status = answer.status
                await send_answer(answer, send)
            else:
                status = await self._fail(FAULTS[kind], call, send)
        except Exception:
            status = 500  # which the server answers, and tells why on stderr
            raise
        finally:
            self.vendor.journal.end(call.operation or "other", status, kind)

    async def _fail(self, fault: Fault, call: Call, send: Send) -> int | None:
        own = await self._respond(call) if fault.effect else Answer(status=500, headers={}, body=b"")
        if not fault.effect:
            self.vendor.find(call)
        if fault.slow:
            await self.vendor.clock.sleep(self.vendor.settings.slow)
        answer = fault.instead(self.vendor, call, own)
        match fault.cut:
            case "dropped":
                call.scope["extensions"]["abort"]["now"]()
                return None
            case "truncated":
                await send_answer(answer, send, cut=True)
            case _:
                await send_answer(answer, send)
        return answer.status
