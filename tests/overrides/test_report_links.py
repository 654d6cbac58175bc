"""Links to reports: fetched without credentials, however often that breaks off, and only from where the vendor keeps reports."""

from __future__ import annotations

import gzip
import json
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import httpx2
import pytest
from botocore.credentials import Credentials

from catalog_clients import Limits, ReportError, Reports, SigV4
from catalog_clients._engine.download import _FETCHES, download
from catalog_clients._engine.effects import Flow
from scripts.apis import tables
from tests.clients.access import JWO
from tests.overrides.servers import Received, Reply, aws, serving
from tests.overrides.ways import Way

SKUS = [f"SKU-{number:05}" for number in range(1500)]
REPORT = "".join(["sku,status\r\n", *(f"{sku},SUCCESS\r\n" for sku in SKUS)]).encode()
OTHER = REPORT.replace(b"SUCCESS", b"FAILURE")
LOOPBACK = ["http://127.0.0.1:*"]
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # to load certificates takes time
ETAG = '"first"'
SECRETS = {"authorization", "cookie", "api-key", "proxy-authorization"}


class Shop:
    """A facade, the vendor that it talks to, and the server that the vendor's links lead to.

    Attributes:
        links: what the next responses link to; the last one stays.
        replies: the next responses to who follows a link; the last one stays.
    """

    def __init__(self, way: Way, made: ExitStack) -> None:
        self.way = way
        self._made = made
        self.ingestion = "ingestion"
        self.links: list[str | None] = []
        self.replies: list[Reply | Callable[[Received], Reply]] = []
        self.vendor = made.enter_context(serving(self._status))
        self.reports = made.enter_context(serving(self._report))

    def _status(self, request: Received) -> Reply:
        if not request.path.endswith("getCatalogUploadStatus"):
            reported, status = {"ingestionId": self.ingestion}, 201
        else:
            reported, status = {"processingStatus": "DONE"}, 200
            link = (
                self.links.pop(0)
                if len(self.links) > 1
                else self.links[0]
                if self.links
                else f"{self.reports.url}/report?X-Amz-Signature=1"
            )
            reported |= {"reportDownloadLink": link} if link else {}
        return Reply(status=status, body=json.dumps(reported).encode(), headers={"Set-Cookie": "session=secret; Path=/"})

    def _report(self, request: Received) -> Reply:
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return reply if isinstance(reply, Reply) else reply(request)

    def catalog(self, **reports: Any) -> Any:
        kind: Any = httpx2.Client if self.way.name == "sync" else httpx2.AsyncClient
        http = kind(verify=PLAIN, trust_env=False, timeout=10, headers={"Api-Key": "secret", "x-amz-access-token": "secret"})
        self._made.callback(lambda: self.way.value(http.close() if self.way.name == "sync" else http.aclose()))
        auth = SigV4("us-east-1", credentials=Credentials("key", "secret", "token"))
        given = {
            "interval": 0.01,
            "limits": Limits(dict.fromkeys(tables(JWO))),
            "reports": Reports(**{"origins": LOOPBACK, **reports}),
            "http_client": http,
        }
        return self.way.facade(JWO, self.vendor.url, auth=auth, **given)

    def archive(self, *skus: str, **reports: Any) -> list[Any]:
        outcomes = self.way.read(self.catalog(**reports).archive(skus or SKUS, stores=["STORE-1"]))
        assert {
            SECRETS & requested.headers.keys() or any(each.startswith("x-amz-") for each in requested.headers)
            for requested in self.reports.requests
        } <= {False}
        return outcomes

    def ranges(self) -> list[tuple[str | None, str | None]]:
        """Return what was requested of the report, in order."""
        return [(each.headers.get("range"), each.headers.get("if-range")) for each in self.reports.requests]


@pytest.fixture
def shop(way: Way) -> Iterator[Shop]:
    with ExitStack() as made:
        yield Shop(way, made)


def whole(content: bytes = REPORT, etag: str = ETAG, **given: Any) -> Reply:
    return Reply(body=content, headers={"ETag": etag, "Accept-Ranges": "bytes"}, **given)


