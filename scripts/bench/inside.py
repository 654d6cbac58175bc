"""A measurement in the peers' environment: `python -m scripts.bench.inside FUNCTION URL [quick]` prints a comparison as JSON."""

from __future__ import annotations

import sys
from pkgutil import resolve_name

import msgspec

from scripts.bench.environment import BenchError


def main(function: str, url: str, quick: str = "") -> int:
    """Measure with the server at a URL, quickly if the last argument is given; print the comparison, or return 2 if that fails."""
    try:
        print(msgspec.json.encode(resolve_name(f"scripts.bench.{function}")(url, quick=bool(quick))).decode())
    except BenchError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
