"""Packages are published to a real index, installed from it into empty environments, and used; what may not be is refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.mock.serving import running
from scripts.mock.settings import Settings
from scripts.packages.distributions import distributions, tag
from scripts.packages.git import ReleaseError
from scripts.release.environments import empty_environment, smoke
from scripts.release.index import at
from tests.release.repositories import CREDENTIALS, Index, Project, serving

ALL = {f"{each.name} {each.version}" for each in distributions()}
YANDEX = "generated/yandex_market_offers"
PLACE = "https://example.com/catalog-clients"


@pytest.fixture
def project(template: Project, tmp_path: Path) -> Project:
    return template.copied(tmp_path / "project")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with serving(tmp_path / "index") as found:
        yield found


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """Return in what line a publication was refused."""
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


@pytest.mark.publication
def test_all_are_published_once_installed_by_pip_and_uv_and_used(project: Project, index: Index) -> None:
    dry = project.run("publish", "--index", index.url, "--dry-run", "yes")
    assert (dry.returncode, dry.stderr, index.files) == (0, "", set())
    assert {line.removesuffix(": built, works") for line in dry.stdout.splitlines() if line.endswith("works")} == ALL

    done = project.run("publish", "--index", index.url, **CREDENTIALS)
    assert (done.returncode, done.stderr) == (0, "")
    for name in ALL:
        for step in ("not there yet", "built, works", "uploaded", "installed from the index, works"):
            assert f"{name}: {step}" in done.stdout.splitlines()
    assert len(index.files) == 2 * len(ALL)
    for each in distributions():
        assert tag(each) in done.stdout.splitlines()[-1]

    assert "nothing to publish: the index has every package in its version" in refusal(
        project.run("publish", "--index", index.url, **CREDENTIALS)
    )
    facade = distributions()[-1]
    with empty_environment() as python, running(Settings(speed=1000)) as mocks:
        pip = [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(python),
            "--disable-pip-version-check",
            "--no-cache-dir",
            "install",
            "--quiet",
        ]
        subprocess.run([*pip, "--extra-index-url", f"{index.url}simple/", "catalog-clients[aws]"], check=True, capture_output=True)
        smoke(python, facade, mocks.served)


@pytest.mark.publication
def test_a_publication_that_was_interrupted_goes_on_with_what_is_missing(project: Project, index: Index) -> None:
    assert project.run("build").returncode == 0
    dist = project.root / ".cache" / "dist"
    for there in ("amazon_catalog_items_client-0.1.0.tar.gz", "amazon_catalog_items_client-0.1.0-py3-none-any.whl"):
        (index.folder / there).write_bytes((dist / there).read_bytes())
    half = "yandex_market_offers_client-0.1.0.tar.gz"
    (index.folder / half).write_bytes((dist / half).read_bytes())
    done = project.run("publish", "--index", index.url, **CREDENTIALS)
    assert (done.returncode, done.stderr) == (0, "")
    assert "amazon-catalog-items-client 0.1.0: there already" in done.stdout
    assert "amazon-catalog-items-client 0.1.0: uploaded" not in done.stdout
    assert "yandex-market-offers-client 0.1.0: there in part" in done.stdout
    assert len(index.files) == 2 * len(ALL)


@pytest.mark.publication
def test_a_version_that_is_there_with_other_bytes_is_refused(project: Project, index: Index) -> None:
    assert project.run("build").returncode == 0
    for path in (project.root / ".cache" / "dist").iterdir():
        (index.folder / path.name).write_bytes(path.read_bytes())
    project.change(f"{YANDEX}/README.md", "offers", "OFFERS")
    project.commit()
    told = refusal(project.run("publish", "--index", index.url, **CREDENTIALS))
    assert told == "yandex-market-offers-client 0.1.0: the index has this version with other contents; raise it"


def test_a_breaking_change_without_a_major_bump_is_refused_before_anything_is_built(project: Project, index: Index) -> None:
    project.release()
    project.change(f"{YANDEX}/yandex_market_offers/client.py", "def delete_offers_from_archive", "def remove_offers")
    project.commit()
    told = refusal(project.run("publish", "--index", index.url, **CREDENTIALS))
    assert "yandex-market-offers-client" in told
    assert "0.2.0" in told
    assert not (project.root / ".cache" / "dist").exists()
    assert index.files == set()


def test_facades_that_leave_out_the_new_version_of_a_client_are_refused(project: Project, index: Index) -> None:
    project.release()
    project.set_version("yandex_market_offers", "0.2.0")
    project.commit()
    told = refusal(project.run("publish", "--index", index.url, **CREDENTIALS))
    assert told.startswith(
        "catalog-clients needs yandex-market-offers-client<0.2,>=0.1, which leaves out the 0.2.0 of the work tree"
    )
    assert index.files == set()


def test_changes_that_are_not_committed_are_refused(project: Project, index: Index) -> None:
    (project.root / "specs" / "new.yaml").write_text("openapi: 3.1.0\n", encoding="utf-8")
    project.change("README.md", "Catalog", "CATALOG")
    told = refusal(project.run("publish", "--index", index.url, **CREDENTIALS))
    assert told == "there are changes that are not committed: README.md, specs/new.yaml"


@pytest.mark.parametrize("given", [{}, {"UV_PUBLISH_USERNAME": "publisher"}], ids=["none", "half"])
def test_without_credentials_nothing_is_built(given: dict[str, str], project: Project, index: Index) -> None:
    told = refusal(project.run("publish", "--index", index.url, **given))
    assert told == "no credentials: set UV_PUBLISH_TOKEN, or UV_PUBLISH_USERNAME and UV_PUBLISH_PASSWORD"
    assert not (project.root / ".cache" / "dist").exists()


@pytest.mark.publication
def test_wrong_credentials_are_told_and_are_in_no_message(project: Project, index: Index) -> None:
    told = refusal(project.run("publish", "--index", index.url, **{**CREDENTIALS, "UV_PUBLISH_PASSWORD": "wr0ng-v4lue"}))
    assert told.startswith("amazon-catalog-items-client cannot be uploaded: ")
    assert "403" in told
    assert "wr0ng-v4lue" not in told
    assert index.files == set()


def test_the_placeholder_for_the_sources_is_refused_unless_the_index_is_on_this_machine(project: Project) -> None:
    told = refusal(project.run("publish", "--index", "https://packages.example.com/upload/", **CREDENTIALS))
    assert told == f"pyproject.toml: tool.publish.repository is {PLACE} still; set it to where the sources are"


@pytest.mark.publication
def test_an_index_that_is_not_there_is_told(project: Project, index: Index) -> None:
    (port,) = index.url.rsplit(":", 1)[1:]
    told = refusal(project.run("publish", "--index", "http://127.0.0.1:1/", **CREDENTIALS))
    assert told.startswith("http://127.0.0.1:1/simple/ cannot be read: ")
    assert port


def test_an_index_is_read_where_it_is_known_to_be() -> None:
    assert at("https://upload.packages.example/legacy/").simple == "https://packages.example/simple/"
    assert at("https://test.packages.example/legacy/").simple == "https://test.packages.example/simple/"
    assert at("https://packages.example.com/pypi").simple == "https://packages.example.com/pypi/simple/"
    assert (
        at("https://packages.example.com/up/", "https://packages.example.com/down/").simple == "https://packages.example.com/down/"
    )
    assert [
        at(url).is_local for url in ("http://127.0.0.1:8080/", "http://localhost/", "http://[::1]:1/", "https://a.example/")
    ] == [
        True,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://packages.example.com/", "over https only"),
        ("https://user:s3cr3t@packages.example.com/", "has credentials in it"),
        ("packages.example.com", "is no URL of an index"),
        ("ftp://packages.example.com/", "is no URL of an index"),
    ],
)
def test_other_urls_are_refused(url: str, told: str) -> None:
    with pytest.raises(ReleaseError, match=told) as refused:
        at(url)
    assert "s3cr3t" not in str(refused.value)
