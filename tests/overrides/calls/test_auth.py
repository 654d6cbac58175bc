"""Credentials: signatures, keys of a role, tokens that are renewed, fixed keys; their sources, and that they are not shown."""

from __future__ import annotations

import asyncio
import json
import pickle
import threading
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import httpx2
import pytest
from botocore.credentials import Credentials

from catalog_clients import AccessError, AccessRefused, CredentialsError, LoginWithAmazon, ReportError, Retries, SigV4, WaitTooLong
from scripts.mock.engine.call import Call, MockResponse, Respond
from scripts.mock.engine.vendor import Vendor
from scripts.mock.serving import Mocks
from tests.clients.access import ITEMS, JWO, SHIPSIDEKICK, YANDEX
from tests.clients.causes import MARKETPLACE, STORES
from tests.overrides.playing import FACADES
from tests.overrides.vendors import intercepting, responses
from tests.overrides.ways import CLOSED, IDENTIFIERS, LASTING, Way, smallest_run

QUICK = Retries(max_wait=0.02)
STS, TOKENS = "/sts", "/auth/o2/token"
AWKWARD = ["Ü 'ß' %41", 'a"b\\c', "x+y z", "日本\u2028語", "~*()", "&=;/?#", "é", "\U0001f37a"]
VARIABLES = {
    JWO: ["AWS_REGION"],
    ITEMS: ["SP_API_CLIENT_ID", "SP_API_CLIENT_SECRET", "SP_API_REFRESH_TOKEN"],
    YANDEX: ["YANDEX_MARKET_API_KEY"],
    SHIPSIDEKICK: ["SHIPSIDEKICK_API_KEY"],
}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Take away all credentials that this machine may have; AWS is called only once for a key, so that only our code retries."""
    for name in [*chain(*VARIABLES.values()), "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"]:
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    for name, value in {"AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1", "NO_PROXY": "127.0.0.1"}.items():
        monkeypatch.setenv(name, value)


class Issuer:
    """Those of the mock vendors who issue keys and tokens.

    Attributes:
        mocks: all mock vendors.
        requests: the requests for a key or token.
        instead: responses to the next ones.
        before: is called in a thread with each of them, before its response.
    """

    mocks: Mocks

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Forget the requests, and let the vendors respond."""
        self.requests: list[Call] = []
        self.instead: deque[MockResponse] = deque()
        self.before: Callable[[Call], object] = lambda _: None

    async def intercept(self, _: Vendor, call: Call, respond: Respond) -> MockResponse:
        if call.path not in (STS, TOKENS):
            return await respond(call)
        self.requests.append(call)
        await asyncio.to_thread(self.before, call)
        return self.instead.popleft() if self.instead else await respond(call)


@contextmanager
def issuing(*, speed: float, role_lifetime: float = 3600, token_lifetime: float = 3600) -> Iterator[Issuer]:
    """Run mock vendors."""
    found = Issuer()
    options = {JWO: {"role_lifetime": role_lifetime}, ITEMS: {"token_lifetime": token_lifetime}}
    with intercepting(found.intercept, options, speed=speed) as found.mocks:
        yield found


@pytest.fixture(scope="module")
def issuer_of_all() -> Iterator[Issuer]:
    with issuing(speed=1000, **LASTING) as found:
        yield found


@pytest.fixture
def issuer(issuer_of_all: Issuer) -> Issuer:
    issuer_of_all.begin()
    return issuer_of_all


def signer(mocks: Mocks, **options: Any) -> SigV4:
    given = mocks.served.credentials[JWO]
    return SigV4(given["AWS_REGION"], credentials=Credentials("MOCKACCESSKEY", given["AWS_SECRET_ACCESS_KEY"]), **options)


def role(mocks: Mocks, **options: Any) -> SigV4:
    given = mocks.served.credentials[JWO]
    return signer(mocks, **{"role_arn": given["AWS_ROLE_ARN"], "sts_url": given["AWS_ENDPOINT_URL_STS"], **options})


def partner(mocks: Mocks, **options: Any) -> LoginWithAmazon:
    """Return credentials of the account that may read items."""
    given = mocks.served.credentials[ITEMS]
    names = {name: given[f"SP_API_{name.upper()}"] for name in ("client_id", "client_secret", "refresh_token")}
    return LoginWithAmazon(**{**names, "url": given["SP_API_TOKEN_URL"], **options})


