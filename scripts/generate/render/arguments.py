"""The keywords of generated functions: the parameters of an operation, its body and the fields of it, and a content type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scripts.generate.parse.api import Api, ApiContent, ApiOperation, ApiParameter
from scripts.generate.render.behaviour import idempotency_key
from scripts.generate.render.endpoints import RESERVED
from scripts.generate.text.escapes import literal
from scripts.generate.types.annotations import annotation
from scripts.generate.types.comparison import WireNames
from scripts.generate.types.directions import Directions
from scripts.generate.types.models import field_text
from scripts.runtime.behaviour import Expression


@dataclass(frozen=True, kw_only=True)
class ArgumentView:
    """A keyword of a generated function.

    Attributes:
        field: whether it is a field of the body, which is `UNSET` if it is not given; other arguments are None then.
    """

    name: str
    annotation: str
    required: bool
    description: str
    field: bool = False

    @property
    def signature(self) -> str:
        """The argument in a signature."""
        return f"{self.name}: {self.annotation}" if self.required else self.optional

    @property
    def optional(self) -> str:
        """The argument in a signature where it may be left out."""
        return f"{self.name}: {self.annotation} | " + ("UnsetType = UNSET" if self.field else "None = None")

    @property
    def key(self) -> str:
        """The argument in a TypedDict that is not total."""
        return f"{self.name}: Required[{self.annotation}]" if self.required else f"{self.name}: {self.annotation} | None"


def is_at(place: Expression | None, parameter: ApiParameter) -> bool:
    """Return whether an expression names a parameter."""
    return place is not None and (place.part, place.path) == (parameter.location, (parameter.name,))


def body_fields(operation: ApiOperation, directions: Directions, models: WireNames) -> tuple[str | None, tuple[ArgumentView, ...]]:
    """Return the type of a body whose fields may be given one by one, and these fields; None if it has to be given as a whole.

    That is so if content types have several types, if it is not an object of known fields, or if a required field has the name of a
    parameter. An optional field with such a name can only be given as part of a body.
    """
    name = operation.body_name
    public = directions.public.get(name, {})
    properties, required = public.get("properties", {}), public.get("required", ())
    attributes = models.get(name) or {}
    reserved = {*RESERVED, *(each.argument for each in operation.parameters)}
    if not properties or any(attributes[each] in reserved for each in required):
        return None, ()
    key = idempotency_key(operation)
    keyed = key.path[0] if key is not None and key.part == "body" else None
    found = [
        ArgumentView(
            name=attributes[wire_name],
            annotation=annotation(directions.without_tuples(child), enums=directions.api.string_enums),
            required=wire_name in required and wire_name != keyed,
            description=_with_new_key(
                field_text(child, directions.api) or f"The field `{wire_name}` of the body.", is_key=wire_name == keyed
            ),
            field=True,
        )
        for wire_name, child in properties.items()
        if attributes[wire_name] not in reserved
    ]
    return f"models.{name}", tuple(sorted(found, key=lambda each: not each.required))


def _with_new_key(description: str, *, is_key: bool) -> str:
    """Return what an argument is, and what it is by default if it takes a key of each request."""
    return f"{description} Default: a new UUID for each call." if is_key else description


def arguments(api: Api, operation: ApiOperation, model: str | None) -> tuple[ArgumentView, ...]:
    """Return the keywords of an operation; the fields of its body are beside it if they have a model."""
    key = idempotency_key(operation)
    found = [
        ArgumentView(
            name=each.argument,
            annotation=annotation(each.schema, enums=api.string_enums).removesuffix(" | None"),
            required=each.required and not is_at(key, each),
            description=_with_new_key(_described(each), is_key=is_at(key, each)),
        )
        for each in operation.parameters
    ]
    if operation.bodies:
        types = list(dict.fromkeys(body_type(content) for content in operation.bodies))
        text = operation.body_description.strip() or "Body of the request."
        found.append(
            ArgumentView(
                name="body",
                annotation=" | ".join(types),
                required=operation.body_required,
                description=f"{text} Its fields can be given as arguments instead." if model else text,
            )
        )
    found += _content_type(operation.bodies)
    return tuple(sorted(found, key=lambda each: not each.required))


def _content_type(bodies: Sequence[ApiContent]) -> Iterator[ArgumentView]:
    """Yield the argument that says of which media type a body is, where that is not known without it."""
    media_types = [content.media_type for content in bodies]
    if any(map(is_range, bodies)):
        text, kind = f"Media type of the body, of {' or '.join(media_types)}", "str"
    elif len(bodies) > 1:
        text, kind = "Media type of the body", f"Literal[{', '.join(map(literal, media_types))}]"
    else:
        return
    named = [content for content in bodies if not is_range(content)]
    defaults = {is_file(content): content.media_type for content in reversed(named)}
    if len(defaults) == 2:
        text += f"; default: {defaults[False]}, and of a file {defaults[True]}."
    else:
        text += f"; default: {named[0].media_type}." if named else "."
    yield ArgumentView(name="content_type", annotation=kind, required=not named, description=text)


def is_file(content: ApiContent) -> bool:
    """Return whether a body is sent as it is, as a file."""
    return content.schema is None and not content.is_text


def is_range(content: ApiContent) -> bool:
    """Return whether a body may have any media type of a range, such as `image/*`."""
    return content.media_type.endswith("/*")


def _described(parameter: ApiParameter) -> str:
    text = " ".join(parameter.description.split()) or f"The {parameter.location} parameter `{parameter.name}`."
    if parameter.location == "path" and parameter.allow_reserved:
        text += " Slashes in it are sent as they are."
    return text if parameter.default is None else f"{text} Default: {parameter.default!r}."


def body_type(content: ApiContent) -> str:
    """Return the type of a body that is sent, as Python."""
    if content.schema is None:
        return "str" if content.is_text else "bytes | Path | BinaryIO"
    return annotation(content.schema)
