"""Which changes of a Python API are found, and how they are rated: each is made alone, in a copy of a sample package."""

from __future__ import annotations

import shutil
from pathlib import Path

import griffe
import pytest

from scripts.api_diff.changes import Change
from scripts.api_diff.public_api import load, surface
from scripts.api_diff.python_changes import python_changes
from scripts.command import ROOT
from scripts.packages.distributions import Distribution, distributions
from scripts.packages.errors import PackageError
from scripts.packages.versions import Bump

SAMPLE = Path(__file__).parent / "project" / "overrides" / "sample"
ARCHIVE = "def archive(self, *, business_id: int, body: models.Request)"
Row = tuple[str, str, str, str]


@pytest.fixture(scope="module")
def before() -> griffe.Module:
    return load("sample", SAMPLE)


def changes(folder: Path, before: griffe.Module, name: str, old: str, new: str) -> list[Change]:
    shutil.copytree(SAMPLE / "sample", folder / "sample", ignore=shutil.ignore_patterns("__pycache__"))
    path = folder / "sample" / name
    text = path.read_text(encoding="utf-8")
    assert old in text, (name, old)
    path.write_text(text.replace(old, new), encoding="utf-8")
    return python_changes(before, load("sample", folder))


# The module, the text that is replaced and its replacement, and a part of the line that has to be reported.
BREAKING: list[Row] = [
    ("models.py", "class Cause", "class Causes", "`models.Cause`: Public object was removed"),
    (
        "models.py",
        'name="offerIds"',
        'name="offerIDs"',
        "`models.Request.offer_ids`: Field was changed: `field(name='offerIds')` -> `field(name='offerIDs')`",
    ),
    ("models.py", "code: str", "code: int", "`models.Fault.code`: Field type was changed: `str` -> `int`"),
    ("models.py", "UnsetType = UNSET", "UnsetType", "`models.Fault.message`: Default was changed: `UNSET` -> none"),
    ("models.py", "    code: str\n", "    code: str\n    why: str\n", "`models.Fault.why`: new required attribute"),
    ("models.py", "Annotated[str,", "Annotated[int,", "`models.OfferId`: Alias was changed: "),
    (
        "models.py",
        'UNKNOWN = "UNKNOWN"',
        'UNKNOWN = "OTHER"',
        "`models.Cause.UNKNOWN`: Value was changed: `'UNKNOWN'` -> `'OTHER'`",
    ),
    (
        "client.py",
        ARCHIVE,
        ARCHIVE.replace("int,", "int, store: int,"),
        "`client.Client.archive(store)`, `client.AsyncClient.archive(store)`: Parameter was added as required",
    ),
    (
        "client.py",
        ARCHIVE,
        ARCHIVE.replace("business_id: int", "business_id: str"),
        "`client.AsyncClient.archive(business_id)`: Parameter type was changed: `int` -> `str`",
    ),
    (
        "client.py",
        ARCHIVE,
        ARCHIVE.replace("*, business_id: int", "business_id: int, /, *"),
        "`client.Client.archive(business_id)`, `client.AsyncClient.archive(business_id)`: Parameter kind was changed: ",
    ),
    (
        "client.py",
        "-> models.Fault:",
        "-> models.Fault | None:",
        "`client.Client.archive`, `client.AsyncClient.archive`: Type was changed: `models.Fault` -> `models.Fault | None`",
    ),
    ("client.py", "    def delete(", "    async def delete(", "`client.Client.delete`: Function kind was changed: none -> `async`"),
    (
        "errors.py",
        "class Locked(StatusError[models.Fault])",
        "class Locked(StatusError[models.Request])",
        "`errors.Locked`: Base class was changed: `StatusError[models.Fault]` -> `StatusError[models.Request]`",
    ),
    ("errors.py", '"Refused", ', "", "`errors.Refused`: Public object is no longer public"),
    ("__init__.py", '"ApiError", ', "", "`ApiError`: Public object is no longer public"),
    (
        "__init__.py",
        "from msgspec import UNSET",
        "from msgspec import NODEFAULT as UNSET",
        "`UNSET`: Target was changed: `msgspec.UNSET` -> `msgspec.NODEFAULT`",
    ),
    ("_engine/base.py", "def send(", "def dispatch(", "`client.Client.send`, `client.AsyncClient.send`: Public object was removed"),
    ("_engine/base.py", "self.request_id", "self.support_id", " and 1 more: Public object was removed"),
    ("errors.py", "self.response, self.skew", "self.reply, self.skew", "`errors.Refused.response`: Public object was removed"),
    (
        "client.py",
        "timeout: float = DEFAULT_TIMEOUT",
        "timeout: float = 5.0",
        "`client.Client.__init__(timeout)`: Parameter default was changed: `DEFAULT_TIMEOUT` -> `5.0`",
    ),
    (
        "models.py",
        "class Fault(Model, kw_only=True)",
        "class Fault(Model, kw_only=True, frozen=True)",
        "`models.Fault`: Class argument was changed: `kw_only=True` -> `frozen=True, kw_only=True`",
    ),
    (
        "results.py",
        "    attempts: int = 6\n    budget: float = 900\n",
        "    budget: float = 900\n    attempts: int = 6\n",
        "`results.Retries.__init__(attempts)`: Positional parameter was moved",
    ),
    ("results.py", ', "unknown"]', "]", "`results.Status`: Alias was changed: "),
    ("_engine/tables.py", "    concurrency: int | None = None\n", "", "`RateLimit.concurrency`: Public object was removed"),
    ("errors.py", "response: str, skew", "reply: str, skew", "`errors.Refused.__init__(response)`: Parameter was removed"),
    ("results.py", "    strict: bool\n", "", "`results.run(strict)`: Parameter was removed"),
    ("results.py", "TypedDict, total=False", "TypedDict", "`results.run(strict)`: Parameter is now required"),
    ("results.py", "budget: float = 900", "budget: float", "`results.Retries.budget`: Default was changed: `900` -> none"),
]

