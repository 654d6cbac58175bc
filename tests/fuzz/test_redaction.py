from __future__ import annotations

import base64
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest

from scripts.fuzz.auth import Credentials
from scripts.fuzz.redaction import redact_files, redacted
from scripts.fuzz.worker.recorder import command, failure

SECRET = "Atza|a+b/c=\"d'&e"  # noqa: S105 - of these tests


@pytest.mark.parametrize(
    "text",
    [
        f"x-amz-access-token: {SECRET}",
        f"https://example.com/?token={quote(SECRET, safe='')}",
        json.dumps({"token": SECRET}),
        repr(SECRET),
        json.dumps(repr(SECRET)),
        f"Basic {base64.b64encode(SECRET.encode()).decode()}",
    ],
)
def test_a_secret_is_found_in_every_encoding(text: str) -> None:
    clean = redacted(text, [SECRET])
    assert "[redacted]" in clean
    assert redacted(clean, [SECRET]) == clean
    assert "a+b" not in clean


def test_signatures_are_known_by_their_form() -> None:
    text = "AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=0a1b2c https://s3/?X-Amz-Signature=77ff&X-Amz-Credential=AKIA%2Fx&keep=1"
    expected = "Signature=[redacted] https://s3/?X-Amz-Signature=[redacted]&X-Amz-Credential=[redacted]&keep=1"
    assert redacted(text, []).endswith(expected)


def test_a_short_text_is_not_a_secret() -> None:
    assert redacted("the key of a keyboard", ["key", ""]) == "the key of a keyboard"


def test_only_files_with_a_secret_are_changed(tmp_path: Path) -> None:
    log, other = tmp_path / "log.ndjson", tmp_path / "other"
    log.write_text(json.dumps({"body": f"<p>{SECRET} \udc80</p>", "keep": "1"}))
    other.write_bytes(b"\xff nothing")
    redact_files([log, other], lambda text: redacted(text, [SECRET]))
    assert json.loads(log.read_text()) == {"body": "<p>[redacted] \udc80</p>", "keep": "1"}
    assert other.read_bytes() == b"\xff nothing"


def test_a_command_takes_credentials_from_the_environment() -> None:
    sample = "curl -X GET -H 'X-Amz-Access-Token: Atza|x' -H 'X-Amz-Date: 1' -H 'X-Other: 1' 'http://localhost/?a=curl '"
    assert command(sample, '-H "x-amz-access-token: $TOKEN"', ["x-amz-access-token", "x-amz-date"]) == (
        "curl -H \"x-amz-access-token: $TOKEN\" -X GET -H 'X-Other: 1' 'http://localhost/?a=curl '"
    )


@pytest.mark.parametrize(("check", "credential"), [("not_a_server_error", True), ("ignored_auth", False)])
def test_what_is_found_without_credentials_is_repeated_without(check: str, credential: bool) -> None:
    found = SimpleNamespace(title="", message="", checks=(check,))
    group: Any = SimpleNamespace(failures=[found], response=None, steps=[], code_sample="curl -X GET http://localhost/")
    declared = Credentials(names=("Api-Key",), curl='-H "Api-Key: $KEY"')
    assert ("Api-Key" in failure("GET /", group, declared, str).curl) == credential


def test_a_command_in_the_text_of_a_check_can_be_run_too() -> None:
    found = SimpleNamespace(
        message="accepted\ncurl -X GET -H 'Api-Key: [redacted]' http://localhost/", title="Custom check failed: `keys`", checks=()
    )
    group: Any = SimpleNamespace(failures=[found], response=None, steps=[], code_sample="")
    declared = Credentials(names=("Api-Key",), curl='-H "Api-Key: $KEY"')
    assert failure("GET /", group, declared, str).text == 'accepted\ncurl -H "Api-Key: $KEY" -X GET http://localhost/'
