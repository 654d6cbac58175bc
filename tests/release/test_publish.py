"""Packages are published to a real index, installed from it into empty environments, and used; or they are refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.api_diff.metadata import requirements
from scripts.command import ROOT
from scripts.mock.serving import running
from scripts.mock.settings import Settings
from scripts.packages.distributions import distributions, tag
from scripts.packages.distributions import project as project_table
from scripts.packages.errors import PackageError
from scripts.packages.versions import Bump, next_version
from scripts.release.environments import SMOKE, empty_environment, smoke
from scripts.release.index import at
from tests.release.repositories import CREDENTIALS, Index, Project, serving

ALL = {f"{each.name} {each.version}" for each in distributions()}
# The packages that the smoke tests use; others are only imported.
USED = {f"{each.name} {each.version}" for each in distributions() if (SMOKE / f"{each.package}.py").exists()}
WRITTEN = next(each for each in distributions() if not each.spec)
# A client that the hand-written package requires.
CLIENT = next(each for each in distributions() if each.spec and each.name in requirements(ROOT / WRITTEN.folder))
CLIENT_NAME = f"{CLIENT.name} {CLIENT.version}"
README = f"{CLIENT.folder}/README.md"
PLACE = "https://example.com/catalog-clients"


@pytest.fixture
def project(template: Project, tmp_path: Path) -> Project:
    return template.copied(tmp_path / "project")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with serving(tmp_path / "index") as found:
        yield found


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """Return the line with which a publication was refused."""
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


@pytest.mark.publication
def test_all_are_published_once_installed_by_pip_and_uv_and_used(project: Project, index: Index) -> None:
    dry = project.run("publish", "--index", index.url, "--dry-run", "yes")
    assert (dry.returncode, dry.stderr, index.files) == (0, "", set())
    assert {line.removesuffix(": built, works") for line in dry.stdout.splitlines() if line.endswith("works")} == USED
    assert {line.partition(": built, can be imported")[0] for line in dry.stdout.splitlines() if "no script" in line} == ALL - USED

    done = project.run("publish", "--index", index.url, **CREDENTIALS)
    assert (done.returncode, done.stderr) == (0, "")
    for name in ALL:
        for step in ("not there yet", "built, ", "uploaded", "installed from the index, "):
            assert any(line.startswith(f"{name}: {step}") for line in done.stdout.splitlines())
    assert len(index.files) == 2 * len(ALL)
    for each in distributions():
        assert tag(each) in done.stdout.splitlines()[-1]

    assert "nothing to publish: the index has every package in its version" in refusal(
        project.run("publish", "--index", index.url, **CREDENTIALS)
    )
    wanted = f"{WRITTEN.name}[{','.join(project_table(WRITTEN).get('optional-dependencies', {}))}]"
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
        subprocess.run([*pip, "--extra-index-url", f"{index.url}simple/", wanted], check=True, capture_output=True)
        assert smoke(python, WRITTEN, mocks.served) is (f"{WRITTEN.name} {WRITTEN.version}" in USED)


@pytest.mark.publication
def test_a_publication_that_was_interrupted_goes_on_with_what_is_missing(project: Project, index: Index) -> None:
    assert project.run("build").returncode == 0
    dist = project.root / ".cache" / "dist"
    other = next(each for each in distributions() if each.spec and each != CLIENT)
    there = [*dist.glob(f"{other.name.replace('-', '_')}-*"), *dist.glob(f"{CLIENT.name.replace('-', '_')}-*.tar.gz")]
    assert len(there) == 3
    for path in there:
        (index.folder / path.name).write_bytes(path.read_bytes())
    done = project.run("publish", "--index", index.url, **CREDENTIALS)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{other.name} {other.version}: there already" in done.stdout
    assert f"{other.name} {other.version}: uploaded" not in done.stdout
    assert f"{CLIENT_NAME}: there in part" in done.stdout
    assert len(index.files) == 2 * len(ALL)


@pytest.mark.publication
def test_a_version_that_is_there_with_other_bytes_is_refused(project: Project, index: Index) -> None:
    assert project.run("build").returncode == 0
    for path in (project.root / ".cache" / "dist").iterdir():
        (index.folder / path.name).write_bytes(path.read_bytes())
    (project.root / README).write_text("# CHANGED\n", encoding="utf-8")
    project.commit()
    message = refusal(project.run("publish", "--index", index.url, **CREDENTIALS))
    assert message == f"{CLIENT_NAME}: the index has this version with other contents; raise it"


def test_a_breaking_change_without_a_major_bump_is_refused_before_anything_is_built(project: Project, index: Index) -> None:
    project.tag([CLIENT.name], CLIENT.version)
    project.change(f"{CLIENT.folder}/{CLIENT.package}/__init__.py", '"UNSET", ', "")
    project.commit()
    message = refusal(project.run("publish", "--index", index.url, **CREDENTIALS))
    assert message.startswith(f"{CLIENT_NAME}: needs version {next_version(CLIENT.version, Bump.MAJOR)} or higher")
    assert not (project.root / ".cache" / "dist").exists()
    assert index.files == set()


def test_a_package_that_excludes_the_new_version_of_a_client_is_refused(project: Project, index: Index) -> None:
    spec, shipped = f"{CLIENT.spec}", f"{CLIENT.folder}/{CLIENT.package}/openapi.yaml"
    for path in (spec, shipped):
        project.change(path, f"    version: {CLIENT.version}\n", "    version: 99.0.0\n")
    project.commit()
    message = refusal(project.run("publish", "--index", index.url, **CREDENTIALS))
    assert message.startswith(f"{WRITTEN.name} requires {CLIENT.name}")
    assert "which excludes version 99.0.0 of the work tree" in message
    assert index.files == set()


def test_uncommitted_changes_are_refused(project: Project, index: Index) -> None:
    (project.root / "specs" / "new.yaml").write_text("openapi: 3.1.0\n", encoding="utf-8")
    (project.root / "README.md").write_text("# CHANGED\n", encoding="utf-8")
    message = refusal(project.run("publish", "--index", index.url, **CREDENTIALS))
    assert message == "there are uncommitted changes: README.md, specs/new.yaml"


@pytest.mark.parametrize("given", [{}, {"UV_PUBLISH_USERNAME": "publisher"}], ids=["none", "half"])
def test_without_credentials_nothing_is_built(given: dict[str, str], project: Project, index: Index) -> None:
    message = refusal(project.run("publish", "--index", index.url, **given))
    assert message == "no credentials: set UV_PUBLISH_TOKEN, or UV_PUBLISH_USERNAME and UV_PUBLISH_PASSWORD"
    assert not (project.root / ".cache" / "dist").exists()


@pytest.mark.publication
def test_wrong_credentials_are_reported_and_are_in_no_message(project: Project, index: Index) -> None:
    message = refusal(project.run("publish", "--index", index.url, **{**CREDENTIALS, "UV_PUBLISH_PASSWORD": "wr0ng-v4lue"}))
    assert message.startswith(f"{distributions()[0].name} cannot be uploaded: ")
    assert "403" in message
    assert "wr0ng-v4lue" not in message
    assert index.files == set()


def test_the_placeholder_for_the_sources_is_refused_unless_the_index_is_on_this_machine(project: Project) -> None:
    message = refusal(project.run("publish", "--index", "https://packages.example.com/upload/", **CREDENTIALS))
    assert message == f"pyproject.toml: tool.publish.repository is still {PLACE}; set it to the URL of the sources"


@pytest.mark.publication
def test_an_unreachable_index_is_reported(project: Project, index: Index) -> None:
    (port,) = index.url.rsplit(":", 1)[1:]
    message = refusal(project.run("publish", "--index", "http://127.0.0.1:1/", **CREDENTIALS))
    assert message.startswith("http://127.0.0.1:1/simple/ cannot be read: ")
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
    ("url", "message"),
    [
        ("http://packages.example.com/", "over https only"),
        ("https://user:s3cr3t@packages.example.com/", "has credentials in it"),
        ("packages.example.com", "is not the URL of an index"),
        ("ftp://packages.example.com/", "is not the URL of an index"),
    ],
)
def test_other_urls_are_refused(url: str, message: str) -> None:
    with pytest.raises(PackageError, match=message) as refused:
        at(url)
    assert "s3cr3t" not in str(refused.value)
