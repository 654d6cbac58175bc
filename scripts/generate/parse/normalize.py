"""Bring an OpenAPI document into the one form of `parse.api`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from scripts.generate.parse.api import STYLES, Api, ApiOperation, ApiParameter, ApiResponse, Schema
from scripts.generate.parse.bodies.contents import NESTING_STYLES, Contents
from scripts.generate.parse.paths import PathTemplate, read_path
from scripts.generate.parse.schemas.endless import without_endless_unions
from scripts.generate.parse.schemas.keywords import described, kind_of
from scripts.generate.parse.schemas.normalize import SchemaNormalizer
from scripts.generate.parse.schemas.references import alternatives, children
from scripts.generate.parse.servers import not_selectable, own_servers, servers_of
from scripts.generate.text.names import class_name, method_name, module_name, unique, words
from scripts.spec.document import Document, Pointer
from scripts.spec.finding import Finding, SpecError
from scripts.spec.objects import definition_of

_FORM = "application/x-www-form-urlencoded"
_WITHOUT_BODY = ("204", "205", "304")
# What HTTP allows.
_NAMES = {"header": re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"), "cookie": re.compile(r"[!#-+\--:<>-~]+")}


def normalize(document: Document) -> Api:
    """Return the API of a valid document.

    Raises:
        SpecError: it needs something that the generated code cannot express.
    """
    return _Normalizer(document).run()


class _Normalizer:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.resolved = document.resolved
        self.findings: list[Finding] = []
        self.notes: list[Finding] = []
        self.ids: set[str] = set()
        self.schemas = SchemaNormalizer(self.resolved, self.refuse, self.note)
        self.contents = Contents(document, self.schemas, self.refuse, self.note)

    def refuse(self, pointer: Pointer, rule: str, advice: str) -> None:
        """Note something that the generated code cannot express."""
        self.findings.append(self.document.finding(pointer, rule, advice))

    def note(self, pointer: Pointer, rule: str, advice: str) -> None:
        """Note something that is ignored, or was left out without a loss."""
        self.notes.append(self.document.finding(definition_of(self.document, pointer), rule, advice))

    def run(self) -> Api:
        self.schemas.normalize_components()
        names: set[str] = set()
        operations = [self.operation(pointer, data, names) for pointer, data in self.resolved.operations()]
        if not operations:
            self.refuse(("paths",), "no-operations", "the document has no operation, so there is no client to generate; add paths")
        for each in servers_of(self.document).arguments:
            if each.is_needed:
                advice = f"a variable in the URL has no default; the client has to be given {each.name}, or base_url"
                self.note(("servers", 0), "server-variable", advice)
        for index, url in not_selectable(self.document):
            advice = f"{url!r} has no host, or is neither http nor https; it cannot be selected, but given as base_url"
            self.note(("servers", index), "unsupported-servers", advice)
        if self.resolved.data.get("webhooks"):
            self.note(("webhooks",), "unsupported-webhooks", "a client does not receive webhooks; they are left out")
        if not self.findings:
            self._leave_out_endless_unions()
            operations = [replace(each, parameters=tuple(map(self._flat, each.parameters))) for each in operations]
        if self.findings:
            raise SpecError(self.findings)
        return Api(
            document=self.document,
            schemas=self.schemas.named,
            pointers=self.schemas.pointers,
            operations=tuple(operations),
            notes=tuple(self.notes),
        )

    def operation(self, pointer: Pointer, data: Schema, names: set[str]) -> ApiOperation:
        path, method = str(pointer[1]), str(pointer[2])
        given = data.get("operationId")
        name = unique(method_name(given or f"{method}_{path}"), names)
        suggestion = class_name(given or name)
        body = data.get("requestBody", {})
        where = (*pointer, "requestBody", "content")
        if data.get("callbacks"):
            self.note((*pointer, "callbacks"), "unsupported-callbacks", "a client does not receive callbacks; they are left out")
        known = unique(given or name, self.ids)
        if given and known != given:
            self.note(
                (*pointer, "operationId"), "duplicate-operation-id", f"{given!r} is also another operation; this one is {known}"
            )
        parameters = self.defined(pointer, data)
        in_path, in_query = ([name for location, name in parameters if location == each] for each in ("path", "query"))
        template = read_path(path, in_path, in_query)
        if template.is_pattern:
            self.refuse(pointer, "path-parameter", "the path is a pattern of several; write its parameters in braces")
        for written, each in template.odd.items():
            slash = "as it is" if each in template.several else "as %2F"
            self.note(
                pointer, "path-parameter", f"{written} in the path is the parameter {each!r}; a slash in its value is sent {slash}"
            )
        if template.fragment:
            self.note(pointer, "path-fragment", f"#{template.fragment} in the path is not sent")
        return ApiOperation(
            id=known,
            name=name,
            method=method.upper(),
            path=template.path,
            query=template.query,
            servers=self.servers(pointer, data),
            tag=module_name((data.get("tags") or ["default"])[0]),
            summary=data.get("summary", ""),
            description=data.get("description", ""),
            parameters=tuple(self.parameters(pointer, parameters, template, suggestion)),
            bodies=self.contents.sent(body.get("content", {}), where, f"{suggestion}Request"),
            body_required=bool(body.get("required", False)),
            body_description=body.get("description", ""),
            responses=tuple(self.responses(pointer, data, suggestion)),
            pointer=pointer,
            data=data,
        )

    def servers(self, pointer: Pointer, data: Schema) -> Mapping[str, str]:
        """Return the base URLs of an operation that has servers of its own."""
        for owner, holder in ((pointer, data), (pointer[:2], self.resolved.data["paths"][pointer[1]])):
            if holder.get("servers"):
                where = (*owner, "servers")
                try:
                    found = own_servers(holder["servers"], self.resolved)
                except ValueError as error:
                    self.refuse(where, "unsupported-servers", str(error))
                    return {}
                if "/" in found.values():
                    advice = "a variable in the URL of its server has no default; base_url of the client has to be given"
                    self.note(where, "unsupported-servers", advice)
                return found
        return {}

    def defined(self, pointer: Pointer, data: Schema) -> dict[tuple[str, str], tuple[Pointer, Schema]]:
        """Return the parameters of an operation, each with its pointer, by location and name."""
        path_item = self.resolved.data["paths"][pointer[1]]
        found: dict[tuple[str, str], tuple[Pointer, Schema]] = {}
        for owner, items in ((pointer[:2], path_item.get("parameters", [])), (pointer, data.get("parameters", []))):
            for index, item in enumerate(items):
                found[item["in"], item["name"]] = ((*owner, "parameters", index), item)
        return found

    def parameters(
        self, pointer: Pointer, found: dict[tuple[str, str], tuple[Pointer, Schema]], template: PathTemplate, suggestion: str
    ) -> Iterable[ApiParameter]:
        for name in template.names:
            if ("path", name) not in found:
                self.note(pointer, "path-parameter", f"the parameter {name!r} is not defined; it is taken to be a string")
                found["path", name] = (pointer, {"name": name, "in": "path", "required": True, "schema": {"type": "string"}})
        for name in template.expanded:
            if ("query", name) not in found:
                self.note(pointer, "path-parameter", f"the query parameter {name!r} is not defined; it is taken to be a string")
                found["query", name] = (pointer, {"name": name, "in": "query", "schema": {"type": "string"}})
        for (location, name), (where, item) in found.items():
            if location == "path" and name not in template.names:
                self.note(where, "path-parameter", f"the parameter {name!r} is not in the path; it is ignored")
                continue
            if location == "header" and name.lower() in ("accept", "content-type", "authorization"):  # as OpenAPI says
                if name.lower() == "authorization":
                    self.note(where, "unsupported-parameter", "the header Authorization is ignored; it is given as auth")
                continue
            if location not in STYLES:
                self.refuse((*where, "in"), "unsupported-parameter", f"a whole query is written as {_FORM} without `encoding` only")
                continue
            if location in _NAMES and not _NAMES[location].fullmatch(name):
                say = self.refuse if item.get("required") else self.note
                say((*where, "name"), "unsupported-parameter", f"no {location} can have the name {name!r}; it is not sent")
                continue
            style = template.styles.get(name, {}) if location == "path" else {}
            parameter = self.parameter(where, {**style, **item}, f"{suggestion}{words(name)}")
            several = location == "path" and (name in template.several or item.get("x-multi-segment") is True)
            yield replace(parameter, allow_reserved=parameter.allow_reserved or several)

    def parameter(self, pointer: Pointer, item: Schema, suggestion: str) -> ApiParameter:
        location = item["in"]
        style = item.get("style", STYLES[location][0])
        explode = bool(item.get("explode", style in ("form", "deepObject")))
        if "content" in item:
            media_type, content = next(iter(item["content"].items()))
            given, where = content.get("schema", {}), (*pointer, "content", media_type, "schema")
            style, explode = ("json" if self.contents.is_json(media_type) else STYLES[location][0]), False
            if style != "json" and not self.contents.is_single(given):
                if not self.contents.may_be_text(given):
                    advice = f"{media_type} is not written by a schema; the value is the text that is sent"
                    self.note(where, "unsupported-parameter-content", advice)
                given = {"type": "string"}
        else:
            if style not in STYLES[location]:
                self.refuse((*pointer, "style"), "unsupported-style", f"{style!r} is not defined for a {location} parameter")
            given, where = item.get("schema", {}), (*pointer, "schema")
            if "example" in item and isinstance(given, dict) and "$ref" not in given:
                given = {**given, "example": item["example"]}
        schema = self.schemas.normalize(given, where, suggestion)
        if item.get("allowEmptyValue") is True and location == "query" and schema.get("type") == "boolean":
            schema = described({"anyOf": [schema, {"const": ""}]}, schema)  # `?flag` and `?flag=` are true for some servers
        return ApiParameter(
            name=item["name"],
            location=location,
            required=bool(item.get("required", False)),
            style=style,
            explode=explode,
            allow_reserved=bool(item.get("allowReserved", False)) or item.get("x-ms-skip-url-encoding") is True,
            description=item.get("description", ""),
            schema=schema,
            default=given.get("default") if isinstance(given, dict) else None,
            pointer=pointer,
        )

    def responses(self, pointer: Pointer, data: Schema, suggestion: str) -> Iterable[ApiResponse]:
        given = {code: response for code, response in data.get("responses", {}).items() if not code.startswith("x-")}
        responses = {code if code == "default" else code.upper(): (code, response) for code, response in given.items()}
        if not any(code.startswith("2") for code in responses):
            if "default" not in responses:
                advice = "no success is documented; one of the 200 class is taken to have no result"
                self.note((*pointer, "responses"), "no-success", advice)
            responses = {"2XX": responses.get("default", ("2XX", {})), **responses}  # what is said of all is said of it, too
        first = True
        for code, (status, response) in responses.items():
            success = code.startswith("2")
            name = f"{suggestion}Response" if success and first else f"{suggestion}Response{words(code)}"
            first = first and not success
            where = (*pointer, "responses", status, "content")
            empty = pointer[2] == "head" or code in _WITHOUT_BODY
            if code in _WITHOUT_BODY and response.get("content"):
                self.note(where, "response-without-body", f"a response of status {code} has no body; there is no result")
            yield ApiResponse(
                status=code,
                description=response.get("description", ""),
                contents=() if empty else self.contents.received(response.get("content", {}), where, name, is_success=success),
                headers=tuple(response.get("headers", {})),
            )

    def _leave_out_endless_unions(self) -> None:
        """Leave out the alternatives that parts of an `allOf` make of a schema itself."""

        def note(name: str, advice: str) -> None:
            self.note(self.schemas.pointers[name], "endless-union", advice)

        self.schemas.named.update(without_endless_unions(self.schemas.named, note))

    def _has_only_lists(self, parameter: ApiParameter) -> bool:
        """Return whether the values are objects whose nested values are lists of single values, of which each is written."""
        options = list(alternatives(parameter.schema, self.schemas.named))
        inner = [one for each in options for _, child in children(each) for one in alternatives(child, self.schemas.named)]
        return all(kind_of(each) == "object" for each in options) and not any(
            kind_of(each) == "object" or (kind_of(each) == "array" and self.contents.is_nested(each)) for each in inner
        )

    def _flat(self, parameter: ApiParameter) -> ApiParameter:
        """Return the parameter, written as JSON where its style cannot write its values."""
        if parameter.style in NESTING_STYLES:
            return parameter
        where = (*parameter.pointer, "schema")
        if not self.contents.is_nested(parameter.schema):
            if self.contents.may_be_nested(parameter.schema):
                self.note(where, "unsupported-parameter", "nested values in it are written as JSON")
            return parameter
        if (parameter.location, parameter.style, parameter.explode) == ("query", "form", True) and self._has_only_lists(parameter):
            return parameter
        advice = f"style {parameter.style!r} cannot write nested values; they are written as JSON"
        self.note(where, "unsupported-parameter", advice)
        return replace(parameter, style="nested", explode=False)
