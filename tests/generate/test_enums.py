"""Enums to which the vendor may add."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from enum import Enum
from typing import Any

import pytest

from scripts.runtime.models import OpenIntEnum, OpenStrEnum


class Color(OpenStrEnum):
    RED = "red"


class Level(OpenIntEnum):
    LOW = 1


@pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy, lambda member: pickle.loads(pickle.dumps(member))])
@pytest.mark.parametrize("member", [Color.RED, Color("mauve"), Level.LOW, Level(7)])
def test_known_and_unknown_values_can_be_copied_and_pickled(clone: Callable[[Any], Any], member: Enum) -> None:
    again = clone(member)
    assert (type(again), again.value, again.name) == (type(member), member.value, member.name)
    assert member.name not in type(member).__members__ or again is member
