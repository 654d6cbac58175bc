"""What people read has no credentials: errors, their causes and pickles, log lines, reprs; in no form."""

from __future__ import annotations

import base64
import binascii
import codecs
import gzip
import json
import logging
import pickle
import quopri
import socket
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from botocore.credentials import Credentials

from scripts.runtime.auth import HeaderAuth, QueryAuth, bearer, from_environment
from scripts.runtime.client import SyncSender
from scripts.runtime.contents import DocumentedResponse
from scripts.runtime.errors import CredentialsError, ResponseTooLarge, StatusError
from scripts.runtime.operations import Operation, Request
from scripts.runtime.redaction import hidden, hidden_bytes
from scripts.runtime.signing import SigV4
from scripts.runtime.tokens import RenewedToken

SECRET = 'ACMA:s3cr3t/"v<lue>+é1'  # noqa: S105 - of no one
PLAIN = "s3cr3t-v4lue:0123"
OPERATION: Operation[Any] = Operation(
    name="get",
    method="GET",
    path="/things",
    responses={
        "200": DocumentedResponse(content={"application/json": dict[str, str]}),
        "400": DocumentedResponse(content={"application/json": dict[str, str]}, error=StatusError),
    },
)
REQUEST: Request[Any] = OPERATION.request({})


def sender(transport: Any = None, *, auth: httpx2.Auth | None = None, base_url: str = "https://api.example", **options: Any) -> Any:
    given = {"timeout": 5, "http_client": None, "strict": False, "max_response_bytes": 2**20, **options}
    return SyncSender(base_url, agent="test", auth=auth, transport=transport, **given)


AUTHS: dict[str, Callable[[], httpx2.Auth]] = {
    "header": lambda: HeaderAuth("X-Strange-Name", PLAIN),
    "bearer": lambda: HeaderAuth("Authorization", bearer(PLAIN)),
    "query": lambda: QueryAuth("strange", PLAIN),
    "own": lambda: httpx2.BasicAuth("user", PLAIN),
    "signature": lambda: SigV4("eu-west-1", credentials=Credentials("AKIA0123456789", PLAIN, PLAIN), role_arn=None, sts_url=None),
}


def everything(error: BaseException | None) -> str:
    """Return all that is printed or pickled of an error and of its causes, but for the response as it came."""
    texts = []
    while error is not None:
        attributes = {name: each for name, each in vars(error).items() if name != "response"}
        texts += [*traceback.format_exception(error), repr(error), repr(attributes), repr(pickle.dumps(attributes))]
        texts.append(repr(getattr(getattr(error, "_request", None), "headers", "")))
        error = error.__cause__ or error.__context__
    return "\n".join(texts)


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        json.dumps(SECRET),
        json.dumps(json.dumps(SECRET)),
        repr(SECRET),
        repr(SECRET.encode()),
        quote(SECRET),
        quote(SECRET, safe=""),
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
        *(base64.b64encode(b"user:12"[each:] + SECRET.encode() + b"!").decode() for each in range(3)),
        *(base64.b64encode(base64.b64encode(b"user:12"[each:] + SECRET.encode() + b"!")[each:]).decode() for each in range(3)),
        base64.b64encode(base64.urlsafe_b64encode(SECRET.encode())).decode(),
        base64.b64encode(SECRET.encode().hex().encode()).decode(),
        base64.b64encode(SECRET.encode()).hex(),
        base64.b64encode(base64.b64encode(base64.b64encode(SECRET.encode()))).decode(),
        base64.b32encode(SECRET.encode()).decode(),
        base64.b32encode(SECRET.encode()).decode().lower(),
        base64.b32hexencode(SECRET.encode()).decode(),
        base64.b85encode(SECRET.encode()).decode(),
        base64.a85encode(SECRET.encode()).decode(),
        SECRET[::-1],
        quote(base64.b64encode(b"??>" + SECRET.encode()).decode(), safe=""),
        json.dumps(base64.b64encode(b"??>" + SECRET.encode()).decode()).replace("/", "\\/"),
        json.dumps(SECRET.encode("utf-16-le").decode("latin-1")),
        repr(SECRET.encode("utf-16-le")),
        "ACMA:s3cr3t/&quot;v&lt;lue&gt;+é1",
        quopri.encodestring(SECRET.encode()).decode(),
        "".join(f"={each:02X}" for each in SECRET.encode()),
        "=\r\n".join("".join(f"={each:02x}" for each in half) for half in (SECRET.encode()[:9], SECRET.encode()[9:])),
        *(
            "".join(form.format(ord(each)) for each in SECRET)
            for form in ("\\{:03o}", "%u{:04x}", "\\x{{{:x}}}", "\\u{{{:X}}}", "\\{:06x}", "\\U{:08x}")
        ),
        str([*SECRET.encode()]),
        " ".join(map(str, SECRET.encode())),
        ", ".join(map(hex, SECRET.encode())),
        SECRET.encode().hex("-"),
        codecs.encode(SECRET, "rot13"),
        "".join(chr(ord(each) + 0xFEE0) if each <= "~" else each for each in SECRET),
        binascii.b2a_uu(SECRET.encode()).decode(),
        base64.b64encode(SECRET.encode("utf-16")).decode(),
        SECRET.encode("utf-16-be").hex(),
        base64.b64encode(quote(SECRET, safe="").encode()).decode(),
        json.dumps(base64.encodebytes(SECRET.encode() * 3).decode()),
    ],
)
def test_a_secret_is_hidden_in_each_form(form: str) -> None:
    found = hidden(f"before {form} after", [SECRET])
    assert "***" in found
    assert found.startswith("before ")
    assert found.endswith(" after")
    assert not any(
        part in found for part in ("s3cr3t", SECRET.encode().hex()[8:-4], base64.b64encode(SECRET.encode()).decode()[6:-4])
    )


