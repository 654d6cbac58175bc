"""Amazon Just Walk Out: uploads and archivings of a retailer's catalog, which are processed later, with a report."""

from __future__ import annotations

import json
import shlex
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Final, Literal
from uuid import UUID, uuid5

from fastapi import Request
from pydantic import AnyUrl

from generated.mock.amazon_jwo_catalog import models
from generated.mock.amazon_jwo_catalog.server.services import CatalogService
from scripts.mock.engine.call import Call, MockResponse, Refused
from scripts.mock.engine.catalog import Catalog, draw
from scripts.mock.engine.clock import Clock
from scripts.mock.engine.notifications import LocalUrl, Queue
from scripts.mock.engine.reports import Format
from scripts.mock.engine.signature import Key, SignatureError, Verifier
from scripts.mock.generic.described import of_roster
from scripts.mock.settings import Options, Settings
from scripts.mock.vendors.amazon_jwo_catalog.ledger import ARCHIVED, ON_PLANOGRAM, Ledger, PendingItem, Row
from scripts.mock.vendors.amazon_jwo_catalog.sts import Sts
from scripts.mock.vendors.skeleton import Skeleton, called

_UPLOAD, _ARCHIVE = "uploadCatalog", "archiveCatalog"
_RETAILER, _FOREIGN = "retailer", "foreign"
_API_SERVICE: Final = "execute-api"
_STS_PATH: Final = "/sts"
_FAILED: Final = "Exception encountered while processing the request"
_FAILED_RETRY: Final = f"{_FAILED}, please retry again."


class AmazonJwoCatalogOptions(Options, frozen=True, kw_only=True):
    """The options of Just Walk Out.

    Attributes:
        access_key_id, secret_access_key: long-term key of the retailer, which may also assume the role.
        foreign_access_key_id: key of another retailer with the same secret, whose stores are the `foreign_stores`.
        region: that requests have to be signed for.
        clock_skew: seconds of real time by which the date of a signed request may be off. Default: five minutes, by
            AWS's guide to Signature Version 4.
        role_arn: the role that the STS beside this API issues credentials of.
        role_lifetime: vendor seconds that these credentials are valid, unless the caller sends DurationSeconds. Default: an
            hour, by AWS's page on AssumeRole.
        permitted: whether the role has the permission and the onboarding is complete; otherwise each call gets 403.
        stores: all stores of the retailer.
        foreign_stores: all stores of the other retailer.
        on_planogram, archived: share of the products that are still on a planogram, and that are archived at the start.
        queue_seconds, processing_seconds: how long an ingestion is INQUEUE, then INPROGRESS. The documents only say that items can
            take up to one hour to be processed.
        cancelled, fatal: share of the ingestions that end CANCELLED or FATAL and change nothing; the causes are not documented.
        report_format: csv or json; the documents do not say which.
        link_lifetime: vendor seconds that a link to a report is valid. Default: the spec's.
        rate, burst: limit in requests per second and at once, for all operations of a retailer. Default: the spec's.
        throttled_field: the field of an upload's 429 that has the text; the document shows both `message` and `errorMsg`.
        failing: each valid call gets a 500: `retry` with the text that asks for a retry, `final` with the other one, which is a
            store configuration issue for an archiving.
        queue_url: queue that is notified of the end of each ingestion, if any, in a server on this machine that replaces SQS; it
            gets invented credentials. The inner message is not documented.
        queue_endpoint: of that server. Default: that of `queue_url`.
        queue_raw: whether the queue has raw delivery, without SNS's envelope.
    """

    access_key_id: str = "MOCKACCESSKEY"
    secret_access_key: str = "mock-secret-access-key"  # noqa: S105 - of a mock
    foreign_access_key_id: str = "MOCKFOREIGNKEY"
    region: str = "us-east-1"
    clock_skew: float = 300
    role_arn: str = "arn:aws:iam::000000000000:role/mock-catalog"
    role_lifetime: float = 3600
    permitted: bool = True
    stores: tuple[str, ...] = ("STORE-1", "STORE-2", "STORE-3")
    foreign_stores: tuple[str, ...] = ("FOREIGN-1", "FOREIGN-2")
    on_planogram: float = 0.01
    archived: float = 0.01
    queue_seconds: float = 5
    processing_seconds: float = 20
    cancelled: float = 0
    fatal: float = 0
    report_format: Format = "csv"
    link_lifetime: float | None = None
    rate: float | None = None
    burst: float | None = None
    throttled_field: Literal["message", "errorMsg"] = "message"
    failing: Literal["", "retry", "final"] = ""
    queue_url: LocalUrl = ""
    queue_endpoint: LocalUrl = ""
    queue_raw: bool = False


@dataclass(slots=True, kw_only=True)
class _Ingestion:
    """The status of an accepted upload or archiving."""

    account: str
    status: models.ProcessingStatus = models.ProcessingStatus.INQUEUE


