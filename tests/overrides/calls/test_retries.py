"""Which failures are tried again, after how long, and what a failure says of what the vendor has done."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from catalog_clients import AccessRefused, CredentialsError, Limits, Retries, RetryRequested, WaitTooLong
from catalog_clients._engine.calls.call import Api
from catalog_clients._engine.calls.retries import Attempts
from catalog_clients._engine.flows.effects import Call, CallResult, Send
from catalog_clients._engine.responses.headers import seconds_until
from scripts.runtime.behaviour import Expression
from tests.clients.access import ITEMS, JWO, SHIPSIDEKICK, YANDEX
from tests.clients.causes import ADD, PRODUCT, SEARCH, STATUS, UPLOAD
from tests.overrides.playing import API_OF, APIS, TABLES, Player

PARSERS = {
    ADD: APIS[YANDEX].api.offers.add_offers_to_archive,
    UPLOAD: APIS[JWO].api.catalog.upload_catalog,
    STATUS: APIS[JWO].api.catalog.get_catalog_upload_status,
    SEARCH: APIS[ITEMS].api.items.search_catalog_items,
    PRODUCT: APIS[SHIPSIDEKICK].api.products.archive_product,
}
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DATE = {"Date": format_datetime(NOW, usegmt=True)}
KEY = Expression("request", "header", ("Key",))
UNTIL = "X-RateLimit-Resource-Until"
ROWS = [(name, row) for name in PARSERS for row in TABLES[name].retry.responses]
EACH_ROW = pytest.mark.parametrize(("name", "row"), ROWS, ids=[f"{name}-{row.status}" for name, row in ROWS])
ALL = pytest.mark.parametrize("name", PARSERS)
REFUSAL = '{"status": "ERROR", "errors": [{"code": "NO", "message": "no"}], "errorMsg": "no", "error": {"message": "no"}}'
"""A body that has what each of the specs says of refusals."""


def _table(name: str) -> Any:
    return TABLES[name].retry


def _errors(name: str) -> Any:
    return APIS[API_OF[name]].errors


def _shortest(name: str) -> float:
    """Return the shortest wait that the table states in seconds."""
    return float(min(each.wait for each in _table(name).responses if not isinstance(each.wait, str)))


def _header(row: Any) -> str:
    """Return the header in which a response says how long to wait."""
    return row.wait if isinstance(row.wait, str) else "Retry-After"


def attempts_of(name: str, *, made: int = 1, most: int | None = 99, max_wait: float | None = None, **changes: Any) -> Attempts:
    retries = Retries(attempts=most, max_wait=max_wait)
    attempts = Attempts(replace(_table(name), **changes), _errors(name), retries)
    for _ in range(made):
        attempts.begin()
    return attempts


def error_of(name: str, status: int, text: str = "no", headers: dict[str, str] | None = None) -> Exception:
    """Return what the generated client makes of a response."""
    request = httpx2.Request("POST", "https://vendor.test")
    try:
        PARSERS[name].parse(httpx2.Response(status, text=text, headers={**DATE, **(headers or {})}, request=request))
    except _errors(name).ResponseError as error:
        return error  # type: ignore[no-any-return]
    raise AssertionError(f"{status} is not an error")


def _until(seconds: float) -> str:
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


@pytest.fixture
def largest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let chance be the most that there can be."""
    monkeypatch.setattr("catalog_clients._engine.calls.retries.RANDOM.uniform", lambda _, most: most)


def test_waits_depend_on_no_random_numbers_of_the_caller() -> None:
    waits = []
    for _ in range(2):
        random.seed(1)
        before = random.getstate()
        waits.append(attempts_of(ADD).pause(error_of(ADD, 503)))
        assert random.getstate() == before
    assert waits[0] != waits[1]


@ALL
def test_documented_errors_that_the_table_does_not_have_are_final_and_refuse_the_request(name: str) -> None:
    known = {row.status for row in _table(name).responses}
    final = [int(status) for status in PARSERS[name].OPERATION.responses if status.startswith("4") and int(status) not in known]
    assert final
    for status in final:
        attempts, error = attempts_of(name), error_of(name, status, REFUSAL)
        assert attempts.pause(error) is None
        assert attempts.failed(error).refused


@ALL
def test_a_refusal_of_a_lookup_without_its_documented_body_is_asked_for_once_more(name: str) -> None:
    for looks_up, expected in [(False, [False, False]), (True, [True, False])]:
        attempts, error = Attempts(_table(name), _errors(name), Retries(), looks_up=looks_up), error_of(name, 400, "")
        attempts.begin()
        assert [attempts.pause(error) is not None for _ in range(2)] == expected
        assert attempts.failed(error).refused


