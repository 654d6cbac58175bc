"""Run the mock vendors: `python -m scripts.mock`, or `make mock`."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec

from scripts.mock.chaos import FAULTS
from scripts.mock.serving import Mocks, PortError, Served
from scripts.mock.settings import Settings
from scripts.mock.vendors import VENDORS

PORT = 8700
_Number = TypeVar("_Number", int, float)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C; return the exit code."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        settings = Settings(
            seed=given.seed,
            size=given.size,
            speed=given.speed,
            chaos=given.chaos,
            faults=tuple(given.fault),
            slow=given.slow,
            options=_options(given.set),
        )
        mocks = Mocks(settings, port=given.port)
    except (PortError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    serving = mocks.serve()
    try:
        print(json.dumps(dataclasses.asdict(mocks.served)) if given.json else _welcome(mocks.served), flush=True)
        asyncio.run(serving)
    except KeyboardInterrupt:
        if not given.json:
            print("Stopped.")
    finally:
        serving.close()  # where Ctrl-C came before it had begun
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.mock",
        description="Serve mocks of the four vendors on loopback, each on its own port. They behave as the vendors' documents say.",
        epilog=_epilog(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=PORT, help="port of the first vendor, the others follow; 0: any (%(default)s)")
    parser.add_argument("--speed", type=_positive, default=1, help="factor for limits, delays and lifetimes (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="what contents and faults follow from (%(default)s)")
    parser.add_argument("--size", type=_count, default=1_000_000, help="products that each vendor holds (%(default)s)")
    parser.add_argument("--chaos", type=_share, default=0, metavar="SHARE", help="share of answers that fail, 0 to 1 (%(default)s)")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        choices=FAULTS,
        metavar="KIND",
        help=f"a kind of failure for --chaos to choose from; all if none is given: {', '.join(FAULTS)}",
    )
    parser.add_argument("--slow", type=_positive, default=5, metavar="SECONDS", help="how late a slow answer is (%(default)s)")
    parser.add_argument(
        "--set", action="append", default=[], metavar="API.OPTION=VALUE", help="change an option of a vendor, see below"
    )
    parser.add_argument("--json", action="store_true", help="print one line of JSON instead of the text")
    return parser


def _options(given: Sequence[str]) -> dict[str, dict[str, Any]]:
    kinds = {vendor.api: vendor.kind_of_options for vendor in VENDORS}
    options: dict[str, dict[str, Any]] = {}
    for each in given:
        place, equals, value = each.partition("=")
        api, _, name = place.partition(".")
        if not equals or api not in kinds:
            raise ValueError(f"--set {each}: give it as API.OPTION=VALUE, with an API of {', '.join(kinds)}")
        field = {field.name: field for field in msgspec.structs.fields(kinds[api])}.get(name)
        if field is None:
            raise ValueError(f"--set {each}: {api} has no option {name}; it has {', '.join(kinds[api].__struct_fields__)}")
        try:
            options.setdefault(api, {})[name] = _read(value, field.type)
        except msgspec.ValidationError as error:
            raise ValueError(f"--set {each}: {error}") from error
    return options


def _read(value: str, kind: Any) -> Any:
    several = isinstance(msgspec.inspect.type_info(kind), msgspec.inspect.VarTupleType | msgspec.inspect.ListType)
    given = [each for each in value.split(",") if each] if several else value
    return msgspec.to_builtins(msgspec.convert(given, kind, strict=False))


def _epilog() -> str:
    lines = ["options for --set, and their defaults:"]
    for vendor in VENDORS:
        defaults: dict[str, object] = msgspec.to_builtins(vendor.kind_of_options())
        lines += [f"  {vendor.api}.{name}={_shown(value)}" for name, value in defaults.items()]
    return "\n".join(lines)


def _shown(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _welcome(served: Served) -> str:
    lines: list[str] = []
    for api, url in served.urls.items():
        lines += [f"{api}: {url}", *(f"  {name}={value}" for name, value in served.credentials[api].items())]
        lines += [f"  {served.examples[api]}"]
    lines += [f"admin: {served.admin}", f"  curl {served.admin}/{next(iter(served.urls))}/usage", "Ctrl-C stops them."]
    return "\n".join(lines)


def _number(kind: Callable[[str], _Number], text: str) -> _Number:
    try:
        return kind(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no number") from error


def _count(text: str) -> int:
    number = _number(int, text)
    if number < 1:
        raise argparse.ArgumentTypeError("has to be at least 1")
    return number


def _positive(text: str) -> float:
    number = _number(float, text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("has to be above 0")
    return number


def _share(text: str) -> float:
    number = _number(float, text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError("has to be from 0 to 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
