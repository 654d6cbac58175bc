"""The rules between the parameters of an operation: which exclude or require each other, by `x-client-rules` of the spec."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def broken_rule(rules: Iterable[Mapping[str, Any]], values: Mapping[str, object]) -> str:
    """Return in words the first rule that parameters break, or an empty text; one that is not given is None."""
    given = {name for name, value in values.items() if value is not None}
    for rule in rules:
        name, equals, excludes = rule["parameter"], rule.get("equals"), rule["rule"] == "excludes"
        if name in given and equals in (None, values[name]):
            for other in rule["others"]:
                if excludes and other in given:
                    return f"{name} and {other} exclude each other."
                if not excludes and other not in given:
                    return f"{f'{name}={equals}' if equals else name} needs {other}."
    return ""
