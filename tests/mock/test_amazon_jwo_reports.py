"""Just Walk Out: reports at signed links, and notifications in a queue."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import httpx2
import pytest

from scripts.apis import tables
from scripts.mock.serving import Mocks
from scripts.mock.settings import Settings
from tests.mock.jwo import JWO, Retailer, item
from tests.support.aws import aws

CSV = b"item_sku,store_id,status,message\r\nA,STORE-1,SUCCESS,\r\n"
ENVELOPE = {
    *("Type", "MessageId", "TopicArn", "Message", "Timestamp"),
    *("SignatureVersion", "Signature", "SigningCertURL", "UnsubscribeURL"),
}


@pytest.fixture(scope="module")
def ingestion(shop: Retailer) -> str:
    return shop.upload(item("A"))


@pytest.fixture
def link(shop: Retailer, ingestion: str) -> Iterator[str]:
    with shop.changed(link_lifetime=1e9):
        yield shop.link(ingestion)


def code(response: httpx2.Response) -> tuple[int, str]:
    """Return the status and the code of S3's errors."""
    assert response.headers["content-type"] == "application/xml"
    return response.status_code, response.text.partition("<Code>")[2].partition("</Code>")[0]


def test_a_report_is_csv(link: str) -> None:
    response = httpx2.get(link)
    assert (response.status_code, response.headers["content-type"], response.content) == (200, "text/csv", CSV)


def test_a_report_may_be_json(shop: Retailer) -> None:
    with shop.changed(report_format="json", link_lifetime=1e9):
        response = httpx2.get(shop.link(shop.upload(item('Ü",\n'))))
    assert response.headers["content-type"] == "application/json"
    assert response.json() == [{"item_sku": 'Ü",\n', "store_id": "STORE-1", "status": "SUCCESS", "message": ""}]


def test_head_has_the_length_of_a_report(link: str) -> None:
    response = httpx2.head(link)
    assert (response.status_code, response.headers["content-length"], response.content) == (200, str(len(CSV)), b"")
    assert response.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize(
    ("requested", "start", "end"),
    [
        ("bytes=0-3", 0, 4),
        ("bytes=4-", 4, len(CSV)),
        ("bytes=-5", len(CSV) - 5, len(CSV)),
        ("bytes=1-9999", 1, len(CSV)),
        ("bytes=-9999", 0, len(CSV)),
    ],
)
def test_a_part_of_a_report(link: str, requested: str, start: int, end: int) -> None:
    response = httpx2.get(link, headers={"range": requested})
    assert (response.status_code, response.content) == (206, CSV[start:end])
    assert response.headers["content-range"] == f"bytes {start}-{end - 1}/{len(CSV)}"


@pytest.mark.parametrize("requested", ["bytes=-", "bytes=0-1,4-5", "lines=0-1", "bytes=a-b", f"bytes={'9' * 5000}-"])
def test_a_malformed_range_is_ignored(link: str, requested: str) -> None:
    response = httpx2.get(link, headers={"range": requested})
    assert (response.status_code, response.content) == (200, CSV)