@pytest.mark.parametrize(("name", "row"), [(name, row) for name, row in ROWS if row.text])
def test_where_the_table_has_a_text_a_response_without_it_is_final_although_the_vendor_may_have_done_it(
    name: str, row: Any
) -> None:
    attempts, error = attempts_of(name), error_of(name, row.status, "another text")
    assert attempts.pause(error) is None
    assert not attempts.failed(error).refused


@pytest.mark.parametrize(("responses", "expected"), [(["4XX"], 7.0), (["429"], None), (["429", "4XX"], None)])
def test_a_range_of_statuses_does_not_say_that_too_many_requests_are_final(responses: list[str], expected: float | None) -> None:
    name = next(each for each in TABLES if "429" in PARSERS[each].OPERATION.responses)
    attempts = Attempts(replace(_table(name), responses=()), _errors(name), Retries(), responses=responses)
    assert attempts._requested_wait(error_of(name, 429, headers={"Retry-After": "7"})) == expected


@pytest.mark.usefixtures("largest")
@EACH_ROW
@pytest.mark.parametrize("made", [1, 2, 3, 5])
def test_without_a_word_of_the_vendor_waits_double_from_the_tables_to_the_longest(name: str, row: Any, made: int) -> None:
    first = _shortest(name) if isinstance(row.wait, str) else row.wait
    wait = attempts_of(name, made=made).pause(error_of(name, row.status, (row.text or "any").upper()))
    assert wait == min(_table(name).max_wait, first * 2 ** (made - 1))


@given(st.sampled_from(ROWS), st.integers(1, 12), st.none() | st.floats(0, 500))
@settings(max_examples=60)
def test_waits_are_random_from_nothing_to_the_most(row: tuple[str, Any], made: int, max_wait: float | None) -> None:
    name, result = row
    error = error_of(name, result.status, result.text or "")
    attempts = attempts_of(name, max_wait=max_wait, made=made)
    waits = [attempts.pause(error) for _ in range(20)]
    longest = _table(name).max_wait if max_wait is None else max_wait
    assert all(wait is not None and 0 <= wait <= longest for wait in waits)
    if longest > 1e-9:
        assert len(set(waits)) == len(waits)


@EACH_ROW
@pytest.mark.parametrize("other", [{}, {UNTIL: "soon"}])
def test_where_its_own_header_says_nothing_retry_after_counts(name: str, row: Any, other: dict[str, str]) -> None:
    wait = attempts_of(name, max_wait=40).pause(error_of(name, row.status, row.text or "", {"Retry-After": "30", **other}))
    assert wait is not None
    assert wait >= 30


@EACH_ROW
@pytest.mark.parametrize("seconds", [0, 3, 40])
@pytest.mark.parametrize("date", [False, True])
def test_a_wait_is_at_least_what_the_vendor_requests(name: str, row: Any, seconds: int, date: bool) -> None:
    headers = {_header(row): _until(seconds) if date else str(seconds)}
    attempts = attempts_of(name, max_wait=seconds)
    wait = attempts.pause(error_of(name, row.status, row.text or "", headers))
    assert wait is not None
    assert seconds <= wait <= seconds + _shortest(name)


@pytest.mark.parametrize(("form", "factor"), [("epoch-seconds", 1), ("epoch-milliseconds", 1000)])
def test_a_wait_until_a_moment_since_1970_is_read_in_the_form_of_the_table(form: str, factor: int) -> None:
    (row,) = (each for each in _table(ADD).responses if isinstance(each.wait, str))
    table: dict[str, Any] = {"responses": (replace(row, wait_format=form),)}
    error = error_of(ADD, row.status, row.text or "", {row.wait: str(int(NOW.timestamp() + 40) * factor)})
    wait = attempts_of(ADD, max_wait=40, **table).pause(error)
    assert wait is not None
    assert 40 <= wait <= 40 + _table(ADD).max_wait
    assert attempts_of(ADD, max_wait=39, **table).pause(error) is None


@EACH_ROW
@pytest.mark.parametrize("date", [False, True])
def test_a_longer_wait_than_allowed_ends_it_at_once(name: str, row: Any, date: bool) -> None:
    attempts = attempts_of(name, max_wait=599)
    error = error_of(name, row.status, row.text or "", {_header(row): _until(600) if date else "600"})
    assert attempts.pause(error) is None
    result = attempts.failed(error)
    assert isinstance(result.error, WaitTooLong)
    assert "requests a wait of 600 s; the maximum is 599 s" in str(result.error)
    assert not result.refused
    assert result.response is not None


