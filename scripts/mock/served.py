"""Mock vendors that run elsewhere: where they are, and how to start them in a child process; quick to import."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any

from scripts.command import ROOT

_READY_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Running mock vendors.

    Attributes:
        urls: base URL by API.
        admin: base URL of the admin endpoint.
        credentials: of a client, by API and name of the environment variable.
        known: values that a vendor accepts, by API and location.
        examples: lines of shell to try a vendor with, by API.
    """

    urls: dict[str, str]
    admin: str
    credentials: dict[str, dict[str, str]]
    known: dict[str, dict[str, Any]]
    examples: dict[str, str]


@contextmanager
def spawned(arguments: Sequence[str] = ()) -> Iterator[Served]:
    """Run the mock vendors in a child process, on free ports.

    Args:
        arguments: of `python -m scripts.mock`, beyond the port.

    Raises:
        ValueError: they do not start; the message is that of the child.
    """
    command = [sys.executable, "-m", "scripts.mock", "--port", "0", "--json", *arguments]
    with (
        TemporaryFile("w+", encoding="utf-8") as errors,
        subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,  # nobody reads a pipe meanwhile, which would be full of errors at some time
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,  # Ctrl-C reaches the parent alone, which may still need the vendors
        ) as child,
    ):
        assert child.stdout is not None  # noqa: S101 - it is a pipe
        try:
            line = child.stdout.readline()
            if not line:
                child.wait(_READY_SECONDS)
                errors.seek(0)
                raise ValueError(errors.read().strip() or "the mock vendors ended at once")
            yield Served(**json.loads(line))
        finally:
            child.terminate()
            child.communicate(timeout=_READY_SECONDS)
