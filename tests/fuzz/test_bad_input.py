from __future__ import annotations

import socket
from pathlib import Path

import pytest

from scripts.fuzz.__main__ import main
from scripts.fuzz.places import read_known
from tests.fuzz.server import MockResponse, Seen, as_json, catalog_items, credentials, serving

ALL = "amazon_jwo_catalog, amazon_catalog_items, yandex_market_offers, shipsidekick_products"

NO_URL = "is no URL of a web server; write it as https://HOST/PATH or https://HOST:PORT/PATH"
FOR_URL = "is for a real endpoint; give it with --url (URL=), or leave this out to fuzz the mocks"


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run the command on bad input and return its one line."""
    try:
        code = main(arguments)
    except SystemExit as end:
        code = int(str(end.code))
    printed, line = capsys.readouterr()
    assert (code, printed, line.count("\n")) == (2, "", 1)
    return line.strip()


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SP_API_CLIENT_ID", "SP_API_CLIENT_SECRET", "SP_API_REFRESH_TOKEN", "SP_API_TOKEN_URL", "SHIPSIDEKICK_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--api", "petstore"), f"petstore: no such API; choose of {ALL}"),
        (("--url", "https://example.com"), f"--url needs one --api, which says what returns there; choose of {ALL}"),
        (("--api", "amazon_catalog_items", "--url", "example.com"), f"example.com: {NO_URL}"),
        (("--api", "amazon_catalog_items", "--url", "ftp://example.com"), f"ftp://example.com: {NO_URL}"),
        (("--api", "amazon_catalog_items", "--url", "http://example.com:x"), f"http://example.com:x: {NO_URL}"),
        (("--writes", "yes"), f"--writes yes (WRITES=yes) {FOR_URL}"),
        (("--rate", "5/s"), f"--rate {FOR_URL}"),
        (
            ("--api", "yandex_market_offers", "--phases", "stateful"),
            (
                "yandex_market_offers: has no stateful calls, as its spec has no links; "
                "only amazon_jwo_catalog, amazon_catalog_items have"
            ),
        ),
        (("--known", "/nope"), "/nope: cannot be read: No such file or directory"),
        (
            ("--api", "amazon_catalog_items", "--url", "https://a:b@example.com"),
            "--url: a base URL has neither user information nor a query; credentials come from environment variables",
        ),
        (
            ("--api", "amazon_catalog_items", "--url", "https://example.com"),
            (
                "amazon_catalog_items: set SP_API_CLIENT_ID, SP_API_CLIENT_SECRET, SP_API_REFRESH_TOKEN in the environment; "
                "credentials are taken from nowhere else"
            ),
        ),
        (("--rate", "5"), "argument --rate: '5' is no rate; write it as 2/s, 100/m or 500/h"),
        (("--phases", "coverage,all"), "argument --phases: 'all' is no phase; choose of examples, coverage, fuzzing, stateful"),
        (("--cases", "0"), "argument --cases: has to be at least 1"),
        (("--seed", "-1"), "argument --seed: '-1' is not a whole number from 0"),
    ],
)
def test_bad_input_is_one_line(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], line: str) -> None:
    assert said(capsys, *arguments) == line


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        (
            "SP_API_CLIENT_SECRET",
            "SEKRET-1\n",
            "SP_API_CLIENT_SECRET: has a character that is no visible ASCII, such as a line break; set it without",
        ),
        (
            "SP_API_CLIENT_ID",
            "SEKRÄT-1",
            "SP_API_CLIENT_ID: has a character that is no visible ASCII, such as a line break; set it without",
        ),
        ("SP_API_TOKEN_URL", "junk", f"SP_API_TOKEN_URL: junk: {NO_URL}"),
    ],
)
def test_variables_that_cannot_be_used(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, value: str, line: str
) -> None:
    for each in ("SP_API_CLIENT_ID", "SP_API_CLIENT_SECRET", "SP_API_REFRESH_TOKEN"):
        monkeypatch.setenv(each, "x")
    monkeypatch.setenv(name, value)
    assert said(capsys, "--api", "amazon_catalog_items", "--url", "https://example.com") == line


def test_the_example_in_the_help_can_be_used(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    places = [line for line in capsys.readouterr().out.splitlines() if line.startswith(("  path.", "  query.", "  body."))]
    (tmp_path / "known.yaml").write_text("\n".join(places))
    assert len(read_known(tmp_path / "known.yaml")) == 4


@pytest.mark.parametrize("api", ["amazon_jwo_catalog", "yandex_market_offers", "shipsidekick_products"])
def test_nothing_but_archiving_is_refused_and_told_why(capsys: pytest.CaptureFixture[str], api: str) -> None:
    line = said(capsys, "--api", api, "--url", "https://example.com")
    assert line.startswith(f"{api}: has no operation with a reading method (only {'DELETE' if api[0] == 's' else 'POST'}), and ")
    assert "fuzzing archive on a live account would archive a catalog" in line
    assert "WRITES=yes" in line


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- 1\n", "has to be a mapping of places, such as path.businessId, to lists of values"),
        ("businessId: 1\n", "'businessId' is no place; write it as path.NAME, query.NAME or body.NAME[*].NAME"),
        ("a: [\n", "cannot be read: "),
    ],
)
def test_known_values_that_are_none(capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "known.yaml"
    path.write_text(text)
    assert said(capsys, "--known", str(path)).startswith(f"{path}: {problem}")


def test_unwritable_report_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPSIDEKICK_API_KEY", "key")
    (tmp_path / "file").touch()
    arguments = ("--api", "shipsidekick_products", "--url", "https://example.com", "--writes", "yes")
    line = said(capsys, *arguments, "--report", str(tmp_path / "file" / "folder"))
    assert line == f"{tmp_path}/file/folder: cannot be written to: Not a directory; choose another folder with --report"


def test_nobody_listens(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIPSIDEKICK_API_KEY", "key")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        arguments = ("--api", "shipsidekick_products", "--url", url, "--writes", "yes")
        assert said(capsys, *arguments, "--report", str(tmp_path)) == f"{url} cannot be reached: Connection refused"


@pytest.mark.parametrize(
    ("response", "told"),
    [
        ((200, "text/html", b"<html>hello</html>"), "200, text/html"),
        (as_json(401, {"status": "ERROR"}), "401, application/json"),
        (as_json(418, {"error": {"message": "no"}}), "418, application/json"),
    ],
    ids=["a page", "another API", "a status that is not documented"],
)
def test_something_else_responses(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, response: tuple[int, str, bytes], told: str
) -> None:
    monkeypatch.setenv("SHIPSIDEKICK_API_KEY", "key-that-nobody-may-see")
    with serving(lambda _: response) as served:
        arguments = ("--api", "shipsidekick_products", "--url", served.url, "--writes", "yes")
        line = said(capsys, *arguments, "--report", str(tmp_path))
    expected = f"{served.url} does not return as shipsidekick_products does: DELETE /products/{{productId}} gives {told}"
    assert line == expected
    # The question who responds carries no credential, and one question is enough.
    assert [request.headers.get("authorization") for request in served.seen] == [None]


def test_credentials_that_are_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def respond(request: Seen) -> MockResponse:
        return as_json(401, {"error": "invalid_client"}) if request.path == "/token" else catalog_items(request)

    with serving(respond) as served:
        for name, value in credentials(served).items():
            monkeypatch.setenv(name, value)
        line = said(capsys, "--api", "amazon_catalog_items", "--url", served.url, "--report", str(tmp_path))
        assert line == f"{served.url}/token gives no access token: it returns 401 Unauthorized"