MINOR: list[Row] = [
    (
        "client.py",
        ARCHIVE,
        ARCHIVE.replace("int,", "int, store: int = 1,"),
        "`client.Client.archive(store)`, `client.AsyncClient.archive(store)`: Parameter was added",
    ),
    ("models.py", "    code: str\n", "    code: str\n    more: str | UnsetType = UNSET\n", "`models.Fault.more`: new attribute"),
    ("models.py", "    code: str\n", '    code: str = ""\n', "`models.Fault.code`: Default was changed: none -> `''`"),
    ("models.py", '    UNKNOWN = "UNKNOWN"\n', '    UNKNOWN = "UNKNOWN"\n    NEW = "NEW"\n', "`models.Cause.NEW`: new attribute"),
    ("models.py", "class Cause(", "class New(Model):\n    a: int\n\n\nclass Cause(", "`models.New`: new class"),
    ("results.py", '"unknown"]', '"unknown", "late"]', "`results.Status`: Alias was changed: "),
    (
        "client.py",
        ARCHIVE,
        ARCHIVE.replace("business_id: int", "business_id: int | str"),
        "`client.AsyncClient.archive(business_id)`: Parameter type was changed: `int` -> `int | str`",
    ),
    ("client.py", "TIMEOUT = 30.0", "TIMEOUT = 40.0", "`client.DEFAULT_TIMEOUT`: Constant was changed: `30.0` -> `40.0`"),
    ("_engine/tables.py", "    rate: float\n", "    rate: float\n    more: int\n", "`RateLimit.more`: new attribute"),
    (
        "_engine/base.py",
        "    def send(",
        "    def more(self) -> None: ...\n\n    def send(",
        "`client.Client.more`, `client.AsyncClient.more`: new function",
    ),
    ("results.py", "    strict: bool\n", "    strict: bool\n    calm: bool\n", "`results.run(calm)`: Parameter was added"),
    ("errors.py", "class Refused(ApiError)", "class Refused(ApiError, ValueError)", "`errors.Refused`: Base class was changed: "),
]

# The change in words, the module, the text that is replaced and its replacement.
SILENT: list[Row] = [
    ("a docstring", "models.py", '"""An error."""', '"""Another error."""'),
    ("the order of keywords", "client.py", ARCHIVE, "def archive(self, *, body: models.Request, business_id: int)"),
    (
        "the order of keyword-only fields",
        "results.py",
        "    total: int\n    unexpected: int = 0\n",
        "    unexpected: int = 0\n    total: int\n",
    ),
    ("a private name", "client.py", "_AGENT", "_NAME"),
    ("a private attribute", "client.py", "self._address", "self._url"),
    ("a private module", "_engine/base.py", "class Chunker", "def more() -> None: ...\n\n\nclass Chunker"),
    ("a private constructor", "results.py", "chunker: Chunker)", "chunker: Chunker, more: int)"),
    ("the version", "_version.py", "0.1.0", "0.2.0"),
    ("a comment", "client.py", "Server =", "# The servers.\nServer ="),
    ("a value that is not plain data", "tables.py", "10000", "5000"),
]


@pytest.mark.parametrize(("name", "old", "new", "line"), BREAKING, ids=[line for *_, line in BREAKING])
def test_breaking_changes_are_found(tmp_path: Path, before: griffe.Module, name: str, old: str, new: str, line: str) -> None:
    found = [each.text for each in changes(tmp_path, before, name, old, new) if each.bump is Bump.MAJOR]
    assert any(line in text for text in found), found


@pytest.mark.parametrize(("name", "old", "new", "line"), MINOR, ids=[line for *_, line in MINOR])
def test_additions_are_not_breaking(tmp_path: Path, before: griffe.Module, name: str, old: str, new: str, line: str) -> None:
    found = changes(tmp_path, before, name, old, new)
    assert any(line in each.text for each in found), found
    assert {each.bump for each in found} == {Bump.MINOR}


@pytest.mark.parametrize(("name", "old", "new"), [row for _, *row in SILENT], ids=[words for words, *_ in SILENT])
def test_private_changes_are_silent(tmp_path: Path, before: griffe.Module, name: str, old: str, new: str) -> None:
    assert changes(tmp_path, before, name, old, new) == []


def test_a_removed_module_or_class_stands_for_its_members(tmp_path: Path, before: griffe.Module) -> None:
    shutil.copytree(SAMPLE, tmp_path, dirs_exist_ok=True)
    (tmp_path / "sample" / "tables.py").unlink()
    found = python_changes(before, load("sample", tmp_path))
    assert [each.line for each in found] == ["Breaking: `tables`: Public object was removed"]


@pytest.mark.parametrize("distribution", distributions(), ids=lambda each: each.name)
def test_each_package_is_read_and_has_not_changed_since_itself(distribution: Distribution) -> None:
    found = load(distribution.package, ROOT / distribution.folder)
    assert python_changes(found, found) == []
    assert any(each.is_class for each in surface(found).values())


@pytest.mark.parametrize("text", ["class", "\x00", "def f(:\n"])
def test_invalid_python(tmp_path: Path, text: str) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "__init__.py").write_text(text, encoding="utf-8")
    with pytest.raises(PackageError, match="broken"):
        load("broken", tmp_path)


def test_a_missing_package(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="nothing"):
        load("nothing", tmp_path)
