"""Secrets: from the environment, or from a keyring where the profile says so; they are never printed or kept."""

from __future__ import annotations

import os
from collections.abc import Iterable

from catalog_clients import CredentialsError
from catalog_clients._engine.generated import credentials_errors, from_environment_of
from catalog_jobs import apis
from catalog_jobs.errors import ConfigError

from .settings import Settings

_SERVICE = "catalog"


def service(settings: Settings) -> str:
    """Return the name under which the keyring has the secrets of a profile."""
    return f"{_SERVICE}:{settings.profile_name}" if settings.profile_name else _SERVICE


def use_keyring(settings: Settings, names: Iterable[str]) -> list[str]:
    """Put the secrets of APIs that are in the keyring, and not in the environment, into the environment of this process.

    Returns:
        the names of the variables that were found there.

    Raises:
        ConfigError: the profile says that the keyring is used, and it cannot be.
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
    """Refuse to begin without credentials.

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
        raise CredentialsError(f"{api}: {str(error).replace('give `auth`, or set', 'set')}") from error
    except ImportError as error:
        raise ConfigError(f"{api}: {error}") from error
