"""Secrets: from the environment or, if the profile says so, from a keyring. They are never printed or stored."""

from __future__ import annotations

import os
from collections.abc import Iterable

from catalog_clients import CredentialsError
from catalog_clients._engine.tables.operations import credentials_errors, from_environment_of
from catalog_jobs import apis
from catalog_jobs.errors import ConfigError, what_to_set

from .settings import Settings

_SERVICE = "catalog"


def service(settings: Settings) -> str:
    """Return the service name of a profile's secrets in the keyring."""
    return f"{_SERVICE}:{settings.profile_name}" if settings.profile_name else _SERVICE


def use_keyring(settings: Settings, names: Iterable[str]) -> list[str]:
    """Copy secrets of APIs that are not in the environment from the keyring into the environment of this process.

    Returns:
        the names of the variables that were found in the keyring.

    Raises:
        ConfigError: the profile has `keyring = true`, and the keyring cannot be used.
    """
    if not settings.uses_keyring:
        return []
    try:
        import keyring  # noqa: PLC0415 - an extra
        import keyring.errors  # noqa: PLC0415 - as above
    except ImportError as error:
        raise ConfigError(f"{settings.path}: keyring = true needs: pip install 'catalog-jobs[keyring]'") from error
    found = []
    for api in names:
        for name in (each for group in apis.variables(api) for each in group if not os.environ.get(each)):
            try:
                secret = keyring.get_password(service(settings), name)
            except keyring.errors.KeyringError as error:
                raise ConfigError(f"the keyring cannot be used: {type(error).__name__}: {error}") from error
            if secret:
                os.environ[name] = secret
                found.append(name)
    return found


def check_credentials(api: str) -> None:
    """Refuse to start without credentials.

    Raises:
        CredentialsError: there are none; the message names the variables that are not set.
    """
    package = apis.client(api)
    make = from_environment_of(package)
    if make is None:
        return
    try:
        make()
    except credentials_errors(package.errors) as error:
        raise CredentialsError(f"{api}: {what_to_set(error)}") from error
    except ImportError as error:
        raise ConfigError(f"{api}: {error}") from error
