"""What the bodies of a media type are, as far as its name says."""

from __future__ import annotations

import re
from typing import Literal

Stream = Literal["events", "lines"]

_JSON = ("application/json", "application/x-json", "text/json", "text/x-json")
LINES = (
    *("application/x-ndjson", "application/ndjson", "application/x-json-stream", "application/stream+json"),
    *("application/jsonl", "application/x-jsonl", "application/jsonlines", "application/x-jsonlines", "application/json-lines"),
    *("application/json-seq", "text/jsonl", "text/x-jsonl", "text/x-ndjson"),
)
_BETWEEN_COMMAS = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^",])+')
_ANYTHING = ("*/*", "application/*")
_TEXT_THAT_MAY_BE_JSON = ("text/*", "text/plain", "text/javascript")
_TEXTS = ("csv", "ecmascript", "graphql", "javascript", "sql", "toml", "tsv", "yaml", "yml")  # not only below `text/`
_SAME_AS_JSON = ("application/x-json", "application/*+json", "application/*", "text/json", "text/x-json", "text/*", "*/*")


def media_types_in(key: str) -> list[str]:
    """Return the media types that a key of `content` names, which should be one."""
    return [each.strip() for each in _BETWEEN_COMMAS.findall(key) if each.strip()]


def bare_media_type(media_type: str) -> str:
    """Return a media type without its parameters, in lower case."""
    return media_type.split(";", maxsplit=1)[0].strip().lower()


def stream_of(media_type: str) -> Stream | None:
    """Return how values follow each other in a body, or None if it is one value."""
    bare = bare_media_type(media_type)
    if bare == "text/event-stream":
        return "events"
    return "lines" if bare in LINES or bare.endswith("+json-seq") else None


def is_json(media_type: str) -> bool:
    """Return whether a media type is JSON, whatever a schema says."""
    bare = bare_media_type(media_type)
    return (bare in _JSON or bare.endswith("+json")) and stream_of(bare) is None


def is_another_json(media_type: str) -> bool:
    """Return whether a media type says no more than `application/json` beside it."""
    return bare_media_type(media_type) in _SAME_AS_JSON


def is_anything(media_type: str) -> bool:
    """Return whether a range leaves open what a body is."""
    return bare_media_type(media_type) in _ANYTHING


def may_be_json(media_type: str) -> bool:
    """Return whether bodies are JSON where their schema has no text: ranges, and what often stands for JSON."""
    return is_anything(media_type) or bare_media_type(media_type) in _TEXT_THAT_MAY_BE_JSON


def is_xml(media_type: str) -> bool:
    """Return whether a media type is XML; SVG is an image."""
    bare = bare_media_type(media_type)
    return bare.endswith(("/xml", "+xml")) and not bare.startswith("image/")


def is_text(media_type: str) -> bool:
    """Return whether bodies are text; XML is not, as it names its encoding itself."""
    bare = bare_media_type(media_type)
    kind = re.split("[/+]", bare)[-1].removeprefix("x-")
    return (bare.startswith("text/") or kind in _TEXTS) and not is_xml(media_type)


def is_binary(media_type: str) -> bool:
    """Return whether bodies are neither JSON nor any text."""
    return not is_json(media_type) and not is_text(media_type) and stream_of(media_type) is None


def sent_as(media_type: str) -> str:
    """Return the header of a body whose media type may be a range; a range stays where nothing else is known of it."""
    bare = bare_media_type(media_type)
    if bare.endswith("*+json"):
        return "application/json"
    return {"text/*": "text/plain", "*/*": "application/octet-stream", "application/*": "application/octet-stream"}.get(
        bare, bare if bare.endswith("/*") else media_type
    )
