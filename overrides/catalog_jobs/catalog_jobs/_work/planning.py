"""How the items of a job are sent, from the tables of its generated client."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import httpx2

from catalog_clients import CredentialsError, Limits, Reports
from catalog_clients._engine.durable import DurableBulk
from catalog_clients._engine.outcomes.sending import BulkOperation
from catalog_clients._engine.tables.operations import check_package, credentials_errors
from catalog_jobs.errors import what_to_set
from catalog_jobs.records import Options

_ITEMS, _CALLS = 5000, 200  # maximum items and requests of a group
_SHARE = 16  # maximum size of a group, as a part of the chunks before it, so that a small job has many groups


@dataclass(frozen=True, slots=True)
class Plan:
    """How the items of a job are sent.

    Attributes:
        bulk: sends the items.
        operation: how the operation is used for the items.
    """

    bulk: DurableBulk
    operation: BulkOperation

    def group_size(self, before: int) -> int:
        """Return the maximum number of chunks of a group, which are sent one by one, after `before` earlier chunks.

        If the operation starts ingestions, each chunk has its own group: waiting for an ingestion takes much longer than storing
        a group.
        """
        table = self.operation.table
        if table.polling:
            return 1
        most = min(_CALLS, _ITEMS // (table.chunking.size if table.chunking else 1), before // _SHARE)
        return max(1, most)


def plan_to_stage(api: str, operation: str, arguments: Mapping[str, object], options: Options) -> Plan:
    """Return the plan that splits and checks items. It sends nothing, and needs no credentials.

    Raises:
        ValueError: the client is not installed, it has no such operation, or that operation cannot send items.
        InvalidArgument: an argument is missing, or the spec forbids it.
        TypeError: an argument is unknown.
    """
    bulk = DurableBulk(client_of(api), auth=httpx2.Auth(), **_address(options))
    return Plan(bulk, bulk.plan(operation, arguments, options.extra_fields))


def plan_to_send(api: str, operation: str, arguments: Mapping[str, object], options: Options, store: str | Path) -> Plan:
    """Return the plan that sends items, with the credentials of the environment and limits that all workers share.

    Raises:
        CredentialsError: this process has no credentials; the message names its machine, as other workers may have them.
        ValueError, InvalidArgument, TypeError: as by `plan_to_stage`.
    """
    package, limits = client_of(api), Limits(store=store, credential=options.credential or None)
    try:
        bulk = DurableBulk(
            package,
            limits=limits,
            reports=Reports(origins=options.origins),
            interval=options.interval,
            deadline=options.deadline,
            **_address(options),
        )
    except credentials_errors(package.errors) as error:
        raise CredentialsError(f"the worker on {socket.gethostname()}: {what_to_set(error)}") from error
    return Plan(bulk, bulk.plan(operation, arguments, options.extra_fields))


def client_of(api: str) -> Any:  # Any: a module, whose content a type checker does not know
    """Return a generated client.

    Raises:
        ValueError: it is not installed, or is not a generated client.
    """
    try:
        found = import_module(api)
    except ImportError as error:
        raise ValueError(f"the client {api} is not installed: {error}") from error
    try:
        check_package(found)
    except TypeError:
        raise ValueError(f"{api} is not a generated client") from None
    return found


def _address(options: Options) -> dict[str, Any]:
    """Return the arguments of a client for its address.

    Raises:
        ValueError: the URL has a password, which the database would keep.
    """
    if urlsplit(options.base_url).password is not None:
        raise ValueError(
            "base_url must not have a password, as the database would keep it; `catalog config check` says what to set"
        )
    found = {"base_url": options.base_url, "server": options.server}
    return cast("dict[str, Any]", {name: value for name, value in found.items() if value})
