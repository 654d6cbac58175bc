"""Call a generated package by the names of its spec.

Python names are found by comparison with the names of the spec, never by the names on the wire that the package states: a field
that is sent under the name of another one would go unnoticed.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import pkgutil
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import httpx2
import msgspec
from msgspec import UNSET

from scripts.spec.document import Json
from tests.properties.cases import Case
from tests.properties.contract import Api, Operation, same_name
from tests.properties.schemas import equal
from tests.properties.wire import Sent

Handler = Callable[[httpx2.Request], httpx2.Response]

BASE_URL = "https://vendor.example:8443/base/v9"


class InexpressibleError(Exception):
    """The models have no field for a value."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a call ended."""

    result: Any = None
    error: Any = None
    sent: tuple[Sent, ...] = ()


@dataclass
class Network:
    """A handler of `MockTransport` that records the requests, and responds to all of them in the same way."""

    response: Handler = field(default=lambda _: httpx2.Response(599))
    sent: list[Sent] = field(default_factory=list)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        headers = [(name.decode("ascii"), value.decode("ascii")) for name, value in request.headers.raw]
        url = f"{request.url.scheme}://{request.url.netloc.decode('ascii')}{request.url.raw_path.decode('ascii')}"
        self.sent.append(Sent(method=request.method, url=url, headers=headers, content=request.content))
        return self.response(request)


