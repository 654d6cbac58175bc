"""The profile file: TOML with settings, common ones and those of profiles. It never contains secrets."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from catalog_jobs.errors import ConfigError


class ApiSettings(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The settings of an API in a profile.

    Attributes:
        base_url, server, credential, patience, interval, deadline, origins, extra_fields: see `catalog_jobs.records.Options`.
        arguments: values of arguments of its operations, by their Python names; options override them.
    """

    base_url: str | None = None
    server: str | None = None
    credential: str | None = None
    patience: Annotated[float, msgspec.Meta(ge=0)] | None = None
    interval: Annotated[float, msgspec.Meta(ge=0)] | None = None
    deadline: Annotated[float, msgspec.Meta(ge=0)] | None = None
    origins: list[str] = []
    extra_fields: list[str] = []
    arguments: dict[str, object] = {}


class Profile(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A profile.

    Attributes:
        database, width: see `catalog config --help`.
        keyring: whether secrets that are not in the environment are read from the keyring.
        apis: settings of APIs, by module name.
    """

    database: str | None = None
    width: Annotated[int, msgspec.Meta(ge=1)] | None = None
    keyring: bool | None = None
    apis: dict[str, ApiSettings] = {}

    def of_api(self, api: str) -> ApiSettings:
        """Return the settings of an API."""
        return self.apis.get(api) or ApiSettings()

    def over(self, below: Profile) -> Profile:
        """Return this profile, with missing settings from another one."""
        apis = {api: _over(self.of_api(api), below.of_api(api)) for api in {**below.apis, **self.apis}}
        return Profile(
            database=self.database if self.database is not None else below.database,
            width=self.width if self.width is not None else below.width,
            keyring=self.keyring if self.keyring is not None else below.keyring,
            apis=apis,
        )


class ProfileFile(Profile, forbid_unknown_fields=True, kw_only=True):
    """The whole file: common settings, and the profiles.

    Attributes:
        profile: name of the default profile.
        profiles: the profiles, by name.
    """

    profile: str = ""
    profiles: dict[str, Profile] = {}


def read_profile(path: Path, name: str, *, is_named: bool) -> tuple[Profile, str]:
    """Return the settings of a profile, and its name.

    Args:
        path: the file.
        name: name of the profile; empty for the default profile of the file.
        is_named: whether the caller named the file; then it must exist.

    Raises:
        ConfigError: the file cannot be read, or has no such profile.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if is_named or name:
            raise ConfigError(f"{path}: there is no such profile file{f', so no profile {name!r}' if name else ''}") from None
        return Profile(), ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: the profile file cannot be read: {error}") from error
    try:
        whole = msgspec.convert(tomllib.loads(text), ProfileFile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"{path}: {error}") from error
    name = name or whole.profile
    if name and name not in whole.profiles:
        raise ConfigError(f"{path}: there is no profile {name!r}; known profiles: {', '.join(whole.profiles) or 'none'}")
    return (whole.profiles[name].over(whole) if name else whole), name


def _over(above: ApiSettings, below: ApiSettings) -> ApiSettings:
    unset = ApiSettings()
    values: Mapping[str, object] = {
        name: value if (value := getattr(above, name)) != getattr(unset, name) else getattr(below, name)
        for name in ApiSettings.__struct_fields__
        if name != "arguments"
    }
    return msgspec.structs.replace(unset, **values, arguments={**below.arguments, **above.arguments})
