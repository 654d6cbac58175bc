"""Settings from the profile file, the environment and options; each one overrides those before it."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from .profiles import ApiSettings, Profile


class Setting(NamedTuple):
    """A setting that `catalog config --help` lists.

    Attributes:
        name: its key in the profile file, and its option with `-` for `_`.
        variable: its environment variable.
        about: description.
        of_api: whether each API has its own.
    """

    name: str
    variable: str
    about: str
    of_api: bool = False


SETTINGS = (
    Setting("database", "CATALOG_DATABASE", "SQLite file or postgresql:// URL of the database of jobs"),
    Setting("width", "CATALOG_WIDTH", "number of chunks that are sent at the same time; default: 8"),
    Setting("base_url", "CATALOG_BASE_URL", "URL of the API", of_api=True),
    Setting("server", "CATALOG_SERVER", "name of a documented server; default: the first", of_api=True),
    Setting("credential", "CATALOG_CREDENTIAL", "name of the credential for shared limits; needed if its keys change", of_api=True),
    Setting(
        "patience",
        "CATALOG_PATIENCE",
        "seconds to wait for a vendor that cannot be reached; default: 3600",
        of_api=True,
    ),
    Setting(
        "interval",
        "CATALOG_INTERVAL",
        "seconds before a status is first requested; default: the documented ones",
        of_api=True,
    ),
    Setting(
        "deadline",
        "CATALOG_DEADLINE",
        "seconds to wait for the end of an ingestion; default: the documented ones",
        of_api=True,
    ),
)
FILE_VARIABLE, PROFILE_VARIABLE = "CATALOG_CONFIG", "CATALOG_PROFILE"
_DEFAULTS: Mapping[str, object] = {"width": 8, "patience": 3600.0}
_NUMBERS = {"width": 1, "patience": 0, "interval": 0, "deadline": 0}  # minimum values of numeric settings


class Value(NamedTuple):
    """The value of a setting.

    Attributes:
        value: the value; empty if there is none.
        source: where it comes from.
        rank: precedence of the source.
    """

    value: object
    source: str
    rank: int


class Given(NamedTuple):
    """The options for settings; None or an empty list if an option is not given."""

    config: Path | None = None
    profile: str | None = None
    database: str | None = None
    width: int | None = None
    base_url: str | None = None
    server: str | None = None
    credential: str | None = None
    patience: float | None = None
    interval: float | None = None
    deadline: float | None = None
    origins: Sequence[str] = ()
    extra_fields: Sequence[str] = ()


class Settings:
    """The settings of a command.

    Args:
        given: options for settings.

    Attributes:
        path: the profile file, whether it exists or not.
        profile_name: name of the profile; empty if there is none.

    Raises:
        ConfigError: the profile file cannot be read, or has no such profile, or a value is invalid.
    """

    def __init__(self, given: Given) -> None:
        from .profiles import read_profile  # noqa: PLC0415 - only what needs settings loads what reads them

        self._given = given
        named = given.config or os.environ.get(FILE_VARIABLE)
        self.path = Path(named).expanduser() if named else default_path()
        self.profile_name = given.profile or os.environ.get(PROFILE_VARIABLE) or ""
        self._numbers = {each: _number(each, text) for each in _NUMBERS if (text := os.environ.get(_named(each).variable))}
        self._profile: Profile
        self._profile, self.profile_name = read_profile(self.path, self.profile_name, is_named=bool(named))
        if given.database and _has_password(given.database):
            _refuse(
                "--database: `ps` would show its password; leave it out, and use PGPASSWORD, ~/.pgpass or CATALOG_DATABASE instead"
            )
        if self._profile.database and _has_password(self._profile.database):
            _refuse(
                f"{self.path}: database: a password must not be in this file; use PGPASSWORD, ~/.pgpass or CATALOG_DATABASE instead"
            )

    @property
    def database(self) -> str:
        """The file or URL of the database of jobs."""
        return str(self.value("database").value)

    @property
    def width(self) -> int:
        """Maximum number of chunks in progress at the same time."""
        return int(str(self.value("width").value))

    @property
    def uses_keyring(self) -> bool:
        """Whether secrets that are not in the environment are read from the keyring."""
        return bool(self._profile.keyring)

    def value(self, name: str, api: str = "") -> Value:
        """Return the value of a setting, one of `SETTINGS`; `api` is needed if each API has its own."""
        setting, option = _named(name), getattr(self._given, name)
        if option is not None:
            return Value(option, f"--{name.replace('_', '-')}", 3)
        variable = os.environ.get(setting.variable)
        if variable:
            return Value(self._numbers.get(name, variable), setting.variable, 2)
        of_profile = getattr(self.of_api(api) if setting.of_api else self._profile, name)
        if of_profile is not None:
            return Value(of_profile, str(self.path), 1)
        return Value(_default(name), "default", 0)

    def seconds(self, name: str, api: str) -> float | None:
        """Return the value of a setting of an API in seconds; None if it is not set.

        Raises:
            ConfigError: it is not a number.
        """
        found = self.value(name, api)
        if found.value == "":
            return None
        number = float(str(found.value))
        if math.isnan(number):  # which no comparison with a minimum refuses
            _refuse(f"{found.source}: must be a number of seconds from {_NUMBERS[name]}, and not {number}")
        return number

    def address(self, api: str) -> tuple[str, str]:
        """Return the URL and the server of an API. If both are set, the one with the higher precedence.

        Raises:
            ConfigError: the URL is not one.
        """
        base_url, server = self.value("base_url", api), self.value("server", api)
        try:
            urlsplit(str(base_url.value))
        except ValueError as error:  # of an address in brackets
            _refuse(f"{base_url.source}: base_url is not a URL: {error}")
        ahead = base_url.rank - server.rank
        return str(base_url.value) if ahead >= 0 else "", str(server.value) if ahead <= 0 else ""

    def of_api(self, api: str) -> ApiSettings:
        """Return the settings of an API in the profile."""
        return self._profile.of_api(api)

    def arguments(self, api: str) -> Mapping[str, object]:
        """Return the values in the profile for arguments of an API.

        Raises:
            ConfigError: the profile has an unknown name of an API or an argument, which would have no effect.
        """
        for fault in (*self.unknown_apis(), *self.unknown_arguments(api)):
            _refuse(fault)
        return self.of_api(api).arguments

    def unknown_apis(self) -> Iterator[str]:
        """Yield an error for each unknown name of an API in the profile."""
        from catalog_jobs import apis  # noqa: PLC0415 - as above

        known = apis.installed()
        for name in self._profile.apis:
            if name not in known:
                yield f"{self.path}: apis.{name}: there is no such API; {apis.advice(name, known, 'installed are')}"

    def unknown_arguments(self, api: str) -> Iterator[str]:
        """Yield an error for each unknown name of an argument of an API in the profile."""
        from catalog_jobs import apis  # noqa: PLC0415 - as above

        if given := self.of_api(api).arguments:
            uses = [arguments for each in apis.operations(api).values() for arguments in each.arguments.values()]
            known = {each.name: each for arguments in uses for each in arguments}
            for name in given.keys() - known.keys():
                advice = apis.advice(name, known, "there are")
                yield f"{self.path}: apis.{api}.arguments.{name}: no operation of the API has this argument; {advice}"

    def lists(self, api: str) -> tuple[Sequence[str], Sequence[str]]:
        """Return the origins of reports and the extra fields of an API: from options, otherwise from the profile."""
        of_api = self.of_api(api)
        return self._given.origins or of_api.origins, self._given.extra_fields or of_api.extra_fields


def default_path() -> Path:
    """Return the default profile file."""
    from platformdirs import user_config_path  # noqa: PLC0415 - as above

    return user_config_path("catalog", appauthor=False) / "config.toml"


def shown(database: str) -> str:
    """Return a database for messages: without its password."""
    if not _has_password(database):
        return database
    parts = urlsplit(database)
    return parts._replace(netloc=f"{parts.username or ''}:***@{parts.netloc.rpartition('@')[2]}").geturl()


def prepared(database: str) -> str:
    """Return a database after creating the folder of its file, if necessary; others cannot read a new folder."""
    if "://" in database:
        return database
    path = Path(database).expanduser()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        _refuse(f"database: the folder {path.parent} cannot be created: {error.strerror}; give another one with --database")
    return str(path)


def _default(name: str) -> object:
    if name == "database":
        from platformdirs import user_data_path  # noqa: PLC0415 - as above

        return str(user_data_path("catalog", appauthor=False) / "jobs.sqlite")
    return _DEFAULTS.get(name, "")


def _has_password(database: str) -> bool:
    if "://" not in database:
        return False
    try:
        parts = urlsplit(database)
    except ValueError as error:  # of an address in brackets
        _refuse(f"--database, CATALOG_DATABASE or the profile: not a URL of a database: {error}")
    return parts.password is not None or "password=" in parts.query


def _named(name: str) -> Setting:
    return next(each for each in SETTINGS if each.name == name)


def _number(name: str, text: str) -> float | int:
    kind = int if name == "width" else float
    try:
        number = kind(text)
    except ValueError:
        number = -1
    if not number >= _NUMBERS[name]:
        whole = "whole number" if kind is int else "number of seconds"
        _refuse(f"{_named(name).variable}: must be a {whole} from {_NUMBERS[name]}, and not {text!r}")
    return number


def _refuse(message: str) -> NoReturn:
    from catalog_jobs.errors import ConfigError  # noqa: PLC0415 - as above

    raise ConfigError(message)
