"""Rules between the parameters of a query (`x-client-rules`): which are broken, and how to repair or break them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from random import Random
from typing import Any

from scripts.runtime.checks import Rule

_ROUNDS = 10


def read_rule(raw: Mapping[str, Any]) -> Rule:
    """Read a rule of a spec."""
    others = tuple(raw["others"])
    return Rule(kind=raw["rule"], parameter=raw["parameter"], others=others, because=raw["because"], equals=raw.get("equals"))


def violations(rule: Rule, query: Mapping[str, str]) -> list[str]:
    """Return the parameters that are present but must not be, or missing but required."""
    if rule.parameter not in query or rule.equals not in (None, query[rule.parameter]):
        return []
    return [other for other in rule.others if (other in query) == _excludes(rule)]


def _excludes(rule: Rule) -> bool:
    return rule.kind == "excludes"


def broken(rules: Collection[Rule], query: Mapping[str, str]) -> list[Rule]:
    """Return the rules that a query breaks."""
    return [rule for rule in rules if violations(rule, query)]


def repair(
    rules: Collection[Rule], query: dict[str, str], *, keep: Collection[str], supply: Callable[[str], str | None], chance: Random
) -> None:
    """Change a query until it keeps the rules, or cannot be repaired further.

    Args:
        rules: the rules of the operation.
        query: texts of the parameters; changed in place.
        keep: parameters that are neither removed nor changed.
        supply: gives a text for a parameter, or None if there is none.
        chance: chooses between several possible changes.
    """
    for _ in range(_ROUNDS):
        rule = next(iter(broken(rules, query)), None)
        if rule is None:
            return
        violating = violations(rule, query)
        if _excludes(rule):
            others_stay = any(other in keep for other in violating) or (rule.parameter not in keep and chance.random() < 0.5)
            for name in [rule.parameter] if others_stay else violating:
                query.pop(name)
            continue
        for other in violating:
            text = supply(other)
            if text is not None:
                query[other] = text
            else:
                query.pop(rule.parameter, None)


def breaking(
    rules: Collection[Rule], query: Mapping[str, str], supply: Callable[[str], str | None]
) -> Iterator[tuple[Rule, dict[str, str]]]:
    """Yield each rule with a query that breaks it and, if possible, no other rule, derived from a query that keeps all of them."""
    for rule in rules:
        text = rule.equals or query.get(rule.parameter) or supply(rule.parameter)
        if text is not None:
            changed = _breaking(rule, text, rules, query, supply)
            if violations(rule, changed):
                yield rule, changed


def _breaking(
    rule: Rule, text: str, rules: Collection[Rule], query: Mapping[str, str], supply: Callable[[str], str | None]
) -> dict[str, str]:
    """Return a query in which the parameter of a rule has a text, and the others are such that the rule is broken, if possible."""
    # Each of the others might be another reason to refuse the request.
    changed = {name: value for name, value in query.items() if name not in rule.others}
    changed[rule.parameter] = text
    if _excludes(rule) and (offered := supply(rule.others[0])) is not None:
        changed[rule.others[0]] = offered
    repair(
        [other for other in rules if other is not rule],
        changed,
        keep={rule.parameter, *rule.others},
        supply=lambda name: None if name in rule.others else supply(name),
        chance=Random(0),  # noqa: S311 - not for secrets
    )
    return changed
