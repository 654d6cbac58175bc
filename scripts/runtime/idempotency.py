"""Keys by which a vendor executes a request once, however often it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

import msgspec


class IdempotencyKey(msgspec.Struct, frozen=True, kw_only=True):
    """Where the requests of an operation have their key; nowhere by default.

    A request whose caller gives no key gets a new UUID when it is built. So it keeps its key, however often it is sent.

    Attributes:
        argument: the keyword of the parameter that takes it; empty if none does.
        field: the name of the body's field that takes it; empty if none does.
    """

    argument: str = ""
    field: str = ""

    def in_arguments(self, given: dict[str, object]) -> dict[str, object]:
        """Return the arguments of a request, which have the key if a parameter takes it."""
        return {**given, self.argument: str(uuid4())} if self.argument and self.argument not in given else given

    def in_body(self, body: object) -> object:
        """Return the body of a request, which has the key if a field takes it."""
        if not self.field:
            return body
        if isinstance(body, Mapping):
            return body if body.get(self.field) is not None else {**body, self.field: str(uuid4())}
        if isinstance(body, msgspec.Struct):
            attributes = dict(zip(body.__struct_encode_fields__, body.__struct_fields__, strict=True))
            attribute = attributes.get(self.field)
            if attribute is not None and getattr(body, attribute) in (msgspec.UNSET, None):
                return msgspec.structs.replace(body, **{attribute: str(uuid4())})
        return body
