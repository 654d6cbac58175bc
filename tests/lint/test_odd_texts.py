"""Texts that are JSON or YAML and that not every reader takes; and texts that would take all time or memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.spec.document import read
from scripts.spec.finding import SpecError


def test_json_may_hold_control_characters_and_long_keys(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('\ufeff{\n"a": "\x9c\x7f \ufffe",\n"' + "k" * 2000 + '": "two\nlines",\n"b\x85": 1}', encoding="utf-8")
    document = read(path)
    assert document.data["a"] == "\x9c\x7f \ufffe"
    assert document.line("b\x85") == 5


@pytest.mark.parametrize(("name", "text"), [("a.json", '{"a": %s}'), ("a.yaml", "a: %s\n")])
def test_a_number_of_thousands_of_digits_is_a_number(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text % ("9" * 5000), encoding="utf-8")
    assert read(path).data["a"] > 10**300


def test_half_a_character_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"a": "\\ud83d", "b": "\\ud83d\\ude00", "c": "\\\\ud83d"}', encoding="utf-8")
    assert read(path).data == {"a": "\ufffd", "b": "\N{GRINNING FACE}", "c": "\\ud83d"}


def test_a_reference_may_be_encoded_as_in_a_url(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("paths: {'/a/{b c}': {get: {}}}\nx: {$ref: '#/paths/~1a~1%7Bb%20c%7D/get'}\n", encoding="utf-8")
    assert read(path).data["x"] == {"$ref": "#/paths/~1a~1{b c}/get"}


def test_a_tag_of_yaml_makes_nothing_but_what_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: !!timestamp 2001-01-01\nb: !!python/object/apply:os.system [x]\nc: !own {d: 1}\n", encoding="utf-8")
    assert read(path).data == {"a": "2001-01-01", "b": ["x"], "c": {"d": 1}}


BOMB = "\n".join(["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))])


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("deep.json", '{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "levels of nesting"),
        ("deep.yaml", "a: " + "[" * 100_000 + "]" * 100_000, "levels of nesting"),
        ("block.yaml", "\n".join(" " * n + "a:" for n in range(1000)), "levels of nesting"),
        ("list.yaml", "- " * 10_000 + "a", "levels of nesting"),
        ("bomb.yaml", BOMB, "aliases make more than"),
        ("circle.yaml", "a: &a {b: *a}", "part of itself"),
    ],
)
def test_a_document_that_would_take_all_memory_is_refused(tmp_path: Path, name: str, text: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=f"too-large: .*{said}"):
        read(path)