@pytest.mark.parametrize("requested", [f"bytes={len(CSV)}-", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused(link: str, requested: str) -> None:
    response = httpx2.get(link, headers={"range": requested})
    assert code(response) == (416, "InvalidRange")
    assert response.headers["content-range"] == f"bytes */{len(CSV)}"


def test_the_rest_is_sent_only_of_the_same_report(link: str) -> None:
    etag = httpx2.get(link).headers["etag"]
    assert httpx2.get(link, headers={"range": "bytes=4-", "if-range": etag}).status_code == 206
    assert httpx2.get(link, headers={"range": "bytes=4-", "if-range": '"other"'}).status_code == 200


def test_a_link_is_valid_for_the_documented_time() -> None:
    polling = tables(JWO)["uploadCatalog"].polling
    assert polling is not None
    assert polling.report is not None
    with Retailer.served(queue_seconds=0, processing_seconds=0) as shop:
        query = parse_qs(urlsplit(shop.link(shop.archive())).query)
    assert float(query["X-Amz-Expires"][0]) == polling.report.lifetime


def test_a_link_expires_and_the_next_one_is_new(shop: Retailer, ingestion: str) -> None:
    with shop.changed(link_lifetime=500):
        link = shop.link(ingestion)
        shop.clock.advance(499)
        assert httpx2.get(link).status_code == 200
        shop.clock.advance(1)
        assert code(late := httpx2.get(link)) == (403, "AccessDenied")
        assert "expired" in late.text
        assert httpx2.get(shop.link(ingestion)).status_code == 200


def test_credentials_beside_the_link_are_refused(shop: Retailer, link: str) -> None:
    path = link.removeprefix(shop.vendor.base_url)
    assert code(httpx2.get(link, headers=shop.sign(path, b""))) == (400, "InvalidArgument")


def test_a_link_is_for_one_report_and_one_time(shop: Retailer, link: str, ingestion: str) -> None:
    other = shop.archive()
    shop.link(other)
    before, _, signature = link.partition("X-Amz-Signature=")
    for changed in (
        link.replace(ingestion, other),
        link.replace("x-mock-until=", "x-mock-until=9"),
        f"{link}&a=1",
        f"{before}X-Amz-Signature={signature[::-1]}",
    ):
        assert code(httpx2.get(changed)) == (403, "SignatureDoesNotMatch")
    assert code(httpx2.get(link.partition("?")[0])) == (403, "AccessDenied")
    assert code(httpx2.post(link)) == (405, "MethodNotAllowed")


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    with aws() as url:
        yield url


class Subscriber:
    """A queue in moto, read by boto3."""

    def __init__(self, endpoint: str, name: str) -> None:
        keys = {"aws_access_key_id": "mock", "aws_secret_access_key": "mock"}
        self._sqs = boto3.client("sqs", endpoint_url=endpoint, region_name="us-east-1", **keys)
        self.url = self._sqs.create_queue(QueueName=name)["QueueUrl"]

    def receive(self, many: int) -> list[Any]:
        """Wait for some messages, for a bounded time."""
        received: list[Any] = []
        for _ in range(20):
            response = self._sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
            received += [json.loads(each["Body"]) for each in response.get("Messages", [])]
            if len(received) >= many:
                return received
        raise AssertionError(f"{len(received)} messages instead of {many}")


@pytest.mark.parametrize("status", ["DONE", "FATAL"])
def test_a_notification_has_the_envelope_of_sns(shop: Retailer, moto: str, status: str) -> None:
    queue = Subscriber(moto, f"envelope-{status}")
    with shop.changed(queue_url=queue.url, queue_endpoint=moto, fatal=int(status == "FATAL")):
        ended = [shop.upload(item("NOTIFIED")), shop.archive("UNKNOWN")]
    shop.clock.advance(25)
    received = queue.receive(3)
    confirmation, *notifications = sorted(received, key=lambda each: each["Type"], reverse=True)
    assert confirmation["Type"] == "SubscriptionConfirmation"
    assert {*confirmation} == {*ENVELOPE, "Token", "SubscribeURL"}
    assert all({*each} == ENVELOPE and each["Type"] == "Notification" for each in notifications)
    messages = [json.loads(each["Message"]) for each in notifications]
    assert {each["ingestionId"]: each["status"] for each in messages} == dict.fromkeys(ended, status)


def test_raw_delivery_has_no_envelope(shop: Retailer, moto: str) -> None:
    queue = Subscriber(moto, "raw")
    with shop.changed(queue_url=queue.url, queue_endpoint=moto, queue_raw=True):
        ended = shop.archive()
    shop.clock.advance(25)
    received = [each for each in queue.receive(2) if "Type" not in each]
    assert received == [{"ingestionId": ended, "status": "DONE"}]


def test_a_missing_queue_does_not_delay_an_ingestion(shop: Retailer, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{unheard.getsockname()[1]}"
        with caplog.at_level(logging.WARNING), shop.changed(queue_url=f"{nowhere}/queue", queue_endpoint=nowhere):
            assert shop.report(shop.archive("LOST")) == [["LOST", "", "FAILURE", "unknown SKU"]]
            for _ in range(500):
                if caplog.messages:
                    break
                time.sleep(0.02)
    assert [each for each in caplog.messages if "no notification could be sent" in each]


REAL = {"AWS_ACCESS_KEY_ID": "AKIAREALDEVELOPER", "AWS_SECRET_ACCESS_KEY": "real-secret", "AWS_SESSION_TOKEN": "real-token"}


@pytest.mark.parametrize("names", [["queue_url"], ["queue_url", "queue_endpoint"]], ids="-".join)
def test_the_keys_of_the_developer_are_never_used(shop: Retailer, monkeypatch: pytest.MonkeyPatch, names: list[str]) -> None:
    for name, value in {**REAL, "HTTP_PROXY": "http://127.0.0.1:1", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(str(self.headers) + self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = f"http://127.0.0.1:{server.server_port}"
        values = {"queue_url": f"{place}/000000000000/queue", "queue_endpoint": place}
        with shop.changed(**{name: values[name] for name in names}):
            ended = shop.archive()
        shop.clock.advance(25)
        for _ in range(500):
            if ended in "".join(seen):
                break
            time.sleep(0.02)
        server.shutdown()
    text = "".join(seen)
    assert ended in text
    assert "Credential=mock/" in text
    assert [value for value in REAL.values() if value in text] == []


@pytest.mark.parametrize("name", ["queue_url", "queue_endpoint"])
@pytest.mark.parametrize(
    "url",
    [
        "https://sqs.us-east-1.amazonaws.com/123456789012/queue",
        "http://169.254.169.254/latest",
        "http://127.0.0.1@evil.example/queue",
        "http://127.0.0.1:80@evil.example/queue",
        "http://localhost.evil.example/queue",
        "http://127.0.0.1.evil.example/queue",
        "//evil.example/queue",
        "http://127.0.0.1/queue\n",
        "queue",
    ],
)
def test_a_queue_elsewhere_is_refused(shop: Retailer, name: str, url: str) -> None:
    response = shop.admin.patch("options", json={name: url})
    assert response.status_code == 400
    assert (
        f"{name} is empty, or a URL of this machine, such as http://127.0.0.1:5000/000000000000/queue" in response.json()["error"]
    )
    assert getattr(shop.vendor.options, name) == ""
    with pytest.raises(ValueError, match="Expected `str` matching regex"):
        Mocks(Settings(options={JWO: {name: url}}))
