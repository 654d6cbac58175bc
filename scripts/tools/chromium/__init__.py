"""A browser without a window, for tests of pages: Chromium from an npm package, driven by its DevTools protocol through pipes."""

from __future__ import annotations

import json
import os
import platform
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from scripts.command import ROOT

_INSTALLED = ROOT / ".cache" / "chromium"
_TIMEOUT = 60  # seconds for one command
# It runs as root in containers, and has no graphics card; nothing but the page that a test opens may be asked for.
_OPTIONS = ("--headless=shell", "--no-sandbox", "--no-zygote", "--disable-gpu", "--hide-scrollbars", "--no-first-run")
_QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync")
_FONTS = "<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>"


class BrowserError(RuntimeError):
    """The browser did not do what it was asked for."""


def executable() -> str | None:
    """Return the path of a browser: of the package, or of a `chromium` on PATH; None if there is none."""
    is_ours = sys.platform == "linux" and platform.machine() == "x86_64" and (_INSTALLED / ".installed").exists()
    return str(_INSTALLED / "chromium") if is_ours else shutil.which("chromium")


class Page:
    """A page of the browser.

    Attributes:
        events: what the browser has reported while commands were waited for.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.events: list[dict[str, Any]] = []
        self._input, self._output = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        self._number, self._session = 0, ""
        self._messages: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def _read(self) -> None:
        """Put the messages of the browser, which end with a zero byte, into the queue."""
        left = b""
        while some := os.read(self._output.fileno(), 1 << 16):
            *messages, left = (left + some).split(b"\0")
            for message in messages:
                self._messages.put(json.loads(message))
        self._messages.put({"method": "closed"})

    def _next(self) -> dict[str, Any]:
        try:
            message = self._messages.get(timeout=_TIMEOUT)
        except queue.Empty:
            raise BrowserError(f"no response from the browser for {_TIMEOUT} s") from None
        if message.get("method") == "closed":
            raise BrowserError("the browser has ended")
        if "method" in message:
            self.events.append(message)
        return message

    def send(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command of the DevTools protocol, and return its result.

        Raises:
            BrowserError: it has failed.
        """
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._input.write(json.dumps(message).encode() + b"\0")
        self._input.flush()
        while (reply := self._next()).get("id") != self._number:
            pass
        if "error" in reply:
            raise BrowserError(f"{method}: {reply['error'].get('message')}")
        result: dict[str, Any] = reply["result"]
        return result

    def show(self, url: str, *, width: int, dark: bool = False) -> None:
        """Open a page in a window of some width, and wait until it has loaded."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 700)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])
        self.events.clear()
        self.send("Page.navigate", url=url)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self._next()

    def evaluate(self, script: str) -> Any:
        """Return the value of a JavaScript expression.

        Raises:
            BrowserError: it has thrown an error.
        """
        found = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise BrowserError(str(found["exceptionDetails"]))
        return found["result"].get("value")


@contextmanager
def opened() -> Iterator[Page]:
    """Start the browser, and give a page of it; both end with the block.

    Raises:
        BrowserError: it cannot be started.
    """
    program = executable()
    if program is None:
        raise BrowserError("no browser is installed")
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as folder:
        fonts = Path(folder, "fonts.conf")
        fonts.write_text(_FONTS.format(fonts=_INSTALLED / "fonts", cache=f"{folder}/cache"), encoding="utf-8")
        environment = {
            **os.environ,
            "HOME": folder,
            "FONTCONFIG_FILE": str(fonts),
            "LD_LIBRARY_PATH": str(_INSTALLED / "al2023" / "lib"),
        }
        options = [*_OPTIONS, *_QUIET, "--remote-debugging-pipe", f"--user-data-dir={folder}/profile"]
        process = subprocess.Popen(
            ["/bin/sh", "-c", 'exec "$@" 3<&0 4>&1 0</dev/null 1>&2', "sh", program, *options],  # where it has its pipes
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield Page(process)
        finally:
            process.kill()
            process.communicate()
