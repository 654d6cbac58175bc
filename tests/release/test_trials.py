"""What is tried before a publication gets no secrets, comes from nowhere else, and is what is uploaded."""

from __future__ import annotations

import json
import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from uv import find_uv_bin

from scripts.command import ROOT
from scripts.mock.served import Served
from scripts.packages.distributions import Distribution
from scripts.packages.errors import PackageError
from scripts.release import environments, publish
from scripts.release.build import Built, digest
from scripts.release.environments import empty_environment, install, only_from, smoke
from scripts.release.index import at
from tests.overrides.ways import eventually
from tests.release.repositories import CREDENTIALS, Index, serving
from tests.release.wheels import distribution, source, wheel

GUIDE = (ROOT / "scripts" / "release" / "README.md").read_text(encoding="utf-8")
SECRETS = {
    "UV_PUBLISH_TOKEN": "pypi-t0ken",
    "UV_INDEX_PUBLISHED_PASSWORD": "read-t0ken",
    "AWS_SECRET_ACCESS_KEY": "aws-t0ken",
    "GITHUB_TOKEN": "github-t0ken",
    "HTTPS_PROXY": "http://user:proxy-t0ken@127.0.0.1:1",
}
LIST = "import json, os, pathlib; pathlib.Path({!r}).write_text(json.dumps([*os.environ.items(), os.path.expanduser('~')]))"
SHOW = "import importlib.metadata as m, sys; print(*(m.version(each) for each in sys.argv[1:]))"
APP, CLIENT, THIRD = "app", "app-client", "third-party"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))


@pytest.fixture
def public(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """The index that uv takes packages from; somebody has published newer ones there under our names."""
    with serving(tmp_path / "public") as found:
        for name, version in ((APP, "0.1.0"), (APP, "9.9.9"), (CLIENT, "0.1.9"), (THIRD, "1.0")):
            wheel(found.folder, name, version, code="raise SystemExit('it is of somebody else')" if name != THIRD else "")
        monkeypatch.setenv("UV_DEFAULT_INDEX", f"{found.url}simple/")
        monkeypatch.setenv("UV_INDEX_STRATEGY", "unsafe-best-match")
        yield found


def ours(folder: Path) -> dict[str, Path]:
    """Write a package and the client that it requires, by name."""
    folder.mkdir(exist_ok=True)
    app = wheel(folder, APP, "0.1.0", requires=[f"{CLIENT}[aws]>=0.1,<0.2"], code=f"import {CLIENT.replace('-', '_')}")
    return {APP: app, CLIENT: wheel(folder, CLIENT, "0.1.0", requires=[f"{THIRD}>=1; extra == 'aws'"])}


def works(python: Path, app: Distribution) -> bool:
    versions = subprocess.run([str(python), "-c", SHOW, APP, CLIENT, THIRD], capture_output=True, text=True, check=True).stdout
    assert versions.split() == ["0.1.0", "0.1.0", "1.0"]
    return not smoke(python, app, NO_MOCKS)


NO_MOCKS = Served(urls={}, admin="", credentials={"some": {"MOCK_KEY": "mock"}}, known={}, examples={})


def test_a_trial_gets_no_secret_and_no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    scripts, (imported, run) = tmp_path / "smoke", (tmp_path / "imported.json", tmp_path / "run.json")
    scripts.mkdir()
    monkeypatch.setattr(environments, "SMOKE", scripts)
    (scripts / "app.py").write_text(LIST.format(str(run)), encoding="utf-8")
    app = distribution(tmp_path, APP)
    with empty_environment() as python, only_from({APP: wheel(tmp_path, APP, "0.1.0", code=LIST.format(str(imported)))}) as sources:
        install(python, app, tmp_path, [*sources, "--no-index"])
        assert not imported.exists(), "code runs when it is installed"
        assert smoke(python, app, NO_MOCKS)
    for path in (imported, run):
        *variables, home = json.loads(path.read_text(encoding="utf-8"))
        assert "t0ken" not in str(variables)
        assert dict(variables)["MOCK_KEY"] == "mock"
        assert dict(variables).keys() <= {*environments._KEPT, "MOCK_KEY", "HOME", "USERPROFILE"}
        assert home not in (str(Path.home()), "~")
        assert not Path(home).exists()


def test_only_the_upload_and_the_installation_from_the_index_get_the_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, Any] = {}

    def published(*given: Any, **_: Any) -> list[Built]:
        seen["secrets"], seen["environment"] = given[2], dict(os.environ)
        return []

    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(publish, "publish", published)
    assert publish.main(["--index", "http://127.0.0.1:1/"], root=tmp_path) == 0
    assert seen["secrets"] == {name: SECRETS[name] for name in ("UV_PUBLISH_TOKEN", "UV_INDEX_PUBLISHED_PASSWORD")}
    assert not seen["secrets"].keys() & seen["environment"].keys()


