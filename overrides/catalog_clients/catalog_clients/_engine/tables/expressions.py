"""A value in a request or a response, as a protocol: each generated client has its own class; see `behaviour`."""

from __future__ import annotations

from typing import Protocol


class Expression(Protocol):
    """The place of a value in a request or a response."""

    @property
    def message(self) -> str: ...
    @property
    def part(self) -> str: ...
    @property
    def path(self) -> tuple[str, ...]: ...
