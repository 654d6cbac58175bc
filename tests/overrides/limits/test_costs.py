"""Operations that share a limit at different costs of a request: in simulated time, and from a document to its mock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from catalog_clients import Limits, WaitTooLong
from catalog_clients._engine.flows.effects import Flow, Receive
from catalog_clients._engine.limits import Limiter, Longest, RateLimiter, Ticket
from scripts.lint import extensions
from scripts.mock.engine.clock import Clock
from scripts.mock.generic.described import of_file
from scripts.mock.generic.vendor import generic
from scripts.spec.document import read
from tests.clients.access import ITEMS
from tests.generate.packages import Package
from tests.mock.callers import Caller
from tests.overrides.limits.test_limits import LIMITS, MANY, START, Plan, World
from tests.overrides.limits.test_limits_shared import ended_with, entered
from tests.overrides.processes import Process
from tests.overrides.processes import World as SharedWorld
from tests.overrides.stores import ending, records
from tests.overrides.ways import Way

LIMIT = replace(LIMITS[ITEMS], rate=100, period=10, burst=100, rate_per_second=None, scope=("credential",))
COSTS = {"read": 1, "write": 10, "upload": MANY.cost}
DOCUMENT = Path(__file__).parent.with_name("ingots.yaml")
BURST, SPEED = 200, 1800
UNITS = {"weighIngot": 1, "meltIngot": 10, "putIngots": 1}
"""Units of an item."""


def limiters(limits: Limits, *further: Any, limit: Any = LIMIT) -> dict[str, Limiter]:
    """Return the limiters of operations that share a limit at different costs, by name."""
    found = {name: limits.limiter("api", name, replace(limit, cost=cost, also=further)) for name, cost in COSTS.items()}
    return {name: limiter for name, limiter in found.items() if limiter}


class Weighed(World):
    """A time in which operations share a limit; a plan has the name of its operation."""

    def __post_init__(self) -> None:
        self.by_name: Mapping[str, Limiter] = limiters(Limits(), limit=self.limit)
        for each in self.by_name.values():
            assert isinstance(each, RateLimiter)
            each._tally.now = lambda: self.now
            self.limiter = each

    def enter(self, plan: Plan) -> Flow[Ticket]:
        flow = self.by_name[plan.name].enter(plan.name, plan.items, Longest(), lambda: False)
        self._go_on(flow, plan)
        return flow


def test_a_limit_is_kept_and_used_up_whatever_a_request_of_each_operation_costs() -> None:
    world = Weighed(LIMIT)
    plans = [Plan(name="read")] * 300 + [Plan(name="write")] * 60 + [Plan(name="upload", items=5)] * 40
    world.play(*plans[::3], *plans[1::3], *plans[2::3])
    assert sum(units for _, units in world.arrivals) == 300 + 60 * 10 + 40 * 5
    assert world.most_in(10) == 100
    assert max(moment for moment, _ in world.arrivals) - START <= 100 / 0.95


def test_what_a_request_may_have_is_by_its_own_cost() -> None:
    found = limiters(Limits())
    assert {name: limiter.bounds for name, limiter in found.items()} == {
        "read": ((1, 100, 10),),
        "write": ((10, 100, 10),),
        "upload": ((None, 100, 10),),
    }
    assert {name: limiter.most_items for name, limiter in found.items()} == {
        "read": float("inf"),
        "write": float("inf"),
        "upload": 100,
    }


def test_what_an_operation_cannot_be_sent_says_its_own_cost_and_does_not_hinder_others() -> None:
    world = Weighed(replace(LIMIT, burst=5))
    for name, items, cost in (("write", 1, 10), ("upload", 6, 6)):
        with pytest.raises(WaitTooLong, match=f"^{name}: a request costs {cost} units, and the limit is 5, so that it would"):
            world.enter(Plan(name=name, items=items))
    world.play(*(Plan(name=name) for name in ("read", "upload")))


@pytest.mark.parametrize(("name", "unit"), [("read", "requests"), ("write", "units"), ("upload", "items")])
def test_messages_name_a_limit_by_what_the_operation_uses_of_it(name: str, unit: str) -> None:
    by_name = limiters(Limits(), replace(LIMIT, period=1))
    with pytest.raises(StopIteration):
        next(by_name["upload"].enter("upload", 100, Longest(), lambda: False))
    with pytest.raises(WaitTooLong, match=f"{name}: the limit of 100 {unit} in 10 s requires a wait"):
        next(by_name[name].enter(name, 1, Longest(in_all=-1), lambda: False))


def test_processes_and_operations_of_one_process_keep_a_limit_use_it_up_and_get_some_of_it() -> None:
    world = SharedWorld(LIMIT, lasting=0.02)
    reads, writes, others = Process(world, "same"), Process(world, "same"), Process(world, "other")
    writes.follow(replace(LIMIT, cost=10), ["key"])
    for process in (reads, writes, others):
        for _ in range(8):
            process.thread(repeat(1))
    world.run(100)
    assert world.most_in(10) == 100
    assert sum(units for _, units in world.arrivals) >= 0.95 * 10 * 100
    found = Counter(units for _, units in world.arrivals)
    assert min(found[1], found[10]) >= 50


def test_processes_say_what_a_request_of_the_operation_costs() -> None:
    world = SharedWorld(replace(LIMIT, burst=5))
    reads, writes = Process(world, "same"), Process(world, "same")
    writes.follow(replace(world.limit, cost=10), ["key"])
    flow = entered(writes, 1)
    reads.enter()
    world.run(1)
    assert "operation: a request costs 10 units, and the limit is 5, so that it would" in str(ended_with(flow))
    assert len(world.arrivals) == 1


class Ingots(Caller):
    """A caller of the mock."""

    api = "ingots"
    kinds = (generic(of_file(DOCUMENT)),)


@pytest.fixture
def ingots() -> Iterator[Ingots]:
    with Ingots.served() as found:
        yield found


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return Package(DOCUMENT, tmp_path_factory.mktemp("ingots"))


def items(operation: str, number: int) -> list[Any]:
    codes = [f"INGOT-{place:04}" for place in range(number)]
    return [{"code": code} for code in codes] if operation == "putIngots" else codes


def test_the_document_is_clean_and_the_readme_says_what_each_request_uses(generated: Package) -> None:
    assert extensions.check(read(DOCUMENT)) == []
    words = " ".join((generated.folder / "README.md").read_text(encoding="utf-8").split())
    for used in ("one for each element of the body itself", "1", "10"):
        shared = "for each credential and all operations together"
        assert f"at most 200 units an hour, with a burst of 200, of which a request uses {used}, {shared}." in words


def test_a_dry_run_takes_the_time_that_the_cost_of_the_operation_requires(way: Way, generated: Package) -> None:
    bulk = way.bulk(generated.root, "https://api.ingots.example/v1", limits=Limits())
    for operation, units in UNITS.items():
        found = [way.finish(bulk.validate(operation, items(operation, number // units))) for number in (200, 220, 400, 420)]
        assert [each.seconds for each in found] == [0, 3600, 3600, 7200], operation


def test_the_units_of_all_operations_are_used_to_the_last_one_and_no_more(generated: Package, ingots: Ingots) -> None:
    way = Way("sync")
    _spend_all(way.bulk(generated.root, ingots.vendor.base_url, limits=Limits()), ingots)
    way.close()


def test_processes_use_the_units_of_all_operations_from_one_record(generated: Package, ingots: Ingots, store: str | Path) -> None:
    way = Way("sync")
    with ending(Limits(store=store, credential="me")) as limits:
        _spend_all(way.bulk(generated.root, ingots.vendor.base_url, limits=limits), ingots)
    way.close()
    assert len([key for key in records(store) if key]) == 1


def _spend_all(bulk: Any, ingots: Ingots) -> None:
    """Run all operations at the same time until the limit is used up, and try each of them once more."""
    _run(bulk, {"weighIngot": 80, "meltIngot": 8, "putIngots": 40})
    (used,) = ingots.usage()["units"].values()
    assert (used["most"], used["total"]) == (BURST, BURST)
    for operation in UNITS:
        limiter = bulk._api.limiter(operation)
        flow = limiter.enter(operation, 1, Longest(in_all=-1), lambda: False)
        with pytest.raises(WaitTooLong, match=f"{operation}: the limit requires a wait of"):
            _finish(flow)


def _finish(flow: Flow[Ticket]) -> None:
    for effect in flow:
        assert isinstance(effect, Receive)
        effect.queue.expect(effect.key).result(60)


def _run(bulk: Any, numbers: Mapping[str, int]) -> None:
    """Run operations at the same time, each for a number of items."""

    def confirmed(operation: str) -> set[str]:
        return {each.status for each in bulk.run(operation, items(operation, numbers[operation]))}

    with ThreadPoolExecutor(len(numbers)) as threads:
        assert list(threads.map(confirmed, numbers)) == [{"confirmed"}] * len(numbers)


@pytest.mark.parametrize("place", ["memory", "sqlite"])
def test_the_vendor_counts_no_more_than_the_limit_allows_in_any_period(place: str, generated: Package, tmp_path: Path) -> None:
    tables = generated.root.behaviour.OPERATIONS
    quick = {name: replace(table.rate_limit, period=3600 / SPEED) for name, table in tables.items()}
    shared: dict[str, Any] = {"store": tmp_path / "limits", "credential": "me"} if place == "sqlite" else {}
    way = Way("sync")
    with Ingots.served(clock=Clock(speed=SPEED)) as ingots, ending(Limits(quick, **shared)) as limits:
        _run(
            way.bulk(generated.root, ingots.vendor.base_url, limits=limits), {"weighIngot": 200, "meltIngot": 20, "putIngots": 100}
        )
        usage = ingots.usage()
        (used,) = usage["units"].values()
        assert used["most"] <= BURST
        assert used["total"] == 500
        assert not [name for name in usage["responses"] if name.endswith("429")]
    way.close()
