"""`python -m scripts.demo`: a night of an operator in two minutes, with the `catalog` command and mock vendors on this machine.

A catalog is uploaded, and archived; the process that archives is killed, and its job resumed. Then two workers share a job by
PostgreSQL. The commands are printed as an operator would type them.
"""

from __future__ import annotations

import csv
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.apis import source_folders
from scripts.chaos import JWO
from scripts.command import ROOT, Parser, exit_with, positive
from scripts.mock.served import Served, spawned
from scripts.tools.postgresql import serving

_FOLDER = ROOT / ".cache" / "demo"
_STORES = ("STORE-1", "STORE-2", "STORE-3")
_ROWS, _SPEED = 250_000, 60  # factor of the vendor's time, so that its hour is a minute
_CONFIRMED = 0.3  # share of the job's items that have an outcome when its process is killed
_SECONDS = 120  # that a command may take
_PROFILE = """\
[apis.{api}]
base_url = "{url}"
origins = ["http://127.0.0.1:*"]
interval = 0.2
arguments = {{ all_applicable_stores = ["STORE-1", "STORE-2", "STORE-3"] }}
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demonstration; return 0, or 1 if a command has failed."""
    parser = Parser(
        prog="python -m scripts.demo", description="Upload and archive a catalog at a mock vendor, kill it, and resume it."
    )
    parser.add_argument("--rows", type=positive, default=_ROWS, metavar="N", help="rows of the catalog (default: %(default)s)")
    given = parser.parse_args(arguments)
    shutil.rmtree(_FOLDER, ignore_errors=True)
    (_FOLDER / "results").mkdir(parents=True)
    began = time.monotonic()
    _write_catalog(_FOLDER / "catalog.csv", given.rows)
    site = _installed(_FOLDER / "site")
    with spawned(["--speed", str(_SPEED), "--size", "1"]) as served:
        alone = Operator(site, served, str(_FOLDER / "jobs.db"))
        alone.run(
            "upload", "jwo", "catalog.csv", "--map", "name=item_name", "--map", "price=standard_price", "--output", "results/upload"
        )
        _kill_and_resume(alone)
        with serving() as database:
            _share(Operator(site, served, database))
    reports = sorted(_FOLDER.glob("results/*/report.html"))
    print(f"\nDone in {time.monotonic() - began:.0f} s. The reports:", *(f"  {each}" for each in reports), sep="\n")
    return 0


@dataclass(frozen=True)
class Operator:
    """Somebody who types commands.

    Attributes:
        site: folder in which the command is installed.
        served: the mock vendors.
        database: path or URL of the database of jobs.
    """

    site: Path
    served: Served
    database: str

    def run(self, *arguments: str) -> None:
        """Type a command, and wait until it has ended; some rejected items are no failure."""
        with self.started(*arguments) as process:
            if process.wait(_SECONDS) not in (0, 1):
                raise SystemExit(f"the command has ended with {process.returncode}")

    @contextmanager
    def started(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """Type a command, and give its process, which is ended at last."""
        print(f"\n$ catalog {shlex.join(arguments)}", flush=True)
        profile = _FOLDER / "config.toml"
        profile.write_text(_PROFILE.format(api=JWO, url=self.served.urls[JWO]), encoding="utf-8")
        settings = {"CATALOG_CONFIG": str(profile), "CATALOG_DATABASE": self.database, "PYTHONPATH": str(self.site)}
        command = (sys.executable, "-m", "catalog_jobs", *arguments)
        process = subprocess.Popen(command, cwd=_FOLDER, env={**os.environ, **self.served.credentials[JWO], **settings})
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def jobs(self) -> list[dict[str, object]]:
        """Return the jobs of the database, the newest first, without a word on the terminal."""
        sys.path[:0] = [] if str(self.site) in sys.path else [str(self.site)]
        import msgspec  # noqa: PLC0415 - found with the command

        from catalog_jobs import Jobs  # noqa: PLC0415 - as above

        with Jobs(self.database) as jobs:
            return [msgspec.to_builtins(each) for each in jobs.list()]


def _kill_and_resume(operator: Operator) -> None:
    """Archive, kill the process in the middle, and go on with its job."""
    archive = ("archive", "jwo", "catalog.csv", "--map", "item_sku=sku", "--output", "results/archive")
    with operator.started(*archive) as process:
        while _share_known(operator) < _CONFIRMED and process.poll() is None:
            time.sleep(0.1)
        process.send_signal(signal.SIGKILL)
    print("\n# killed: kill -9", process.pid)
    operator.run("jobs", "list")
    operator.run("jobs", "resume", str(operator.jobs()[0]["id"]))


def _share_known(operator: Operator) -> float:
    """Return which share of the newest job's items has an outcome; 0 before there is a job that archives."""
    job = operator.jobs()[0]
    counts = job["counts"]
    if job["operation"] != "archiveCatalog" or not isinstance(counts, dict) or not job["items"]:
        return 0
    return float(sum(counts[each] for each in ("confirmed", "rejected", "unknown"))) / float(str(job["items"]))


def _share(operator: Operator) -> None:
    """Let two workers share a job."""
    operator.run("upload", "jwo", "catalog.csv", "--map", "name=item_name", "--map", "price=standard_price", "--detach")
    job = str(operator.jobs()[0]["id"])
    with operator.started("worker", "--quiet"), operator.started("worker", "--quiet"):
        operator.run("jobs", "show", job, "--watch")
    operator.run("jobs", "export", job, "--output", "results/shared")


def _write_catalog(path: Path, rows: int) -> None:
    """Write the catalog of three stores, as a point of sale exports it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("item_sku", "store_id", "external_product_id", "name", "price"))
        writer.writerows((f"DEMO-{row:07}", _STORES[row % 3], _ean(row), f"Product {row}", f"{row % 90}.99") for row in range(rows))


def _ean(number: int) -> str:
    """Return a barcode with its check digit; that of one row in two hundred is wrong, as in every real catalog."""
    digits = f"40{number:010}"
    check = -sum(int(each) * (3 if place % 2 else 1) for place, each in enumerate(digits)) % 10
    return f"{digits}{(check + (number % 200 == 7)) % 10}"


def _installed(folder: Path) -> Path:
    """Install the packages of this project into a folder, as pip would, and return it."""
    command = (".venv/bin/uv", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--target", folder)
    subprocess.run((*command, *source_folders()), cwd=ROOT, check=True)
    return folder


if __name__ == "__main__":
    exit_with(main)
