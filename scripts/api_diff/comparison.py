"""The packages of the work tree compared with their last releases: what has changed, and whether the versions are high enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from packaging.utils import canonicalize_name

from scripts.api_diff.changes import Change, merge
from scripts.api_diff.metadata import metadata_changes, requirements
from scripts.api_diff.public_api import load
from scripts.api_diff.python_changes import python_changes
from scripts.api_diff.spec_changes import spec_changes
from scripts.api_diff.states import State, earlier_states
from scripts.command import ROOT
from scripts.packages import git
from scripts.packages.distributions import Distribution, distributions, released, tag, version_place
from scripts.packages.errors import PackageError
from scripts.packages.versions import Bump, next_version, parse, suffices

StateAt = Callable[[str], State]
_WHY = {
    Bump.MAJOR: "it has a breaking change",
    Bump.MINOR: "it has an addition or works differently",
    Bump.PATCH: "its files have changed",
    Bump.NONE: "the version is lower than the released one",
}


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A distribution compared with an earlier state.

    Attributes:
        distribution: as it is in the work tree.
        since: the tag or other ref that it is compared with; None if it was never released.
        released: its version there; None if it did not exist there.
        changes: the changes to report.
        files: packaged files that have changed in more than the version, below the distribution's folder.
    """

    distribution: Distribution
    since: str | None = None
    released: str | None = None
    changes: tuple[Change, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def needed_bump(self) -> Bump:
        """What the changes need: at least PATCH if a packaged file has changed, NONE if there was no release."""
        return max((each.bump for each in self.changes), default=Bump.PATCH if self.files else Bump.NONE)

    @property
    def needed_version(self) -> str:
        """The lowest version that is high enough; that of the work tree if there was no release."""
        return self.distribution.version if self.released is None else next_version(self.released, self.needed_bump)

    @property
    def is_sufficient(self) -> bool:
        """Whether the version of the work tree is high enough to be released."""
        return self.released is None or suffices(self.released, self.distribution.version, self.needed_bump)

    @property
    def fails(self) -> bool:
        """Whether the version is too low for a breaking change, or lower than the released one."""
        is_lower = self.released is not None and parse(self.distribution.version) < parse(self.released)
        return is_lower or (self.needed_bump is Bump.MAJOR and not self.is_sufficient)


@dataclass(frozen=True, kw_only=True)
class Report:
    """All distributions of a work tree compared with earlier states.

    Attributes:
        comparisons: one for each distribution, in their order.
        removed: the distributions that no longer exist, as they were.
        notes: further advice, a line each.
    """

    comparisons: tuple[Comparison, ...]
    removed: tuple[Distribution, ...] = ()
    notes: tuple[str, ...] = ()


def missing_bumps(root: Path = ROOT) -> list[str]:
    """Return a line for each distribution that has changed since its last release and whose version is too low for that.

    Raises:
        PackageError: there is no git repository, or something cannot be read.
    """
    lacking = [each for each in compare(root).comparisons if not each.is_sufficient]
    return [f"{each.distribution}: {missing_bump(each, root)}" for each in lacking]


def missing_bump(comparison: Comparison, root: Path) -> str:
    """Say which version is needed, why, and where to set it."""
    place = version_place(comparison.distribution, root)
    return f"needs version {comparison.needed_version} or higher, as {_WHY[comparison.needed_bump]}; raise {place}"


def compare(root: Path = ROOT, since: str | None = None) -> Report:
    """Compare the distributions of a work tree with their last releases.

    Args:
        root: the work tree.
        since: tag, branch or commit to compare all of them with instead.

    Raises:
        PackageError: there is no git repository, no such ref, or something cannot be read.
    """
    root = root.resolve()
    git.git(root, "rev-parse", "--git-dir")
    now = distributions(root)
    last = released(root)
    with earlier_states(root) as state_at:
        found = tuple(_compare(root, each, since or last.get(each.name), state_at, by_tag=not since) for each in now)
        names = {each.name for each in now}
        before = state_at(since).distributions.values() if since else _last_released(names, last, state_at)
        gone = tuple(each for each in before if each.name not in names)
    notes = [*excluding_requirements(root, now)]
    if not last and git.is_shallow(root):
        notes.append("this clone is shallow, so that tags may be missing: git fetch --unshallow --tags")
    return Report(comparisons=found, removed=gone, notes=tuple(notes))


def _compare(root: Path, now: Distribution, since: str | None, state_at: StateAt, *, by_tag: bool) -> Comparison:
    _check_generated(root, now)
    if since is None:
        return Comparison(distribution=now)
    state = state_at(f"refs/tags/{since}" if by_tag else since)
    old = state.distributions.get(now.name)
    if by_tag and (old is None or tag(old) != since):
        there = f"version {old.version}" if old else "no such distribution"
        raise PackageError(f"{since}: there is {there} at this tag; move it to the commit that was released")
    if old is None:
        return Comparison(distribution=now, since=since)
    files = tuple(map(str, sorted(_changed_files(root, now, state.root, old))))
    changes: tuple[Change, ...] = ()
    if files:
        try:
            changes = _changes(root, now, state, old)
        except PackageError as error:
            raise PackageError(str(error).replace(f"{state.root}/", f"{since}: ").replace(f"{root}/", "")) from error
    return Comparison(distribution=now, since=since, released=old.version, changes=changes, files=files)


def _check_generated(root: Path, distribution: Distribution) -> None:
    """Refuse a package that was generated from another state of its spec than the one that is there."""
    if distribution.spec:
        shipped = distribution.folder / distribution.package / f"openapi{distribution.spec.suffix}"
        try:
            same = (root / shipped).read_bytes() == (root / distribution.spec).read_bytes()
        except OSError as error:
            raise PackageError(f"{shipped}: cannot be read ({error.strerror}); run make generate") from error
        if not same:
            raise PackageError(f"{distribution.folder} is not generated from {distribution.spec} as it is; run make generate")


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


def _changes(root: Path, now: Distribution, state: State, old: Distribution) -> tuple[Change, ...]:
    of_spec: list[Change] = []
    if old.spec and now.spec:
        of_spec = spec_changes(state.root / old.spec, root / now.spec)
    of_python = python_changes(load(old.package, state.root / old.folder), load(now.package, root / now.folder))
    if old.package != now.package:
        text = f"is imported as `{now.package}` instead of as `{old.package}`"
        of_python.insert(0, Change(bump=Bump.MAJOR, heading="Changed", text=text))
    return merge([*of_spec, *metadata_changes(state.root / old.folder, root / now.folder)], of_python)


def _last_released(names: set[str], last: dict[str, str], state_at: StateAt) -> Iterator[Distribution]:
    """Yield the released distributions without these names, but for those that were gone already when another was released."""
    later = [state_at(f"refs/tags/{last[name]}") for name in names & last.keys()]
    for name in sorted(last.keys() - names):
        # A tag of this form need not be that of a distribution: it may mark whatever else there is in the repository.
        old = state_at(f"refs/tags/{last[name]}").distributions.get(name)
        if old and tag(old) == last[name] and all(name in state.distributions for state in later):
            yield old


def excluding_requirements(root: Path, now: tuple[Distribution, ...]) -> Iterator[str]:
    """Yield a line for each distribution whose requirement excludes the version of another one in the work tree."""
    versions: dict[str, str] = {canonicalize_name(each.name): each.version for each in now}
    for each in now:
        for name, requirement in requirements(root / each.folder).items():
            if name in versions and not requirement.specifier.contains(versions[name]):
                advice = f"change that in {each.folder / 'pyproject.toml'}, and raise the version of {each.name}"
                yield f"{each.name} requires {requirement}, which excludes version {versions[name]} of the work tree; {advice}"
