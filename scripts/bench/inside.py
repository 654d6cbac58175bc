"""The measurements in the peers' environment: `python -m scripts.bench.inside NAME URL` prints a comparison as JSON."""

from __future__ import annotations

import sys

import msgspec

from scripts.bench import call, coding
from scripts.bench.environment import BenchError

MEASURES = {
    "decode": coding.measure_decode,
    "upload": lambda _: coding.measure_upload(),
    "call": call.measure,
    "call-page": call.measure_page,
}


def main(name: str, url: str) -> int:
    """Measure with a server of `scripts.bench.server`, and print the comparison; return 2 if that fails."""
    try:
        print(msgspec.json.encode(MEASURES[name](url)).decode())
    except BenchError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
