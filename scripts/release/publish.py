"""`python -m scripts.release.publish`: build, check, publish to a package index, install from there, and try each package."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from uv import find_uv_bin

from scripts.api_diff.comparison import excluding_requirements, missing_bumps
from scripts.command import ROOT, Parser
from scripts.mock.served import Served
from scripts.mock.serving import running
from scripts.mock.settings import Settings
from scripts.packages import git
from scripts.packages.distributions import distributions, tag
from scripts.packages.errors import PackageError
from scripts.release.build import DIST, Built, build
from scripts.release.environments import empty_environment, install, only_from, smoke
from scripts.release.index import Index, Presence, at

_ATTEMPTS, _PAUSE = 10, 6.0  # an index may take a minute to show what was uploaded
_PUBLISHING, _READING = "UV_PUBLISH_", "UV_INDEX_PUBLISHED_"
_NO_HOST = "example.com"
_LONGEST = 300
_HELP = """\
In this order, and each step only after the one before:

  1. refuse a work tree with uncommitted changes, and a version that is too low for its changes (make api-diff)
  2. build all packages into .cache/dist, and check them (make build)
  3. query the index: files that it has with the same bytes are skipped; the same version with other bytes is refused
  4. install each new package from .cache/dist into an empty environment, and use it against a mock vendor
  5. upload, clients first, what has the same bytes as when it was built
  6. wait until the index has these bytes, install each from there into an empty environment, and use it again

In 4 and 6 our packages come from .cache/dist, or from that index, whatever other indexes have under their names; what they require
comes from where uv's settings say. It runs with the mocks' credentials only: without the variables of this command, and with an
empty home. That is no sandbox: where it is not enough, release by a tag, whose workflow publishes in a job that installs nothing.

DRY_RUN=yes skips the last two. After an interruption run it again: it uploads what is missing. What was uploaded before is not
installed from the index again.

Credentials come from the environment: UV_PUBLISH_TOKEN, or UV_PUBLISH_USERNAME and UV_PUBLISH_PASSWORD; to read a private index,
UV_INDEX_PUBLISHED_USERNAME and UV_INDEX_PUBLISHED_PASSWORD, or a netrc file.