@given(st.sampled_from(["Retry-After", UNTIL]), st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40))
@example("Retry-After", "Mon, 01 Jan 99999999999 00:00:00 GMT")
@example("Retry-After", "9" * 400)
@example("Retry-After", "-5")
@example("Retry-After", "\u0663")
@example("Retry-After", "Wed, 25 Nov 2026 12:00:30 +9999")
@settings(max_examples=60)
def test_an_unreadable_header_does_no_harm(header: str, value: str) -> None:
    response = httpx2.Response(420, headers=[(header.encode(), value.encode())])
    seconds = seconds_until(response, header)
    assert seconds is None or seconds >= 0


def test_dates_of_all_forms_are_read_by_the_vendors_clock_and_not_by_this_ones() -> None:
    for value in ("Wed, 25 Nov 2026 12:00:30 GMT", "Wednesday, 25-Nov-26 12:00:30 GMT", "Wed, 25 Nov 2026 14:00:30 +0200"):
        assert seconds_until(httpx2.Response(420, headers={**DATE, "Until": value}), "Until") == 30
    assert seconds_until(httpx2.Response(420, headers={**DATE, "Until": _until(-30)}), "Until") == 0
    assert seconds_until(httpx2.Response(420, headers=DATE), "Until") is None


@pytest.mark.parametrize(
    ("values", "seconds"),
    [
        (["1", "3600"], 3600),
        (["soon", "5"], 5),
        (["Wed, 25 Nov 2026 12:00:30 GMT", "7"], 30),
        ([" 2.5 "], 2.5),
        (["1.5.2"], None),
        (["-1"], None),
        (["."], None),
        ([], None),
    ],
)
def test_of_several_waits_the_longest_one_counts(values: list[str], seconds: float | None) -> None:
    headers = [*DATE.items(), *(("Retry-After", value) for value in values)]
    assert seconds_until(httpx2.Response(429, headers=headers), "Retry-After") == seconds


SENT = [httpx2.ReadTimeout, httpx2.ReadError, httpx2.WriteError, httpx2.WriteTimeout, httpx2.RemoteProtocolError]
NEVER_SENT = [httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError]


def _transport(kind: type[Exception]) -> Callable[[str], Exception]:
    return lambda _: kind("broken")


def _status(status: int, text: str = "no") -> Callable[[str], Exception]:
    return lambda name: error_of(name, status, text)


@ALL
@pytest.mark.parametrize(
    ("fails", "again", "again_if_repeatable", "lost"),
    [
        *((_transport(kind), False, True, True) for kind in SENT),
        *((_transport(kind), True, True, False) for kind in NEVER_SENT),
        (_status(200, "<html>"), False, True, True),
        (_status(502), False, True, True),
        (_status(504), False, True, True),
        (_status(302), False, False, False),
        (_status(418), False, False, False),
        (lambda name: _errors(name).CredentialsError("no token"), False, False, False),
        (lambda _: CredentialsError("of a caller's own auth"), False, False, False),
    ],
)
def test_what_is_tried_again_and_whether_the_vendor_may_have_done_it(
    name: str, fails: Callable[[str], Exception], again: bool, again_if_repeatable: bool, lost: bool
) -> None:
    for idempotent, expected in [(False, again), (True, again_if_repeatable)]:
        attempts, error = attempts_of(name, idempotent=idempotent), fails(name)
        assert (attempts.pause(error) is not None) is expected
        result: CallResult[Any] = attempts.failed(error)
        if isinstance(error, _errors(name).CredentialsError):
            assert (type(result.error), str(result.error)) == (CredentialsError, "no token")
        else:
            assert result.error is error
        assert not result.refused
        assert not result.lost, "its error says what is known of the last attempt"
        attempts.begin()
        assert attempts.succeeded(None, httpx2.Response(200)).lost is lost


