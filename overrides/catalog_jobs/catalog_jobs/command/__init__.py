"""The command `catalog`: it sends a file of SKUs, and writes the outcome of each. See `catalog --help`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from .errors import INTERRUPTED, code_of
from .output import named_output
from .signals import interrupt_on_sigterm

_DEBUG = "--debug"
_CLOSED = 141
"""Exit code after a broken pipe, as in shells."""


def main() -> NoReturn:
    """Run the command with the arguments of this process, and end it."""
    interrupt_on_sigterm()
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run the command, and return its exit code.

    Args:
        arguments: command line arguments, without the name of the command.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # a shell can close it
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - as long as the process
    given = [each for each in arguments if each != _DEBUG]
    try:
        import typer.main  # noqa: PLC0415 - importing this module costs nothing

        from .main import app  # noqa: PLC0415 - as above

        with named_output():
            code = typer.main.get_command(app).main(given, "catalog", standalone_mode=False)
    except BrokenPipeError:  # of what is written at the end
        return _CLOSED
    except SystemExit as ended:  # of the completion of a shell, or of Typer, for a broken pipe
        if isinstance(ended.__context__, BrokenPipeError):
            return _CLOSED  # 1 means that some are rejected
        return ended.code if isinstance(ended.code, int) else 1
    except KeyboardInterrupt:  # while the above is loaded
        code = INTERRUPTED
    except BaseException as error:  # noqa: BLE001 - each error becomes one line
        return code_of(error, debug=_DEBUG in arguments)
    if code == INTERRUPTED:  # which Typer makes of KeyboardInterrupt, too
        print("catalog: interrupted", file=sys.stderr)
    return code if isinstance(code, int) else 0
