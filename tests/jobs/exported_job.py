"""A job whose files are looked at."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from catalog_clients import Counts
from catalog_jobs.records import Job, Moment, RowOutcome, State, Table

COLUMNS = ("sku", "name")


def a_job(
    *, retires: bool = True, columns: tuple[str, ...] = COLUMNS, state: State = "finished", name: str = "skus.csv", reason: str = ""
) -> Job:
    return Job(
        id="7f3a91c2",
        api="amazon_jwo_catalog",
        operation="archiveCatalog" if retires else "putItems",
        arguments={"stores": ["S1"]},
        input=Table(name, columns),
        state=state,
        reason=reason,
        retires=retires,
        rows=250_010,
        items=250_000,
        requests=250,
        counts=Counts(duplicates=7),
        created=1_790_000_000,
        started=1_790_000_010,
        ended=1_790_000_460.5,
    )


def a_row(line: int, status: str = "confirmed", **changes: object) -> RowOutcome:
    sku = f"SKU-{line:06}"
    usual = RowOutcome(line=line, sku=sku, cells=(sku, f"Item {line}"), attempt=1, ingestion_id="ing-1")
    return msgspec.structs.replace(usual, status=status, **changes)


def many_rows(count: int = 3_000) -> Iterator[RowOutcome]:
    """Rows of which some are rejected, and a few unknown."""
    for line in range(2, count + 2):
        if line % 7 == 0:
            yield a_row(line, "rejected", reason=f"400: SKU-{line:06} does not exist in the store")
        elif line % 97 == 0:
            yield a_row(line, "rejected", reason="has 51 characters, and at most 50 are permitted", sku="", column="sku", attempt=0)
        elif line % 41 == 0:
            yield a_row(line, "unknown", reason="the response was lost: timeout after 30 s", attempt=3)
        else:
            yield a_row(line)


def a_timeline() -> list[Moment]:
    return [
        Moment(seconds=second, confirmed=400 + second, rejected=90 + second % 40, unknown=second % 11)
        for second in range(1, 450, 3)
    ]