@pytest.mark.parametrize(
    ("secrets", "expected"),
    [
        (["x", "", "max", "pa"], "maximum is x, password=pa55, pa55word"),
        (["pa55"], "maximum is x, password=***, pa55word"),
        (["pa55w", "imum"], "maximum is x, password=pa55, pa55word"),
        (["pa55wo"], "maximum is x, password=pa55, ***rd"),
    ],
)
def test_a_short_secret_is_hidden_as_a_word_and_a_shorter_one_is_not(secrets: list[str], expected: str) -> None:
    assert hidden("maximum is x, password=pa55, pa55word", secrets) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"code": 12345678, "of": [1.5, true, "12345678", 912345678]}', '{"code": "***", "of": [1.5, true, "***", "9***"]}'),
        ('{"12345678": {"é": -12345678}}', '{"***": {"é": "-***"}}'),
        ("code: 12345678", "code: ***"),
        ('{"code": 12345678', '{"code": ***'),
        (f"{[*b'12345678']}", "[***]"),  # which no value has by itself
    ],
)
def test_json_stays_json_where_a_secret_is_a_number(content: str, expected: str) -> None:
    assert hidden_bytes(content.encode(), {"12345678"}).decode() == expected


@pytest.mark.parametrize("auth", AUTHS)
@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_response_that_repeats_the_credentials_does_not_give_them_to_an_error(auth: str, status: int) -> None:
    def respond(request: httpx2.Request) -> httpx2.Response:
        echo = f"{dict(request.headers)} {request.url} {PLAIN} {PLAIN.encode().hex()}"
        return httpx2.Response(status, json={"message": echo} if status == 400 else [echo])

    with pytest.raises(Exception, match="get: GET") as raised:
        sender(httpx2.MockTransport(respond), auth=AUTHS[auth]()).send(REQUEST).parse()
    error = raised.value
    assert PLAIN not in everything(error)
    assert PLAIN.encode().hex() not in everything(error)
    assert PLAIN not in repr(pickle.loads(pickle.dumps(error)).__dict__)
    assert "***" in str(error)


@pytest.mark.parametrize("auth", AUTHS)
@pytest.mark.parametrize("fault", [httpx2.ConnectError, httpx2.ReadTimeout, httpx2.RemoteProtocolError, httpx2.DecodingError])
def test_a_fault_of_the_connection_does_not_hold_the_request(auth: str, fault: type[httpx2.RequestError]) -> None:
    def respond(request: httpx2.Request) -> httpx2.Response:
        raise fault(f"outer: {request.url} {PLAIN}", request=request) from ValueError(f"inner: {PLAIN}")

    with pytest.raises(fault) as raised:
        sender(httpx2.MockTransport(respond), auth=AUTHS[auth]()).send(REQUEST)
    assert PLAIN not in everything(raised.value)
    assert str(raised.value.request.url) == "https://api.example/things"


