"""What changes in the Python API are found: planted in a copy of a package, one at a time."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from scripts.api_diff.changes import Change
from scripts.api_diff.surface import Class, Function, Name, Surface, read_surface
from scripts.api_diff.surface_changes import surface_changes
from scripts.command import ROOT
from scripts.packages.git import ReleaseError
from scripts.packages.versions import Bump

PACKAGE = "yandex_market_offers"
WRITTEN = "catalog_clients"
ARCHIVE = "self, *, business_id: int, body: models.AddOffersToArchiveRequest\n"
Edits = Sequence[tuple[str, str, str]]


@pytest.fixture(scope="module")
def before() -> Surface:
    return read_surface(PACKAGE, ROOT / "generated" / PACKAGE, submodules=True)


@pytest.fixture(scope="module")
def written_before() -> Surface:
    return read_surface(WRITTEN, ROOT / "overrides" / "catalog_clients", submodules=False)


def after(folder: Path, edits: Edits, *, package: str = PACKAGE) -> Surface:
    source = ROOT / "overrides" / "catalog_clients" if package == WRITTEN else ROOT / "generated" / package
    shutil.copytree(source / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name, old, new in edits:
        path = folder / package / name
        text = path.read_text(encoding="utf-8")
        assert old in text, (name, old)
        path.write_text(text.replace(old, new), encoding="utf-8")
    return read_surface(package, folder, submodules=package != WRITTEN)


def texts(changes: Sequence[Change], bump: Bump) -> list[str]:
    return [each.text for each in changes if each.bump is bump]


# For each: what is planted, and a line that has to be told.
BREAKING: list[tuple[str, Edits, str]] = [
    (
        "a class is gone",
        [
            ("models.py", "class ApiErrorDTO(Model", "class ApiErrorXDTO(Model"),
            ("models.py", "list[ApiErrorDTO]", "list[ApiErrorXDTO]"),
        ],
        "`models.ApiErrorDTO`: the class is gone",
    ),
    (
        "a field is gone",
        [("models.py", '    code: str\n    """Code of the error."""\n', "")],
        "`models.ApiErrorDTO.code`: the field is gone",
    ),
    (
        "another name on the wire",
        [("models.py", 'offer_id: str = field(name="offerId")', 'offer_id: str = field(name="offerID")')],
        "`models.AddOffersToArchiveErrorDTO.offer_id`: `field(name='offerID')` instead of `field(name='offerId')`",
    ),
    (
        "another type of a field",
        [("models.py", "    code: str\n", "    code: int\n")],
        "`models.ApiErrorDTO.code`: `int` instead of `str`",
    ),
    (
        "a field that may be absent",
        [("models.py", "    code: str\n", "    code: str | UnsetType = UNSET\n")],
        "`models.ApiErrorDTO.code`: `str | UnsetType` instead of `str`",
    ),
    (
        "a field that has to be given",
        [("models.py", "message: str | None | UnsetType = UNSET", "message: str | None | UnsetType")],
        "`models.ApiErrorDTO.message`: the field is required",
    ),
    (
        "a new field that has to be given",
        [("models.py", '1 to 200, each once."""\n\n\nclass Delete', '1 to 200, each once."""\n    why: str\n\n\nclass Delete')],
        "`models.AddOffersToArchiveRequest.why`: new required field",
    ),
    (
        "a narrower limit",
        [("models.py", "Meta(max_length=200, min_length=1)", "Meta(max_length=100, min_length=1)")],
        "Meta(max_length=100, min_length=1)]` instead of `Annotated[list[OfferId], Meta(max_length=200, min_length=1)]`",
    ),
    (
        "another alias of a type",
        [("models.py", "    str, Meta(max_length=255", "    int, Meta(max_length=255")],
        "`models.OfferId`: ",
    ),
    (
        "a value of an enum is gone",
        [("models.py", '    UNKNOWN = "UNKNOWN"\n', "")],
        "`models.AddOffersToArchiveErrorType.UNKNOWN`: the value is gone",
    ),
    (
        "another value of an enum",
        [("models.py", '    UNKNOWN = "UNKNOWN"\n', '    UNKNOWN = "OTHER"\n')],
        "`models.AddOffersToArchiveErrorType.UNKNOWN`: `'OTHER'` instead of `'UNKNOWN'`",
    ),
    (
        "a new required parameter",
        [("client.py", ARCHIVE, ARCHIVE.replace("business_id: int,", "business_id: int, store: int,"))],
        "`Client.add_offers_to_archive`, `AsyncClient.add_offers_to_archive`: new required parameter `store`",
    ),
    (
        "a parameter is gone",
        [("client.py", ARCHIVE, ARCHIVE.replace("business_id: int, ", ""))],
        "`Client.add_offers_to_archive`, `AsyncClient.add_offers_to_archive`: the parameter `business_id` is gone",
    ),
    (
        "another type of a parameter",
        [("client.py", ARCHIVE, ARCHIVE.replace("business_id: int", "business_id: str"))],
        "`Client.add_offers_to_archive`, `AsyncClient.add_offers_to_archive`: `business_id` takes `str` instead of `int`",
    ),
    (
        "a parameter that only goes by position",
        [("client.py", ARCHIVE, ARCHIVE.replace("*, business_id: int", "business_id: int, /, *"))],
        "the parameter `business_id` is positional-only instead of keyword-only",
    ),
    (
        "another result",
        [("client.py", "-> models.AddOffersToArchiveResponse:", "-> models.AddOffersToArchiveResponse | None:")],
        "returns `models.AddOffersToArchiveResponse | None` instead of `models.AddOffersToArchiveResponse`",
    ),
    (
        "a method has to be awaited",
        [("client.py", "\n    def add_offers_to_archive(", "\n    async def add_offers_to_archive(")],
        "`Client.add_offers_to_archive`: `async` instead of a plain function",
    ),
    (
        "a method is gone",
        [("client.py", "    def delete_offers_from_archive(", "    def _delete_offers_from_archive(")],
        "`Client.delete_offers_from_archive`: the method is gone",
    ),
    (
        "a method becomes a property",
        [("client.py", "\n    def delete_offers_from_archive(", "\n    @property\n    def delete_offers_from_archive(")],
        "`Client.delete_offers_from_archive`: a property instead of a method",
    ),
    (
        "an error of another kind",
        [("errors.py", "class Locked(StatusError[models.ApiErrorResponse])", "class Locked(ApiError)")],
        "`errors.Locked`: derives from `ApiError` instead of `StatusError[models.ApiErrorResponse]`",
    ),
    (
        "an error with other data",
        [("errors.py", "class Locked(StatusError[models.ApiErrorResponse])", "class Locked(StatusError[models.ApiErrorDTO])")],
        "`errors.Locked`: derives from `StatusError[models.ApiErrorDTO]` instead of `StatusError[models.ApiErrorResponse]`",
    ),
    (
        "a name that a module no longer exports",
        [("errors.py", '    "InvalidResponse",\n', "")],
        "`errors.InvalidResponse`: the class is gone",
    ),
    (
        "a name that the package no longer exports",
        [("__init__.py", '"UNSET", "ApiError", ', '"UNSET", ')],
        "`ApiError`: the class is gone",
    ),
    (
        "a method that is inherited",
        [("_runtime/client.py", "def send(", "def dispatch(")],
        "`Client.send`, `AsyncClient.send`: the method is gone",
    ),
    (
        "an attribute that many inherit",
        [("_runtime/errors.py", "self.request_id", "self.support_id")],
        " and 8 more: the attribute is gone",
    ),
    (
        "another default",
        [("client.py", "timeout: float | httpx2.Timeout = DEFAULT_TIMEOUT", "timeout: float | httpx2.Timeout = 5.0")],
        "`Client.__init__`: `timeout` is by default `5.0` instead of `DEFAULT_TIMEOUT`",
    ),
    (
        "no default any more",
        [("client.py", "base_url: str | None = None", "base_url: str | None")],
        "`Client.__init__`: `base_url` is required",
    ),
    (
        "fields that go by position",
        [("models.py", "class ApiErrorDTO(Model, kw_only=True)", "class ApiErrorDTO(Model)")],
        "`models.ApiErrorDTO`: is made with nothing instead of `kw_only=True`",
    ),
    (
        "stricter objects",
        [("models.py", "class ApiErrorDTO(Model, kw_only=True)", "class ApiErrorDTO(Model, kw_only=True, frozen=True)")],
        "`models.ApiErrorDTO`: is made with `frozen=True`, `kw_only=True` instead of `kw_only=True`",
    ),
    (
        "a server that is called otherwise",
        [("client.py", 'Server = Literal["production"]', 'Server = Literal["prod"]')],
        "`client.Server`: `Literal['prod']` instead of `Literal['production']`",
    ),
    (
        "a field of a table",
        [("_runtime/behaviour.py", "    concurrency: int | None = None\n", "")],
        "`RateLimit.concurrency`: the field is gone",
    ),
    (
        "the credentials take another argument",
        [("auth.py", "def __init__(self, key: str)", "def __init__(self, token: str)")],
        "`auth.ApiKey.__init__`: the parameter `key` is gone",
    ),
]

MINOR: list[tuple[str, Edits, str]] = [
    (
        "a new optional parameter",
        [("client.py", ARCHIVE, ARCHIVE.replace("business_id: int,", "business_id: int, store: int = 1,"))],
        "`Client.add_offers_to_archive`, `AsyncClient.add_offers_to_archive`: new optional parameter `store`",
    ),
    (
        "a new optional field",
        [("models.py", "    code: str\n", "    code: str\n    more: str | UnsetType = UNSET\n")],
        "`models.ApiErrorDTO.more`: new field",
    ),
    (
        "a new value of an enum",
        [("models.py", '    UNKNOWN = "UNKNOWN"\n', '    UNKNOWN = "UNKNOWN"\n    NEW = "NEW"\n')],
        "`models.AddOffersToArchiveErrorType.NEW`: new value",
    ),
    (
        "a new class",
        [("models.py", "class ApiErrorDTO(", "class New(Model):\n    a: int\n\n\nclass ApiErrorDTO(")],
        "`models.New`: new class",
    ),
    (
        "a new server",
        [("client.py", 'Server = Literal["production"]', 'Server = Literal["production", "test"]')],
        "`client.Server`: `Literal['production', 'test']` instead of `Literal['production']`",
    ),
    (
        "a wider limit",
        [("models.py", "Meta(max_length=200, min_length=1)", "Meta(max_length=300, min_length=1)")],
        "`models.AddOffersToArchiveRequest.offer_ids`: ",
    ),
    (
        "a parameter takes more",
        [("client.py", ARCHIVE, ARCHIVE.replace("business_id: int", "business_id: int | str"))],
        "`business_id` takes `int | str` instead of `int`",
    ),
    ("another number of a table", [("behaviour.py", "10000", "5000")], "`behaviour.OPERATIONS`: other numbers or texts"),
    (
        "one more field of a table",
        [("_runtime/behaviour.py", "    concurrency: int | None = None\n", "    concurrency: int | None = None\n    more: int\n")],
        "`RateLimit.more`: new required field",
    ),
    (
        "a new method",
        [("_runtime/client.py", "    def close(self)", "    def more(self) -> None: ...\n\n    def close(self)")],
        "`Client.more`: new method",
    ),
]

SILENT: list[tuple[str, Edits]] = [
    ("a docstring", [("models.py", '"""An error."""', '"""Another error."""')]),
    (
        "the order of keywords",
        [("client.py", ARCHIVE, "self, *, body: models.AddOffersToArchiveRequest, business_id: int\n")],
    ),
    (
        "the order of fields that only go by name",
        [
            ("models.py", '    code: str\n    """Code of the error."""\n', ""),
            (
                "models.py",
                "    message: str | None | UnsetType = UNSET\n",
                "    message: str | None | UnsetType = UNSET\n    code: str\n",
            ),
        ],
    ),
    ("a private name", [("client.py", "_USER_AGENT", "_AGENT")]),
    ("a private attribute", [("_runtime/client.py", "self._http", "self._connections")]),
    ("a private module", [("_runtime/checks.py", "def ", "def x_")]),
    ("the version", [("__init__.py", '__version__ = "0.1.0"', '__version__ = "0.2.0"'), ("client.py", '"0.1.0")', '"0.2.0")')]),
    ("a comment", [("client.py", "Server =", "# The servers.\nServer =")]),
    ("what an operation is made of", [("api/offers/add_offers_to_archive.py", "The request has incorrect data.", "It is wrong.")]),
]


@pytest.mark.parametrize(("edits", "told"), [pytest.param(edits, told, id=name) for name, edits, told in BREAKING])
def test_what_breaks_is_found(tmp_path: Path, before: Surface, edits: Edits, told: str) -> None:
    found = texts(surface_changes(before, after(tmp_path, edits)), Bump.MAJOR)
    assert any(told in text for text in found), found


@pytest.mark.parametrize(("edits", "told"), [pytest.param(edits, told, id=name) for name, edits, told in MINOR])
def test_what_is_added_breaks_nothing(tmp_path: Path, before: Surface, edits: Edits, told: str) -> None:
    changes = surface_changes(before, after(tmp_path, edits))
    assert any(told in text for text in texts(changes, Bump.MINOR)), changes
    assert not texts(changes, Bump.MAJOR)


@pytest.mark.parametrize("edits", [pytest.param(edits, id=name) for name, edits in SILENT])
def test_what_is_no_api_is_silent(tmp_path: Path, before: Surface, edits: Edits) -> None:
    assert surface_changes(before, after(tmp_path, edits)) == []


def test_modules_and_classes_that_are_gone_say_it_for_what_they_held(tmp_path: Path, before: Surface) -> None:
    shutil.copytree(ROOT / "generated" / PACKAGE / PACKAGE, tmp_path / PACKAGE)
    (tmp_path / PACKAGE / "api" / "offers" / "delete_offers_from_archive.py").unlink()
    (tmp_path / PACKAGE / "auth.py").unlink()
    changes = surface_changes(before, read_surface(PACKAGE, tmp_path, submodules=True))
    assert sorted(each.line for each in changes) == [
        "Breaking: `api.offers.delete_offers_from_archive`: the module is gone",
        "Breaking: `auth`: the module is gone",
    ]


def test_a_new_required_field_of_what_is_only_answered_breaks_nothing(tmp_path: Path, before: Surface) -> None:
    now = after(tmp_path, [("models.py", "    code: str\n", "    code: str\n    why: str\n")])
    assert [each.bump for each in surface_changes(before, now)] == [Bump.MAJOR]
    assert [each.bump for each in surface_changes(before, now, answered={"ApiErrorDTO"})] == [Bump.MINOR]


def test_each_thing_is_told_under_its_shortest_name(before: Surface) -> None:
    assert isinstance(before["Client"], Class)
    assert before["client.Client"] == Name(origin="client.Client", target="Client")
    assert "client.Client.send" not in before
    assert isinstance(before["Client.send"], Function)
    assert not [path for path in before if path.startswith(("_runtime", "_strict")) or path.endswith("__version__")]
    assert "*.RetryResponse.wait" in before


def test_of_the_written_package_only_the_exported_names_are_public(written_before: Surface) -> None:
    assert "JustWalkOut.archive" in written_before
    assert "Result.counts" in written_before
    assert not [path for path in written_before if path.partition(".")[0] in ("facade", "auth", "runs", "VERSION", "__version__")]
    assert "Result.__init__" not in written_before  # it takes what is private: nobody makes one
    archive = written_before["ShipSidekick.archive"]
    assert isinstance(archive, Function)
    assert list(archive.parameters) == ["product_ids", "client", "strict", "progress"]
    assert archive.parameters["product_ids"].annotation == "Iterable[str]"


WRITTEN_EDITS: list[tuple[str, Edits, Bump | None]] = [
    ("a keyword is gone", [("shipsidekick.py", "client: str | None = None, strict", "strict")], Bump.MAJOR),
    (
        "a new keyword",
        [("shipsidekick.py", "client: str | None = None, strict", "client: str | None = None, calm: int = 0, strict")],
        Bump.MINOR,
    ),
    (
        "a private module has another function",
        [("_engine/chunking.py", "class Chunker", "def more() -> None: ...\n\n\nclass Chunker")],
        None,
    ),
    (
        "a value of a Literal is gone",
        [("results.py", '"confirmed", "rejected", "unknown"]', '"confirmed", "rejected"]')],
        Bump.MAJOR,
    ),
    ("a new value of a Literal", [("results.py", '"rejected", "unknown"]', '"rejected", "unknown", "late"]')], Bump.MINOR),
    ("a field of a dataclass is gone", [("results.py", "    unexpected: int = 0\n\n    @property", "\n    @property")], Bump.MAJOR),
    ("a required field of a dataclass", [("options.py", "    budget: float = 900\n", "    budget: float\n")], Bump.MAJOR),
    ("a name is no longer exported", [("__init__.py", '"Limits", ', "")], Bump.MAJOR),
    ("an attribute set together with others", [("errors.py", "self.response, self.skew", "self.reply, self.skew")], Bump.MAJOR),
    (
        "a private constructor",
        [("results.py", "def __init__(self, chunks: Generator", "def __init__(self, more: int, chunks: Generator")],
        None,
    ),
]


@pytest.mark.parametrize(("edits", "bump"), [pytest.param(edits, bump, id=name) for name, edits, bump in WRITTEN_EDITS])
def test_changes_of_the_written_package(tmp_path: Path, written_before: Surface, edits: Edits, bump: Bump | None) -> None:
    changes = surface_changes(written_before, after(tmp_path, edits, package=WRITTEN))
    assert max((each.bump for each in changes), default=None) is bump, changes


@pytest.mark.parametrize("text", ["class", "\x00", "def f(:\n"])
def test_what_is_no_python(tmp_path: Path, text: str) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "__init__.py").write_text(text, encoding="utf-8")
    with pytest.raises(ReleaseError, match="broken"):
        read_surface("broken", tmp_path, submodules=True)


def test_a_package_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="nothing"):
        read_surface("nothing", tmp_path, submodules=True)
