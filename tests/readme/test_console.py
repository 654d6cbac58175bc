"""Every curl command of the README, sent to mocks on other ports, gets the response that the README shows."""

from __future__ import annotations

import re
import shlex

import httpx2
import pytest

from scripts.command import ROOT
from scripts.mock.__main__ import PORT
from scripts.mock.roster import VENDORS
from scripts.mock.serving import running

_CONSOLES = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)


# Those of the README have code of their own; a further API would have the port of its admin endpoint.
_SHOWN = [each for each in VENDORS if each.__module__.startswith("scripts.mock.vendors.")]


@pytest.mark.parametrize("console", _CONSOLES)
def test_each_command_gets_the_response_that_the_readme_shows(console: str) -> None:
    with running(kinds=_SHOWN) as mocks, httpx2.Client(trust_env=False) as http:
        urls = [*mocks.served.urls.values(), mocks.served.admin]
        for command, shown in zip(*[iter(console.splitlines())] * 2, strict=True):
            program, url, *arguments = shlex.split(command.removeprefix("$ "))
            options = list(zip(*[iter(arguments)] * 2, strict=True))
            port, _, path = url.removeprefix("http://127.0.0.1:").partition("/")
            headers = dict(value.split(": ", 1) for option, value in options if option == "-H")
            (body,) = [value for option, value in options if option == "-d"]
            response = http.post(f"{urls[int(port) - PORT]}/{path}", headers=headers, content=body)
            assert (program, response.text) == ("curl", shown)


def test_the_readme_has_commands() -> None:
    assert sum(console.count("$ curl ") for console in _CONSOLES) >= 2
