"""The record of a limit in a store: its usage, and the time by a clock that never jumps."""

from __future__ import annotations

import math
from typing import NamedTuple

import msgspec

from .usage import Usage

VERSION = 1
"""Version of the format. A store with a newer version is refused."""
_TOLERANCE = 0.05  # seconds by which two clocks may seem to differ, as one of them is read a little later


class Reading(NamedTuple):
    """The time, read at almost the same moment.

    Attributes:
        clock: seconds of the store's clock, which may be set.
        machine: name of this machine. Limits are kept even if two machines have the same name.
        steady: seconds since this machine was started, which all its processes have in common.
    """

    clock: float
    machine: str
    steady: float


class Timeline(msgspec.Struct, array_like=True):
    """The time by a store's clock, without jumps.

    It never goes back. Between two readings of a machine, it never advances by more than the time that has passed on that machine.
    So a clock that jumps does not allow more requests.

    Attributes:
        now: the time when it was last read.
        offset: seconds that it is ahead of the store's clock.
        seen: time of the last reading and clock of the machine then, by machine.
    """

    now: float = -math.inf
    offset: float = 0
    seen: dict[str, tuple[float, float]] = {}

    def read(self, reading: Reading, keep: float) -> float:
        """Return the time.

        Args:
            reading: the clocks.
            keep: seconds after which readings of machines are dropped.
        """
        now = reading.clock + self.offset
        if reading.machine in self.seen:
            then, steady = self.seen[reading.machine]
            passed = reading.steady - steady  # negative after a restart of the machine
            if 0 <= passed < now - then - _TOLERANCE:
                now = then + passed
        now = max(now, self.now)
        self.now, self.offset = now, now - reading.clock
        self.seen = {machine: seen for machine, seen in self.seen.items() if seen[0] + keep > now}
        self.seen[reading.machine] = now, reading.steady
        return now


class Record(msgspec.Struct, array_like=True):
    """The record of one limit."""

    usage: Usage
    timeline: Timeline

    @classmethod
    def decode(cls, data: bytes) -> Record:
        """Read a record. An empty one means an unused limit."""
        return _DECODER.decode(data) if data else cls(Usage(), Timeline())

    def encode(self) -> bytes:
        """Write it."""
        return _ENCODER.encode(self)


_DECODER, _ENCODER = msgspec.msgpack.Decoder(Record), msgspec.msgpack.Encoder()
