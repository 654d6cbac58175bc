"""What has changed in the behaviour that `x-client-*` tables describe, in words: limits, chunks, polling, pages, retries, rules.

A table is data: another number or text in it needs a minor bump, like one more table or field. A table or a field that is gone is a
breaking change, and so is a new rule, as it refuses what was sent before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scripts.api_diff.changes import Change, Heading
from scripts.generate.text.names import method_name
from scripts.packages.versions import Bump
from scripts.spec.document import Json

_TABLES = {
    "x-client-chunking": "how a long list is split",
    "x-client-pagination": "how the next page is asked for",
    "x-client-polling": "how the end of the work is learned",
    "x-client-rate-limit": "the limit",
    "x-client-retry": "what is repeated",
    "x-client-rules": "rules between parameters",
}
_PERIODS = {1: "a second", 60: "a minute", 3600: "an hour", 86400: "a day"}
# In words, with the value now and the value before.
_WORDS = {
    "rate-limit.burst": "at most {} instead of {} {unit} at once",
    "rate-limit.concurrency": "at most {} instead of {} requests at the same time",
    "rate-limit.scope": "the limit counts for each {} instead of for each {}",
    "chunking.maxBodyBytes": "a request body has at most {} instead of {} bytes",
    "chunking.keep": "of items with the same key the {} instead of the {} is sent",
    "pagination.limit": "at most {} instead of {} items can be paged through",
    "polling.interval": "the status is asked for at most every {} instead of {} seconds",
    "polling.maxInterval": "the status is asked for at least every {} instead of {} seconds",
    "polling.deadline": "the wait is given up after {} instead of {} seconds",
    "polling.report.lifetime": "the link to the report is valid for {} instead of {} seconds",
    "polling.report.success": "the report confirms an item with `{}` instead of `{}`",
    "polling.report.origins": "reports come from {} instead of {}",
    "retry.attempts": "a request is sent at most {} instead of {} times",
    "retry.maxWait": "the longest wait between two attempts is {} instead of {} seconds",
    "retry.idempotent": "whether a request may be repeated whose response was lost: {} instead of {}",
    "retry.done": "an item is already as the request wants it if it is refused with `{}` instead of `{}`",
}


@dataclass(frozen=True)
class _Told:
    bump: Bump
    heading: Heading
    words: str


def table_changes(old: Mapping[str, Mapping[str, Json]], new: Mapping[str, Mapping[str, Json]]) -> list[Change]:
    """Return what has changed for the operations that are in both states; the same change of several is told once.

    Args:
        old: the `x-client-*` of each operation before, by operationId.
        new: those of now.
    """
    together: dict[_Told, list[str]] = {}
    for operation in old:
        for name, title in _TABLES.items() if operation in new else ():
            for told in _changed(name, title, old[operation].get(name), new[operation].get(name)):
                together.setdefault(told, []).append(operation)
    return [
        Change(
            bump=told.bump,
            heading=told.heading,
            text=told.words.format(", ".join(f"`{each}`" for each in operations)),
            topics=frozenset([("behaviour",), *(("operation", method_name(each), "behaviour") for each in operations)]),
        )
        for told, operations in together.items()
    ]


def _changed(name: str, title: str, old: Json, new: Json) -> Iterator[_Told]:
    if old is None or new is None:
        if old is not new:
            gone = new is None
            words = f"{{}}: the spec {'no longer says' if gone else 'says'} {_escaped(title)}"
            yield _Told(Bump.MAJOR, "Removed", words) if gone else _Told(Bump.MINOR, "Added", words)
    elif name == "x-client-rules":
        yield from _rules(old, new)
    else:
        table = name.removeprefix("x-client-")
        if table == "rate-limit":
            yield from _rate(old, new)
        if table == "retry":
            yield from _responses(old["responses"], new["responses"])
        unit = _unit(new["cost"]) if table == "rate-limit" else ""
        for place, was, now in _fields(table, old, new):
            yield _field(place, was, now, unit)


def _fields(place: str, old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[tuple[str, Json, Json]]:
    """Yield the fields that differ, those of objects in a table one by one."""
    told = {"rate-limit.rate", "rate-limit.period", "retry.responses"}
    for key in dict.fromkeys([*old, *new]):
        was, now, path = old.get(key), new.get(key), f"{place}.{key}"
        if was == now or key == "x-client-note" or path in told:
            continue
        if isinstance(was, dict) and isinstance(now, dict):
            yield from _fields(path, was, now)
        else:
            yield path, was, now


def _field(place: str, was: Json, now: Json, unit: str) -> _Told:
    if now is None:
        return _Told(Bump.MAJOR, "Removed", f"{{}}: the spec no longer says `{place}`, which was {_escaped(_value(was))}")
    if was is None:
        return _Told(Bump.MINOR, "Added", f"{{}}: `{place}`, {_escaped(_value(now))}")
    template = _WORDS.get(place, f"`{place}` is `{{}}` instead of `{{}}`")
    return _Told(Bump.MINOR, "Changed", "{}: " + _escaped(template.format(_value(now), _value(was), unit=unit)))


def _rate(old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[_Told]:
    was, now = ((each["rate"], _unit(each["cost"]), each["period"]) for each in (old, new))
    if (was[0], was[2]) != (now[0], now[2]):
        whole = f"{_value(now[0])} {now[1]} {_period(now[2])}"
        before = _value(was[0])
        words = f"{_value(now[0])} instead of {before} {now[1]} {_period(now[2])}"
        if was[1:] != now[1:]:
            words = f"{whole} instead of {before} {was[1]} {_period(was[2])}"
        yield _Told(Bump.MINOR, "Changed", f"limit of {{}}: {_escaped(words)}")


def _responses(old: Json, new: Json) -> Iterator[_Told]:
    was, now = ({(each["status"], each.get("text")): each["wait"] for each in responses} for responses in (old, new))
    for response in dict.fromkeys([*was, *now]):
        status, text = response
        said = f"the response {status}" + (f" with the text `{text}`" if text else "")
        if response not in was:
            words = f"{said} is repeated, after {_wait(now[response])}"
        elif response not in now:
            words = f"{said} is no longer repeated"
        elif was[response] != now[response]:
            words = f"{said} is repeated after {_wait(now[response])} instead of after {_wait(was[response])}"
        else:
            continue
        yield _Told(Bump.MINOR, "Changed", f"{{}}: {_escaped(words)}")


def _rules(old: Json, new: Json) -> Iterator[_Told]:
    was, now = ({_rule(each): each["because"] for each in rules} for rules in (old, new))
    for rule in now.keys() - was.keys():
        yield _Told(Bump.MAJOR, "Changed", f"{{}}: {_escaped(rule)} is refused before it is sent: {_escaped(now[rule])}")
    for rule in was.keys() - now.keys():
        yield _Told(Bump.MINOR, "Changed", f"{{}}: {_escaped(rule)} is no longer refused")
    for rule in was.keys() & now.keys():
        if was[rule] != now[rule]:
            yield _Told(Bump.PATCH, "Changed", f"{{}}: other words for why {_escaped(rule)} is refused")


def _rule(rule: Mapping[str, Json]) -> str:
    """Return what a rule refuses."""
    given = f"`{rule['parameter']}={rule['equals']}`" if "equals" in rule else f"`{rule['parameter']}`"
    others = ", ".join(f"`{each}`" for each in rule["others"])
    return f"{given} together with {others}" if rule["rule"] == "excludes" else f"{given} without {others}"


def _unit(cost: Json) -> str:
    """Return in words what a limit counts: `$request.body#/offerIds` are offers."""
    if not isinstance(cost, str):
        return "requests" if cost == 1 else f"units, {cost} for a request,"
    words = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", re.split(r"[/.]", cost)[-1])
    lower = [word.lower() for word in words]
    if lower[-1:] == ["ids"] and len(lower) > 1:
        lower = [*lower[:-2], f"{lower[-2]}s"]
    return " ".join(lower)


def _period(seconds: float) -> str:
    return _PERIODS.get(int(seconds), f"in {_value(seconds)} seconds") if seconds == int(seconds) else f"in {seconds} seconds"


def _wait(wait: Json) -> str:
    header = str(wait).removeprefix("$response.header.")
    return f"{_value(wait)} s" if header == str(wait) else f"what the header `{header}` says"


def _value(value: Json) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,}"
    if isinstance(value, list):
        return " and ".join(map(_value, value))
    return str(value)


def _escaped(text: str) -> str:
    """Keep braces as they are when the operations are put in."""
    return text.replace("{", "{{").replace("}", "}}")