def archive(way: Way, catalog: Any, *skus: str) -> list[Any]:
    return way.read(catalog.archive(skus or ["SKU-NONE"], stores=STORES))


def look_up(way: Way, items: Any, many: int = 1) -> list[str]:
    asins = [f"B{number:09}" for number in range(1, many + 1)]
    return [each.status for each in way.read(items.lookup(asins, identifiers_type="ASIN", marketplace_ids=[MARKETPLACE]))]


@pytest.mark.parametrize(
    "path", ["/a%20b", "/ü", "/a%2Fb", "/%7E~", "/x?b=2&a=1&a=0", "/x?q=a%20b+c~*'ü", "/x?flag", "/x?=", "/%25"]
)
def test_every_url_is_signed_as_it_is_sent(way: Way, mocks: Mocks, path: str) -> None:
    body = json.dumps(AWKWARD, ensure_ascii=False).encode()
    assert way.status(signer(mocks), mocks.served.urls[JWO] + path, content=body) == 404


@pytest.mark.parametrize(("lifetime", "pause", "times"), [(3600, 0, 1), (800, 0, 2), (1.5, 1.6, 2)])
def test_keys_of_a_role_are_renewed_before_they_expire_and_not_earlier(way: Way, lifetime: float, pause: float, times: int) -> None:
    with issuing(speed=1, role_lifetime=lifetime) as issuer:
        auth, url = role(issuer.mocks), f"{issuer.mocks.served.urls[JWO]}/x"
        assert way.status(auth, url) == 404
        threading.Event().wait(pause)
        assert way.status(auth, url) == 404
    assert len(issuer.requests) == times


@pytest.mark.parametrize("lifetime", [3600, 800])
def test_other_tasks_go_on_while_keys_are_renewed(lifetime: float) -> None:
    went_on = list[bool]()

    async def run(issuer: Issuer) -> int:
        loop = asyncio.get_running_loop()
        issuer.before = lambda _: went_on.append(asyncio.run_coroutine_threadsafe(asyncio.sleep(0, result=True), loop).result(10))
        async with httpx2.AsyncClient(auth=role(issuer.mocks), trust_env=False, timeout=30) as http:
            return (await http.post(f"{issuer.mocks.served.urls[JWO]}/x")).status_code

    with issuing(speed=1, role_lifetime=lifetime) as issuer:
        assert asyncio.run(run(issuer)) == 404
    assert went_on == [True]


def _sts_error(code: str) -> bytes:
    return f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>".encode()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, _sts_error("InternalFailure")),
        (503, b"<html>busy</html>"),
        (502, b""),
        (200, b"<AssumeRoleResponse><Assu"),
        (200, b""),
        (200, b"<html><body>Welcome</body></html>"),
        (400, _sts_error("Throttling")),
    ],
)
def test_a_key_that_is_not_available_now_is_requested_again(way: Way, issuer: Issuer, status: int, body: bytes) -> None:
    catalog = way.to(issuer.mocks, JWO, auth=(auth := role(issuer.mocks)), retries=QUICK)
    failure = MockResponse(status=status, headers={"content-type": "text/xml"}, body=body)
    issuer.instead += [failure, failure]
    with pytest.raises(httpx2.ConnectError):
        way.status(auth, f"{issuer.mocks.served.urls[JWO]}/x")
    (outcome,) = archive(way, catalog)
    assert (outcome.status, outcome.attempt) == ("rejected", 2)  # by the report, as the SKU is unknown
    assert len(issuer.requests) >= 3


def test_a_key_for_which_there_is_no_server_is_requested_again(way: Way, mocks: Mocks) -> None:
    catalog = way.to(mocks, JWO, auth=role(mocks, sts_url=CLOSED), retries=Retries(attempts=2, max_wait=0.02))
    (outcome,) = archive(way, catalog)
    assert (outcome.status, outcome.attempt) == ("unknown", 0)
    assert outcome.reason.startswith("not executed: ConnectError: AWS issues no key")


