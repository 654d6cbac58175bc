"""The interface of a store of limits, and the key of a credential's limit in it."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import msgspec

from catalog_clients.errors import LimitsError

from .record import VERSION

Change: TypeAlias = Callable[[Sequence[bytes], float], Sequence[bytes]]
"""Makes new records from those in the store (empty if there are none) and the time of the store's clock."""
HEAD = ""
"""Key of the record with the version of the store."""
_COST: dict[str, int] = {"n": 1 << 14, "r": 8, "p": 1, "dklen": 16}  # cost of a digest: about 50 ms and 16 MB


class Store(Protocol):
    """Keeps records for all processes that share limits. One thread at a time uses it."""

    @property
    def name(self) -> str:
        """Its name in messages, without secrets."""

    def change(self, keys: Sequence[str], change: Change) -> None:
        """Replace some records together, while no other process reads or replaces any of them.

        Args:
            keys: keys of the records. All callers must use the same order of keys.
            change: makes the new records, in the order of the keys.

        Raises:
            StoreUnavailable: the store cannot be used now.
            LimitsError: it cannot be used at all.
        """

    def close(self) -> None:
        """Close the connection; the next change opens another one."""

    def before_fork(self) -> None:
        """Close everything that a forked process must not inherit."""

    def after_fork(self) -> None:
        """Leave the connection to the parent, in the forked process."""


class StoreUnavailable(Exception):
    """The store cannot be used now.

    Attributes:
        is_busy: whether another process is using it.
    """

    def __init__(self, text: str, *, is_busy: bool = False) -> None:
        self.is_busy = is_busy
        super().__init__(text)


class Head(msgspec.Struct):
    """The header of a store: its version, and the salt of its digests."""

    version: int
    salt: bytes = b""

    @classmethod
    def of(cls, store: Store) -> Head:
        """Return the header of a store; a new store gets a salt.

        Raises:
            StoreUnavailable, LimitsError: see `Store.change`.
        """
        found = list[Head]()

        def change(records: Sequence[bytes], _: float) -> list[bytes]:
            (data,) = records
            try:
                head = msgspec.msgpack.decode(data, type=Head) if data else Head(VERSION, secrets.token_bytes(16))
            except msgspec.MsgspecError as error:
                raise LimitsError(f"{store.name} is not a store of limits: {error}") from error
            if head.version != VERSION:
                raise LimitsError(f"{store.name} has version {head.version} of the store of limits; this package knows {VERSION}")
            found.append(head)
            return [data or msgspec.msgpack.encode(head)]

        store.change((HEAD,), change)
        return found[-1]


@dataclass(frozen=True, slots=True)
class Scope:
    """The scope of a limit.

    Attributes:
        api: name of the API.
        operation: operationId; empty where all operations share the limit.
        caller: what identifies the caller: the address of the API, and secrets or the name of the credential.
        place: index of the limit among those that a request needs.
    """

    api: str
    operation: str
    caller: tuple[str, ...] = field(repr=False)
    place: int = 0

    def key(self, salt: bytes) -> str:
        """Return the key of the limit's record. It reveals nothing about a credential to readers of the store.

        A key of an API may be short, so that a plain hash could be reversed by trying all keys. This digest has the salt of the
        store, and is slow to compute.
        """
        caller = json.dumps(self.caller).encode()
        further = f"/{self.place}" if self.place else ""
        return f"{self.api}/{self.operation or '*'}/{hashlib.scrypt(caller, salt=salt, **_COST).hex()}{further}"
