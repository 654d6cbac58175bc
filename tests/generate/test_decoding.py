"""How the types that read themselves are chosen and made; their rules are in `odd_documents.yaml` and the workshop."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from scripts.runtime import decoding
from scripts.runtime.decoding import AnyOf, convert


class Narrow(msgspec.Struct):
    kind: str
    a: int


class Wide(msgspec.Struct):
    kind: str
    b: int | None = None


class Either(AnyOf):
    any_of: Narrow | Wide


class Problem(msgspec.Struct):
    code: str


class Made(msgspec.Struct):
    id: int
    name: str | None = None


class Failed(msgspec.Struct):
    id: int
    error: Problem | None = None


class Result(AnyOf):
    any_of: Made | Failed


def test_the_first_of_equals_is_taken() -> None:
    assert isinstance(convert({"kind": "any", "a": 1, "b": 2}, Either), Narrow)


def test_the_member_that_loses_least_is_taken_where_each_loses_something() -> None:
    assert isinstance(convert({"id": 1, "error": {"code": "a", "message": "b"}}, Result), Failed)
    assert isinstance(convert({"id": 1, "name": "a", "error": {}}, Result), Made)


def test_one_thread_at_a_time_lets_msgspec_find_out_about_a_type(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once, most, kinds = 0, 0, [type(f"Kind{number}", (msgspec.Struct,), {}) for number in range(8)]

    def find_out(kind: object, **_: object) -> object:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        time.sleep(0.005)  # which lets other threads go on
        at_once -= 1
        return kind

    monkeypatch.setattr(msgspec.json, "Decoder", find_out)
    with ThreadPoolExecutor(len(kinds)) as threads:
        found: list[object] = list(threads.map(decoding.decoder, kinds))
    assert (found, most) == (kinds, 1)
