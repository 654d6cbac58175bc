"""An operation that lists rows, played: its pages are read without a generated client."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import httpx2
import msgspec

from catalog_clients._engine.flows.effects import Call, CallResult
from catalog_clients._engine.items.requests import Arguments
from catalog_clients._engine.pages.paging import PageReader, Pages, first_page
from scripts.runtime.behaviour import Behaviour, Expression, Pagination
from tests.overrides.playing import Player

BASE = "https://api.test/v1"


def query(name: str) -> Expression:
    return Expression("request", "query", (name,))


def body(*path: str) -> Expression:
    return Expression("response", "body", path)


def header(name: str) -> Expression:
    return Expression("response", "header", (name,))


class Sent(msgspec.Struct, frozen=True):
    """A request of the operation."""

    operation: Any
    target: str
    content: bytes | None


class Listing:
    """An operation that lists rows.

    Attributes:
        path: its path.
        last: the last page that the spec allows.
        parameters: those of its query.
    """

    name, secret_parameters, model, contents = "listRows", ("key",), None, ()

    def __init__(self, path: str = "/rows", last: int = 1000, names: Sequence[str] = ("page", "offset", "size", "owner")) -> None:
        self.path, self.last = path, last
        self.parameters = [SimpleNamespace(name=each, argument=each, location="query") for each in names]

    def request(self, arguments: Mapping[str, object], content: object = None, /) -> Sent:
        page = arguments.get("page")
        if isinstance(page, int) and page > self.last:
            raise ValueError(f"page: Expected `int` <= {self.last}")
        pairs = "&".join(f"{name}={quote(str(value))}" for name, value in arguments.items())
        return Sent(self, f"{self.path}{'?' if pairs else ''}{pairs}", json.dumps(content).encode() if content else None)


def result(call: Call, content: Any, headers: Mapping[str, str] | None = None, **more: Any) -> CallResult[Any]:
    url = f"{BASE}{call.request.target}"
    response = httpx2.Response(200, json=content, headers=dict(headers or {}), request=httpx2.Request("GET", url))
    return CallResult(value=content, response=response, **more)


def refusal(call: Call, status: int, data: Any = "no such page") -> CallResult[Any]:
    """Return the refusal of a page, with data of the body that the spec describes, or without any."""
    response = httpx2.Response(status, request=httpx2.Request("GET", f"{BASE}{call.request.target}"))
    error: Any = ValueError(status)
    error.data, error.breaches = data, ["a page of a gateway"]
    return CallResult(error=error, response=response, refused=True)


def pages_of(vendor: Any, table: Pagination, *, operation: Listing | None = None, **arguments: Any) -> Pages[Any, Any]:
    """Return the pages that a vendor gives."""
    found: Any = operation or Listing()
    behaviour: Any = Behaviour(pagination=table)
    whole = Arguments({**arguments, **first_page(found, behaviour, arguments)})
    player: Any = Player(vendor)
    return Pages(player, lambda: PageReader(found, behaviour, whole), None)