@pytest.mark.usefixtures("public")
def test_our_packages_come_from_what_was_built_whatever_an_index_has(tmp_path: Path) -> None:
    app = distribution(tmp_path, APP)
    with empty_environment() as python, only_from(ours(tmp_path / "dist")) as sources:
        install(python, app, tmp_path, sources)
        assert works(python, app)


@pytest.mark.usefixtures("public")
def test_our_packages_come_from_the_index_that_they_are_published_to(tmp_path: Path, index: Index) -> None:
    ours(index.folder)
    app = distribution(tmp_path, APP)
    with empty_environment() as python:
        install(python, app, tmp_path, ["--index", f"published={index.url}simple/"])
        assert works(python, app)


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Built:
    """A package that `publish` finds, permits and builds."""
    (tmp_path / "dist").mkdir()
    files = [wheel(tmp_path / "dist", APP, "0.1.0"), source(tmp_path / "dist", APP, "0.1.0")]
    digests = {each.name: digest(each) for each in files}
    found = Built(distribution=distribution(tmp_path, APP), wheel=files[0], sdist=files[1], digests=digests)
    monkeypatch.setattr(publish, "_permit", lambda *_, **__: None)
    monkeypatch.setattr(publish, "distributions", lambda _: ())
    monkeypatch.setattr(publish, "build", lambda *_, **__: (found,))
    monkeypatch.setattr(publish, "_PAUSE", 0)
    return found


def published(index: Index, root: Path) -> list[str]:
    """Publish, and return the names of what was published."""
    return [each.distribution.name for each in publish.publish(at(index.url), root, CREDENTIALS, dry_run=False)]


def test_what_was_tried_is_uploaded_and_tried_again(
    built: Built, index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(publish, "_try", lambda *given, **_: tried.append((given[3], given[2])))
    assert published(index, tmp_path) == [APP]
    assert {path.name: digest(path) for path in index.folder.iterdir()} == built.digests
    assert [how for how, _ in tried] == ["built", "installed from the index"]
    assert tried[1][1] == ["--index", f"published={index.url}simple/"]


@pytest.mark.parametrize("changed", ["wheel", "sdist"])
def test_what_was_changed_after_its_trial_is_not_uploaded(
    built: Built, index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    path: Path = getattr(built, changed)
    monkeypatch.setattr(publish, "_try", lambda *_, **__: path.write_bytes(path.read_bytes() + b"evil"))
    with pytest.raises(PackageError, match=f"^{path.name} has other bytes than when it was built and tried; it is not uploaded$"):
        published(index, tmp_path)
    assert index.files == set()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda path: path.write_bytes(b"other"), "app: the index has other bytes than those that were tried"),
        (lambda path: path.unlink(), "app: uploaded, but not in .* yet; run the same command again later"),
    ],
    ids=["other bytes", "nothing"],
)
def test_nothing_is_installed_from_an_index_that_has_not_what_was_tried(
    built: Built, index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], object], message: str
) -> None:
    tried: list[str] = []
    upload = publish._upload

    def uploaded(*given: Any) -> None:
        upload(*given)
        change(index.folder / built.wheel.name)

    monkeypatch.setattr(publish, "_try", lambda *given, **_: tried.append(given[3]))
    monkeypatch.setattr(publish, "_upload", uploaded)
    with pytest.raises(PackageError, match=f"^{message}$"):
        published(index, tmp_path)
    assert tried == ["built"]


def guided(program: str) -> list[str]:
    """Return the words of the line of the guide that runs a program."""
    (line,) = re.findall(rf"^(?:mkdir \S+ && )?\.venv/bin/({program} .*?)(?: &)?$", GUIDE, re.MULTILINE)
    return shlex.split(line)


@pytest.mark.usefixtures("public")
def test_the_guide_installs_our_packages_from_its_index_only(tmp_path: Path, index: Index) -> None:
    ours(index.folder)
    with empty_environment() as python:
        assert guided("uv venv")[2:] == [".cache/try"]
        values = {".cache/try": str(python.parents[1]), "http://127.0.0.1:8080/simple/": f"{index.url}simple/"}
        words = [values.get(each, each) for each in guided("uv pip install")]
        assert words[-1] == "catalog-clients[aws]"
        subprocess.run([find_uv_bin(), *words[1:-1], f"{APP}[aws]"], check=True, capture_output=True)
        assert works(python, distribution(tmp_path, APP))
    assert "pip install --extra-index-url" not in GUIDE


def test_the_index_of_the_guide_redirects_to_no_other_one(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    values = {"8080": str(port), ".cache/packages": str(tmp_path)}
    words = [values.get(each, each) for each in guided("pypi-server")]
    with subprocess.Popen([Path(sys.executable).parent / words[0], *words[1:]], stderr=subprocess.DEVNULL) as server:
        try:
            assert eventually(lambda: is_listening(port))
            response = httpx2.get(f"http://127.0.0.1:{port}/simple/third-party/", follow_redirects=False)
        finally:
            server.terminate()
    assert response.status_code == 404


def is_listening(port: int) -> bool:
    with socket.socket() as trying:
        return trying.connect_ex(("127.0.0.1", port)) == 0