def ranged(request: Received, *, content: bytes = REPORT, etag: str = ETAG, most: int | None = None, heeds: bool = True) -> Reply:
    """Response as S3 does: the rest of the same report, or all of another one."""
    place = request.headers.get("range")
    if place is None or (heeds and request.headers.get("if-range") != etag):
        return whole(content, etag, sent=most)
    begin = int(place.removeprefix("bytes=").removesuffix("-"))
    if begin >= len(content):
        return Reply(status=416, headers={"Content-Range": f"bytes */{len(content)}"})
    headers = {"ETag": etag, "Content-Range": f"bytes {begin}-{len(content) - 1}/{len(content)}"}
    return Reply(status=206, body=content[begin:], headers=headers, sent=most)


def statuses(outcomes: list[Any]) -> set[str]:
    return {each.status for each in outcomes}


def test_a_report_is_fetched_without_what_belongs_to_the_api(shop: Shop, tmp_path: Path) -> None:
    shop.replies = [whole()]
    assert statuses(shop.archive(folder=tmp_path)) == {"confirmed"}
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [REPORT]
    (request,) = shop.reports.requests
    assert (request.method, request.path, request.headers["accept-encoding"]) == ("GET", "/report?X-Amz-Signature=1", "identity")
    assert "secret" not in str(request.headers)
    last = shop.vendor.requests[-1].headers  # which has all of it
    assert {"authorization", "cookie", "api-key", "x-amz-security-token", "x-amz-access-token"} <= last.keys()


def test_a_report_in_s3_is_fetched(shop: Shop, tmp_path: Path) -> None:
    with aws() as url:
        s3 = boto3.client("s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="mock", aws_secret_access_key="mock")  # noqa: S106 - of a mock
        s3.create_bucket(Bucket="reports")
        s3.put_object(Bucket="reports", Key="a b/ü+%.csv", Body=REPORT)
        shop.links = [s3.generate_presigned_url("get_object", Params={"Bucket": "reports", "Key": "a b/ü+%.csv"}, ExpiresIn=60)]
        s3.close()
        assert statuses(shop.archive(folder=tmp_path)) == {"confirmed"}
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [REPORT]


def test_a_download_goes_on_where_it_broke_off(shop: Shop, tmp_path: Path) -> None:
    shop.replies = [partial(ranged, most=10_000), partial(ranged, most=5000), partial(ranged, most=0), partial(ranged)]
    assert statuses(shop.archive(folder=tmp_path)) == {"confirmed"}
    assert shop.ranges() == [(None, None), ("bytes=10000-", ETAG), ("bytes=15000-", ETAG), ("bytes=15000-", ETAG)]
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [REPORT]


@pytest.mark.parametrize(
    ("replies", "attempts"),
    [
        ([whole(sent=10_000), whole()], 2),
        ([whole(sent=10_000), partial(ranged, etag='"second"')], 2),
        ([whole(OTHER, '"other"', sent=10_000), ranged], 2),
        ([whole(OTHER, '"other"', sent=10_000), partial(ranged, heeds=False), ranged], 3),
        ([whole(sent=10_000), Reply(status=206, body=REPORT[7:], headers={"Content-Range": "bytes 7-9/9"}), ranged], 3),
        ([Reply(body=REPORT, sent=10_000), ranged], 2),
        ([Reply(status=500), whole()], 2),
        ([Reply(status=503, body=REPORT), Reply(status=429), whole()], 3),
        ([whole(sent=10_000), Reply(status=500, headers={"ETag": '"error"'}), ranged], 3),
        ([whole(sent=10_000), Reply(status=416), whole()], 3),
        ([whole(b""), whole()], 2),
        ([Reply(status=200, sent=0, body=REPORT), whole()], 2),
    ],
    ids=[
        "range ignored",
        "version changed, same text",
        "version changed",
        "version changed and if-range ignored",
        "another part",
        "no version",
        "500",
        "503, 429",
        "500 in between",
        "416",
        "empty",
        "nothing",
    ],
)
def test_whatever_the_responses_the_report_is_whole_in_the_end(shop: Shop, tmp_path: Path, replies: Any, attempts: int) -> None:
    shop.replies = list(replies)
    assert statuses(shop.archive(folder=tmp_path)) == {"confirmed"}
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [REPORT]
    assert len(shop.reports.requests) == attempts


def test_a_report_that_was_cut_after_its_last_byte_is_whole(shop: Shop, tmp_path: Path) -> None:
    shop.replies = [Reply(body=REPORT, headers={"ETag": ETAG, "Content-Length": str(len(REPORT) + 1)}), ranged]
    assert statuses(shop.archive(folder=tmp_path)) == {"confirmed"}
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [REPORT]


def test_where_a_link_has_expired_a_new_one_is_requested(shop: Shop, tmp_path: Path) -> None:
    links = [f"{shop.reports.url}/{number}" for number in range(2)]
    shop.links = [*links]
    shop.replies = [whole(sent=10_000), Reply(status=403, body=b"Request has expired"), ranged]
    assert statuses(shop.archive(folder=tmp_path)) == {"confirmed"}
    assert [each.path for each in shop.reports.requests] == ["/0", "/0", "/1"]
    assert shop.ranges()[1:] == [("bytes=10000-", ETAG)] * 2
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [REPORT]


def test_a_link_that_is_missing_at_first_is_requested(shop: Shop) -> None:
    shop.links = [None, f"{shop.reports.url}/late"]
    shop.replies = [whole()]
    assert statuses(shop.archive()) == {"confirmed"}


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (whole(b""), "it is empty"),
        (Reply(status=403), "the response is 403"),
        (Reply(status=500), "the response is 500"),
        (Reply(status=204), "the response is 204"),
        (Reply(status=302, headers={"Location": "/elsewhere"}), "the response is 302"),
        (Reply(status=307, headers={"Location": "/elsewhere"}), "the response is 307"),
        (whole(sent=0), "peer closed connection"),
    ],
    ids=["empty", "403", "500", "204", "302", "307", "cut"],
)
def test_a_report_that_is_not_available_confirms_nothing(shop: Shop, tmp_path: Path, reply: Reply, reason: str) -> None:
    shop.replies = [reply]
    (outcome,) = shop.archive("SKU-00001", folder=tmp_path)
    assert outcome.status == "unknown"
    assert outcome.reason.startswith("its report cannot be downloaded")
    assert reason in outcome.reason
    assert {each.path for each in shop.reports.requests} == {"/report?X-Amz-Signature=1"}
    assert len(shop.reports.requests) == _FETCHES


