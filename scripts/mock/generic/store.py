"""What a vendor holds beyond its products of the start, and what was done to each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Scope = tuple[tuple[str, str], ...]
"""The parameters of the path that a product belongs to, such as a warehouse, with their texts."""
Key = tuple[str, ...]


def shown_key(key: Key) -> str | list[str]:
    """Return a key for the admin endpoint: the text of its only part, or a list of its parts."""
    return key[0] if len(key) == 1 else [*key]


@dataclass(slots=True, kw_only=True)
class Record:
    """A product that was changed.

    Attributes:
        scope, key: what it belongs to, and what identifies it there.
        item: its content, if some was sent.
        state: fields that later operations have changed, by their confirmations.
        operations: how often each operation has changed it, by operationId; the last one comes last.
        is_gone: whether it was deleted.
        since: when the last operation has changed it for the first time.
    """

    scope: Scope
    key: Key
    item: Any = None
    state: dict[str, Any] = field(default_factory=dict)
    operations: Counter[str] = field(default_factory=Counter)
    is_gone: bool = False
    since: str = ""

    @property
    def last(self) -> str:
        """The operation that has changed it last."""
        return next(reversed(self.operations), "")

    @property
    def content(self) -> Any:
        """What is known of its content; None if that is nothing."""
        return {**(self.item or {}), **self.state} if self.state else self.item

    def shown(self) -> dict[str, Any]:
        """Return it for the admin endpoint."""
        known = {"key": shown_key(self.key), "exists": not self.is_gone}
        return {**dict(self.scope), **known, "operations": dict(self.operations), "item": self.item}


class Store:
    """Keeps what was changed."""

    def __init__(self) -> None:
        self._records: dict[tuple[Scope, Key], Record] = {}
        self._of_kind: dict[tuple[str, Scope], dict[Key, None]] = {}
        self._texts: dict[str, list[Record]] = {}
        self._issued: set[str] = set()
        self._rejected: dict[str, dict[tuple[Scope, Key, str], str]] = {}

    def __iter__(self) -> Iterator[Record]:
        return iter([*self._records.values()])

    def change(
        self,
        operation: str,
        scope: Scope,
        key: Key,
        *,
        item: Any = None,
        state: Mapping[str, Any] | None = None,
        kind: str = "",
        is_gone: bool = False,
    ) -> None:
        """Keep that an operation has changed a product.

        Args:
            operation: its operationId.
            scope: what the product belongs to.
            key: what identifies it there.
            item: its new content; None leaves the content as it is.
            state: fields that the operation sets.
            kind: what lists it.
            is_gone: whether it is deleted.
        """
        record = self._records.get((scope, key))
        if record is None:
            record = self._records[scope, key] = Record(scope=scope, key=key)
            for text in key:
                self._texts.setdefault(text, []).append(record)
        if record.last != operation:
            record.since = datetime.now(UTC).isoformat(timespec="seconds")
        count = record.operations.pop(operation, 0)
        record.operations[operation] = count + 1
        record.is_gone = is_gone
        if item is not None:
            record.item, record.state = item, {}
            self._of_kind.setdefault((kind, scope), {})[key] = None
        record.state |= state or {}

    def find(self, scope: Scope, key: Key) -> Record | None:
        """Return a product, if it was changed."""
        return self._records.get((scope, key))

    def named(self, text: str) -> list[Record]:
        """Return the products whose key has a text."""
        return self._texts.get(text, [])

    def listed(self, kind: str, scope: Scope) -> list[Key]:
        """Return the keys of the products of a kind that have content, in the order of their arrival."""
        return [*self._of_kind.get((kind, scope), ())]

    def reject(self, operation: str, scope: Scope, key: Key, reason: str) -> None:
        """Keep that an operation has rejected a product, which stays as it is."""
        for text in key:
            self._rejected.setdefault(text, {})[scope, key, operation] = reason

    def rejections(self, text: str) -> list[dict[str, Any]]:
        """Return which operations have rejected products whose key has a text, and why, for the admin endpoint."""
        return [
            {**dict(scope), "key": shown_key(key), "operation": operation, "reason": reason}
            for (scope, key, operation), reason in self._rejected.get(text, {}).items()
        ]

    def issue(self, identifier: str) -> None:
        """Keep that an identifier was given to a caller."""
        self._issued.add(identifier)

    def is_issued(self, identifier: str) -> bool:
        """Return whether an identifier was given to a caller."""
        return identifier in self._issued
