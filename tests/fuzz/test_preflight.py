"""Calls of the preflight check change nothing, and show whether a real endpoint accepts the credentials."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.fuzz.auth import AuthError, authentication, credentials
from scripts.fuzz.job import Job
from scripts.fuzz.targets import Target, mock
from scripts.fuzz.worker.preflight import NotTheApi, identify
from scripts.mock.serving import Mocks, running
from scripts.mock.vendors import VENDORS

MOCKED = [vendor.api for vendor in VENDORS]


@pytest.fixture(scope="module")
def mocks() -> Iterator[Mocks]:
    with running() as mocks:
        yield mocks


def job(target: Target) -> Job:
    return Job(api=target.api, url=target.url, folder=Path(), seed=1, cases=1, writes=True, real=True, known=dict(target.known))


@pytest.mark.parametrize("api", MOCKED)
def test_wrong_credentials_are_refused(mocks: Mocks, api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target = mock(api, mocks.served, {})
    for name, value in {**target.environ, **dict.fromkeys(credentials(api).secret, "wrong")}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises((NotTheApi, AuthError), match=r"refuses the credentials: 40[13]|got no token"):
        identify(job(target), authentication(api))


@pytest.mark.parametrize("api", MOCKED)
def test_the_calls_change_nothing(mocks: Mocks, api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target = mock(api, mocks.served, {})
    for name, value in target.environ.items():
        monkeypatch.setenv(name, value)
    before = list(mocks.vendors[api].held())
    identify(job(target), authentication(api))
    assert list(mocks.vendors[api].held()) == before
