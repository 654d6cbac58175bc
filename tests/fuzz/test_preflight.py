"""A real endpoint is asked whether it takes the credentials, which changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scripts.fuzz.auth import SCHEMES
from scripts.fuzz.job import Job
from scripts.fuzz.targets import spec_of
from scripts.fuzz.worker.preflight import NotTheApi, identify
from scripts.mock.serving import Mocks, running

WRONG = {
    "amazon_jwo_catalog": "AWS_SECRET_ACCESS_KEY",
    "yandex_market_offers": "YANDEX_MARKET_API_KEY",
    "shipsidekick_products": "SHIPSIDEKICK_API_KEY",
}


@pytest.fixture(scope="module")
def mocks() -> Iterator[Mocks]:
    with running() as mocks:
        yield mocks


def job(mocks: Mocks, api: str, known: dict[str, list[object]]) -> Job:
    url = mocks.served.urls[api]
    return Job(api=api, spec=str(spec_of(api)), url=url, folder="", seed=1, cases=1, writes=True, real=True, known=known)


@pytest.mark.parametrize("api", WRONG)
def test_wrong_credentials_are_refused(mocks: Mocks, api: str) -> None:
    auth = SCHEMES[api].make({**mocks.served.credentials[api], WRONG[api]: "wrong"})
    with pytest.raises(NotTheApi, match=r"refuses the credentials: 40[13]"):
        identify(job(mocks, api, {}), auth)


@pytest.mark.parametrize("api", SCHEMES)
def test_nothing_is_changed_by_asking(mocks: Mocks, api: str) -> None:
    known = {place: value if isinstance(value, list) else [value] for place, value in mocks.served.known[api].items()}
    before = list(mocks.vendors[api].held())
    identify(job(mocks, api, known), SCHEMES[api].make(mocks.served.credentials[api]))
    assert list(mocks.vendors[api].held()) == before
