"""The peers' packages: generate them from our specs, cached by the digest of specs and lock files, and import them beside ours."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path

from scripts.bench.environment import CACHE, DATAMODEL, OPENAPI_GENERATOR, PEERS_PYTHON, SPECS, STOCK, BenchError, emptied, run
from scripts.command import ROOT
from scripts.spec.document import read

_APIS = ("amazon_catalog_items", "amazon_jwo_catalog")
_MADE = "models,apis,supportingFiles,modelTests=false,apiTests=false,modelDocs=false,apiDocs=false"
_LOCKS = ("generate.txt", "bench.txt")
_KINDS = {"pydantic": "pydantic_v2.BaseModel", "msgspec": "msgspec.Struct"}


def peers() -> Path:
    """Return the folder of the peers' packages, `<generator>_<api>`; generate them if they are missing.

    Raises:
        BenchError: the peers' environment is missing, or a generator failed.
    """
    if not PEERS_PYTHON.exists():
        raise BenchError(f"{PEERS_PYTHON.relative_to(ROOT)}: the peers are not installed; run make bench")
    folder = CACHE / f"peers-{digest()}"
    if not folder.is_dir():
        for old in CACHE.glob("peers-*"):
            shutil.rmtree(old)
        staged = emptied("tmp/peers")
        for api in _APIS:
            _generate(api, staged)
        staged.rename(folder)
    return folder


def digest() -> str:
    """Return a digest of all that the peers' packages depend on."""
    found = hashlib.sha256(Path(__file__).read_bytes())
    for path in [SPECS / f"{api}.yaml" for api in _APIS] + [ROOT / "scripts" / "tools" / "requirements" / name for name in _LOCKS]:
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def generate_stock(spec: Path, output: Path, *options: str | Path) -> None:
    """Generate a client with openapi-python-client into a folder that is a package."""
    given = ("--path", spec, "--output-path", output, "--meta", "none", "--overwrite")
    run(sys.executable, "-m", "openapi_python_client", "generate", *given, *options)


def generate_models(spec: Path, output: Path, kind: str, *options: str | Path) -> None:
    """Generate models with datamodel-code-generator, for pydantic or for msgspec, into a module."""
    given = ("--input", spec, "--input-file-type", "openapi", "--output", output, "--output-model-type", _KINDS[kind])
    run(sys.executable, "-m", "datamodel_code_generator", *given, *options)


def generate_with_java(spec: Path, output: Path, package: str) -> None:
    """Generate a client with openapi-generator into a folder that has the package."""
    given = ("--input-spec", spec, "--package-name", package, "--output", output, "--global-property", _MADE)
    # Its validation takes the request body of a link for a string, where OpenAPI allows any value.
    command = ("generate", "--generator-name", "python", "--skip-validate-spec")
    run(PEERS_PYTHON, "-c", "import openapi_generator_cli as it; it.cli()", *command, *given)


def _generate(api: str, folder: Path) -> None:
    spec, settings = folder / f"{api}.json", folder / f"{api}.config.json"
    spec.write_text(json.dumps(read(SPECS / f"{api}.yaml").resolved.data), encoding="utf-8")
    settings.write_text(json.dumps({"package_name_override": f"{STOCK}_{api}"}), encoding="utf-8")
    generate_stock(spec, folder / f"{STOCK}_{api}", "--config", settings)
    for kind, name in DATAMODEL.items():
        package, models = f"{name}_{api}", f"{name}_{api}_models"
        client = ("--client-output", folder / package, "--client-package", package, "--client-model-package", models)
        ours = ("--formatters", "ruff-format", "--generate-client", "httpx2", *client)
        generate_models(spec, folder / f"{models}.py", kind, *ours)
    made, package = folder / f"{api}.openapi-generator", f"{OPENAPI_GENERATOR}_{api}"
    generate_with_java(spec, made, package)
    (made / package).rename(folder / package)
