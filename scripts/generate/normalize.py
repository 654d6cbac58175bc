"""Bring an OpenAPI 3.0 or 3.1 document into the form that the generators read."""

from __future__ import annotations

from collections.abc import Iterable

from scripts.document import Document, Pointer
from scripts.finding import Finding, SpecError
from scripts.generate.api import Api, ApiAnswer, ApiContent, ApiOperation, ApiParameter, Schema
from scripts.generate.names import class_name, module_name, unique
from scripts.generate.schemas import SchemaNormalizer

_DEFAULT_STYLE = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
_STYLES = {
    "path": {"simple", "label", "matrix"},
    "query": {"form", "spaceDelimited", "pipeDelimited", "deepObject"},
    "header": {"simple"},
    "cookie": {"form"},
}
_FORM = "application/x-www-form-urlencoded"


def normalize(document: Document) -> Api:
    """Return the API of a valid document.

    Raises:
        SpecError: it needs something that the generated code cannot express.
    """
    return _Normalizer(document).run()


def is_json(media_type: str) -> bool:
    """Tell whether bodies of a media type are JSON."""
    bare = media_type.split(";")[0].strip().lower()
    return bare == "application/json" or bare.endswith("+json") or bare in ("*/*", "application/*")


class _Normalizer:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.resolved = document.resolved
        self.findings: list[Finding] = []
        self.schemas = SchemaNormalizer(self.resolved, self.refuse)

    def refuse(self, place: Pointer, rule: str, advice: str) -> None:
        """Note something that the generated code cannot express."""
        self.findings.append(self.document.finding(place, rule, advice))

    def run(self) -> Api:
        self.schemas.normalize_components()
        ids: set[str] = set()
        operations = [self.operation(place, data, ids) for place, data in self.resolved.operations()]
        if not operations:
            self.refuse(("paths",), "no-operations", "the document has no operation, so there is no client to generate; add paths")
        if self.resolved.data.get("webhooks"):
            self.refuse(("webhooks",), "unsupported-webhooks", "a client does not receive webhooks; remove them from the document")
        if self.findings:
            raise SpecError(self.findings)
        return Api(document=self.document, schemas=self.schemas.named, operations=tuple(operations))

    def operation(self, place: Pointer, data: Schema, ids: set[str]) -> ApiOperation:
        path, method = str(place[1]), str(place[2])
        name = data.get("operationId") or f"{method}_{module_name(path)}"
        taken = {module_name(each) for each in ids}
        if module_name(name) in taken:
            name = unique(module_name(name), taken)
        ids.add(name)
        hint = class_name(name)
        body = data.get("requestBody", {})
        if data.get("callbacks"):
            self.refuse((*place, "callbacks"), "unsupported-callbacks", "a client does not receive callbacks; remove them")
        return ApiOperation(
            id=name,
            method=method.upper(),
            path=path,
            tag=module_name((data.get("tags") or ["default"])[0]),
            summary=data.get("summary", ""),
            description=data.get("description", ""),
            parameters=tuple(self.parameters(place, data, hint)),
            bodies=tuple(self.contents(body.get("content", {}), (*place, "requestBody", "content"), f"{hint}Request", request=True)),
            body_required=bool(body.get("required", False)),
            body_description=body.get("description", ""),
            answers=tuple(self.answers(place, data, hint)),
            place=place,
            data=data,
        )

    def parameters(self, place: Pointer, data: Schema, hint: str) -> Iterable[ApiParameter]:
        path_item = self.resolved.data["paths"][place[1]]
        found: dict[tuple[str, str], tuple[Pointer, Schema]] = {}
        for owner, items in ((place[:2], path_item.get("parameters", [])), (place, data.get("parameters", []))):
            for index, item in enumerate(items):
                found[item["in"], item["name"]] = ((*owner, "parameters", index), item)
        for (location, name), (where, item) in found.items():
            if location == "header" and name.lower() in ("accept", "content-type", "authorization"):
                continue  # OpenAPI: such a parameter definition is ignored
            yield self.parameter(where, item, f"{hint}{class_name(name)}")

    def parameter(self, place: Pointer, item: Schema, hint: str) -> ApiParameter:
        location = item["in"]
        style = item.get("style", _DEFAULT_STYLE[location])
        explode = bool(item.get("explode", style in ("form", "deepObject")))
        if "content" in item:
            media_type, content = next(iter(item["content"].items()))
            if not is_json(media_type):
                self.refuse((*place, "content"), "unsupported-parameter-content", f"{media_type} is not JSON; describe it by a schema")
            style, explode = "json", False
            schema = self.schemas.normalize(content.get("schema", {}), (*place, "content", media_type, "schema"), hint)
        else:
            if style not in _STYLES[location]:
                self.refuse((*place, "style"), "unsupported-style", f"{style!r} is not defined for a {location} parameter")
            schema = self.schemas.normalize(item.get("schema", {}), (*place, "schema"), hint)
        return ApiParameter(
            name=item["name"],
            location=location,
            required=bool(item.get("required", False)),
            style=style,
            explode=explode,
            allow_reserved=bool(item.get("allowReserved", False)),
            description=item.get("description", ""),
            schema=schema,
            default=item.get("schema", {}).get("default"),
            place=place,
        )

    def contents(self, contents: Schema, place: Pointer, hint: str, *, request: bool) -> Iterable[ApiContent]:
        for index, (media_type, content) in enumerate(contents.items()):
            where = (*place, media_type)
            name = hint if index == 0 else f"{hint}{class_name(media_type.split('/')[-1])}"
            schema = content.get("schema")
            bare = media_type.split(";")[0].strip().lower()
            if is_json(media_type):
                yield ApiContent(
                    media_type=media_type, schema=self.schemas.normalize({} if schema is None else schema, (*where, "schema"), name)
                )
            elif bare == _FORM and request and schema is not None:
                yield ApiContent(media_type=media_type, schema=self.schemas.normalize(schema, (*where, "schema"), name))
            elif bare == "multipart/form-data":
                advice = "multipart bodies are not generated; remove this media type and send such a request with httpx2"
                self.refuse(where, "unsupported-media-type", advice)
            elif bare.endswith(("/xml", "+xml")):
                self.refuse(where, "unsupported-media-type", "XML is not generated; use JSON, or describe the body as text without a schema")
            else:
                yield ApiContent(media_type=media_type, schema=None)

    def answers(self, place: Pointer, data: Schema, hint: str) -> Iterable[ApiAnswer]:
        first = True
        for status, answer in data.get("responses", {}).items():
            code = str(status).upper() if str(status) != "default" else "default"
            success = code.startswith("2")
            name = f"{hint}Response" if success and first else f"{hint}Response{class_name(code).removeprefix('Schema')}"
            first = first and not success
            where = (*place, "responses", status, "content")
            yield ApiAnswer(
                status=code,
                description=answer.get("description", ""),
                contents=tuple(self.contents(answer.get("content", {}), where, name, request=False)),
                headers=tuple(answer.get("headers", {})),
            )
