"""Run the mock vendors: `python -m scripts.mock`, or `make mock`."""

from __future__ import annotations

from scripts.command import Parser, above_0, collect_seldom, natural, positive, share

if __name__ == "__main__":  # the imports below take a second
    collect_seldom()

import argparse
import asyncio
import dataclasses
import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.mock.engine.chaos import FAULTS
from scripts.mock.engine.vendor import Vendor
from scripts.mock.generic.described import Described, of_file
from scripts.mock.generic.values import UnmadeError
from scripts.mock.generic.vendor import generic
from scripts.mock.options import listed, options
from scripts.mock.roster import VENDORS
from scripts.mock.served import Served
from scripts.mock.serving import Mocks, PortError
from scripts.mock.settings import Settings
from scripts.spec.finding import SpecError

PORT = 8700


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C; return the exit code."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        kinds = _kinds(given.spec)
        settings = Settings(
            seed=given.seed,
            size=given.size,
            speed=given.speed,
            chaos=given.chaos,
            faults=tuple(given.fault),
            slow=given.slow,
            options=_options(given.set, kinds),
        )
        mocks = Mocks(settings, kinds=kinds, port=given.port, log=_log if given.verbose else None)
    except (PortError, SpecError, UnmadeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    serving = mocks.serve()
    try:
        print(json.dumps(dataclasses.asdict(mocks.served)) if given.json else _welcome(mocks.served), flush=True)
        asyncio.run(serving)
    except KeyboardInterrupt:
        pass  # the server raises Ctrl-C again when it has ended, at times too late for asyncio
    finally:
        serving.close()  # Ctrl-C may come before it begins
    if not given.json:
        print("Stopped.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m scripts.mock",
        description="Serve mocks of the vendors of specs/, or of other documents, on loopback, one port for each.\n"
        "They behave as the documents say.",
        epilog=_epilog(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--spec",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="an OpenAPI 3.0, 3.1 or 3.2 document to mock instead of those of specs/; may be repeated",
    )
    parser.add_argument(
        "--port", type=natural, default=PORT, help="port of the first vendor, the others follow; 0: any (%(default)s)"
    )
    parser.add_argument("--speed", type=above_0, default=1, help="factor for limits, delays and lifetimes (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="from which contents and faults are derived (%(default)s)")
    parser.add_argument("--size", type=positive, default=1_000_000, help="products that each vendor holds (%(default)s)")
    parser.add_argument(
        "--chaos", type=share, default=0, metavar="SHARE", help="share of responses that fail, 0 to 1 (%(default)s)"
    )
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        choices=FAULTS,
        metavar="KIND",
        help=f"a kind of failure that --chaos chooses from; default: all of {', '.join(FAULTS)}",
    )
    parser.add_argument("--slow", type=above_0, default=5, metavar="SECONDS", help="how late a slow response is (%(default)s)")
    parser.add_argument(
        "--set", action="append", default=[], metavar="API.OPTION=VALUE", help="change an option of a vendor, see below"
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead of text")
    parser.add_argument("--verbose", action="store_true", help="log each response on stderr, and why a request violates the spec")
    return parser


def _kinds(specs: Sequence[Path]) -> tuple[type[Vendor], ...]:
    """Return the vendors of some documents, or else those of specs/."""
    if not specs:
        return VENDORS
    found: dict[str, Described] = {}
    for described in map(of_file, specs):
        other = found.setdefault(described.name, described)
        if other is not described:
            place = described.document.path
            raise ValueError(f"{place}: its API {described.name} is also that of {other.document.path}; rename one")
        for note in described.notes:
            print(f"note: {note}", file=sys.stderr)
    return tuple(map(generic, found.values()))


def _options(given: Sequence[str], kinds: Sequence[type[Vendor]]) -> dict[str, dict[str, Any]]:
    known = {vendor.api: options(vendor.kind_of_options) for vendor in kinds}
    chosen: dict[str, dict[str, Any]] = {}
    for each in given:
        path, equals, value = each.partition("=")
        api, _, name = path.partition(".")
        if not equals or api not in known:
            raise ValueError(f"--set {each}: give it as API.OPTION=VALUE, with an API of {', '.join(known)}")
        if name not in known[api]:
            raise ValueError(f"--set {each}: {api} has no option {name}; it has {', '.join(known[api])}")
        try:
            chosen.setdefault(api, {})[name] = known[api][name].read(value)
        except ValueError as error:
            raise ValueError(f"--set {each}: {error}") from error
    return chosen


def _epilog() -> str:
    lines = ["options for --set, with their defaults and meanings:"]
    for vendor in VENDORS:
        lines += ["", *listed(vendor.api, vendor.kind_of_options)]
    return "\n".join(lines)


def _welcome(served: Served) -> str:
    lines: list[str] = []
    for api, url in served.urls.items():
        exports = (f"export {name}={shlex.quote(value)}" for name, value in served.credentials[api].items())
        lines += [f"{api}: {url}", *(f"  {line}" for line in (*exports, *served.examples[api].splitlines()))]
    lines += [f"admin: {served.admin}", f"  curl {served.admin}/", "Ctrl-C stops them."]
    return "\n".join(lines)


def _log(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