@ALL
def test_a_request_with_a_key_is_sent_again_and_its_refusal_is_that_of_all_attempts(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {row.status for row in _table(name).responses}
    final = next(int(each) for each in PARSERS[name].OPERATION.responses if each.startswith("4") and int(each) not in known)
    for key, conflict, lost in [(None, 0, True), (KEY, 0, False), (KEY, final, True)]:
        monkeypatch.setattr("catalog_clients._engine.calls.retries._CONFLICT", conflict)
        attempts, refusal = attempts_of(name, idempotent=False, idempotency_key=key), error_of(name, final, REFUSAL)
        assert (attempts.pause(httpx2.ReadTimeout("broken")) is None) is (key is None)
        assert (attempts_of(name, idempotent=False, idempotency_key=key).pause(error_of(name, 502)) is None) is (key is None)
        attempts.begin()
        assert attempts.pause(refusal) is None
        result: CallResult[Any] = attempts.failed(refusal)
        assert result.refused
        assert result.lost is lost


@pytest.mark.parametrize(("status", "idempotent"), [(429, False), (503, True)])
@pytest.mark.parametrize("name", [ADD, PRODUCT])
def test_an_undocumented_status_is_waited_for_as_long_as_it_says(name: str, status: int, idempotent: bool) -> None:
    attempts = attempts_of(name, idempotent=idempotent)
    error = error_of(name, status, headers={"Retry-After": "7"})
    wait = attempts.pause(error)
    assert wait is not None
    assert 7 <= wait <= 8
    assert not attempts.failed(error).refused
    attempts.begin()
    assert attempts.failed(error).lost == (status == 503)


@given(st.lists(st.sampled_from(["lost", "busy", "never", "refused"]), min_size=1, max_size=6))
@settings(max_examples=60)
def test_a_result_includes_all_attempts_before_the_last_one(ways: list[str]) -> None:
    errors = {
        "lost": httpx2.ReadTimeout("no"),
        "busy": error_of(ADD, 420),
        "never": httpx2.ConnectError("no"),
        "refused": error_of(ADD, 400),
    }
    attempts = attempts_of(ADD, made=0)
    for way in ways:
        attempts.begin()
        attempts.pause(errors[way])
    result = attempts.failed(errors[ways[-1]])
    assert result.attempts == len(ways)
    assert result.lost == ("lost" in ways[:-1])
    assert result.refused == (ways[-1] == "refused")


@ALL
def test_the_caller_says_how_often_and_how_long_and_else_the_table(name: str) -> None:
    failure = httpx2.ConnectError("no")
    for own, most in ((None, _table(name).attempts), (2, 2)):
        assert [attempts_of(name, most=own, made=made).pause(failure) is None for made in (most - 1, most)] == [False, True]
    errors = _errors(name)
    expected = {httpx2.TransportError, errors.ResponseError, RetryRequested, errors.CredentialsError, CredentialsError}
    assert set(attempts_of(name).expected) == expected


def _call(**retries: Any) -> tuple[CallResult[Any], list[float]]:
    """Call a vendor that does not respond; return the result, and when requests were sent."""

    def vendor(_: Send) -> httpx2.Response:
        raise httpx2.ConnectError("no")

    api = Api(APIS[ITEMS], Limits(dict.fromkeys(TABLES)), Retries(**retries), headers={}, attempt_time=60)
    player = Player(vendor, now=0)
    call = Call(PARSERS[SEARCH].request(marketplace_ids=["M"], keywords=["water"]))
    return player.run(api.call(call, lambda: False)), player.began


@given(st.integers(1, 8), st.floats(0, 100), st.floats(0, 60))
@settings(max_examples=60)
def test_a_call_ends_with_its_last_attempt_or_where_the_next_one_would_exceed_the_budget(
    attempts: int, budget: float, max_wait: float
) -> None:
    result, sent = _call(attempts=attempts, budget=budget, max_wait=max_wait)
    assert isinstance(result.error, httpx2.ConnectError)
    assert result.attempts == len(sent) <= attempts
    assert sent[-1] <= budget * (1 + 1e-9)


@pytest.mark.usefixtures("largest")
def test_a_budget_ends_a_call_before_its_last_attempt() -> None:
    first = _shortest(SEARCH)
    result, sent = _call(attempts=9, budget=9 * first, max_wait=60 * first)
    assert (result.attempts, sent) == (4, [0, first, 3 * first, 7 * first])


@ALL
@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(("ahead", "reported"), [(0, ""), (30, ""), (3600, "behind"), (-3600, "ahead of"), (None, "")])
def test_refused_credentials_mention_a_clock_that_is_wrong(name: str, status: int, ahead: int | None, reported: str) -> None:
    date = "" if ahead is None else format_datetime(datetime.now(UTC) + timedelta(seconds=ahead), usegmt=True)
    error = error_of(name, status, "no access", {"Date": date})
    attempts = attempts_of(name)
    assert attempts.pause(error) is None
    refused = attempts.failed(error).error
    assert isinstance(refused, AccessRefused)
    assert "no access" in str(refused)
    assert refused.response is not None
    assert refused.response.status_code == status
    if reported:
        assert abs(refused.skew) == pytest.approx(3600, abs=30)
        assert f"s {reported} the vendor's" in str(refused)
    else:
        assert refused.skew == 0
        assert "clock" not in str(refused)
