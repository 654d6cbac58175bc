"""Which changes of a Python API are found, and how they are rated: each is made alone, in a copy of a sample package."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
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
Edits = Sequence[tuple[str, str, str]]


@pytest.fixture(scope="module")
def before() -> griffe.Module:
    return load("sample", SAMPLE)


def changes(folder: Path, before: griffe.Module, edits: Edits) -> list[Change]:
    shutil.copytree(SAMPLE / "sample", folder / "sample", ignore=shutil.ignore_patterns("__pycache__"))
    for name, old, new in edits:
        path = folder / "sample" / name
        text = path.read_text(encoding="utf-8")
        assert old in text, (name, old)
        path.write_text(text.replace(old, new), encoding="utf-8")
    return python_changes(before, load("sample", folder))


# For each: what is edited, and the start of a line that has to be reported.
BREAKING: list[tuple[str, Edits, str]] = [
    ("a class is removed", [("models.py", "class Cause", "class Causes")], "`models.Cause`: Public object was removed"),
    (
        "a field is removed",
        [("models.py", '    code: str\n    """Its code."""\n', "")],
        "`models.Fault.code`: Public object was removed",
    ),
    (
        "another name on the wire",
        [("models.py", 'name="offerIds"', 'name="offerIDs"')],
        "`models.Request.offer_ids`: Field was changed: `field(name='offerIds')` -> `field(name='offerIDs')`",
    ),
    (
        "another type of a field",
        [("models.py", "code: str", "code: int")],
        "`models.Fault.code`: Field type was changed: `str` -> `int`",
    ),
    (
        "a field that may be absent",
        [("models.py", "code: str\n", "code: str | UnsetType = UNSET\n")],
        "`models.Fault.code`: Field type was changed: `str` -> `str | UnsetType`",
    ),
    (
        "a field that becomes required",
        [("models.py", "UnsetType = UNSET", "UnsetType")],
        "`models.Fault.message`: Default was changed: `UNSET` -> none",
    ),
    (
        "a new required field",
        [("models.py", "    code: str\n", "    code: str\n    why: str\n")],
        "`models.Fault.why`: new required attribute",
    ),
    (
        "a narrower limit",
        [("models.py", "max_length=200", "max_length=100")],
        "`models.Request.offer_ids`: Field type was changed: ",
    ),
    ("another alias of a type", [("models.py", "Annotated[str,", "Annotated[int,")], "`models.OfferId`: Alias was changed: "),
    (
        "a value of an enum is removed",
        [("models.py", '    UNKNOWN = "UNKNOWN"\n', "")],
        "`models.Cause.UNKNOWN`: Public object was removed",
    ),
    (
        "another value of an enum",
        [("models.py", 'UNKNOWN = "UNKNOWN"', 'UNKNOWN = "OTHER"')],
        "`models.Cause.UNKNOWN`: Value was changed: `'UNKNOWN'` -> `'OTHER'`",
    ),
    (
        "a new required parameter",
        [("client.py", ARCHIVE, ARCHIVE.replace("int,", "int, store: int,"))],
        "`client.Client.archive(store)`, `client.AsyncClient.archive(store)`: Parameter was added as required",
    ),
    (
        "a parameter is removed",
        [("client.py", ARCHIVE, ARCHIVE.replace("business_id: int, ", ""))],
        "`client.Client.archive(business_id)`, `client.AsyncClient.archive(business_id)`: Parameter was removed",
    ),
    (
        "another type of a parameter",
        [("client.py", ARCHIVE, ARCHIVE.replace("business_id: int", "business_id: str"))],
        "`client.AsyncClient.archive(business_id)`: Parameter type was changed: `int` -> `str`",
    ),
    (
        "a positional-only parameter",
        [("client.py", ARCHIVE, ARCHIVE.replace("*, business_id: int", "business_id: int, /, *"))],
        "`client.Client.archive(business_id)`, `client.AsyncClient.archive(business_id)`: Parameter kind was changed: ",
    ),
    (
        "positional parameters in another order",
        [("errors.py", "response: str, skew: float", "skew: float, response: str")],
        "`errors.Refused.__init__(response)`: Positional parameter was moved",
    ),
    (
        "another result",
        [("client.py", "-> models.Fault:", "-> models.Fault | None:")],
        "`client.Client.archive`, `client.AsyncClient.archive`: Type was changed: `models.Fault` -> `models.Fault | None`",
    ),
    (
        "a method becomes async",
        [("client.py", "    def delete(", "    async def delete(")],
        "`client.Client.delete`: Function kind was changed: none -> `async`",
    ),
    ("a method is removed", [("client.py", "def delete(", "def _delete(")], "`client.Client.delete`: Public object was removed"),
    (
        "a method becomes a property",
        [("client.py", "    def delete(", "    @property\n    def delete(")],
        "`client.Client.delete`: Public object points to a different kind of object: `function` -> `attribute`",
    ),
    (
        "an error of another kind",
        [("errors.py", "class Locked(StatusError[models.Fault])", "class Locked(ApiError)")],
        "`errors.Locked`: Base class was changed: `StatusError[models.Fault]` -> `ApiError`",
    ),
    (
        "an error with other data",
        [("errors.py", "class Locked(StatusError[models.Fault])", "class Locked(StatusError[models.Request])")],
        "`errors.Locked`: Base class was changed: `StatusError[models.Fault]` -> `StatusError[models.Request]`",
    ),
    (
        "a name that a module no longer exports",
        [("errors.py", '"Refused", ', "")],
        "`errors.Refused`: Public object is no longer public",
    ),
    (
        "a name that the package no longer exports",
        [("__init__.py", '"ApiError", ', "")],
        "`ApiError`: Public object is no longer public",
    ),
    (
        "a name from another package",
        [("__init__.py", "from msgspec import UNSET", "from msgspec import NODEFAULT as UNSET")],
        "`UNSET`: Target was changed: `msgspec.UNSET` -> `msgspec.NODEFAULT`",
    ),
    (
        "an inherited method",
        [("_engine/base.py", "def send(", "def dispatch(")],
        "`client.Client.send`, `client.AsyncClient.send`: Public object was removed",
    ),
    (
        "an attribute that many inherit",
        [("_engine/base.py", "self.request_id", "self.support_id")],
        " and 1 more: Public object was removed",
    ),
    (
        "an attribute that is set together with others",
        [("errors.py", "self.response, self.skew", "self.reply, self.skew")],
        "`errors.Refused.response`: Public object was removed",
    ),
    (
        "another default",
        [("client.py", "timeout: float = DEFAULT_TIMEOUT", "timeout: float = 5.0")],
        "`client.Client.__init__(timeout)`: Parameter default was changed: `DEFAULT_TIMEOUT` -> `5.0`",
    ),
    (
        "no default any more",
        [("client.py", "base_url: str | None = None", "base_url: str | None")],
        "`client.Client.__init__(base_url)`: Parameter is now required",
    ),
    (
        "positional fields",
        [("models.py", "class Fault(Model, kw_only=True)", "class Fault(Model)")],
        "`models.Fault`: Class argument was changed: `kw_only=True` -> none",
    ),
    (
        "immutable objects",
        [("models.py", "class Fault(Model, kw_only=True)", "class Fault(Model, kw_only=True, frozen=True)")],
        "`models.Fault`: Class argument was changed: `kw_only=True` -> `frozen=True, kw_only=True`",
    ),
    (
        "positional fields of a dataclass in another order",
        [("results.py", "    attempts: int = 6\n    budget: float = 900\n", "    budget: float = 900\n    attempts: int = 6\n")],
        "`results.Retries.__init__(attempts)`: Positional parameter was moved",
    ),
    (
        "another name of a server",
        [("client.py", 'Literal["production"]', 'Literal["live"]')],
        "`client.Server`: Alias was changed: `Literal['production']` -> `Literal['live']`",
    ),
    ("a value of a Literal is removed", [("results.py", ', "unknown"]', "]")], "`results.Status`: Alias was changed: "),
    (
        "a field of a table",
        [("_engine/tables.py", "    concurrency: int | None = None\n", "")],
        "`RateLimit.concurrency`: Public object was removed",
    ),
    (
        "another argument of a constructor",
        [("errors.py", "response: str, skew", "reply: str, skew")],
        "`errors.Refused.__init__(response)`: Parameter was removed",
    ),
    (
        "a keyword of a TypedDict is removed",
        [("results.py", "    strict: bool\n", "")],
        "`results.run(strict)`: Parameter was removed",
    ),
    (
        "a keyword of a TypedDict becomes required",
        [("results.py", "TypedDict, total=False", "TypedDict")],
        "`results.run(strict)`: Parameter is now required",
    ),
    (
        "a field of a dataclass is removed",
        [("results.py", "    unexpected: int = 0\n", "")],
        "`results.Counts.unexpected`: Public object was removed",
    ),
    (
        "a required field of a dataclass",
        [("results.py", "budget: float = 900", "budget: float")],
        "`results.Retries.budget`: Default was changed: `900` -> none",
    ),
]

MINOR: list[tuple[str, Edits, str]] = [
    (
        "a new optional parameter",
        [("client.py", ARCHIVE, ARCHIVE.replace("int,", "int, store: int = 1,"))],
        "`client.Client.archive(store)`, `client.AsyncClient.archive(store)`: Parameter was added",
    ),
    (
        "a new optional field",
        [("models.py", "    code: str\n", "    code: str\n    more: str | UnsetType = UNSET\n")],
        "`models.Fault.more`: new attribute",
    ),
    (
        "a field that becomes optional",
        [("models.py", "    code: str\n", '    code: str = ""\n')],
        "`models.Fault.code`: Default was changed: none -> `''`",
    ),
    (
        "a new value of an enum",
        [("models.py", '    UNKNOWN = "UNKNOWN"\n', '    UNKNOWN = "UNKNOWN"\n    NEW = "NEW"\n')],
        "`models.Cause.NEW`: new attribute",
    ),
    ("a new class", [("models.py", "class Cause(", "class New(Model):\n    a: int\n\n\nclass Cause(")], "`models.New`: new class"),
    ("a new server", [("client.py", '["production"]', '["production", "test"]')], "`client.Server`: Alias was changed: "),
    ("a new value of a Literal", [("results.py", '"unknown"]', '"unknown", "late"]')], "`results.Status`: Alias was changed: "),
    (
        "a parameter takes more",
        [("client.py", ARCHIVE, ARCHIVE.replace("business_id: int", "business_id: int | str"))],
        "`client.AsyncClient.archive(business_id)`: Parameter type was changed: `int` -> `int | str`",
    ),
    (
        "another value of a constant",
        [("client.py", "TIMEOUT = 30.0", "TIMEOUT = 40.0")],
        "`client.DEFAULT_TIMEOUT`: Constant was changed: `30.0` -> `40.0`",
    ),
    (
        "one more field of a table",
        [("_engine/tables.py", "    rate: float\n", "    rate: float\n    more: int\n")],
        "`RateLimit.more`: new attribute",
    ),
    (
        "a new method",
        [("_engine/base.py", "    def send(", "    def more(self) -> None: ...\n\n    def send(")],
        "`client.Client.more`, `client.AsyncClient.more`: new function",
    ),
    (
        "a new keyword of a TypedDict",
        [("results.py", "    strict: bool\n", "    strict: bool\n    calm: bool\n")],
        "`results.run(calm)`: Parameter was added",
    ),
    (
        "one more base class",
        [("errors.py", "class Refused(ApiError)", "class Refused(ApiError, ValueError)")],
        "`errors.Refused`: Base class was changed: ",
    ),
]

SILENT: list[tuple[str, Edits]] = [
    ("a docstring", [("models.py", '"""An error."""', '"""Another error."""')]),
    ("the order of keywords", [("client.py", ARCHIVE, "def archive(self, *, body: models.Request, business_id: int)")]),
    (
        "the order of keyword-only fields",
        [("results.py", "    total: int\n    unexpected: int = 0\n", "    unexpected: int = 0\n    total: int\n")],
    ),
    ("a private name", [("client.py", "_AGENT", "_NAME")]),
    ("a private attribute", [("client.py", "self._address", "self._url")]),
    ("a private module", [("_engine/base.py", "class Chunker", "def more() -> None: ...\n\n\nclass Chunker")]),
    ("a private constructor", [("results.py", "chunker: Chunker)", "chunker: Chunker, more: int)")]),
    ("the version", [("_version.py", "0.1.0", "0.2.0")]),
    ("a comment", [("client.py", "Server =", "# The servers.\nServer =")]),
    ("a value that is not plain data", [("tables.py", "10000", "5000")]),
]


@pytest.mark.parametrize(("edits", "line"), [pytest.param(edits, line, id=name) for name, edits, line in BREAKING])
def test_breaking_changes_are_found(tmp_path: Path, before: griffe.Module, edits: Edits, line: str) -> None:
    found = [each.text for each in changes(tmp_path, before, edits) if each.bump is Bump.MAJOR]
    assert any(line in text for text in found), found


@pytest.mark.parametrize(("edits", "line"), [pytest.param(edits, line, id=name) for name, edits, line in MINOR])
def test_additions_are_not_breaking(tmp_path: Path, before: griffe.Module, edits: Edits, line: str) -> None:
    found = changes(tmp_path, before, edits)
    assert any(line in each.text for each in found), found
    assert {each.bump for each in found} == {Bump.MINOR}


@pytest.mark.parametrize("edits", [pytest.param(edits, id=name) for name, edits in SILENT])
def test_private_changes_are_silent(tmp_path: Path, before: griffe.Module, edits: Edits) -> None:
    assert changes(tmp_path, before, edits) == []


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
