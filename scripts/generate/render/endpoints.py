"""Read the operations with openapi-python-client: it names them and their arguments and renders our templates.

It is shown the operations with placeholder schemas only, because models come from datamodel-code-generator; so nothing that it
cannot model can make it drop an operation, and everything that it does drop is an error here.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from pathlib import Path

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.strings import PythonIdentifier

from scripts.generate.identity import Identity
from scripts.generate.parse.api import Api, ApiOperation
from scripts.generate.parse.paths import WILDCARD
from scripts.generate.text.names import module_name, unique
from scripts.spec.document import Json, Pointer
from scripts.spec.finding import Finding, SpecError

TEMPLATES = Path(__file__).parent.parent / "templates" / "client"

# Keywords that every generated function may have beside its parameters.
RESERVED = ("body", "content_type", "extra_headers", "self", "timeout")


class _Compiled(BytecodeCache):
    """The compiled templates, which the next document needs as well."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()
_SIGN = re.compile(r"(?:[<>!]=|[<>])$|^\*$")
_SIGNS = {"<": "_lt", "<=": "_lte", ">": "_gt", ">=": "_gte", "!=": "_ne", WILDCARD: "wildcard"}


def read_endpoints(api: Api, identity: Identity) -> tuple[Environment, Api]:
    """Return what renders the templates, and the API with the Python keyword of each parameter.

    Raises:
        SpecError: an operation or a parameter did not survive.
    """
    config = Config.from_sources(
        ConfigFile(
            project_name_override=identity.distribution,
            package_name_override=identity.package,
            package_version_override=identity.version,
            post_hooks=[],
        ),
        MetaType.NONE,
        api.document.path,
        "utf-8",
        overwrite=True,
        output_path=Path(identity.package),
    )
    data = GeneratorData.from_dict(_outline(api), config=config)
    if isinstance(data, GeneratorError):
        raise SpecError([_finding(api, ("paths",), f"{data.header}: {data.detail}")])
    collections = data.endpoint_collections_by_tag.values()
    problems = [*data.errors, *(error for each in collections for error in each.parse_errors)]
    if problems:
        raise SpecError(_finding(api, ("paths",), f"{error.header} {error.detail}") for error in problems)
    named = _with_arguments(api, {endpoint.name: endpoint for each in collections for endpoint in each.endpoints})
    templates = Project(openapi=data, config=config, custom_template_path=TEMPLATES).env
    templates.bytecode_cache = _COMPILED
    return templates, named


def _outline(api: Api) -> Json:
    """Return the operations with placeholder schemas and paths, which no template writes."""
    paths: dict[str, dict[str, Json]] = {}
    for index, operation in enumerate(api.operations):
        safe = _safe_names(operation)
        path = "".join(f"/{{{name}}}" for (location, _), name in safe.items() if location == "path")
        paths[f"/{index}{path}"] = {
            operation.method.lower() if operation.method != "QUERY" else "post": {  # which openapi-python-client knows
                "operationId": operation.name,
                "tags": [operation.tag],
                "parameters": [
                    {"name": name, "in": each.location, "required": each.required, "schema": {"type": "string"}}
                    for each, name in zip(operation.parameters, safe.values(), strict=True)
                ],
                "responses": {each.status: {"description": each.description} for each in operation.responses},
            }
        }
    return {"openapi": "3.1.0", "info": {"title": api.title, "version": "1"}, "paths": paths}


def _with_arguments(api: Api, endpoints: dict[str, Endpoint]) -> Api:
    """Return the API with the keywords that the endpoints have, which are exactly its operations and their parameters."""
    operations = []
    findings = []
    for operation in api.operations:
        endpoint = endpoints.pop(PythonIdentifier(operation.name, "field_"), None)
        if endpoint is None:
            advice = "openapi-python-client left out this operation; report this as a bug"
            findings.append(_finding(api, operation.pointer, advice))
            continue
        found = {
            (str(location.value), str(prop.name.get_untrusted_value())): str(prop.python_name)
            for location, prop in endpoint.iter_all_parameters()
        }
        safe = _safe_names(operation)
        lost = sorted(name for (location, name), each in safe.items() if (location, each) not in found)
        if lost or len(safe) != len(list(endpoint.iter_all_parameters())):
            advice = f"openapi-python-client left out parameters of this operation: {', '.join(lost)}; report this as a bug"
            findings.append(_finding(api, operation.pointer, advice))
            continue
        taken: set[str] = set(RESERVED)
        parameters = []
        for each in operation.parameters:
            keyword = found[each.location, safe[each.location, each.name]]
            argument = unique(f"{keyword}_{each.location}" if keyword in RESERVED else keyword, taken)
            parameters.append(replace(each, argument=argument))
        operations.append(replace(operation, parameters=tuple(parameters)))
    for name in endpoints:
        advice = f"openapi-python-client made up the operation {name}; report this as a bug"
        findings.append(_finding(api, ("paths",), advice))
    if findings:
        raise SpecError(findings)
    return replace(api, operations=tuple(operations))


def _safe_names(operation: ApiOperation) -> dict[tuple[str, str], str]:
    """Return a name for each parameter that openapi-python-client can distinguish from the others in the same location."""
    taken: dict[str, set[str]] = {}
    found = {}
    for each in operation.parameters:
        name = _SIGN.sub(lambda found: _SIGNS[found[0]], each.name)
        name = re.sub(r"^(?=\d)", "_", re.sub(r"[^A-Za-z0-9_-]", "_", name))
        names = taken.setdefault(each.location, set())
        python = module_name(name)
        found[each.location, each.name] = name if unique(python, names) == python else unique(f"{python}_2", names)
    return found


def _finding(api: Api, pointer: Pointer, advice: str) -> Finding:
    return api.document.finding(pointer, "generated-operations", textwrap.shorten(advice, 400))
