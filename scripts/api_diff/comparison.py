"""The packages of the work tree beside their last releases: what has changed, and whether the versions say so."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from packaging.utils import canonicalize_name

from scripts.api_diff.changes import Change, joined
from scripts.api_diff.metadata_changes import metadata_changes, requirements
from scripts.api_diff.spec_changes import spec_changes
from scripts.api_diff.surface import read_surface
from scripts.api_diff.surface_changes import surface_changes
from scripts.command import ROOT
from scripts.packages import git
from scripts.packages.distributions import FOLDERS, Distribution, distributions, released, tag
from scripts.packages.git import ReleaseError
from scripts.packages.versions import Bump, next_version, parse, suffices


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A distribution beside what it was.

    Attributes:
        distribution: as it is in the work tree.
        since: the tag or other ref that it is compared with; None if it was never released.
        released: its version there; None if it was not there.
        changes: what to tell.
        files: which of the files that are shipped have changed in more than the version, below the distribution's folder.
    """

    distribution: Distribution
    since: str | None = None
    released: str | None = None
    changes: tuple[Change, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether anything that is shipped has changed since the release, the version aside."""
        return bool(self.files)

    @property
    def needed_bump(self) -> Bump:
        """What the changes need: at least PATCH if anything that is shipped has changed, NONE if there was no release."""
        return max((each.bump for each in self.changes), default=Bump.PATCH if self.files else Bump.NONE)

    @property
    def needed_version(self) -> str:
        """The lowest version that fits; that of the work tree if there was no release."""
        return self.distribution.version if self.released is None else next_version(self.released, self.needed_bump)

    @property
    def is_sufficient(self) -> bool:
        """Whether the version of the work tree fits, so that it may be released."""
        return self.released is None or suffices(self.released, self.distribution.version, self.needed_bump)

    @property
    def is_breaking_without_bump(self) -> bool:
        """Whether something breaks and the version does not say so."""
        return self.needed_bump is Bump.MAJOR and not self.is_sufficient

    @property
    def is_lower(self) -> bool:
        """Whether the version of the work tree is lower than the released one."""
        return self.released is not None and parse(self.distribution.version) < parse(self.released)


@dataclass(frozen=True, kw_only=True)
class Report:
    """All distributions of a work tree beside what they were.

    Attributes:
        comparisons: one for each distribution, in their order.
        removed: the distributions that are gone, as they were.
        notes: what else to know, a line each.
    """

    comparisons: tuple[Comparison, ...]
    removed: tuple[Distribution, ...] = ()
    notes: tuple[str, ...] = ()


def compare(root: Path = ROOT, since: str | None = None) -> Report:
    """Compare the distributions of a work tree with their last releases.

    Args:
        root: the work tree.
        since: tag, branch or commit to compare all of them with instead.

    Raises:
        ReleaseError: there is no git repository, no such ref, or something cannot be read.
    """
    root = root.resolve()
    git.git(root, "rev-parse", "--git-dir")
    now = distributions(root)
    last = released(root)
    with _states(root) as state:
        found = tuple(_compare(root, each, since or last.get(each.name), state, by_tag=not since) for each in now)
        gone = _gone_since(since, now, state) if since else _gone(root, now, last, state)
    notes = [*ranges_that_leave_out(root, now)]
    if not last and git.is_shallow(root):
        notes.append("this clone is shallow, so that tags may be missing: git fetch --unshallow --tags")
    return Report(comparisons=found, removed=gone, notes=tuple(notes))


@dataclass(frozen=True)
class _State:
    """What the folders held at a commit."""

    root: Path
    distributions: dict[str, Distribution]


@contextmanager
def _states(root: Path) -> Iterator[_Reader]:
    """Give a reader of earlier states, each of which is read once; its files are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="api-diff-") as folder:
        yield _Reader(root, Path(folder))


class _Reader:
    def __init__(self, root: Path, folder: Path) -> None:
        self._root, self._folder = root, folder
        self._at_commit = cache(self._read)

    def at(self, ref: str) -> _State:
        """Return the state at a ref.

        Raises:
            ReleaseError: there is no such ref, or a spec cannot be read there.
        """
        commit = git.commit(self._root, ref)
        try:
            return self._at_commit(commit)
        except ReleaseError as error:
            place = f"{self._folder / commit}/"
            raise ReleaseError(f"{ref.removeprefix('refs/tags/')}: {str(error).replace(place, '')}") from error

    def _read(self, commit: str) -> _State:
        target = self._folder / commit
        target.mkdir()
        git.extract(self._root, commit, FOLDERS, target)
        return _State(target, {each.name: each for each in distributions(target)})


