from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from scripts.fuzz.recorder import command
from scripts.fuzz.redaction import redact_files, redacted

SECRET = "Atza|a+b/c=\"d'&e"  # noqa: S105 - a word of these tests


@pytest.mark.parametrize(
    "text",
    [
        f"x-amz-access-token: {SECRET}",
        f"https://example.com/?token={quote(SECRET, safe='')}",
        json.dumps({"token": SECRET}),
        f"Basic {base64.b64encode(SECRET.encode()).decode()}",
    ],
)
def test_a_secret_is_found_however_it_is_written(text: str) -> None:
    clean = redacted(text, [SECRET])
    assert "[redacted]" in clean
    assert redacted(clean, [SECRET]) == clean
    assert "a+b" not in clean


def test_signatures_are_known_by_their_form() -> None:
    text = "AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=0a1b2c https://s3/?X-Amz-Signature=77ff&X-Amz-Credential=AKIA%2Fx&keep=1"
    expected = "Signature=[redacted] https://s3/?X-Amz-Signature=[redacted]&X-Amz-Credential=[redacted]&keep=1"
    assert redacted(text, []).endswith(expected)


def test_a_short_text_is_no_secret() -> None:
    assert redacted("the key of a keyboard", ["key", ""]) == "the key of a keyboard"


def test_files_are_cleaned_in_their_bodies_too(tmp_path: Path) -> None:
    body = base64.b64encode(f"<p>{SECRET} \udc80</p>".encode(errors="surrogateescape")).decode()
    log, other = tmp_path / "in" / "log.ndjson", tmp_path / "other"
    log.parent.mkdir()
    log.write_text(json.dumps({"content": {"$base64": body}, "keep": "1"}))
    other.write_bytes(b"\xff nothing")
    assert redact_files(tmp_path, [SECRET]) == [log]
    told = json.loads(log.read_text())
    assert base64.b64decode(told["content"]["$base64"]) == b"<p>[redacted] \x80</p>"
    assert other.read_bytes() == b"\xff nothing"


def test_a_command_takes_credentials_from_the_environment() -> None:
    sample = "curl -X GET -H 'X-Amz-Access-Token: Atza|x' -H 'X-Amz-Date: 1' -H 'X-Other: 1' 'http://localhost/?a=curl '"
    assert command(sample, '-H "x-amz-access-token: $TOKEN"') == (
        "curl -H \"x-amz-access-token: $TOKEN\" -X GET -H 'X-Other: 1' 'http://localhost/?a=curl '"
    )