Exit codes: 0 published and tried; 2 if something is refused or fails, with the reason in one line; 130 if interrupted. make turns
any of them but 0 into 2."""


def publish(index: Index, root: Path, secrets: Mapping[str, str], *, dry_run: bool) -> list[Built]:
    """Publish the packages of a work tree that the index does not have, and return them.

    Args:
        index: where to.
        root: the work tree.
        secrets: variables with the credentials of the index, which no other process than uv gets.
        dry_run: whether nothing is uploaded.

    Raises:
        PackageError: something is refused, or a step fails; the message says what and why.
    """
    _permit(index, root, secrets, dry_run=dry_run)
    built = build(distributions(root), root / DIST, root=root)
    new = _new(index, built)
    with only_from({each.distribution.name: each.wheel for each in built}) as sources:
        _try(new, root, sources, "built")
    if not dry_run:
        for each in new:
            _upload(index, each, secrets)
        _await(index, built)
        reading = {name: value for name, value in secrets.items() if name.startswith(_READING)}
        _try(
            new, root, ["--index", f"published={index.simple}"], "installed from the index", attempts=_ATTEMPTS, credentials=reading
        )
    return new


def _permit(index: Index, root: Path, secrets: Mapping[str, str], *, dry_run: bool) -> None:
    """Refuse what must not be published, before anything is built."""
    if uncommitted := git.changed(root):
        raise PackageError(f"there are uncommitted changes: {', '.join(uncommitted)}")
    sources = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["publish"]["repository"]
    if not index.is_local and urlsplit(sources).hostname == _NO_HOST:
        raise PackageError(f"pyproject.toml: tool.publish.repository is still {sources}; set it to the URL of the sources")
    given = {name for name in ("UV_PUBLISH_TOKEN", "UV_PUBLISH_USERNAME", "UV_PUBLISH_PASSWORD") if secrets.get(name)}
    if not dry_run and not ("UV_PUBLISH_TOKEN" in given or len(given) == 2):
        raise PackageError("no credentials: set UV_PUBLISH_TOKEN, or UV_PUBLISH_USERNAME and UV_PUBLISH_PASSWORD")
    if missing := [*missing_bumps(root), *excluding_requirements(root, distributions(root))]:
        raise PackageError("\n".join(missing))


def _new(index: Index, built: Sequence[Built]) -> list[Built]:
    """Return the packages that the index does not have."""
    there = {each.distribution.name: index.presence(each) for each in built}
    for each in built:
        print(f"{each.distribution}: {there[each.distribution.name].value}")
    if other := [str(each.distribution) for each in built if there[each.distribution.name] is Presence.OTHER]:
        raise PackageError(f"{', '.join(other)}: the index has this version with other contents; raise it")
    new = [each for each in built if there[each.distribution.name] is not Presence.SAME]
    if not new:
        raise PackageError("nothing to publish: the index has every package in its version; raise the versions of changed packages")
    return new


def _try(
    new: Sequence[Built],
    root: Path,
    sources: Sequence[str],
    how: str,
    *,
    attempts: int = 1,
    credentials: Mapping[str, str] | None = None,
) -> None:
    """Install each package into an empty environment and use it."""
    for distribution in (each.distribution for each in new):
        with empty_environment() as python, _vendors() as served:
            for attempt in range(1, attempts + 1):
                try:
                    install(python, distribution, root, sources, credentials)
                    break
                except PackageError:
                    if attempt == attempts:
                        raise
                    time.sleep(_PAUSE)
            works = smoke(python, distribution, served)
        outcome = "works" if works else f"can be imported; it has no script in scripts/release/smoke/{distribution.package}.py"
        print(f"{distribution}: {how}, {outcome}")


@contextmanager
def _vendors() -> Iterator[Served]:
    """Run mock vendors in their first state."""
    with ExitStack() as stack:
        try:
            mocks = stack.enter_context(running(Settings(speed=1000)))
        except Exception as error:  # such as a parameter of the spec that the mock in scripts/mock/vendors does not take
            raise PackageError(f"the mock vendors do not start: {error}") from error
        yield mocks.served


def _upload(index: Index, built: Built, secrets: Mapping[str, str]) -> None:
    """Upload the files of a package that the index does not have, from copies that nothing that was tried knows of."""
    command = [find_uv_bin(), "publish", "--quiet", "--trusted-publishing", "never", "--publish-url", index.upload]
    with tempfile.TemporaryDirectory() as folder:
        files = [str(built.unchanged(Path(shutil.copy(path, folder)))) for path in (built.wheel, built.sdist)]
        environment = {**os.environ, **secrets}
        done = subprocess.run(
            [*command, "--check-url", index.simple, *files], env=environment, capture_output=True, text=True, check=False
        )
    if done.returncode:
        message = " ".join(re.sub(r"<[^>]*>", " ", done.stderr).split())  # an index may return HTML
        raise PackageError(f"{built.distribution.name} cannot be uploaded: {message[:_LONGEST]}")
    print(f"{built.distribution}: uploaded")


def _await(index: Index, built: Sequence[Built]) -> None:
    """Wait until the index has all packages with the bytes that were tried, so that none of them comes from another one."""
    missing: list[str] = []
    for _ in range(_ATTEMPTS):
        there = {each.distribution.name: index.presence(each) for each in built}
        if other := [name for name, presence in there.items() if presence is Presence.OTHER]:
            raise PackageError(f"{', '.join(other)}: the index has other bytes than those that were tried")
        missing = [name for name, presence in there.items() if presence is not Presence.SAME]
        if not missing:
            return
        time.sleep(_PAUSE)
    raise PackageError(f"{', '.join(missing)}: uploaded, but not in {index.simple} yet; run the same command again later")


def main(arguments: Sequence[str] | None = None, *, root: Path = ROOT) -> int:
    """Run the command; returns 0, 2 if something is refused or fails, or 130 if it was interrupted."""
    parser = Parser(
        prog="python -m scripts.release.publish",
        description=__doc__,
        epilog=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--index", metavar="URL", help="URL to upload to, such as the `legacy` URL of PyPI")
    parser.add_argument(
        "--simple", metavar="URL", help="URL to install from; default: that of PyPI or TestPyPI, else INDEX/simple/"
    )
    parser.add_argument("--dry-run", choices=("yes", "no"), default="no", help="skip the upload")
    options = parser.parse_args(arguments)
    dry_run = options.dry_run == "yes"
    if not options.index:
        parser.error("name the index to upload to: make publish INDEX=URL")
    # No process that is started from here inherits them.
    secrets = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith((_PUBLISHING, _READING))}
    try:
        new = publish(at(options.index, options.simple), root, secrets, dry_run=dry_run)
    except PackageError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; run the same command again to publish what is missing", file=sys.stderr)
        return 130
    tags = [tag(each.distribution) for each in new]
    if not dry_run and (missing := [each for each in tags if each not in git.tags(root)]):
        names = " ".join(missing)
        print(f"published; if this is the release, tag it: for tag in {names}; do git tag $tag; done; git push --tags")
    return 0


if __name__ == "__main__":
    sys.exit(main())