def _compare(root: Path, now: Distribution, since: str | None, states: _Reader, *, by_tag: bool) -> Comparison:
    _check_generated(root, now)
    if since is None:
        return Comparison(distribution=now)
    state = states.at(f"refs/tags/{since}" if by_tag else since)
    old = state.distributions.get(now.name)
    if by_tag and (old is None or tag(old) != since):
        there = f"version {old.version}" if old else "no such distribution"
        raise ReleaseError(f"{since}: there is {there} at this tag; move it to the commit that was released")
    if old is None:
        return Comparison(distribution=now, since=since)
    files = tuple(map(str, sorted(_changed_files(root, now, state.root, old))))
    changes: tuple[Change, ...] = ()
    if files:
        try:
            changes = _changes(root, now, state.root, old)
        except ReleaseError as error:
            raise ReleaseError(str(error).replace(f"{state.root}/", f"{since}: ").replace(f"{root}/", "")) from error
    return Comparison(distribution=now, since=since, released=old.version, changes=changes, files=files)


def _check_generated(root: Path, distribution: Distribution) -> None:
    """Refuse a package that was generated from another state of its spec than the one that is there."""
    if distribution.spec:
        shipped = distribution.folder / distribution.package / f"openapi{distribution.spec.suffix}"
        try:
            same = (root / shipped).read_bytes() == (root / distribution.spec).read_bytes()
        except OSError as error:
            raise ReleaseError(f"{shipped}: cannot be read ({error.strerror}); run make generate") from error
        if not same:
            raise ReleaseError(f"{distribution.folder} is not generated from {distribution.spec} as it is; run make generate")


def _changed_files(root: Path, now: Distribution, old_root: Path, old: Distribution) -> Iterator[PurePosixPath]:
    """Yield the files that differ in more than the version."""
    there = git.files(root, now.folder)
    before = old_root / old.folder
    was = {PurePosixPath(path.relative_to(before).as_posix()) for path in before.rglob("*") if path.is_file()}
    for name in there | was:
        if name not in there or name not in was:
            yield name
            continue
        text, text_before = (root / now.folder / name).read_bytes(), (before / name).read_bytes()
        if text != text_before and text != text_before.replace(old.version.encode(), now.version.encode()):
            yield name


def _changes(root: Path, now: Distribution, old_root: Path, old: Distribution) -> tuple[Change, ...]:
    of_spec: list[Change] = []
    answered: frozenset[str] = frozenset()
    if old.spec and now.spec:
        of_spec, answered = spec_changes(old_root / old.spec, root / now.spec)
    surfaces = [
        read_surface(each.package, folder / each.folder, submodules=each.spec is not None)
        for each, folder in ((old, old_root), (now, root))
    ]
    of_python = surface_changes(*surfaces, answered=answered)
    if old.package != now.package:
        text = f"is imported as `{now.package}` instead of as `{old.package}`"
        of_python.insert(0, Change(bump=Bump.MAJOR, heading="Changed", text=text))
    return joined([*of_spec, *metadata_changes(old_root / old.folder, root / now.folder)], of_python)


def _gone(root: Path, now: tuple[Distribution, ...], last: dict[str, str], states: _Reader) -> tuple[Distribution, ...]:
    """Return the released distributions that are gone, but for those that were gone already when another one was released."""
    names = {each.name for each in now}
    later = [states.at(f"refs/tags/{last[name]}") for name in names & last.keys()]
    found = []
    for name in sorted(last.keys() - names):
        # A tag of this form need not be that of a distribution: it may mark whatever else there is in the repository.
        commit = git.commit(root, f"refs/tags/{last[name]}")
        if not {"specs", "overrides"} & set(git.git(root, "ls-tree", "--name-only", commit).decode().split()):
            continue
        old = states.at(f"refs/tags/{last[name]}").distributions.get(name)
        if old and tag(old) == last[name] and all(name in state.distributions for state in later):
            found.append(old)
    return tuple(found)


def _gone_since(since: str, now: tuple[Distribution, ...], states: _Reader) -> tuple[Distribution, ...]:
    names = {each.name for each in now}
    return tuple(old for name, old in states.at(since).distributions.items() if name not in names)


def ranges_that_leave_out(root: Path, now: tuple[Distribution, ...]) -> Iterator[str]:
    """Yield where a distribution needs another one in versions that leave out that of the work tree."""
    versions: dict[str, str] = {canonicalize_name(each.name): each.version for each in now}
    for each in now:
        for name, requirement in requirements(root / each.folder).items():
            if name in versions and not requirement.specifier.contains(versions[name]):
                advice = f"change that in {each.folder / 'pyproject.toml'}, and raise the version of {each.name}"
                yield f"{each.name} needs {requirement}, which leaves out the {versions[name]} of the work tree; {advice}"
