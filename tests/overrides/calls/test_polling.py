"""Waiting for the end of an ingestion, whatever its status does in the meantime."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, repeat
from math import ceil, log
from typing import Any

import httpx2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from amazon_jwo_catalog.api.catalog import get_catalog_upload_status
from amazon_jwo_catalog.models import GetCatalogUploadStatusRequest
from catalog_clients import SqsQueue
from catalog_clients._engine.calls import polling
from catalog_clients._engine.flows.effects import Call, CallResult
from catalog_clients._engine.ledger.records import PendingItem
from catalog_clients._engine.outcomes.following import Following
from catalog_clients._engine.outcomes.ingestions import Ingestions
from catalog_clients._engine.tables.behaviour import Request
from catalog_clients._engine.tables.operations import operation_of
from catalog_clients.errors import AccessRefused, CredentialsError, DeadlineExceeded, InvalidArgument
from tests.clients.access import JWO
from tests.clients.causes import ARCHIVE, UPLOAD
from tests.overrides.playing import APIS, TABLES, Player, respond

KEY, START = "ingestion 1", 1000.0
TABLE = TABLES[UPLOAD].polling
LAST = (*TABLE.succeeded, *TABLE.failed)

Says = Callable[[Call], CallResult[Any]]


def _status_request(key: Mapping[str, str]) -> Request[object]:
    return get_catalog_upload_status.request(body=GetCatalogUploadStatusRequest(ingestion_id=key["ingestionId"]))


def _says(status: str) -> Says:
    return lambda call: respond(call, 200, {"processingStatus": status})


def _fails(error: Exception) -> Says:
    return lambda _: CallResult(error=error)


def _breaks(code: int) -> Says:
    return lambda call: respond(call, code, {"message": "no"})


PENDING = st.one_of(
    st.sampled_from(TABLE.pending).map(_says),
    st.text(max_size=10).filter(lambda text: text not in LAST).map(_says),
    st.sampled_from([429, 500, 502, 504, 302]).map(_breaks),
    st.sampled_from([httpx2.ConnectError("no"), httpx2.ReadTimeout("no")]).map(_fails),
)


IN_PROGRESS = _says("INPROGRESS")


@dataclass
class Ended:
    """How a wait has ended."""

    player: Player
    seconds: float
    response: CallResult[Any] | None = None
    error: DeadlineExceeded | None = None


def _wait(
    says: Sequence[Says],
    *,
    after: Says = IN_PROGRESS,
    interval: float | None = None,
    deadline: float | None = None,
    arrival: float | None = None,
    silence: float | None = None,
    lasting: float = 0,
) -> Ended:
    """Wait for an ingestion whose status calls get these responses; the notification comes some seconds after the start."""
    script: Iterator[Says] = chain(says, repeat(after))

    def vendor(call: Call) -> CallResult[Any]:
        return next(script)(call)

    player = Player(vendor, {} if arrival is None else {KEY: START + arrival}, START, lasting)
    queue = None if silence is None else SqsQueue("https://sqs.test", object(), exclusive=True)
    following = Following(interval=interval, deadline=deadline, queue=queue, silence=silence or 300)
    ingestions = Ingestions(UPLOAD, TABLES[UPLOAD], _status_request, following)
    try:
        response = player.run(ingestions.wait({"ingestionId": KEY}))
    except DeadlineExceeded as error:
        return Ended(player, player.now - START, error=error)
    return Ended(player, player.now - START, response)


def _most_calls(interval: float, deadline: float) -> int:
    """Return how many calls fit in a deadline, with the longest waits that growth allows."""
    longest: float = max(interval, TABLE.max_interval)
    return ceil(log(longest / interval, 1.5)) + ceil(deadline / longest) + 2


@settings(max_examples=60)
@given(
    st.lists(PENDING, max_size=30),
    st.sampled_from(["", *LAST]),
    st.none() | st.floats(0.5, 1e4),
    st.none() | st.floats(0.5, 1e4),
    st.none() | st.floats(0, 2e4),
    st.none() | st.floats(0.5, 1e4),
)
@example([], "", None, None, None, None)
def test_any_statuses_end_within_the_deadline_and_with_few_calls(
    says: list[Says], last: str, interval: float | None, deadline: float | None, arrival: float | None, silence: float | None
) -> None:
    ends = [_says(last)] if last else []
    ended = _wait([*says, *ends], interval=interval, deadline=deadline, arrival=arrival, silence=silence)
    most = deadline or TABLE.deadline
    assert ended.seconds <= most * (1 + 1e-9)
    assert len(ended.player.calls) <= _most_calls(interval or TABLE.interval, most)
    if ended.response is None:
        assert ended.seconds == pytest.approx(most)
    else:
        assert len(ended.player.calls) == len(says) + 1
        assert ended.response.get().processing_status == last


@given(st.lists(PENDING, min_size=1, max_size=5), st.floats(1, 100), st.floats(0.1, 300))
@settings(max_examples=50)
def test_slow_calls_exceed_the_deadline_by_the_last_one_at_most(says: list[Says], interval: float, lasting: float) -> None:
    ended = _wait(says, interval=interval, deadline=500, lasting=lasting)
    assert ended.error is not None
    assert 500 <= ended.seconds <= 500 + lasting + 1e-6
    assert all(began <= START + 500 for began in ended.player.began)


def test_the_last_known_status_is_reported_or_that_it_is_unknown() -> None:
    assert "is INQUEUE after" in str(_wait([_says("INQUEUE")], after=_breaks(500)).error)
    assert "is unknown after" in str(_wait([], after=_breaks(500)).error)


@given(st.none() | st.floats(0.01, 1e5))
@settings(max_examples=60)
def test_waits_grow_from_the_callers_interval_or_the_specs_to_the_longest_with_a_random_part(interval: float | None) -> None:
    first = interval or TABLE.interval
    slept = _wait([], interval=interval, deadline=first * 40 + 1e4).player.slept
    assert all(0 < jitter <= 0.5 for _, jitter in slept), "many ingestions would be polled at once"
    *full, last = [seconds for seconds, _ in slept]
    assert full[0] == first
    assert all(a <= b <= a * 1.5 + 1e-9 for a, b in pairwise(full))
    assert full[-1] == max(first, TABLE.max_interval)
    assert last <= full[-1]


def test_an_interval_of_nothing_asks_at_once_and_grows_and_a_deadline_of_nothing_asks_never() -> None:
    slept = [seconds for seconds, _ in _wait([], interval=0, deadline=1000).player.slept]
    assert slept[0] < 0.01
    assert max(slept) == TABLE.max_interval
    ended = _wait([], deadline=0)
    assert (ended.player.calls, ended.seconds) == ([], 0)
    assert ended.error is not None


@pytest.mark.parametrize("status", LAST)
def test_every_final_status_ends_the_wait_at_the_first_poll(status: str) -> None:
    ended = _wait([_says(status)])
    assert ended.response is not None
    assert ended.response.get().processing_status == status
    assert (len(ended.player.calls), ended.seconds) == (1, TABLE.interval)


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (_breaks(400), Exception),
        (_fails(AccessRefused("401", httpx2.Response(401))), AccessRefused),
        (_fails(CredentialsError("no token")), CredentialsError),
    ],
)
def test_a_refusal_ends_the_wait_and_is_returned(refusal: Says, kind: type[Exception]) -> None:
    ended = _wait([_says("INQUEUE")], after=refusal)
    assert ended.response is not None
    assert isinstance(ended.response.error, kind)
    assert ended.response.refused == (kind is Exception)
    assert len(ended.player.calls) == 2


def test_a_status_of_which_the_spec_says_nothing_is_logged_once_and_asked_for_again(caplog: pytest.LogCaptureFixture) -> None:
    says = [_says("INQUEUE"), _says("PAUSED"), _says("PAUSED"), *[lambda call: respond(call, 200, {})] * 2, _says("PAUSED")]
    ended = _wait([*says, _says("DONE")])
    assert (ended.response is not None, len(ended.player.calls)) == (True, 7)
    logged = [each.getMessage() for each in caplog.records if each.levelno == logging.WARNING and each.name == "catalog_clients"]
    which, where = f"{UPLOAD}: the status of ingestion {KEY}", "none of pending, succeeded and failed in x-client-polling"
    assert logged == [
        f"{which} is 'PAUSED', which is in {where}; it is asked for again",
        f"{which} is not at processingStatus, where x-client-polling says that it is; it is asked for again",
    ]


FIRST, SECOND, THIRD = (TABLE.interval * 1.5**number for number in range(3))


@pytest.mark.parametrize(
    ("polls", "silence", "arrival", "received", "slept"),
    [
        pytest.param(1, 300, 5, [300], [], id="a notification cuts the wait short"),
        pytest.param(3, 300, 5, [300], [FIRST, SECOND], id="one that is ahead of the status is followed by polling"),
        pytest.param(4, 20, None, [20, FIRST, SECOND, THIRD], [], id="silence falls back to polling"),
        pytest.param(3, 20, 21 + FIRST, [20, FIRST, SECOND], [], id="a late notification is heard while polling"),
    ],
)
def test_a_notification_is_waited_for_until_it_has_come_and_polls_follow_both_it_and_silence(
    polls: int, silence: float, arrival: float | None, received: list[float], slept: list[float]
) -> None:
    ended = _wait([*[IN_PROGRESS] * (polls - 1), _says("DONE")], silence=silence, arrival=arrival)
    assert ended.response is not None
    assert len(ended.player.calls) == polls
    assert ended.player.received == received
    assert [seconds for seconds, _ in ended.player.slept] == slept
    waited = sum(received) if arrival is None else arrival
    assert ended.seconds == pytest.approx(waited + sum(slept))


@pytest.mark.parametrize(
    ("more", "confirms", "reason"),
    [
        ({}, True, ""),
        ({"errors": ["no"]}, True, "and its status has"),
        ({"processedCount": 1}, True, "and its status has"),
        ({}, False, "it has ended DONE, and something else says which items were done"),
    ],
)
def test_an_end_without_a_report_confirms_unless_its_status_says_of_failures_or_the_table_denies_it(
    more: Mapping[str, Any], confirms: bool, reason: str
) -> None:
    table = replace(TABLES[UPLOAD], polling=replace(TABLE, report=None, confirms=confirms))
    ingestions = Ingestions(UPLOAD, table, _status_request, Following())
    items = [PendingItem(None, each, f"{each}") for each in (1, 2)]
    player = Player(lambda call: respond(call, 200, {"processingStatus": TABLE.succeeded[0], **more}))
    found = player.run(ingestions.collect(items, "1"))
    assert {each.status for each in found.results} == {"unknown" if reason else "confirmed"}
    assert all(reason in each.reason for each in found.results)


@pytest.mark.parametrize("given", [{"all_applicable_stores": ["S"]}, {"body": {"allApplicableStores": ["S"]}}], ids=str)
def test_the_status_repeats_what_is_given_as_a_field_or_in_a_whole_body(given: dict[str, Any]) -> None:
    operation, place = operation_of(APIS[JWO], ARCHIVE), TABLES[ARCHIVE].confirmation.stores
    assert polling._repeated(operation, place, given) == ["S"]
    with pytest.raises(InvalidArgument, match="needs the argument all_applicable_stores"):
        polling._repeated(operation, place, {})
