"""Say which credentials of a document a client has no class for."""

from __future__ import annotations

from scripts.generate.parse.api import Refuse
from scripts.spec.document import Document, Json, Pointer
from scripts.spec.schemes import AUTHORIZER, kind_of, security_schemes

_RULE = "unsupported-credentials"


def note_credentials(document: Document, note: Refuse) -> None:
    """Note the security schemes that no class is generated for, and those that are required and not defined."""
    schemes = security_schemes(document)
    for name, scheme in schemes.items():
        where = ("components", "securitySchemes", name)
        if scheme["type"] == "mutualTLS":
            note(where, _RULE, "a certificate is part of the connection; give the client a transport or http_client that has it")
        elif kind_of(scheme) is None:
            kind = scheme.get(AUTHORIZER) or scheme.get("scheme") or scheme["type"]
            note(where, _RULE, f"no class is generated for credentials of the kind {kind!r}; give any httpx2.Auth as auth")
    required: list[tuple[Pointer, list[Json]]] = [(("security",), document.data.get("security", []))]
    required += [((*pointer, "security"), operation.get("security", [])) for pointer, operation in document.operations()]
    known = {*schemes}
    for pointer, alternatives in required:
        for index, alternative in enumerate(alternatives):
            for name in alternative.keys() - known:
                known.add(name)  # it is said once
                note((*pointer, index, name), _RULE, f"the security scheme {name!r} is not defined; give any httpx2.Auth as auth")
