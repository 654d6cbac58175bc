"""A measurement in the peers' environment: `python -m scripts.bench.inside FUNCTION URL` prints a comparison as JSON."""

from __future__ import annotations

import sys
from pkgutil import resolve_name

import msgspec

from scripts.bench.environment import BenchError


def main(function: str, url: str) -> int:
    """Measure with a server of `scripts.bench.server`, and print the comparison; return 2 if that fails."""
    try:
        print(msgspec.json.encode(resolve_name(f"scripts.bench.{function}")(url)).decode())
    except BenchError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