@pytest.mark.parametrize("sent", [None, 25_000])
def test_no_more_than_the_largest_size_is_kept(shop: Shop, tmp_path: Path, sent: int | None) -> None:
    shop.replies = [whole(sent=sent)]
    (outcome,) = shop.archive("SKU-00001", folder=tmp_path, most_bytes=len(REPORT) - 10_000)
    assert (outcome.status, outcome.reason) == ("unknown", f"its report has more than {len(REPORT) - 10_000} bytes")
    assert len(shop.reports.requests) == 1
    assert all(each.stat().st_size <= len(REPORT) - 10_000 for each in tmp_path.iterdir())


def test_a_report_of_the_largest_size_is_read(shop: Shop) -> None:
    shop.replies = [ranged]
    assert statuses(shop.archive(most_bytes=len(REPORT))) == {"confirmed"}


def test_a_report_that_is_compressed_confirms_nothing_and_is_kept(shop: Shop, tmp_path: Path) -> None:
    packed = gzip.compress(REPORT)
    shop.replies = [Reply(body=packed, headers={"Content-Encoding": "gzip"})]
    (outcome,) = shop.archive("SKU-00001", folder=tmp_path)
    assert outcome.status == "unknown"
    assert "cannot be read" in outcome.reason
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [packed]


LINKS = [
    "https://x.amazonaws.com@evil.test/",
    "https://x.amazonaws.com:443@evil.test/",
    "https://x.amazonaws.com%40evil.test/",
    "https://evil.test/.amazonaws.com",
    "https://evil.test#.amazonaws.com",
    "https://evil.test?.amazonaws.com",
    "https://evil.test:443?.amazonaws.com",
    "https://evil.test\\.amazonaws.com",
    "https://evil.test\\@x.amazonaws.com",
    "https://evil.test%2f.amazonaws.com",
    "https://evil.test%23.amazonaws.com",
    "https://evil.test;.amazonaws.com",
    "https://evil.test\uff0f.amazonaws.com",
    "https://user:password@bucket.s3.amazonaws.com/",
    "https://bucket.s3.amazonaws.com:8443/",
    "https://evil.test:.amazonaws.com",
    "https://.amazonaws.com/",
    f"https://{'a' * 64}.amazonaws.com/",
    "https://bucket.s3.amazonaws.com.evil.test",
    "https://amazonaws.com.evil.test",
    "https://evilamazonaws.com",
    "https://amazonaws.com",
    "http://bucket.s3.amazonaws.com",
    "HTTP://bucket.s3.amazonaws.com",
    "ftp://bucket.s3.amazonaws.com",
    "file:///etc/passwd",
    "//bucket.s3.amazonaws.com",
    "bucket.s3.amazonaws.com",
    " https://bucket.s3.amazonaws.com",
    "https:///bucket.s3.amazonaws.com",
    "https:bucket.s3.amazonaws.com",
    "https://bucket.s3.amazonaws.com\n.evil.test",
    "https://127.0.0.1/",
    "https://127.1/.amazonaws.com",
    "https://2130706433/",
    "https://[::1]/",
    "https://[::1].amazonaws.com/",
    "https://169.254.169.254/latest/meta-data",
    "https://localhost/",
    "",
]


