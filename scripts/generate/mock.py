"""Generate the skeleton of a mock server, FastAPI routes and pydantic models, with datamodel-code-generator.

The behaviour of its routes is written by hand in `scripts/mock`.
"""

from __future__ import annotations

import textwrap
from functools import partial
from pathlib import Path
from typing import Any

from datamodel_code_generator import InputFileType, generate
from datamodel_code_generator.enums import DataModelType, OpenAPIScope, ServerHandlerMode, ServerType
from datamodel_code_generator.format import PythonVersion

from scripts.generate.parse.schemas.keywords import without
from scripts.generate.render.formatting import first_line, format_code
from scripts.generate.types.models import complaints
from scripts.spec.document import METHODS, Document, split
from scripts.spec.finding import Finding

FOLDER = "mock"  # in generated/, which is the package `generated` when it is imported from the folder of the project

_SCOPES = [OpenAPIScope.Schemas, OpenAPIScope.Paths, OpenAPIScope.Parameters, OpenAPIScope.Api]


def generate_mock(document: Document, target: Path, *, package: str) -> None:
    """Write `models.py` and `server/` of a document into a folder that does not exist.

    Args:
        document: a valid document, whose client is generated already.
        target: the folder, which is to become `generated/mock/<package>`.
        package: import name of the client.

    Raises:
        SpecError: datamodel-code-generator cannot generate a server, or only an incomplete one.
    """
    parts = ("generated", FOLDER, package)
    name = ".".join(parts)
    with complaints(partial(_refused, document)):
        modules = generate(
            _without_security(document.data),
            input_file_type=InputFileType.OpenAPI,
            output_model_type=DataModelType.PydanticV2BaseModel,
            target_python_version=PythonVersion.PY_311,
            generate_server=ServerType.FastAPI,
            server_package=f"{name}.server",
            server_model_package=f"{name}.models",
            server_handler_mode=ServerHandlerMode.Async,
            server_include_request=True,
            openapi_scopes=_SCOPES,
            custom_file_header=first_line(document),
            formatters=[],
            use_annotated=True,
            capitalise_enum_members=True,
            disable_timestamp=True,
        )
    if not isinstance(modules, dict):
        raise TypeError("datamodel-code-generator returned no server")
    for path, text in modules.items():
        inside = path[len(parts) :]
        # Beside modules it gives a README and a main.py to start a project with, and the document for clients of the server.
        if inside[-1].endswith(".py") and inside != ("server", "main.py"):
            file = target.joinpath(*inside)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    format_code(target, package="generated")


def _without_security(data: dict[str, Any]) -> dict[str, Any]:
    """Return a document without authentication: `scripts/mock` checks it first, on the bytes of a request."""
    paths = {
        path: {key: without(value, "security") if key in METHODS else value for key, value in item.items()}
        for path, item in data.get("paths", {}).items()
    }
    components = without(data.get("components", {}), "securitySchemes")
    return {**without(data, "security"), "paths": paths, "components": components}


def _refused(document: Document, message: str) -> Finding:
    pointer = message.partition(": ")[0]
    advice = f"datamodel-code-generator cannot generate a mock server from this; describe it in another way: {message}"
    return document.finding(split(pointer) if pointer.startswith("/") else (), "mock-server", textwrap.shorten(advice, 400))
