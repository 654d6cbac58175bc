from __future__ import annotations

from pathlib import Path

import pytest

from scripts.apis import apis
from scripts.fuzz import __main__ as command
from scripts.fuzz import auth
from scripts.fuzz.__main__ import main
from scripts.fuzz.known_values import read_known
from scripts.fuzz.targets import linked
from scripts.fuzz.worker.outgoing_guard import SAFE
from scripts.spec.document import read
from tests.fuzz.server import MockResponse, Seen, as_json, catalog_items, credentials, serving
from tests.support.commands import refusal

NO_URL = "is not a URL of a web server; write it as https://HOST/PATH or https://HOST:PORT/PATH"
# Arguments, and the line that they give.
BAD_INPUT = f"""
--api petstore
  argument --api: invalid choice: 'petstore' (choose from {", ".join(apis())})
--url https://example.com
  --url needs one --api, the API that is served there; choose from {", ".join(apis())}
--api amazon_catalog_items --url example.com
  example.com: {NO_URL}
--api amazon_catalog_items --url ftp://example.com
  ftp://example.com: {NO_URL}
--api amazon_catalog_items --url http://example.com:x
  http://example.com:x: {NO_URL}
--writes yes
  --writes yes (WRITES=yes) is for a real endpoint; give it with --url (URL=), or leave this out to fuzz the mocks
--rate 5/s
  --rate is for a real endpoint; give it with --url (URL=), or leave this out to fuzz the mocks
--api yandex_market_offers --phases stateful
  yandex_market_offers: has no stateful calls, as its spec has no links; only {", ".join(linked())} have
--known /nope
  /nope: cannot be read: No such file or directory
--api amazon_catalog_items --url https://a:b@example.com
  --url: a base URL has neither user information nor a query; credentials come from environment variables
--api amazon_jwo_catalog --url https://example.com --writes yes
  amazon_jwo_catalog: set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION in the environment; \
credentials are taken from nowhere else
--rate 5
  argument --rate: '5' is not a rate; write it as 2/s, 100/m or 500/h
--phases coverage,all
  argument --phases: 'all' is not a phase; choose from examples, coverage, fuzzing, stateful
--cases 0
  argument --cases: has to be at least 1
--seed -1
  argument --seed: '-1' is not a whole number from 0
""".strip().splitlines()


@pytest.fixture(autouse=True)
def _no_credentials_and_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.command.PROGRESS_SECONDS", 600)
    for api in apis():
        for name in (*auth.credentials(api).required, *auth.credentials(api).optional):
            monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(("arguments", "line"), [*zip(BAD_INPUT[::2], BAD_INPUT[1::2], strict=True)])
def test_bad_input_is_one_line(capsys: pytest.CaptureFixture[str], arguments: str, line: str) -> None:
    found = refusal(capsys, main, *arguments.split())
    assert found.replace("'", "") == line.strip().replace("'", "")  # only some versions of Python quote choices


@pytest.mark.parametrize("option", ["--url", "--api", "--writes", "--report", "--known"])
def test_an_empty_value_is_an_error_and_nothing_else_is_fuzzed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    monkeypatch.setattr(command, "spawned", lambda _: pytest.fail("the mocks are started"))
    assert refusal(capsys, main, option, "") == f"argument {option}: is empty; give a value, or leave it out"


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("SP_API_CLIENT_SECRET", "SEKRET-1\n", "has a character that is not visible ASCII, such as a line break; set it without"),
        ("SP_API_CLIENT_ID", "SEKRÄT-1", "has a character that is not visible ASCII, such as a line break; set it without"),
        ("SP_API_TOKEN_URL", "junk", f"junk: {NO_URL}"),
    ],
)
def test_unusable_variables(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, value: str, problem: str
) -> None:
    for each in auth.credentials("amazon_catalog_items").required:
        monkeypatch.setenv(each, "x")
    monkeypatch.setenv(name, value)
    assert refusal(capsys, main, "--api", "amazon_catalog_items", "--url", "https://example.com") == f"{name}: {problem}"


def test_the_example_in_the_help_can_be_used(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    selectors = [line for line in capsys.readouterr().out.splitlines() if line.startswith(("  path.", "  query.", "  body."))]
    (tmp_path / "known.yaml").write_text("\n".join(selectors))
    assert len(read_known(tmp_path / "known.yaml")) == 4


def methods(api: str) -> set[str]:
    return {str(pointer[-1]).upper() for pointer, _ in read(apis()[api].spec).operations()}


@pytest.mark.parametrize("api", [api for api in apis() if not methods(api) & SAFE])
def test_only_writing_methods_are_refused(capsys: pytest.CaptureFixture[str], api: str) -> None:
    line = refusal(capsys, main, "--api", api, "--url", "https://example.com")
    assert line.startswith(f"{api}: has no operation with a reading method (only {'/'.join(sorted(methods(api)))}), and ")
    assert "WRITES=yes" in line


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- 1\n", "has to be a mapping of selectors, such as path.businessId, to lists of values"),
        ("businessId: 1\n", "'businessId' is not a selector; write it as path.NAME, query.NAME, body.NAME[*].NAME or body[*].NAME"),
        ("a: [\n", "cannot be read: "),
    ],
)
def test_unusable_known_values(capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "known.yaml"
    path.write_text(text)
    assert refusal(capsys, main, "--known", str(path)).startswith(f"{path}: {problem}")


def test_credentials_that_are_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def respond(request: Seen) -> MockResponse:
        return as_json(401, {"error": "invalid_client"}) if request.path == "/token" else catalog_items(request)

    with serving(respond) as served:
        for name, value in credentials(served).items():
            monkeypatch.setenv(name, value)
        line = refusal(capsys, main, "--api", "amazon_catalog_items", "--url", served.url, "--report", str(tmp_path))
        assert line == "LoginWithAmazon got no token: invalid_client:"