def test_a_role_that_is_refused_ends_a_run(way: Way, issuer: Issuer) -> None:
    auth = role(issuer.mocks, role_arn="arn:aws:iam::000000000000:role/other")
    outcomes, before = list[Any](), responses(issuer.mocks.vendors[JWO])
    with pytest.raises(CredentialsError, match="not authorized to perform: sts:AssumeRole"):
        way.read(way.to(issuer.mocks, JWO, auth=auth).archive(["SKU-1", "SKU-2"], stores=STORES), outcomes.append)
    assert [each.status for each in outcomes] == ["unknown", "unknown"]
    assert (len(issuer.requests), responses(issuer.mocks.vendors[JWO])) == (1, before + Counter({"/sts 403": 1}))


def test_a_clock_by_which_every_new_key_has_expired_ends_a_run_and_is_named(way: Way) -> None:
    outcomes = list[Any]()
    with issuing(speed=1, role_lifetime=-3600) as issuer, pytest.raises(CredentialsError, match="valid by this machine's clock"):
        way.read(way.to(issuer.mocks, JWO, auth=role(issuer.mocks)).archive(["SKU-1"], stores=STORES), outcomes.append)
    assert [each.status for each in outcomes] == ["unknown"]


@pytest.mark.parametrize("api", FACADES)
def test_without_credentials_an_error_of_this_package_names_the_variables_to_set(api: str, way: Way) -> None:
    named = " and ".join(", ".join(VARIABLES[api]).rsplit(", ", 1))
    with pytest.raises(CredentialsError, match=f"no credentials: give `auth`, or set {named} in the environment"):
        way.facade(api, CLOSED)


