"""A clock that is wrong is corrected by the vendor's, once, and the request is sent again."""

from __future__ import annotations

import datetime as dt
import logging
from email.utils import format_datetime
from typing import Any

import httpx2
import pytest
from botocore.credentials import AssumeRoleCredentialFetcher

from amazon_jwo_catalog._runtime import signing
from catalog_clients import AccessRefused
from scripts.mock.serving import Mocks
from tests.clients.access import JWO
from tests.clients.causes import ARCHIVE, STORES
from tests.clients.products import untouched
from tests.overrides.vendors import responses
from tests.overrides.ways import Way, chunks_of

HOUR = 3600


def wrong_by(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the clock with which requests are signed be wrong."""

    class Shifted(dt.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return dt.datetime.now(tz) + dt.timedelta(seconds=seconds)

    monkeypatch.setattr(signing, "datetime", Shifted)


def archive(way: Way, mocks: Mocks, chunks: int = 1, who: str = "user") -> tuple[set[str], int, int]:
    """Archive SKUs, and return their statuses, and how often the vendor has refused and accepted requests."""
    vendor, before = mocks.vendors[JWO], responses(mocks.vendors[JWO])
    catalog = way.to(mocks, JWO, who, limits=chunks_of(1))
    outcomes = way.read(catalog.archive([untouched(vendor) for _ in range(chunks)], stores=STORES))
    sent = responses(vendor) - before
    return {each.status for each in outcomes}, sent[f"{ARCHIVE} 403"], sent[f"{ARCHIVE} 201"]


@pytest.mark.parametrize(("seconds", "side"), [(-HOUR, "behind"), (HOUR, "ahead of")])
def test_a_clock_that_is_wrong_is_corrected_once_and_logged(
    seconds: float, side: str, way: Way, mocks: Mocks, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    wrong_by(seconds, monkeypatch)
    assert archive(way, mocks) == ({"confirmed"}, 1, 1)
    (record,) = [each for each in caplog.records if each.name == JWO]
    assert record.levelno == logging.WARNING
    assert f"s {side} the vendor's" in record.message
    assert abs(int(record.message.split("clock is ")[1].split()[0]) - HOUR) < 60


def test_several_requests_that_are_refused_at_the_same_time_are_all_sent_again(
    way: Way, mocks: Mocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong_by(-HOUR, monkeypatch)
    statuses, refused, accepted = archive(way, mocks, chunks=12)
    assert (statuses, accepted) == ({"confirmed"}, 12)
    assert 1 <= refused <= 8


def test_wrong_credentials_are_refused_once_where_the_clock_is_right(way: Way, mocks: Mocks) -> None:
    before = responses(mocks.vendors[JWO])
    with pytest.raises(AccessRefused):
        archive(way, mocks, who="forger")
    assert (responses(mocks.vendors[JWO]) - before)[f"{ARCHIVE} 403"] == 1


def test_wrong_credentials_are_refused_twice_where_the_clock_is_wrong_and_not_more(
    way: Way, mocks: Mocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong_by(-HOUR, monkeypatch)
    before = responses(mocks.vendors[JWO])
    with pytest.raises(AccessRefused):
        archive(way, mocks, who="forger")
    assert (responses(mocks.vendors[JWO]) - before)[f"{ARCHIVE} 403"] == 2


_LAST = "Fri, 31 Dec 9999 23:59:59"  # a time after which there is none


@pytest.mark.parametrize("date", [None, "", "yesterday", "Sat, 29 Nov 2026 00:00:00", f"{_LAST} GMT", f"{_LAST} -1200"])
def test_without_the_vendors_time_nothing_is_corrected(date: str | None, way: Way) -> None:
    calls = []

    def play(request: Any) -> Any:
        calls.append(request)
        headers = {} if date is None else {"Date": date}
        return httpx2.Response(403, headers=headers, json={"message": "no"})

    auth = signing.SigV4("eu-west-1", credentials=_Key(), role_arn=None, sts_url=None)
    with pytest.raises(AccessRefused):
        way.read(way.played(JWO, play, auth=auth).archive(["A"], stores=STORES))
    assert len(calls) == 1


class _Role:
    """A role whose keys are valid for an hour of AWS, whose clock may differ from this machine's."""

    def __init__(self) -> None:
        self.ahead, self.expiries = dt.timedelta(), list[dt.datetime]()

    @property
    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self.ahead

    def issue(self, *_: object) -> dict[str, str]:
        self.expiries.append(self.now + dt.timedelta(hours=1))
        key = f"KEY{len(self.expiries)}"
        return {"access_key": key, "secret_key": "SECRET", "token": key, "expiry_time": self.expiries[-1].isoformat()}

    def respond(self, request: httpx2.Request) -> httpx2.Response:
        expiry = self.expiries[int(request.headers["X-Amz-Security-Token"].removeprefix("KEY")) - 1]
        headers = {"Date": format_datetime(self.now, usegmt=True)}
        return httpx2.Response(403 if expiry < self.now else 400, headers=headers, json={"message": "no such store"})


def test_a_key_that_has_expired_by_the_vendors_clock_is_renewed(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of this machine, by which the key is still valid, was set back."""
    role = _Role()
    monkeypatch.setattr(AssumeRoleCredentialFetcher, "fetch_credentials", role.issue)
    auth = signing.SigV4("eu-west-1", credentials=_Key(), role_arn="arn:aws:iam::123456789012:role/x", sts_url=None)
    for hours in (0, 2, 4):
        role.ahead = dt.timedelta(hours=hours)
        (outcome,) = way.read(way.played(JWO, role.respond, auth=auth).archive(["A"], stores=STORES))
        assert outcome.status == "rejected"
    assert len(role.expiries) == 3


class _Key:
    """A key of AWS, and credentials that have it."""

    access_key, secret_key, token = "KEY", "SECRET", None

    def get_frozen_credentials(self) -> _Key:
        return self
