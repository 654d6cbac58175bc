"""Links to reports: fetched without credentials, however often that breaks off, and only from where the vendor keeps reports."""

from __future__ import annotations

import gzip
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import httpx2
import msgspec
import pytest
from botocore.credentials import Credentials

from catalog_clients import Limits, Outcome, ReportRefused, Reports, SigV4
from catalog_clients._engine.reports.download import _FETCHES, _LINKS
from tests.clients.access import JWO
from tests.clients.causes import ARCHIVE, STATUS, UPLOAD
from tests.overrides.ways import Way
from tests.support.aws import aws

SKUS = [f"SKU-{number:05}" for number in range(1500)]
REPORT = "".join(["sku,status\r\n", *(f"{sku},SUCCESS\r\n" for sku in SKUS)]).encode()
OTHER = REPORT.replace(b"SUCCESS", b"FAILURE")
REPORTS, LOOPBACK = "https://reports.test", ["http://127.0.0.1:*"]
ETAG = '"first"'
SECRETS = {"authorization", "cookie", "api-key", "proxy-authorization"}


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A response. After `sent` bytes of its body the connection is broken off."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: int | None = None


class Body(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """The body of a response, as far as it arrives."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply

    def __iter__(self) -> Iterator[bytes]:
        yield self._reply.body[: self._reply.sent]
        if self._reply.sent is not None:
            raise httpx2.RemoteProtocolError("peer closed connection")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for each in self:
            yield each


def whole(content: bytes = REPORT, etag: str = ETAG, **given: Any) -> Reply:
    return Reply(body=content, headers={"ETag": etag, "Accept-Ranges": "bytes"}, **given)


def ranged(
    request: httpx2.Request, *, content: bytes = REPORT, etag: str = ETAG, most: int | None = None, heeds: bool = True
) -> Reply:
    """Respond as S3 does: the rest of the same report, or all of another one."""
    place = request.headers.get("range")
    if place is None or (heeds and request.headers.get("if-range") != etag):
        return whole(content, etag, sent=most)
    begin = int(place.removeprefix("bytes=").removesuffix("-"))
    if begin >= len(content):
        return Reply(status=416, headers={"Content-Range": f"bytes */{len(content)}"})
    headers = {"ETag": etag, "Content-Range": f"bytes {begin}-{len(content) - 1}/{len(content)}"}
    return Reply(status=206, body=content[begin:], headers=headers, sent=most)


class Shop:
    """A facade, the vendor that it talks to, and the server that the vendor's links lead to.

    Attributes:
        links: what the next responses link to; the last one stays.
        beside: what else the status has.
        hooks: event hooks of the caller's client.
        replies: the next responses to who follows a link; the last one stays.
        folder: where reports are kept.
        asked, followed: the requests to the vendor, and to the server.
    """

    def __init__(self, way: Way, folder: Path) -> None:
        self.way, self.folder, self.ingestion = way, folder, "ingestion"
        self.links: list[str | None] = [f"{REPORTS}/report?X-Amz-Signature=1"]
        self.replies: list[Reply | Callable[[httpx2.Request], Reply]] = [whole()]
        self.beside, self.hooks = dict[str, object](), dict[str, list[Any]]()
        self.asked: list[httpx2.Request] = []
        self.followed: list[httpx2.Request] = []

    def _status(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        cookie = {"Set-Cookie": "session=secret; Path=/"}
        if not request.url.path.endswith("getCatalogUploadStatus"):
            return httpx2.Response(201, json={"ingestionId": self.ingestion}, headers=cookie)
        link = self.links.pop(0) if len(self.links) > 1 else self.links[0]
        found = {"processingStatus": "DONE", **self.beside, **({"reportDownloadLink": link} if link else {})}
        return httpx2.Response(200, json=found, headers=cookie)

    def _report(self, request: httpx2.Request) -> httpx2.Response:
        self.followed.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        reply = reply if isinstance(reply, Reply) else reply(request)
        return httpx2.Response(reply.status, headers={"Content-Length": str(len(reply.body)), **reply.headers}, stream=Body(reply))

    def _respond(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.host == "vendor.example":
            return self._status(request)
        if f"{request.url.scheme}://{request.url.host}" == REPORTS:
            return self._report(request)
        with httpx2.Client(trust_env=False) as client:  # a real server
            found = client.get(request.url, headers=request.headers)
            return httpx2.Response(found.status_code, headers=found.headers, stream=Body(Reply(body=found.content)))

    def catalog(self, **reports: Any) -> Any:
        """Return a facade whose client sends secrets with each request."""
        found = self.way.played(
            JWO,
            self._respond,
            auth=SigV4("us-east-1", credentials=Credentials("key", "secret", "token")),
            interval=0.01,
            limits=Limits({UPLOAD: None, ARCHIVE: None, STATUS: None}),
            reports=Reports(**{"origins": [REPORTS], "folder": self.folder, **reports}),
        )
        found._client._connections.get().event_hooks = self.hooks
        found._client._connections.get().headers.update({"Api-Key": "secret", "x-amz-access-token": "secret"})
        return found

    def archive(self, *skus: str, **reports: Any) -> list[Any]:
        outcomes = self.way.read(self.catalog(**reports).archive(skus or SKUS, stores=["STORE-1"]))
        sent = {name for each in self.followed for name in each.headers}
        assert not [name for name in sent if name in SECRETS or name.startswith("x-amz-")]
        return outcomes

    def fetch(self, **reports: Any) -> None:
        """Archive all SKUs, and see that each is confirmed and that the report is whole."""
        assert {each.status for each in self.archive(**reports)} == {"confirmed"}
        assert self.files() == [REPORT]

    def files(self) -> list[bytes]:
        """Return the reports that were kept."""
        return [each.read_bytes() for each in self.folder.iterdir()]

    def ranges(self) -> list[tuple[str | None, str | None]]:
        """Return which parts of the report were requested, in turn."""
        return [(each.headers.get("range"), each.headers.get("if-range")) for each in self.followed]


@pytest.fixture
def shop(way: Way, tmp_path: Path) -> Shop:
    return Shop(way, tmp_path / "reports")


def test_a_report_is_fetched_without_what_belongs_to_the_api(shop: Shop) -> None:
    shop.fetch()
    (requested,) = shop.followed
    assert (requested.method, str(requested.url)) == ("GET", f"{REPORTS}/report?X-Amz-Signature=1")
    assert requested.headers["accept-encoding"] == "identity"
    assert "secret" not in str(requested.headers)
    last = shop.asked[-1].headers  # which has all of it
    assert {"authorization", "cookie", "api-key", "x-amz-security-token", "x-amz-access-token"} <= last.keys()


def test_a_report_that_leaves_an_item_unknown_is_kept_and_named_and_another_is_not(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert {each.status for each in shop.archive(folder=None)} == {"confirmed"}
    assert [*tmp_path.iterdir()] == []
    assert [each.status for each in shop.archive(SKUS[0], "SKU-lost", folder=None)] == ["confirmed", "unknown"]
    (kept,) = tmp_path.glob("*/*")
    assert kept.read_bytes() == REPORT
    assert f"leaves items unknown, and is kept: {kept}" in caplog.text


@pytest.mark.parametrize("between", [" ", "\0\n"])
def test_a_report_that_repeats_the_credentials_does_not_give_them_to_a_reason(between: str, shop: Shop) -> None:
    reasons = [f"refused{between}for {each}" for each in ("secret", b"secret".hex(), "another reason")]
    rows = [{"sku": sku, "status": "FAILED", "message": reason} for sku, reason in zip("ABC", reasons, strict=True)]
    shop.replies = [whole(msgspec.json.encode(rows))]
    outcomes = shop.archive("A", "B", "C")
    assert [each.reason for each in outcomes] == [f"refused{between}for {each}" for each in ("***", "***", "another reason")]
    assert {each.status for each in outcomes} == {"rejected"}


def test_a_report_in_s3_is_fetched(shop: Shop) -> None:
    with aws() as url:
        s3 = boto3.client("s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="mock", aws_secret_access_key="mock")  # noqa: S106 - of a mock
        s3.create_bucket(Bucket="reports")
        s3.put_object(Bucket="reports", Key="a b/ü+%.csv", Body=REPORT)
        shop.links = [s3.generate_presigned_url("get_object", Params={"Bucket": "reports", "Key": "a b/ü+%.csv"}, ExpiresIn=60)]
        s3.close()
        shop.fetch(origins=LOOPBACK)


def test_a_download_goes_on_where_it_broke_off(shop: Shop) -> None:
    shop.replies = [partial(ranged, most=10_000), partial(ranged, most=5000), partial(ranged, most=0), partial(ranged)]
    shop.fetch()
    assert shop.ranges() == [(None, None), ("bytes=10000-", ETAG), ("bytes=15000-", ETAG), ("bytes=15000-", ETAG)]


REPLIES: dict[str, tuple[list[Any], int]] = {
    "range ignored": ([whole(sent=10_000), whole()], 2),
    "version changed, same text": ([whole(sent=10_000), partial(ranged, etag='"second"')], 2),
    "version changed": ([whole(OTHER, '"other"', sent=10_000), ranged], 2),
    "version changed and if-range ignored": ([whole(OTHER, '"other"', sent=10_000), partial(ranged, heeds=False), ranged], 3),
    "another part": (
        [whole(sent=10_000), Reply(status=206, body=REPORT[7:], headers={"Content-Range": "bytes 7-9/9"}), ranged],
        3,
    ),
    "a range of 5,000 digits": (
        [
            whole(sent=10_000),
            Reply(status=206, body=REPORT[7:], headers={"ETag": ETAG, "Content-Range": f"bytes {'9' * 5000}-{'9' * 5000}/9"}),
            whole(),
        ],
        3,
    ),
    "no version": ([Reply(body=REPORT, sent=10_000), ranged], 2),
    "500": ([Reply(status=500), whole()], 2),
    "503, 429": ([Reply(status=503, body=REPORT), Reply(status=429), whole()], 3),
    "500 in between": ([whole(sent=10_000), Reply(status=500, headers={"ETag": '"error"'}), ranged], 3),
    "416": ([whole(sent=10_000), Reply(status=416), whole()], 3),
    "empty": ([whole(b""), whole()], 2),
    "nothing": ([Reply(status=200, sent=0, body=REPORT), whole()], 2),
    "cut after the last byte": ([Reply(body=REPORT, headers={"ETag": ETAG, "Content-Length": str(len(REPORT) + 1)}), ranged], 3),
}


@pytest.mark.parametrize(("replies", "attempts"), REPLIES.values(), ids=REPLIES)
def test_whatever_the_responses_the_report_is_whole_in_the_end(shop: Shop, replies: list[Any], attempts: int) -> None:
    shop.replies = [*replies]
    shop.fetch(most_bytes=len(REPORT))  # a report of the largest size is read, too
    assert len(shop.followed) == attempts


def test_where_a_link_is_missing_or_has_expired_a_new_one_is_requested(shop: Shop) -> None:
    shop.links = [None, f"{REPORTS}/0", f"{REPORTS}/1"]
    shop.replies = [whole(sent=10_000), Reply(status=403, body=b"Request has expired"), ranged]
    shop.fetch()
    assert [each.url.path for each in shop.followed] == ["/0", "/0", "/1"]
    assert shop.ranges()[1:] == [("bytes=10000-", ETAG)] * 2


MISSING = {
    "empty": (whole(b""), "it is empty", _FETCHES),
    "cut": (whole(sent=0), "peer closed connection", _FETCHES),
    "no length": (Reply(body=REPORT, headers={"Content-Length": ""}), "it may be incomplete", _FETCHES),
    **{
        str(status): (Reply(status=status, headers={"Location": "/elsewhere"}), f"the response is {status}", fetches)
        for status, fetches in {
            **dict.fromkeys((400, 403, 404), _LINKS),
            **dict.fromkeys((500, 503, 504), _FETCHES),
            **dict.fromkeys((204, 301, 302, 307, 410, 501, 505), 1),
        }.items()
    },
}


@pytest.mark.parametrize(("reply", "reason", "fetches"), MISSING.values(), ids=MISSING)
def test_a_report_that_is_not_available_confirms_nothing(shop: Shop, reply: Reply, reason: str, fetches: int) -> None:
    shop.replies = [reply]
    (outcome,) = shop.archive("SKU-00001")
    assert outcome.status == "unknown"
    assert outcome.reason.startswith("its report cannot be downloaded")
    assert reason in outcome.reason
    assert {str(each.url) for each in shop.followed} == {f"{REPORTS}/report?X-Amz-Signature=1"}
    assert len(shop.followed) == fetches


@pytest.mark.parametrize("sent", [None, 25_000])
def test_no_more_than_the_largest_size_is_kept(shop: Shop, sent: int | None) -> None:
    shop.replies = [whole(sent=sent)]
    (outcome,) = shop.archive("SKU-00001", most_bytes=len(REPORT) - 10_000)
    assert (outcome.status, outcome.reason) == ("unknown", f"its report has more than {len(REPORT) - 10_000} bytes")
    assert len(shop.followed) == 1
    assert all(len(each) <= len(REPORT) - 10_000 for each in shop.files())


def test_a_report_that_is_compressed_is_read_and_kept_as_it_is(shop: Shop) -> None:
    packed = gzip.compress(REPORT)
    shop.replies = [Reply(body=packed, headers={"Content-Encoding": "gzip"})]
    (outcome,) = shop.archive("SKU-00001")
    assert outcome.status == "confirmed"
    assert shop.files() == [packed]


def test_a_report_that_a_hook_of_the_callers_client_has_read_is_fetched(shop: Shop) -> None:
    def read(response: httpx2.Response) -> None:
        response.read()

    async def aread(response: httpx2.Response) -> None:
        await response.aread()

    shop.hooks = {"response": [aread if shop.way.name == "async" else read]}
    shop.fetch()
    packed = gzip.compress(REPORT)
    shop.replies = [Reply(body=packed, headers={"Content-Encoding": "gzip"})]
    assert {each.status for each in shop.archive()} == {"confirmed"}


@pytest.mark.parametrize("beside", [{"error": "disk full"}, {"failedCount": 2}, {"warnings": [{"code": 7}]}], ids=str)
def test_a_report_without_failures_confirms_nothing_if_the_status_has_one(beside: dict[str, object], shop: Shop) -> None:
    shop.beside = beside
    (outcome,) = {(each.status, each.reason[:65]) for each in shop.archive()}
    assert outcome == ("unknown", "the report confirms all items, and the status of the ingestion has"[:65])
    shop.replies = [whole(REPORT.replace(b"SUCCESS", b"FAILED", 2))]
    assert [each.status for each in shop.archive()] == ["rejected"] * 2 + ["confirmed"] * (len(SKUS) - 2)


def test_a_report_at_another_host_is_not_fetched_and_ends_the_run(shop: Shop) -> None:
    outcomes = list[Outcome]()
    with pytest.raises(ReportRefused, match=re.escape(f"its report is at {REPORTS}, and not at ")):
        shop.way.read(shop.catalog(origins=()).archive(SKUS, stores=["STORE-1"]), outcomes.append)
    assert {each.status for each in outcomes} == {"unknown"}
    assert {each.ingestion_id for each in outcomes} == {"ingestion"}
    assert shop.followed == []


NAMES = ["a/../../b", "../../x", "/etc/x", "a\\..\\b", "%2e%2e/x", "\0", "x" * 255, "..", ".", "é" * 255, "/" * 255]


def test_whatever_an_ingestion_is_called_its_report_stays_in_the_folder(shop: Shop, tmp_path: Path) -> None:
    catalog = shop.catalog()
    for shop.ingestion in NAMES:
        outcomes = shop.way.read(catalog.archive(SKUS, stores=["STORE-1"]))
        assert [each for each in tmp_path.rglob("*") if each.is_file() and each.parent != shop.folder] == []
        assert (shop.ingestion, {each.status for each in outcomes}) == (shop.ingestion, {"confirmed"})
    assert shop.files() == [REPORT] * len(NAMES)


def test_a_signed_link_is_not_logged(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    shop.replies = [Reply(status=500), whole()]
    shop.archive()
    assert "X-Amz-Signature" not in caplog.text