class Package:
    """A generated package, and clients of it without a network."""

    KINDS = ("Client", "AsyncClient")

    def __init__(self, api: Api, folder: Path | None) -> None:
        self.api = api
        self.module = importlib.import_module(api.package)
        self.errors: Any = self.module.errors
        self.models: Any = self.module.models
        home = Path(str(self.module.__file__)).parent
        if folder is not None and not home.is_relative_to(folder.resolve()):
            raise RuntimeError(f"{api.package} was imported from {home}, not from {folder}")
        self.home = home
        self._network = Network()
        self._runner = asyncio.Runner()

    def close(self) -> None:
        """Close the clients and the runner of the async one."""
        sync, asynchronous = self._clients
        sync.close()
        self.finish(asynchronous.aclose())
        self._runner.close()

    @cached_property
    def _clients(self) -> tuple[Any, Any]:
        transport = httpx2.MockTransport(self._network)
        sync, asynchronous = (getattr(self.module, kind)(base_url=BASE_URL, transport=transport) for kind in self.KINDS)
        return sync, asynchronous

    @contextmanager
    def client(self, kind: str, **options: Any) -> Iterator[Any]:
        """Open a client of one of the kinds in a `with` or an `async with` statement."""
        opened = getattr(self.module, kind)(**options)
        enter, leave = (opened.__enter__, opened.__exit__) if kind == "Client" else (opened.__aenter__, opened.__aexit__)
        try:
            yield self.finish(enter())
        finally:
            self.finish(leave(None, None, None))

    def finish(self, result: Any) -> Any:
        """Return what a method of either client has returned, or in the end returns."""
        return self._runner.run(result) if inspect.iscoroutine(result) else result

    def functions(self, operation: Operation) -> Any:
        """Return the module of an operation, which has `request` and `parse`."""
        return _functions(self.api.package, operation.tag, operation.id)

    def arguments(self, case: Case, *, typed: bool = False) -> dict[str, Any]:
        """Return the keywords of a case; its body becomes an unchecked model.

        Args:
            case: the request.
            typed: give enum members instead of their texts, and tuples instead of lists, as the annotations allow as well.

        Raises:
            InexpressibleError: a model has no field for something in the body.
        """
        request = self.functions(case.operation).request
        signature = inspect.signature(request)
        hints = get_type_hints(request, include_extras=True)
        given = {named(signature.parameters, key.split(" ")[1]): value for key, value in case.parameters.items()}
        for name, parameter in signature.parameters.items():
            if parameter.default is parameter.empty and name != "body":
                given.setdefault(name, None)  # a caller leaves a required parameter out by passing None
        if "body" in signature.parameters:
            given["body"] = None if case.body is None else unchecked(hints["body"], case.body)
        return {name: _typed(hints[name], value) for name, value in given.items()} if typed else given

    def call(self, case: Case, response: Handler | None = None, *, typed: bool = False) -> tuple[Outcome, ...]:
        """Call an operation in each of the ways.

        Args:
            case: the request.
            response: handler of the request; by default, it responds with a status that no spec has.
            typed: half of the ways pass enum members and tuples where the others pass texts and lists.

        Raises:
            InexpressibleError: a model has no field for something in the body.
        """
        return tuple(self.outcome(way, response) for way in self.ways(case, typed=typed))

    def ways(self, case: Case, *, typed: bool = False) -> list[Callable[[], Any]]:
        """Return the ways to call an operation: a method of either client, or `send` of either with a request built before."""
        arguments = self.arguments(case)
        alike = self.arguments(case, typed=True) if typed else arguments
        name = self.method(case.operation)
        functions = self.functions(case.operation)
        sync, asynchronous = self._clients
        return [
            lambda: getattr(sync, name)(**arguments),
            lambda: self.finish(getattr(asynchronous, name)(**alike)),
            lambda: functions.parse(sync.send(functions.request(**alike)).raw),
            lambda: self.finish(asynchronous.send(functions.request(**arguments))).parse(),
        ]

    def error_class(self, operation: Operation, status: int) -> Any:
        """Return the class of the errors of a status; of a success, that of an invalid one."""
        documented = operation.response(status)
        if documented is None:
            return self.errors.UnexpectedStatus
        return self.errors.InvalidResponse if documented.success else getattr(self.errors, documented.error)

    def error(self, client: Any, case: Case) -> Any:
        """Call an operation with any client of the package, and return the error that it raises."""
        try:
            self.finish(getattr(client, self.method(case.operation))(**self.arguments(case)))
        except self.errors.ApiError as error:
            return error
        raise AssertionError("nothing was raised")

    def errors_with(self, case: Case, network: Network, **options: Any) -> list[Any]:
        """Call an operation with a new client of each kind, and return the errors that they raise.

        Args:
            case: the request.
            network: what the clients are connected to.
            options: more options of both clients.
        """
        errors = []
        for kind in self.KINDS:
            with self.client(kind, transport=httpx2.MockTransport(network), **options) as client:
                errors.append(self.error(client, case))
        return errors

    def parse(self, operation: Operation, response: httpx2.Response) -> Outcome:
        """Read a response, strictly."""
        try:
            return Outcome(result=self.functions(operation).parse(response, strict=True))
        except self.errors.ApiError as error:
            return Outcome(error=error)

    def read(self, operation: Operation, response: httpx2.Response) -> Outcome:
        """Read a response as far as it can be read; the result also has its breaches."""
        try:
            return Outcome(result=self.functions(operation).OPERATION.read(response))
        except self.errors.ApiError as error:
            return Outcome(error=error)

    def method(self, operation: Operation) -> str:
        """Return the name of the method of both clients that is the operation."""
        return named(dir(self.module.Client), operation.id)

    def outcome(self, way: Callable[[], Any], response: Handler | None) -> Outcome:
        """Return how one way of calling ends."""
        self._network.sent.clear()
        self._network.response = response or (lambda _: httpx2.Response(599))
        try:
            result = way()
        except self.errors.ApiError as error:
            return Outcome(error=error, sent=tuple(self._network.sent))
        return Outcome(result=result, sent=tuple(self._network.sent))


@cache
def _functions(package: str, tag: str, operation: str) -> Any:
    found = importlib.import_module(f"{package}.api")
    for wanted in (tag, operation):
        name = named([each.name for each in pkgutil.iter_modules(found.__path__)], wanted)
        found = importlib.import_module(f"{found.__name__}.{name}")
    return found


