"""Packages are published to a real index, installed from it into empty environments, and used; or they are refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping

import pytest

from scripts.api_diff.metadata import requirements
from scripts.command import ROOT
from scripts.mock.serving import running
from scripts.mock.settings import Settings
from scripts.packages.distributions import distributions, settings, tag
from scripts.packages.errors import PackageError
from scripts.packages.versions import Bump, next_version
from scripts.release.environments import SMOKE, empty_environment, smoke
from scripts.release.index import at
from scripts.release.publish import main
from tests.release.repositories import CREDENTIALS, Index, Project

ALL = {f"{each.name} {each.version}" for each in distributions()}
# The packages that the smoke tests use; others are only imported.
USED = {f"{each.name} {each.version}" for each in distributions() if (SMOKE / f"{each.package}.py").exists()}
WRITTEN = next(each for each in distributions() if not each.spec)
# A client that the hand-written package requires.
CLIENT = next(each for each in distributions() if each.spec and each.name in requirements(ROOT / WRITTEN.folder))
CLIENT_NAME = f"{CLIENT.name} {CLIENT.version}"
README = f"{CLIENT.folder}/README.md"
PLACE = "https://example.com/catalog-clients"
NOBODY = "http://127.0.0.1:1/"  # nobody listens there


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
    extras = ",".join(settings(ROOT / WRITTEN.folder)["project"].get("optional-dependencies", {}))
    with empty_environment() as python, running(Settings(speed=1000)) as mocks:
        pip = [sys.executable, "-m", "pip", "--python", str(python), "--no-cache-dir", "install", "--quiet"]
        # Ours from this index alone, and then what they require.
        ours = ["--index-url", f"{index.url}simple/", "--no-deps", *(each.name for each in distributions())]
        for wanted in (ours, [f"{WRITTEN.name}[{extras}]"]):
            subprocess.run([*pip, *wanted], check=True, capture_output=True)
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


@pytest.mark.publication
def test_wrong_credentials_are_reported_and_are_in_no_message(project: Project, index: Index) -> None:
    message = refusal(project.run("publish", "--index", index.url, **{**CREDENTIALS, "UV_PUBLISH_PASSWORD": "wr0ng-v4lue"}))
    assert message.startswith(f"{distributions()[0].name} cannot be uploaded: ")
    assert "403" in message
    assert "wr0ng-v4lue" not in message
    assert index.files == set()


@pytest.mark.publication
def test_an_unreachable_index_is_reported(project: Project) -> None:
    message = refusal(project.run("publish", "--index", NOBODY, **CREDENTIALS))
    assert message == f"{NOBODY}simple/ cannot be read: Connection refused"


@pytest.fixture
def refused(project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Publish what is refused before anything is built; gives the reason."""

    def publish(index: str = NOBODY, credentials: Mapping[str, str] = CREDENTIALS) -> str:
        for name in ("UV_PUBLISH_TOKEN", *CREDENTIALS):
            monkeypatch.setenv(name, credentials.get(name, ""))
        assert main(["--index", index], root=project.root) == 2
        assert not (project.root / ".cache" / "dist").exists()
        return capsys.readouterr().err.strip()

    return publish


def test_a_breaking_change_without_a_major_bump_is_refused(project: Project, refused: Callable[..., str]) -> None:
    project.tag([CLIENT.name], CLIENT.version)
    project.change(f"{CLIENT.folder}/{CLIENT.package}/__init__.py", '"UNSET", ', "")
    project.commit()
    assert refused().startswith(f"{CLIENT_NAME}: needs version {next_version(CLIENT.version, Bump.MAJOR)} or higher")


def test_a_package_that_excludes_the_new_version_of_a_client_is_refused(project: Project, refused: Callable[..., str]) -> None:
    for path in (f"{CLIENT.spec}", f"{CLIENT.folder}/{CLIENT.package}/openapi.yaml"):
        project.change(path, f"    version: {CLIENT.version}\n", "    version: 99.0.0\n")
    project.commit()
    message = refused()
    assert message.startswith(f"{WRITTEN.name} requires {CLIENT.name}")
    assert "which excludes version 99.0.0 of the work tree" in message


def test_uncommitted_changes_are_refused(project: Project, refused: Callable[..., str]) -> None:
    (project.root / "specs" / "new.yaml").write_text("openapi: 3.1.0\n", encoding="utf-8")
    (project.root / "README.md").write_text("# CHANGED\n", encoding="utf-8")
    assert refused() == "there are uncommitted changes: README.md, specs/new.yaml"


@pytest.mark.parametrize("given", [{}, {"UV_PUBLISH_USERNAME": "publisher"}], ids=["none", "half"])
def test_publishing_without_credentials_is_refused(given: dict[str, str], refused: Callable[..., str]) -> None:
    message = "no credentials: set UV_PUBLISH_TOKEN, or UV_PUBLISH_USERNAME and UV_PUBLISH_PASSWORD"
    assert refused(credentials=given) == message


def test_the_placeholder_for_the_sources_is_refused_unless_the_index_is_on_this_machine(refused: Callable[..., str]) -> None:
    message = f"pyproject.toml: tool.publish.repository is still {PLACE}; set it to the URL of the sources"
    assert refused("https://packages.example.com/upload/") == message


@pytest.mark.parametrize(
    ("upload", "simple"),
    [
        ("https://upload.packages.example/legacy/", "https://packages.example/simple/"),
        ("https://test.packages.example/legacy/", "https://test.packages.example/simple/"),
        ("https://packages.example.com/pypi", "https://packages.example.com/pypi/simple/"),
    ],
)
def test_an_index_is_read_where_it_is_known_to_be(upload: str, simple: str) -> None:
    assert at(upload).simple == simple
    assert at(upload, "https://packages.example.com/down/").simple == "https://packages.example.com/down/"


def test_which_index_is_on_this_machine() -> None:
    local = ["http://127.0.0.1:8080/", "http://localhost/", "http://[::1]:1/"]
    assert [url for url in (*local, "https://a.example/") if at(url).is_local] == local


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
