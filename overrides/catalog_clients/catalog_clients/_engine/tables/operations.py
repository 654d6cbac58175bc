"""The operations of a generated client, found by their names, as protocols: each generated client has its own classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Protocol

import httpx2
import msgspec

from catalog_clients.errors import CredentialsError

from .behaviour import Errors, Operation, Package, Request, T_co


class Parameter(Protocol):
    """A parameter of an operation."""

    @property
    def name(self) -> str: ...
    @property
    def argument(self) -> str: ...
    @property
    def location(self) -> str: ...
    @property
    def required(self) -> bool: ...


class Content(Protocol):
    """A content type of a request body."""

    @property
    def media_type(self) -> str: ...
    @property
    def strict(self) -> object: ...


class GeneratedOperation(Operation[T_co], Protocol[T_co]):
    """An operation, which builds its requests and reads its responses."""

    @property
    def method(self) -> str: ...
    @property
    def parameters(self) -> Sequence[Parameter]: ...
    @property
    def strict(self) -> type[msgspec.Struct] | None: ...
    @property
    def contents(self) -> Sequence[Content]: ...
    @property
    def model(self) -> type[msgspec.Struct] | None: ...
    @property
    def body_required(self) -> bool: ...
    @property
    def secret_parameters(self) -> Sequence[str]: ...
    def request(self, arguments: Mapping[str, object], body: object = None, /) -> Request[T_co]: ...


def credentials_errors(errors: Errors) -> tuple[type[Exception], ...]:
    """Return the error classes of missing credentials: ours and, if the API has credentials, that of the generated client."""
    return CredentialsError, getattr(errors, "CredentialsError", CredentialsError)


def from_environment_of(package: object) -> Callable[[], httpx2.Auth] | None:
    """Return the function that reads credentials from the environment; None if the client has no credentials to send."""
    return getattr(getattr(package, "auth", None), "from_environment", None)


def source_of_credentials(package: object, *, is_given: bool) -> str:
    """Return in words where the credentials of a client come from.

    Args:
        package: the client.
        is_given: whether the caller has given them.
    """
    if is_given:
        return "the credentials are those given as auth"
    auth = getattr(package, "auth", None)
    needed: Mapping[str, str] = getattr(auth, "VARIABLES", {})
    others: Mapping[str, str] = getattr(auth, "OPTIONAL_VARIABLES", {})
    if not needed and not others:
        return "no credentials were sent, as its spec has none"
    named = ", ".join([*needed.values(), *others.values()])
    aws = ", and those of AWS, such as AWS_ACCESS_KEY_ID" if "region" in needed else ""
    return f"the credentials are read from the environment: {named}{aws}"


def check_package(package: object) -> None:
    """Refuse a value that is not a generated client.

    Raises:
        TypeError: it is refused.
    """
    if not isinstance(package, ModuleType) or not all(hasattr(package, name) for name in ("Client", "behaviour", "errors")):
        raise TypeError(
            f"package must be a generated client, such as the module that `import acme_returns` gives, and not {package!r}"
        )


def operation_of(package: Package, name: str) -> GeneratedOperation[object]:
    """Return an operation of a generated client.

    Args:
        package: the client.
        name: operationId, or the name of the method.

    Raises:
        ValueError: it has no such operation; the message suggests one.
    """
    known = _operations(package.__name__)
    if name in known:
        return known[name]
    suggested = get_close_matches(str(name), known, n=1)
    advice = f"; did you mean {suggested[0]}?" if suggested else ""
    listed = ", ".join(dict.fromkeys(each.name for each in known.values()))
    raise ValueError(f"{package.__name__} has no operation {name!r}; it has {listed}{advice}")


@cache
def _operations(package: str) -> Mapping[str, GeneratedOperation[object]]:
    """Return the operations of a client, by operationId and by method name; an operationId has precedence."""
    by_method = operations_by_method(package)
    return {**by_method, **{each.name: each for each in by_method.values()}}


@cache
def operations_by_method(package: str) -> Mapping[str, GeneratedOperation[object]]:
    """Return the operations of a client, by method name. The client is given by the name of its package."""
    folder = import_module(f"{package}.api")
    modules = [import_module(each.name) for each in walk_packages(folder.__path__, f"{folder.__name__}.") if not each.ispkg]
    return {module.__name__.rpartition(".")[2]: module.OPERATION for module in modules}
