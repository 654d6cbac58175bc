"""What the client templates see: the operations of an API with every name, type and table as Python text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import httpx2

from scripts.generate.parse.api import Api, ApiContent, ApiOperation, ApiParameter, ApiResponse
from scripts.generate.parse.media_types import bare_media_type
from scripts.generate.parse.schemas.references import own_reference, referenced
from scripts.generate.render.arguments import ArgumentView, arguments, body_fields, body_type, is_at, is_file, is_range
from scripts.generate.render.behaviour import idempotency_key, rules, source
from scripts.generate.text.docstrings import entry, wrap
from scripts.generate.text.escapes import literal
from scripts.generate.text.names import class_name, unique
from scripts.generate.types.annotations import annotation, union
from scripts.generate.types.comparison import WireNames
from scripts.generate.types.directions import Directions
from scripts.runtime.idempotency import IdempotencyKey
from scripts.runtime.parameters import Parameter

_STREAMS = {"events": "EventStream", "lines": "Stream"}


@dataclass(frozen=True, kw_only=True)
class StatusView:
    """An error class of the package: one for each documented error status, whose meanings differ by operation."""

    key: str
    class_name: str
    annotation: str
    meanings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OperationView:
    """An operation as the templates write it.

    Attributes:
        arguments: parameters and body, required ones first.
        fields: fields of the body that may be given instead of it; empty if the body has to be given as a whole.
        model: the type that the fields make, or None.
        keywords: the name of the TypedDict of the parameters.
        errors: the error classes with their meanings, as entries of the section `Raises` of a docstring.
        idempotency_key: what takes a key of each request, as Python text; empty if nothing does.
        is_stream: whether a success may be a stream of values.
        is_streamed: whether a success may be a file, whose bytes can be read one by one.
        is_open: whether a success may have a body of which the document says nothing.
        is_upload: whether the body may be a file.
    """

    id: str
    name: str
    tag: str
    method: str
    path: str
    query: tuple[str, ...]
    servers: Mapping[str, str]
    title: str
    details: str
    arguments: tuple[ArgumentView, ...]
    fields: tuple[ArgumentView, ...]
    model: str | None
    parameter_names: tuple[str, ...]
    keywords: str
    parameters: str
    strict: str | None
    unique: tuple[str, ...]
    rules: str
    contents: tuple[str, ...]
    body_required: bool
    has_content_type: bool
    result: str
    responses: Mapping[str, str]
    errors: tuple[str, ...]
    accept: str
    idempotency_key: str
    is_stream: bool
    is_streamed: bool
    is_open: bool
    is_upload: bool

    @property
    def overloads(self) -> tuple[tuple[ArgumentView, ...], ...]:
        """The alternative signatures, if there are several: with the fields of the body, or with the body."""
        if not self.fields:
            return ()
        parameters = [each for each in self.arguments if each.name != "body"]
        return tuple(sorted((*parameters, *self.fields), key=lambda each: not each.required)), self.arguments

    @property
    def signature(self) -> tuple[str, ...]:
        """All arguments, as one signature has them."""
        if not self.fields:
            return tuple(each.signature for each in self.arguments)
        given = [each.signature for each in self.arguments if each.name != "body"]
        return (*given, *(each.optional for each in (*self.fields, *self.arguments) if each.field or each.name == "body"))

    @property
    def documented(self) -> tuple[str, ...]:
        """All arguments, as entries of the section `Args` of a docstring, in the order of the signature."""
        parameters = [each for each in self.arguments if not self.fields or each.name != "body"]
        bodies = [each for each in self.arguments if self.fields and each.name == "body"]
        return tuple(entry(each.name, each.description) for each in (*parameters, *self.fields, *bodies))


def status_views(api: Api) -> tuple[StatusView, ...]:
    """Return the error classes of an API, in the order of their status."""
    classes = error_classes(api)
    found: dict[str, list[ApiResponse]] = defaultdict(list)
    for operation in api.operations:
        for response in operation.responses:
            if not response.is_success:
                found[response.status].append(response)
    return tuple(
        StatusView(
            key=status,
            class_name=classes[status],
            annotation=" | ".join(dict.fromkeys(each for response in found[status] for each in _content_types(response))) or "None",
            meanings=tuple(dict.fromkeys(response.description for response in found[status])),
        )
        for status in sorted(found)
    )


def error_classes(api: Api) -> dict[str, str]:
    """Return the name of the error class of each documented status: that of `x-client-error-name`, or that of the status.

    Where responses of one status have several names, the first is taken.
    """
    found: dict[str, str] = {}
    for operation in api.operations:
        for status, response in operation.data.get("responses", {}).items():
            if name := response.get("x-client-error-name"):
                found.setdefault(status, class_name(name))
    statuses = {response.status for operation in api.operations for response in operation.responses}
    return {status: found.get(status) or _status_class(status) for status in sorted(statuses)}


def _status_class(status: str) -> str:
    """Return the name of a status, a range such as `4XX`, or `default`."""
    if status == "default":
        return "OtherStatus"
    if status.endswith("XX"):
        return f"Status{status}"
    phrase = httpx2.codes.get_reason_phrase(int(status))  # of RFC 9110; those of the standard library differ by its version
    if not phrase:
        return f"Status{status}"
    return f"{class_name(phrase)}Status" if int(status) < 400 else class_name(phrase)


def operation_views(directions: Directions, models: WireNames) -> tuple[OperationView, ...]:
    """Return the views of all operations.

    Args:
        directions: what is sent and what is received.
        models: attributes of the models, by class and name on the wire.
    """
    classes = error_classes(directions.api)
    taken: set[str] = set()
    keywords = {each.id: unique(class_name(f"{each.name}_parameters"), taken) for each in directions.api.operations}
    return tuple(_view(each, directions, models, classes, keywords[each.id]) for each in directions.api.operations)


def _view(
    operation: ApiOperation, directions: Directions, models: WireNames, classes: Mapping[str, str], keywords: str
) -> OperationView:
    types = dict.fromkeys(each for response in operation.successes for each in _content_types(response) or ["None"])
    accept = dict.fromkeys(content.media_type for response in operation.responses for content in response.contents)
    errors = tuple(
        entry(classes[response.status], f"{response.status}: {response.description}")
        for response in operation.responses
        if not response.is_success
    )
    model, fields = body_fields(operation, directions, models)
    successes = [content for response in operation.successes for content in response.contents]
    return OperationView(
        id=operation.id,
        name=operation.name,
        tag=operation.tag,
        method=operation.method,
        path=operation.path,
        query=operation.query,
        servers=operation.servers,
        title=operation.summary.strip().rstrip(".") or operation.id,
        details=wrap(operation.description) if operation.description else "",
        arguments=arguments(directions.api, operation, model),
        fields=fields,
        model=model,
        parameter_names=tuple(each.argument for each in operation.parameters),
        keywords=keywords,
        parameters=source(tuple(map(_parameter, operation.parameters))),
        strict=f"_strict.{directions.parameters[operation.id]}" if operation.parameters else None,
        unique=tuple(each.argument for each in operation.parameters if each.schema.get("uniqueItems")),
        rules=source(rules(operation)),
        contents=tuple(_content(content, directions) for content in operation.bodies),
        body_required=operation.body_required,
        has_content_type=len(operation.bodies) > 1 or any(map(is_range, operation.bodies)),
        result=union(types) or "None",
        responses={response.status: _response(response, classes, directions) for response in operation.responses},
        errors=errors,
        accept=", ".join(accept) or "*/*",
        idempotency_key=_idempotency_key(operation),
        is_stream=any(content.stream is not None for content in successes),
        is_open=operation.is_open,
        is_streamed=operation.is_open or any(content.schema is None and content.stream is None for content in successes),
        is_upload=any(map(is_file, operation.bodies)),
    )


def _idempotency_key(operation: ApiOperation) -> str:
    """Return what takes a key of each request, as Python text; empty if nothing does."""
    place = idempotency_key(operation)
    if place is None:
        return ""
    if place.part == "body":
        return source(IdempotencyKey(field=place.path[0]))
    return source(IdempotencyKey(argument=next(each.argument for each in operation.parameters if is_at(place, each))))


def _parameter(parameter: ApiParameter) -> Parameter:
    return Parameter(**{name: getattr(parameter, name) for name in Parameter.__struct_fields__})


def _content_types(response: ApiResponse) -> list[str]:
    return list(dict.fromkeys(map(_result_type, response.contents)))


def _result_type(content: ApiContent) -> str:
    found = "bytes" if content.schema is None and not content.is_text else body_type(content)
    return f"{_STREAMS[content.stream]}[{found}]" if content.stream else found


def _content(content: ApiContent, directions: Directions) -> str:
    given = [f"media_type={literal(content.media_type)}"]
    if content.schema is not None:
        kind = annotation(content.schema)
        if any(name in directions.bodies_in_strict for name in referenced(content.schema)):
            kind = kind.replace("models.", "_strict.")
        given.append(f"strict={kind}")
        unique = [each for name in own_reference(content.schema) for each in directions.unique_arrays.get(name, ())]
        given += [f"unique={source(tuple(unique))}"] if unique else []
        given += ["extras=True"] if any(name in directions.with_extras for name in referenced(content.schema)) else []
    if content.form is not None:
        given.append(f"form={literal(content.form)}")
        named = {name: getattr(content, name) for name in ("fields", "media_types", "encoded", "documents")}
        given += [f"{name}={source(value)}" for name, value in named.items() if value]
    return f"Content({', '.join(given)})"


def _response(response: ApiResponse, classes: Mapping[str, str], directions: Directions) -> str:
    given = []
    if response.contents:
        kinds: dict[str, str] = {}
        for each in response.contents:
            bare = bare_media_type(each.media_type)
            whole = ";".join(part.strip() for part in each.media_type.lower().split(";"))
            is_text = each.schema is None and each.is_text and each.stream is None
            kinds[whole if bare in kinds else bare] = "Text" if is_text else _result_type(each)
        contents = ", ".join(f"{literal(media_type)}: {kind}" for media_type, kind in kinds.items())
        given.append(f"content={{{contents}}}")
    if any(name in directions.with_extras for content in response.contents for name in referenced(content.schema)):
        given.append("extras=True")
    if not response.is_success:
        given.append(f"error=errors.{classes[response.status]}")
        given.append(f"description={literal(' '.join(response.description.split()))}")
    return f"DocumentedResponse({', '.join(given)})"
