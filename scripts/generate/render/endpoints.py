"""Read the operations with openapi-python-client: it names them and their arguments and renders our templates.

It is shown the operations with placeholder schemas only, because models come from datamodel-code-generator; so nothing that it
cannot model can make it drop an operation, and everything that it does drop is an error here.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.strings import PythonIdentifier

from scripts.generate.parse.api import Api, ApiOperation
from scripts.generate.text.names import module_name, unique
from scripts.spec.document import Json
from scripts.spec.finding import Finding, SpecError

TEMPLATES = Path(__file__).parent.parent / "templates" / "client"

# Keywords that every generated function may have beside its parameters.
RESERVED = ("body", "content_type", "extra_headers", "self", "timeout")


def read_endpoints(api: Api, *, package: str, distribution: str, version: str) -> tuple[Project, dict[str, Endpoint]]:
    """Return the project that renders the templates, and the endpoint of each operation by its operationId.

    Raises:
        SpecError: an operation or a parameter did not survive.
    """
    config = Config.from_sources(
        ConfigFile(
            project_name_override=distribution,
            package_name_override=package,
            package_version_override=version,
            post_hooks=[],
        ),
        MetaType.NONE,
        api.document.path,
        "utf-8",
        overwrite=True,
        output_path=Path(package),
    )
    data = GeneratorData.from_dict(_outline(api), config=config)
    if isinstance(data, GeneratorError):
        raise SpecError([_finding(api, None, f"{data.header}: {data.detail}")])
    problems = [*data.errors, *(error for each in data.endpoint_collections_by_tag.values() for error in each.parse_errors)]
    if problems:
        raise SpecError(_finding(api, None, f"{error.header} {error.detail}") for error in problems)
    return Project(openapi=data, config=config, custom_template_path=TEMPLATES), _by_operation(api, data)


def arguments(operation: ApiOperation, endpoint: Endpoint) -> dict[tuple[str, str], str]:
    """Return the Python keyword of each parameter by its location and name."""
    found = _keywords(endpoint)
    taken: set[str] = set(RESERVED)
    named = {}
    for (location, name), safe in _safe_names(operation).items():
        argument = found[location, safe]
        named[location, name] = unique(f"{argument}_{location}" if argument in RESERVED else argument, taken)
    return named


def _outline(api: Api) -> Json:
    """Return the operations with placeholder schemas and paths, which no template writes."""
    paths: dict[str, dict[str, Json]] = {}
    for index, operation in enumerate(api.operations):
        safe = _safe_names(operation)
        path = "".join(f"/{{{name}}}" for (location, _), name in safe.items() if location == "path")
        paths[f"/{index}{path}"] = {
            operation.method.lower(): {
                "operationId": operation.name,
                "tags": [operation.tag],
                "summary": operation.summary,
                "description": operation.description,
                "parameters": [
                    {
                        "name": safe[each.location, each.name],
                        "in": each.location,
                        "required": each.required,
                        "schema": {"type": "string"},
                    }
                    for each in operation.parameters
                ],
                "responses": {each.status: {"description": each.description} for each in operation.responses},
            }
        }
    return {"openapi": "3.1.0", "info": {"title": api.title, "version": "1"}, "paths": paths}


def _by_operation(api: Api, data: GeneratorData) -> dict[str, Endpoint]:
    endpoints = {endpoint.name: endpoint for each in data.endpoint_collections_by_tag.values() for endpoint in each.endpoints}
    found: dict[str, Endpoint] = {}
    findings = []
    for operation in api.operations:
        endpoint = endpoints.pop(PythonIdentifier(operation.name, "field_"), None)
        if endpoint is None:
            findings.append(_finding(api, operation, "openapi-python-client left out this operation; report this as a bug"))
            continue
        found[operation.id] = endpoint
        wanted = {(location, safe): name for (location, name), safe in _safe_names(operation).items()}
        lost = sorted(wanted[each] for each in wanted.keys() - _keywords(endpoint).keys())
        if lost or len(wanted) != len(list(endpoint.iter_all_parameters())):
            advice = f"openapi-python-client left out parameters of this operation: {', '.join(lost)}; report this as a bug"
            findings.append(_finding(api, operation, advice))
    findings += [
        _finding(api, None, f"openapi-python-client made up the operation {name}; report this as a bug") for name in endpoints
    ]
    if findings:
        raise SpecError(findings)
    return found


def _keywords(endpoint: Endpoint) -> dict[tuple[str, str], str]:
    return {
        (str(location.value), str(prop.name.get_untrusted_value())): str(prop.python_name)
        for location, prop in endpoint.iter_all_parameters()
    }


def _safe_names(operation: ApiOperation) -> dict[tuple[str, str], str]:
    """Return a name for each parameter that openapi-python-client can distinguish from the others in the same location."""
    taken: dict[str, set[str]] = {}
    found = {}
    for each in operation.parameters:
        name = re.sub(r"^(?=\d)", "_", re.sub(r"[^A-Za-z0-9_-]", "_", each.name))
        names = taken.setdefault(each.location, set())
        python = module_name(name)
        found[each.location, each.name] = name if unique(python, names) == python else unique(f"{python}_2", names)
    return found


def _finding(api: Api, operation: ApiOperation | None, advice: str) -> Finding:
    return api.document.finding(
        operation.pointer if operation else ("paths",), "generated-operations", textwrap.shorten(advice, 400)
    )