POLLING = tables(JWO)["archiveCatalog"].polling


def fetching(link: str, path: Path, origins: Sequence[str] = ()) -> Flow[None]:
    assert POLLING
    assert POLLING.report
    table = POLLING.report
    return download(
        link, path, table=table, origins=origins or table.origins, most_bytes=1000, pause=0, status_request=NotImplemented
    )


@pytest.mark.parametrize("link", [each for each in LINKS if each])
def test_a_link_to_anywhere_else_is_refused_before_anything_is_sent(link: str, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="report"):
        next(fetching(link, tmp_path / "report"))


@pytest.mark.parametrize(
    "link",
    [
        "https://b.s3.amazonaws.com/a?b=c",
        "HTTPS://b.s3.amazonaws.com",
        "https://B.S3.AmazonAWS.com:443/a",
        "https://b.s3.eu-west-1.amazonaws.com",
    ],
)
def test_a_link_to_s3_is_followed(link: str, tmp_path: Path) -> None:
    fetch: Any = next(fetching(link, tmp_path / "report"))
    assert fetch.url == link
    assert link not in repr(fetch)


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1@evil.test/",
        "http://127.0.0.1:80@evil.test/",
        "http://127.0.0.1.evil.test:80/",
        "http://127.0.0.1:80\\@evil.test/",
    ],
)
def test_origins_of_the_caller_are_as_strict(link: str, tmp_path: Path) -> None:
    with pytest.raises(ReportError):
        next(fetching(link, tmp_path / "report", LOOPBACK))


def test_nothing_is_confirmed_by_a_link_to_anywhere_else(shop: Shop) -> None:
    def nowhere(request: httpx2.Request) -> httpx2.Response:
        requested.append(request.url)
        return httpx2.Response(200, content=REPORT)

    requested: list[httpx2.URL] = []
    catalog = shop.catalog(origins=())
    kind: Any = httpx2.Client if shop.way.name == "sync" else httpx2.AsyncClient
    catalog._driver._plain = kind(transport=httpx2.MockTransport(nowhere))
    for link in LINKS:
        shop.links = [link]
        (outcome,) = shop.way.read(catalog.archive(["SKU-00001"], stores=["STORE-1"]))
        assert (link, outcome.status) == (link, "unknown")
    assert requested == []


NAMES = ["a/../../b", "../../x", "/etc/x", "a\\..\\b", "%2e%2e/x", "\0", "x" * 255]
HARD_NAMES = ["..", ".", "", "é" * 255, "/" * 255]


@pytest.mark.parametrize("names", [NAMES, HARD_NAMES], ids=["short", "hard"])
def test_whatever_an_ingestion_is_called_its_report_stays_in_the_folder(shop: Shop, tmp_path: Path, names: list[str]) -> None:
    folder = tmp_path / "some" / "where" / "reports"
    shop.replies = [whole()]
    catalog = shop.catalog(folder=folder)
    for shop.ingestion in names:
        outcomes = shop.way.read(catalog.archive(SKUS, stores=["STORE-1"]))
        assert [each for each in tmp_path.rglob("*") if each.is_file() and each.parent != folder] == []
        assert (shop.ingestion, statuses(outcomes)) == (shop.ingestion, {"confirmed"})
    assert [each.read_bytes() for each in folder.iterdir()] == [REPORT] * len(names)


def test_reports_that_were_read_are_removed_unless_there_is_a_folder_for_them(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    shop.replies = [whole()]
    assert statuses(shop.archive()) == {"confirmed"}
    assert [*tmp_path.iterdir()] == []


def test_a_signed_link_is_not_logged(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    shop.replies = [Reply(status=500), whole()]
    shop.archive()
    assert "X-Amz-Signature" not in caplog.text
