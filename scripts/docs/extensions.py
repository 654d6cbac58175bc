"""The reference of the `x-client-*` extensions, from their JSON Schemas."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from scripts.docs.schemas import Schema, field_table, fields, in_words
from scripts.generate.text.markdown import inline

_SUFFIX = ".yaml"
_NOTE = "x-client-note"


def extensions_page(folder: Path) -> str:
    """Return the page of all extensions, whose schemas are in a folder, as Markdown."""
    schemas = {path.name: yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) for path in sorted(folder.glob(f"*{_SUFFIX}"))}
    begins = "The fields of the `x-client-*` tables of a spec; [the guide](../guides/extensions.md) says where each table goes."
    lines = ["# Extensions of OpenAPI", f"{begins} Each table may also have an `{_NOTE}`."]
    for name, schema in schemas.items():
        lines += [f"## {name.removesuffix(_SUFFIX)}", inline(schema["description"]), _value(schema, schemas)]
    return "\n\n".join(lines) + "\n"


def _value(root: Schema, files: Mapping[str, Schema]) -> str:
    """Return what the value of an extension has, by its schema; references may lead to the schemas of other extensions."""

    def followed(schema: Schema) -> Schema:
        """Return what a reference leads to, with what stands beside it; one to a whole extension is left as it is."""
        file, _, pointer = str(schema.get("$ref", "")).partition("#/")
        if not pointer:
            return schema
        found = files[file] if file else root
        for part in pointer.split("/"):
            found = found[part]
        return {**found, **{key: value for key, value in schema.items() if key != "$ref"}}

    rows = [each for each in fields(root, followed) if each.name != _NOTE]
    return field_table(rows, followed) if rows else f"Its value: {inline(in_words(root, followed))}."