def test_without_keys_of_aws_the_places_where_they_can_be_are_named(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    with pytest.raises(CredentialsError, match=r"no credentials: .*AWS chain \(environment, profile, role\)"):
        way.facade(JWO, CLOSED)


class OwnAuth(httpx2.Auth):
    """Credentials of a caller, which are not available."""

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        if request.url.host:
            raise CredentialsError("the vault is sealed")
        yield request


@pytest.mark.parametrize("api", FACADES)
def test_the_error_of_a_callers_own_credentials_ends_a_run_as_an_access_error(api: str, way: Way) -> None:
    found: list[Any] = []
    with pytest.raises(AccessError, match=r"^the vault is sealed$") as error:
        way.read(smallest_run(way.facade(api, CLOSED, auth=OwnAuth()), api), found.append)
    assert isinstance(error.value, CredentialsError)
    assert [each.status for each in found] == ["unknown"]


def test_tokens_are_requested_at_amazons_endpoint_by_default(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    requests: list[str] = []

    def play(request: httpx2.Request) -> httpx2.Response:
        requests.append(f"{request.method} {request.url.host} {request.url.path}")
        if request.url.host == "api.amazon.com":
            assert request.content == b"grant_type=refresh_token&refresh_token=three&client_id=one&client_secret=two"
            return httpx2.Response(200, json={"access_token": "four", "expires_in": 3600})
        assert request.headers["x-amz-access-token"] == "four"
        return httpx2.Response(200, json={"numberOfResults": 0, "items": []})

    monkeypatch.delenv("SP_API_TOKEN_URL", raising=False)
    for variable, value in zip(VARIABLES[ITEMS], ("one", "two", "three"), strict=True):
        monkeypatch.setenv(variable, value)
    assert look_up(way, way.played(ITEMS, play)) == ["missing"]
    assert requests == ["POST api.amazon.com /auth/o2/token", "GET vendor.example /catalog/2022-04-01/items"]


def test_all_that_run_at_the_same_time_share_one_token_and_renew_it_once_when_it_is_refused(way: Way, issuer: Issuer) -> None:
    items, many = way.to(issuer.mocks, ITEMS, auth=partner(issuer.mocks), width=8), 8 * IDENTIFIERS
    issuer.before = lambda _: threading.Event().wait(0.2)
    assert look_up(way, items, many) == ["found"] * many
    assert len(issuer.requests) == 1
    vendor: Any = issuer.mocks.vendors[ITEMS]
    vendor._login._issued.clear()
    assert look_up(way, items, many) == ["found"] * many
    assert len(issuer.requests) == 2


def test_a_token_is_renewed_before_it_expires_and_not_earlier(way: Way) -> None:
    now = [0.0]
    with issuing(speed=1) as issuer:
        auth, requested = partner(issuer.mocks, clock=lambda: now[0]), []
        for now[0] in (0, 3239, 3241, 3241 + 3239, 3241 + 3241):
            assert way.status(auth, f"{issuer.mocks.served.urls[ITEMS]}/x") == 404
            requested.append(len(issuer.requests))
    assert requested == [1, 1, 2, 2, 3]


def test_no_other_token_is_requested_when_the_second_one_is_refused(way: Way, issuer: Issuer) -> None:
    options: Any = issuer.mocks.vendors[ITEMS].options
    items = way.to(issuer.mocks, ITEMS, auth=partner(issuer.mocks, refresh_token=options.roleless_refresh_token))
    before = responses(issuer.mocks.vendors[ITEMS])["searchCatalogItems 403"]
    with pytest.raises(AccessRefused):
        look_up(way, items)
    assert (len(issuer.requests), responses(issuer.mocks.vendors[ITEMS])["searchCatalogItems 403"] - before) == (2, 2)


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("api", [YANDEX, SHIPSIDEKICK])
def test_refused_credentials_name_the_place_from_which_they_were_read(
    api: str, status: int, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(**options: Any) -> str:
        facade = way.played(api, lambda _: httpx2.Response(status, json={}), **options)
        with pytest.raises(AccessRefused) as error:
            way.read(smallest_run(facade, api))
        return str(error.value)

    (variable,) = VARIABLES[api]
    monkeypatch.setenv(variable, "wrong")
    assert refused().endswith(f"; the credentials are read from the environment: {variable}")
    assert refused(auth=httpx2.Auth()).endswith("; the credentials are those given as auth")


def test_a_renewal_that_is_given_up_leaves_it_to_the_next(issuer: Issuer) -> None:
    arrived, go_on = threading.Event(), threading.Event()

    def before(_: Call) -> None:
        arrived.set()
        go_on.wait(10)

    issuer.before = before

    async def run() -> int:
        async with httpx2.AsyncClient(auth=partner(issuer.mocks), trust_env=False, timeout=30) as http:
            first = asyncio.create_task(http.post(url))
            await asyncio.to_thread(arrived.wait, 10)
            second = asyncio.create_task(http.post(url))
            await asyncio.sleep(0)
            first.cancel()
            go_on.set()
            return (await second).status_code

    url = f"{issuer.mocks.served.urls[ITEMS]}/x"
    assert asyncio.run(asyncio.wait_for(run(), 20)) == 404
    assert len(issuer.requests) == 2


def test_a_refusal_of_login_with_amazon_is_reported_in_its_words_and_ends_a_run(way: Way, issuer: Issuer) -> None:
    with pytest.raises(CredentialsError, match="invalid_grant: The refresh token is invalid"):
        look_up(way, way.to(issuer.mocks, ITEMS, auth=partner(issuer.mocks, refresh_token="Atzr|other")))  # noqa: S106 - of a mock
    assert len(issuer.requests) == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b'{"error": "server_error", "error_description": "later"}'),
        (503, b"<html>busy</html>"),
        (502, b""),
        (429, b"slow down"),
        *((200, body) for body in (b"<html>Welcome</html>", b"", b"\xff", b"[]", b'{"expires_in": 3600}')),
        *((200, b'{"access_token": %b, "expires_in": 3600}' % token) for token in (b"null", b'""')),
    ],
)
def test_a_token_that_is_not_available_now_is_requested_again(way: Way, issuer: Issuer, status: int, body: bytes) -> None:
    items = way.to(issuer.mocks, ITEMS, auth=partner(issuer.mocks), retries=QUICK)
    issuer.instead.append(MockResponse(status=status, headers={}, body=body))
    assert look_up(way, items) == ["found"]
    assert len(issuer.requests) == 2


ERRORS = [CredentialsError("no"), WaitTooLong("no"), ReportError("no"), AccessRefused("no", httpx2.Response(403), 120)]


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_an_error_can_be_pickled_without_the_response_that_has_the_credentials(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), getattr(again, "skew", 0)) == (type(error), str(error), getattr(error, "skew", 0))
    assert getattr(again, "response", None) is None
