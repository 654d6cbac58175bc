"""What a store of limits is, and how processes name the limit of one credential in it."""

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
"""Makes new records of those that the store has, empty where it has none, and of the time by the store's clock."""
HEAD = ""
"""Key of the record that says of which version the store is."""
_COST: dict[str, int] = {"n": 1 << 14, "r": 8, "p": 1, "dklen": 16}  # of a digest: some 50 ms and 16 MB


class Store(Protocol):
    """Keeps records for all processes that share limits. One thread at a time uses it."""

    @property
    def name(self) -> str:
        """What messages call it, without secrets."""

    def change(self, keys: Sequence[str], change: Change) -> None:
        """Replace some records together, while no other process reads or replaces any of them.

        Args:
            keys: of the records. Whoever changes two of them together names them in the same order.
            change: makes the new records, in the order of the keys.

        Raises:
            StoreUnavailable: the store cannot be used now.
            LimitsError: it cannot be used at all.
        """

    def close(self) -> None:
        """Close the connection; the next change opens another one."""

    def before_fork(self) -> None:
        """Close what a forked process must not inherit."""

    def after_fork(self) -> None:
        """Leave the connection to the parent, in the forked process."""


class StoreUnavailable(Exception):
    """A store cannot be used now.

    Attributes:
        is_busy: whether another process uses it, so that it exists.
    """

    def __init__(self, text: str, *, is_busy: bool = False) -> None:
        self.is_busy = is_busy
        super().__init__(text)


class Head(msgspec.Struct):
    """What a store says of itself: its version, and the salt of its digests."""

    version: int
    salt: bytes = b""

    @classmethod
    def of(cls, store: Store) -> Head:
        """Return what a store says of itself; one that is new gets a salt.

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
    """What has a limit of its own.

    Attributes:
        api: name of the API.
        operation: operationId; empty where all operations share the limit.
        caller: what distinguishes the caller: the address of the API, and secrets or a name that the user has given them.
        place: which one it is of the limits that a request needs; 0 is the first.
    """

    api: str
    operation: str
    caller: tuple[str, ...] = field(repr=False)
    place: int = 0

    def key(self, salt: bytes) -> str:
        """Return the key of the limit's record. It says nothing of a credential to those who read the store.

        A key of an API may be short, so that a plain hash could be reversed by trying all keys. This digest has the salt of the
        store, and is slow to compute.
        """
        caller = json.dumps(self.caller).encode()
        further = f"/{self.place}" if self.place else ""
        return f"{self.api}/{self.operation or '*'}/{hashlib.scrypt(caller, salt=salt, **_COST).hex()}{further}"
