"""Base URLs that a caller selects by name."""

from __future__ import annotations

from scripts.spec.document import Document, Json


def named_servers(document: Document) -> dict[str, str]:
    """Return the base URLs of a document by name.

    The name is `x-client-server`; servers of a document that names none are called `default`, `server-2` and so on. A server in the
    reserved domain `.invalid` means that the endpoint is unknown, and is not selectable; neither is a relative URL.
    """
    servers: list[dict[str, Json]] = document.data.get("servers", [])
    any_named = any("x-client-server" in server for server in servers)
    found: dict[str, str] = {}
    for index, server in enumerate(servers):
        url = str(server["url"])
        for name, variable in server.get("variables", {}).items():
            url = url.replace(f"{{{name}}}", str(variable["default"]))
        name = server.get("x-client-server") if any_named else "default" if index == 0 else f"server-{index + 1}"
        host = url.split("//", 1)[-1].split("/")[0].split(":")[0]
        if name is not None and url.startswith(("http://", "https://")) and not host.endswith(".invalid"):
            found[name] = url.rstrip("/")
    return found