def unchecked(annotation: Any, value: Json) -> Any:
    """Put JSON into models as their annotations say, without a check of anything.

    Missing fields are UNSET, and values of the wrong type are kept: a caller can do both.

    Raises:
        InexpressibleError: an object has a key for which its model has no field.
    """
    if not isinstance(value, dict | list):
        return value
    annotation = _bare(annotation)
    if get_origin(annotation) in (Union, types.UnionType):
        arms = [_bare(each) for each in get_args(annotation)]
        fitting = [each for each in arms if _fits(each, value)]
        return unchecked(next((each for each in fitting if _has_fields(each, value)), fitting[0] if fitting else Any), value)
    if isinstance(value, dict) and _is_model(annotation):
        hints = _hints(annotation)
        given = {_field(annotation, key): each for key, each in value.items()}
        return annotation(**{name: unchecked(hint, given[name]) if name in given else UNSET for name, hint in hints.items()})
    if isinstance(value, list) and get_origin(annotation) is list:
        return [unchecked(get_args(annotation)[0], each) for each in value]
    if isinstance(value, dict) and get_origin(annotation) is dict:
        return {key: unchecked(get_args(annotation)[1], each) for key, each in value.items()}
    return value


def difference(came: Any, wanted: Json, path: str = "$") -> str | None:
    """Return where models are not the JSON that they were read from, or None; the fields of models are compared by name."""
    found: Iterable[str | None]
    if isinstance(came, msgspec.Struct) and isinstance(wanted, dict):
        given = {name for name in came.__struct_fields__ if getattr(came, name) is not UNSET}
        names = {key: _fields(type(came), key) for key in wanted}
        if any(len(each) != 1 for each in names.values()) or {each[0] for each in names.values()} != given:
            return f"{path} has the fields {sorted(given)}, not {sorted(wanted)}"
        found = (difference(getattr(came, names[key][0]), each, f"{path}.{key}") for key, each in wanted.items())
    elif isinstance(came, dict) and isinstance(wanted, dict) and came.keys() == wanted.keys():
        found = (difference(came[key], each, f"{path}.{key}") for key, each in wanted.items())
    elif isinstance(came, list) and isinstance(wanted, list) and len(came) == len(wanted):
        found = (difference(one, other, f"{path}[{index}]") for index, (one, other) in enumerate(zip(came, wanted, strict=True)))
    else:
        values = [came.value, str(came.value), str(came)] if isinstance(came, Enum) and isinstance(came.value, str) else [came]
        found = () if all(equal(each, wanted) for each in values) else (f"{path} is {came!r}, not {wanted!r}",)
    return next((each for each in found if each is not None), None)


def _typed(annotation: Any, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_typed(annotation, each) for each in value)
    enums = [each for each in _parts(annotation) if isinstance(each, type) and issubclass(each, Enum)]
    return enums[0](value) if enums and isinstance(value, str) else value


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for each in get_args(annotation):
        yield from _parts(each)


def _bare(annotation: Any) -> Any:
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def _fits(annotation: Any, value: dict[str, Json] | list[Json]) -> bool:
    if isinstance(value, dict):
        return get_origin(annotation) is dict or _is_model(annotation)
    return get_origin(annotation) is list


def _has_fields(annotation: Any, value: Iterable[str]) -> bool:
    """Whether a type, if it is a model, has a field for each of a value."""
    return not _is_model(annotation) or all(_fields(annotation, key) for key in value)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, msgspec.Struct)


@cache
def _hints(model: type[msgspec.Struct]) -> Mapping[str, Any]:
    return get_type_hints(model, include_extras=True)


@cache
def _fields(model: type[msgspec.Struct], key: str) -> list[str]:
    return [name for name in model.__struct_fields__ if same_name(name, key)]


def _field(model: type[msgspec.Struct], key: str) -> str:
    found = _fields(model, key)
    if not found:
        raise InexpressibleError(f"{model.__name__} has no field {key}")
    return named(found, key)


def named(names: Iterable[str], wanted: str) -> str:
    """Return the only one of some Python names that is that of a name of the spec.

    Raises:
        AssertionError: none is, or more than one.
    """
    found = [name for name in names if same_name(name, wanted)]
    if len(found) != 1:
        raise AssertionError(f"{wanted!r} is the name of {found or 'nothing'} in the package")
    return found[0]
