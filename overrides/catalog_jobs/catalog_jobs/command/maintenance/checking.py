"""The commands `catalog config check` and `catalog apis`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import httpx2
import msgspec

from catalog_clients import CatalogError
from catalog_clients._engine.tables.operations import from_environment_of
from catalog_clients.errors import describe
from catalog_jobs import apis
from catalog_jobs.apis import CredentialsCheck, Operation
from catalog_jobs.command import parts
from catalog_jobs.command.credentials import check_credentials, service, use_keyring
from catalog_jobs.command.errors import ALL_CONFIRMED, SOME_REJECTED, refuse, text_of
from catalog_jobs.command.names import APIS, SHORT
from catalog_jobs.command.progress import texts
from catalog_jobs.command.settings import SETTINGS, Given, Settings, prepared, shown
from catalog_jobs.errors import ConfigError, JobError

_HOW_TO_CALL = """
Call an operation as `catalog COMMAND API.OPERATION`, or by a short name, such as `catalog archive yandex`; add --help to see its
options. Operations without a command can be used only from Python."""

_NO_CHECK = "the spec has no x-client-check, so wrong credentials are noticed only when something is sent"
_NONE_NEEDED = "no credentials are needed, or the spec does not say how to send them"
_REFUSING = (401, 403)


def check(given: Given, names: Sequence[str], *, offline: bool) -> int:
    """Print which settings and secrets are set, and return the exit code: 1 if something is missing or refused."""
    settings = Settings(given)
    known = list(apis.installed())
    names = [APIS.get(each, each) for each in names]
    for each in names:
        apis.client(each)
    if (given.base_url or given.server) and len(names) != 1:
        refuse("--base-url and --server are for one API; name it, such as: catalog config check jwo --base-url https://...")
    print(f"profile file: {settings.path} ({'found' if settings.path.is_file() else 'not found'})")
    print(f"profile: {settings.profile_name or 'none'}")
    for setting in (each for each in SETTINGS if not each.of_api):
        value = settings.value(setting.name)
        print(f"{setting.name}: {shown(str(value.value))} ({value.source})")
    complete = _check_database(settings)
    for fault in settings.unknown_apis():
        print(fault)
        complete = False
    print(f"keyring: {f'used, as {service(settings)}' if settings.uses_keyring else 'not used'}")
    for api in names or known:
        print(f"\n{api}")
        from_keyring = use_keyring(settings, [api])
        for line, is_missing in _of_api(settings, api, from_keyring, offline=offline):
            print(f"  {line}")
            complete &= not is_missing
    if not known:
        refuse("no client of an API is installed; install one, such as: pip install 'catalog-clients[all]'")
    return ALL_CONFIRMED if complete else SOME_REJECTED


def list_apis(*, as_json: bool) -> int:
    """Print the installed APIs and their operations."""
    rows = []
    for api in apis.installed():
        try:
            found = apis.operations(api).values()
        except ConfigError as error:
            rows.append((api, "-", "-", str(error)))
            continue
        for each in found:
            if as_json:
                print(msgspec.json.encode({"api": api, "operation": each.name, "uses": each.uses, "title": each.title}).decode())
                continue
            shorts = [f"{one.verb} {one.vendor}" for one in SHORT if (one.api, one.operation) == (api, each.name)]
            rows.append((f"{api}.{each.name}", ", ".join(each.uses) or "-", ", ".join(shorts) or "-", each.title))
    if not as_json:
        print(texts.table([("API.OPERATION", "COMMANDS", "SHORT NAMES", "WHAT IT DOES"), *rows], width=texts.terminal_width()))
        print(_HOW_TO_CALL)
    return ALL_CONFIRMED


def _check_database(settings: Settings) -> bool:
    """Print the number of jobs, and return whether the database can be used. A file that does not exist is not created."""
    if "://" not in settings.database and not Path(settings.database).expanduser().exists():
        print("jobs: none; the first job creates the database")
        return True
    try:
        with parts.open_jobs(prepared(settings.database)) as jobs:
            print(f"jobs: {len(jobs.list()):,}")
    except (JobError, OSError) as error:
        print(f"jobs: unknown: {text_of(error)}")
        return False
    return True


def _of_api(settings: Settings, api: str, from_keyring: Sequence[str], *, offline: bool) -> Iterator[tuple[str, bool]]:
    """Yield lines about the settings of an API, and for each whether it reports something missing."""
    base_url, server = settings.address(api)
    has_url = True
    try:
        yield f"base_url: {shown(apis.base_url(api, base_url=base_url, server=server))}", False
    except ConfigError as error:
        has_url = False
        yield f"base_url: missing: {error}", True
    yield from ((each, True) for each in settings.unknown_arguments(api))
    needed, others = apis.variables(api)
    for name in (*needed, *others):
        where = "from the keyring" if name in from_keyring else "from the environment"
        missing = "missing" if name in needed else "not set, and not needed"
        yield f"{name}: {f'set, {where}' if os.environ.get(name) else missing}", False
    try:
        check_credentials(api)
    except CatalogError as error:
        yield f"credentials: {error}", True
        return
    yield f"credentials: {'complete' if needed else _NONE_NEEDED}", False
    if offline:
        return
    checking = next((each for each in apis.operations(api).values() if each.check), None)
    if checking is None:
        yield f"check: none; {_NO_CHECK}", False
    elif not has_url:
        yield "check: not sent, as the URL is missing", False
    else:
        found, is_accepted = _sent(settings, api, checking)
        yield f"check: {checking.name}: {found}", not is_accepted


def _sent(settings: Settings, api: str, checking: Operation) -> tuple[str, bool]:
    """Send the request that checks credentials; return a text about the result, and whether they are accepted."""
    package, request = apis.client(api), checking.check or CredentialsCheck({})
    base_url, server = settings.address(api)
    options = {name: value for name, value in (("base_url", base_url), ("server", server)) if value}
    profile = settings.of_api(api).arguments
    arguments = {name: profile.get(name, value) for name, value in request.arguments.items()}
    make = from_environment_of(package)
    subject = "the credentials are" if make else "a request without credentials is"
    accepted = f"{subject} accepted"
    try:
        with package.Client(auth=make() if make else None, **options) as client, suppress(package.errors.InvalidResponse):
            getattr(client, checking.method)(**arguments)
    except package.errors.ResponseError as error:
        if error.status in request.accepted:
            return accepted, True
        about = f"{subject} refused" if error.status in _REFUSING else "the response says nothing about the credentials"
        return f"{about}: {describe(error)}", False
    except (httpx2.TransportError, ValueError) as error:
        return f"no response: {describe(error)}", False
    return accepted, True