@contextmanager
def listening() -> Iterator[int]:
    """Accept connections, and never respond."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


class Own(httpx2.Auth):
    """Credentials of a caller, which nothing is known of."""

    def auth_flow(self, request: httpx2.Request) -> Any:
        request.headers["X-Mine"] = f"{PLAIN}\nmore"
        yield request


def test_a_header_that_is_illegal_does_not_come_back() -> None:
    with listening() as port, pytest.raises(httpx2.LocalProtocolError) as raised:
        sender(auth=Own(), base_url=f"http://127.0.0.1:{port}").send(REQUEST)
    assert PLAIN not in everything(raised.value)
    with pytest.raises(ValueError, match="header 'X-Mine'") as refused:
        sender(httpx2.MockTransport(lambda _: httpx2.Response(200))).send(REQUEST, extra_headers={"X-Mine": f"{PLAIN}\n"})
    assert PLAIN not in everything(refused.value)


@pytest.mark.parametrize("value", [f"{PLAIN}\n", f" {PLAIN}", f"{PLAIN}\x00", f"{PLAIN}é", ""])
def test_credentials_that_cannot_be_sent_are_refused_by_name(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[str, Callable[[], object]]] = [
        ("X-Key", lambda: HeaderAuth("X-Key", value)),
        ("key", lambda: QueryAuth("key", value)),
        ("token", lambda: bearer(value)),
        ("client_secret", lambda: refreshed(client_secret=value)),
        ("AWS_SESSION_TOKEN", lambda: sign(Credentials("AKIA0123456789", PLAIN, value or "\n"))),
        ("region", lambda: SigV4(value, credentials=Credentials("a", "b"), role_arn=None, sts_url=None)),
    ]
    if value and "\x00" not in value:
        monkeypatch.setenv("THE_KEY", value)
        made.append(("THE_KEY", lambda: from_environment(lambda key: HeaderAuth("X-Key", key), {"key": "THE_KEY"}, {})))
    for name, make in made:
        with pytest.raises(CredentialsError, match=name) as refused:
            make()
        assert PLAIN not in everything(refused.value)


def sign(credentials: Credentials) -> None:
    auth = SigV4("eu-west-1", credentials=credentials, role_arn=None, sts_url=None)
    sender(httpx2.MockTransport(lambda _: httpx2.Response(200)), auth=auth).send(REQUEST)


def refreshed(**changes: str) -> RenewedToken:
    given: dict[str, Any] = {"client_id": "id", "client_secret": PLAIN, "refresh_token": PLAIN, **changes}
    return RenewedToken(lambda token: HeaderAuth("X-Token", token), (403,), url="https://t.example", clock=lambda: 0, **given)


@pytest.mark.parametrize("status", [400, 500])
def test_a_token_endpoint_that_repeats_the_form_does_not_give_it_to_an_error(status: int) -> None:
    def respond(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(status, json={"error": "invalid", "error_description": request.content.decode()})

    with pytest.raises((CredentialsError, httpx2.ConnectError), match="got no token") as raised:
        sender(httpx2.MockTransport(respond), auth=refreshed()).send(REQUEST)
    assert PLAIN not in everything(raised.value)
    assert quote(PLAIN) not in everything(raised.value)


@pytest.mark.parametrize("auth", AUTHS)
def test_no_log_of_any_library_has_credentials_and_no_library_is_filtered(auth: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[httpx2.Request] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json={})

    client = sender(httpx2.MockTransport(respond), auth=AUTHS[auth]())
    response = client.send(REQUEST)
    link = f"https://bucket.example/report?Expires=1&Signature={PLAIN}"
    with client.fetch(link, headers={}) as report:
        report.read()
    assert str(seen[1].url) == link, "transports see it as it is"
    assert PLAIN not in caplog.text
    assert "https://bucket.example/report?***" in caplog.text
    assert "Signature=" not in caplog.text
    assert PLAIN not in f"{response!r} {response.raw!r} {response.raw.request!r} {report.request!r} {client!r}"
    assert not [name for name in ("httpx2", "botocore.auth", "botocore") if logging.getLogger(name).filters]


def test_a_redirect_to_another_origin_is_not_followed() -> None:
    hosts: list[str] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        hosts.append(request.url.host)
        return httpx2.Response(307, headers={"Location": "https://evil.example/"})

    given = httpx2.Client(transport=httpx2.MockTransport(respond), follow_redirects=True)
    client = sender(auth=HeaderAuth("X-Key", PLAIN), http_client=given)
    assert client.send(REQUEST).raw.status_code == 307
    with client.fetch("https://api.example/file", headers={}) as response:
        assert response.status_code == 307
    assert hosts == ["api.example", "api.example"]


@pytest.mark.parametrize("compressed", [False, True])
def test_a_response_is_read_up_to_a_size(compressed: bool) -> None:
    content = b'{"a": "' + b"x" * 2**21 + b'"}'
    sent = gzip.compress(content) if compressed else content
    with serving(sent, "gzip" if compressed else "identity") as url:
        with pytest.raises(ResponseTooLarge, match="more than 1048576 bytes, see max_response_bytes") as too_large:
            sender(base_url=url).send(REQUEST)
        assert isinstance(too_large.value, httpx2.TransportError)
        response = sender(base_url=url, max_response_bytes=len(content)).send(REQUEST)
        assert len(response.parse()["a"]) == 2**21
        assert response.raw.elapsed.total_seconds() > 0


@contextmanager
def serving(content: bytes, encoding: str) -> Iterator[str]:
    """Respond to two requests."""
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
    state = SimpleNamespace(left=2)

    def serve(server: socket.socket) -> None:
        while state.left:
            connection, _ = server.accept()
            state.left -= 1
            with connection:
                connection.recv(65536)
                with suppress(ConnectionError):
                    connection.sendall(head.encode() + content)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join(10)


WRITINGS: dict[str, Callable[[str], str]] = {
    "percent, all": lambda secret: "".join(f"%{code:02x}" for code in secret.encode("latin-1")),
    "percent, twice": lambda secret: quote(quote(secret, safe=""), safe=""),
    "percent, small": lambda secret: quote(secret, safe="").replace("%3A", "%3a").replace("%2F", "%2f"),
    "JSON, all": lambda secret: "".join(f"\\u{ord(each):04x}" for each in secret),
    "Python, all": lambda secret: "".join(f"\\x{ord(each):02X}" for each in secret),
    "HTML, decimal": lambda secret: "".join(f"&#{ord(each)};" for each in secret),
    "HTML, hexadecimal": lambda secret: "".join(f"&#x{ord(each):X};" for each in secret),
    "UTF-16": lambda secret: secret.encode("utf-16-le").decode("latin-1"),
    "UTF-16, the other": lambda secret: secret.encode("utf-16-be").decode("latin-1"),
    "hexadecimal, divided": lambda secret: secret.encode().hex(":"),
    "hexadecimal, in words": lambda secret: secret.encode().hex(" ", 2).upper(),
    "Base64 in lines": lambda secret: "\r\n".join(
        base64.b64encode(secret.encode()).decode()[at : at + 8] for at in range(0, 40, 8)
    ),
    "capitals": str.upper,
    "small letters": str.lower,
}


@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("secret", [PLAIN, SECRET], ids=["plain", "special"])
def test_a_secret_is_hidden_however_each_of_its_characters_is_written(writing: str, secret: str) -> None:
    assert hidden(f"before {WRITINGS[writing](secret)} after", {secret}).strip("\0").split()[0::2] == ["before", "after"]
    assert "***" in hidden(WRITINGS[writing](secret), {secret})


def test_what_only_looks_like_an_escape_stays() -> None:
    text = "50% of \\u0041 &#65; &#999; \\x41 %zz A\0B 00:11:22 S3CR3T"
    assert hidden(text, {PLAIN, "s3cr3t"}) == text  # a short secret is one in its own letters only