class AmazonJwoCatalog(Skeleton, CatalogService):
    """The catalogs of two retailers; the second one exists so that the first can name stores and ingestions of another."""

    api = "amazon_jwo_catalog"
    described = of_roster(api)
    kind_of_options = AmazonJwoCatalogOptions
    options: AmazonJwoCatalogOptions

    def __init__(self, settings: Settings, clock: Clock, base_url: str) -> None:
        super().__init__(settings, clock, base_url)
        self._catalog = Catalog(
            seed=settings.seed,
            size=settings.size,
            prefix="SKU-",
            shares={ON_PLANOGRAM: self.options.on_planogram, ARCHIVED: self.options.archived},
        )
        self._ledgers = {each: Ledger(self._catalog) for each in (_RETAILER, _FOREIGN)}
        self._ingestions: dict[str, _Ingestion] = {}
        self._sts = Sts(clock)
        self._queues: dict[tuple[str, str, str, bool], Queue] = {}
        self.beside[_STS_PATH] = self._assume_role

    def refuse(self, call: Call) -> MockResponse | None:
        """Refuse a call for its signature or for lack of permission (403), or for the rate limit (429)."""
        keys = ChainMap(self._keys(), self._sts.issued)
        try:
            call.credential = self._verifier(_API_SERVICE, keys).verify(call, now=self.clock.now()).account
        except SignatureError as error:
            return self.error(403, error.text, call=call)
        if not self.options.permitted:
            return self.error(403, f"User is not authorized to perform: {_API_SERVICE}:Invoke", call=call)
        return self.over_limit(call, call.credential)

    async def upload_catalog(self, *, request: Request, body: models.UploadCatalogRequest) -> models.IngestionResponse:
        """Accept items to create or replace."""
        call = called(request)
        items = call.json()["catalogItems"]  # unparsed, with attributes that the spec does not know
        self._check_upload_stores(call, {each["store_id"] for each in items})
        self._fail(call)
        return self._accept(call, partial(self._ledgers[call.credential].upload, list(map(PendingItem.of, items))))

    async def archive_catalog(self, *, request: Request, body: models.ArchiveCatalogRequest) -> models.IngestionResponse:
        """Accept SKUs to archive."""
        call = called(request)
        self._check_archive_stores(call, {each.root for each in body.allApplicableStores})
        self._fail(call)
        return self._accept(call, partial(self._ledgers[call.credential].archive, [each.root for each in body.itemSkus]))

    async def get_catalog_upload_status(
        self, *, request: Request, body: models.GetCatalogUploadStatusRequest
    ) -> models.CatalogUploadStatus:
        """Return the status of an ingestion, with a new link to its report once it is DONE."""
        call = called(request)
        ingestion = self._ingestions.get(body.ingestionId)
        if ingestion is None or ingestion.account != call.credential:
            raise _refused("The ingestion id is unknown")
        self._fail(call)
        status = models.CatalogUploadStatus(processingStatus=ingestion.status)
        if ingestion.status is models.ProcessingStatus.DONE:
            polling: Any = self.tables[_UPLOAD].polling  # which the spec has, with a report
            lifetime = polling.report.lifetime if self.options.link_lifetime is None else self.options.link_lifetime
            status.reportDownloadLink = AnyUrl(self.reports.link(body.ingestionId, lifetime=lifetime))
        return status

    async def stop(self) -> None:
        """Cancel the ingestions, and delete everything."""
        await super().stop()
        for ledger in self._ledgers.values():
            ledger.close()

    def error(self, status: int, text: str = "", *, call: Call | None = None) -> MockResponse:
        """Return the text in `message`, or in `errorMsg` for an internal error of the service."""
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            change = call is None or call.operation in {_UPLOAD, _ARCHIVE}
            return MockResponse.json(status, {"errorMsg": _FAILED_RETRY if change else _FAILED})
        if status == HTTPStatus.BAD_REQUEST:
            text = "Invalid request body"
        return MockResponse.json(status, {"message": text or HTTPStatus(status).phrase})

    def throttled(self, call: Call, text: str = "Too Many Requests") -> MockResponse:
        """Return a 429, which has no time to retry at."""
        field = self.options.throttled_field if call.operation == _UPLOAD else "message"
        return MockResponse.json(429, {field: text})

    def held(self) -> Iterator[dict[str, Any]]:
        """Yield the changed SKUs of the retailer: their state, and the `content` of their uploaded items by store."""
        return self._ledgers[_RETAILER].held()

    def look_up(self, identifiers: Iterable[str]) -> list[dict[str, Any]]:
        """Return the same of some SKUs; the state of an unknown one is None."""
        ledger = self._ledgers[_RETAILER]
        return [ledger.look_up(each) for each in identifiers]

    def credentials(self) -> dict[str, str]:
        """Return the retailer's long-term key and, for temporary ones, the role and the URL of STS."""
        return {
            "AWS_ACCESS_KEY_ID": self.options.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.options.secret_access_key,
            "AWS_REGION": self.options.region,
            "AWS_ROLE_ARN": self.options.role_arn,
            "AWS_ENDPOINT_URL_STS": f"{self.base_url}{_STS_PATH}",
        }

    def known(self) -> dict[str, Any]:
        """Return all stores, and a SKU in each of the conditions."""
        return {
            "body.allApplicableStores": list(self.options.stores),
            "body.catalogItems[*].store_id": list(self.options.stores),
            "body.itemSkus[*]?": list(self._catalog.examples().values()),
        }

    def example(self) -> str:
        """Upload an item, get its status until the report is ready, and read the report."""
        sign = f"--aws-sigv4 aws:amz:{self.options.region}:{_API_SERVICE}"
        user = shlex.quote(f"{self.options.access_key_id}:{self.options.secret_access_key}")
        begin = f"curl -s {sign} --user {user} -H 'Content-Type: application/json' {self.base_url}/v1/catalog"
        item = {
            "item_sku": "SKU-NEW",
            "external_product_id": "012345678905",
            "item_name": "Water",
            "store_id": self.options.stores[0],
        }
        return f"""\
# Tools of AWS can assume the role AWS_ROLE_ARN, at AWS_ENDPOINT_URL_STS instead of Amazon's STS; the key does without.
id=$({begin}/upload -d {shlex.quote(json.dumps({"catalogItems": [item]}))} | grep -o '[0-9a-f-]\\{{36\\}}'); echo $id
# Repeat the next one until it says DONE; then the last one reads the report.
response=$({begin}/getCatalogUploadStatus -d "{{\\"ingestionId\\":\\"$id\\"}}"); echo $response
curl -s "$(echo $response | grep -o 'http[^"]*')"
"""

    async def _assume_role(self, call: Call) -> MockResponse:
        return self._sts.response(
            call,
            self._verifier("sts", self._keys()),
            role=self.options.role_arn,
            account=_RETAILER,
            lifetime=self.options.role_lifetime,
        )

    def _keys(self) -> dict[str, Key]:
        accounts = {self.options.access_key_id: _RETAILER, self.options.foreign_access_key_id: _FOREIGN}
        return {each: Key(account=account, secret=self.options.secret_access_key) for each, account in accounts.items()}

    def _verifier(self, service: str, keys: Mapping[str, Key]) -> Verifier:
        return Verifier(keys=keys, region=self.options.region, service=service, skew=self.options.clock_skew)

    def _stores(self, call: Call) -> tuple[frozenset[str], frozenset[str]]:
        """Return the stores of the caller, and those of the other retailer."""
        stores, others = frozenset(self.options.stores), frozenset(self.options.foreign_stores)
        return (stores, others) if call.credential == _RETAILER else (others, stores)

    def _check_upload_stores(self, call: Call, named: set[str]) -> None:
        own, foreign = self._stores(call)
        if named <= own:
            return
        if named & (own | foreign):
            raise _refused("List of store ID's present in the request are either incorrect/not associated with same retailer")
        raise _refused("One or more StoreID's present in the request is incorrect")

    def _check_archive_stores(self, call: Call, named: set[str]) -> None:
        """Refuse any list but that of all stores. The errors of an empty list and of an additional store are not documented."""
        own, foreign = self._stores(call)
        if named == own:
            return
        if named & foreign:
            raise _refused("The stores belong to different retailers")
        if named and not named & own:
            raise _refused("No store of the request is known")
        raise _refused(f"All stores of the retailer are required. Available stores: {', '.join(sorted(own))}")

    def _fail(self, call: Call) -> None:
        if self.options.failing:
            final = "Internal store configuration issue" if call.operation == _ARCHIVE else _FAILED
            raise _refused(_FAILED_RETRY if self.options.failing == "retry" else final, status=500)

    def _accept(self, call: Call, work: Callable[[], list[Row]]) -> models.IngestionResponse:
        identifier = str(uuid5(UUID(int=0), f"ingestion {self.settings.seed} {len(self._ingestions)}"))
        self._ingestions[identifier] = _Ingestion(account=call.credential)
        self.spawn(self._process(identifier, work, self.options))
        return models.IngestionResponse(ingestionId=identifier)

    async def _process(self, identifier: str, work: Callable[[], list[Row]], options: AmazonJwoCatalogOptions) -> None:
        """Lead an ingestion through its states, by the options at the time of its acceptance; it takes effect at its end."""
        ingestion = self._ingestions[identifier]
        await self.clock.sleep(options.queue_seconds)
        ingestion.status = models.ProcessingStatus.INPROGRESS
        await self.clock.sleep(options.processing_seconds)
        drawn = draw("end", self.settings.seed, identifier)
        if drawn < options.cancelled + options.fatal:
            cancelled = drawn < options.cancelled
            ingestion.status = models.ProcessingStatus.CANCELLED if cancelled else models.ProcessingStatus.FATAL
        else:
            self.reports.put(identifier, Row._fields, work(), options.report_format)
            ingestion.status = models.ProcessingStatus.DONE
        if options.queue_url:
            await self._queue(options).publish({"ingestionId": identifier, "status": ingestion.status})

    def _queue(self, options: AmazonJwoCatalogOptions) -> Queue:
        key = (options.queue_url, options.queue_endpoint, options.region, options.queue_raw)
        return self._queues.setdefault(key, Queue(*key))


def _refused(text: str, *, status: int = 400) -> Refused:
    return Refused(MockResponse.json(status, {"errorMsg": text}))
