"""The peers' packages: generate them from our specs, cached by the digest of specs and lock files, and import them beside ours."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from functools import partial
from pathlib import Path

from scripts.apis import apis, source_folders
from scripts.bench.comparison import Comparison, Target
from scripts.bench.environment import CACHE, OPENAPI_GENERATOR, PEERS_PYTHON, PYDANTIC, SPECS, STOCK, BenchError, emptied, run
from scripts.bench.measure import Plan, take_turns
from scripts.command import ROOT
from scripts.spec.document import read

_BASE = "httpx2 and msgspec alone"
_TIMED = "from time import perf_counter as now; start = now(); import {modules}; print(now() - start)"
_MEASURED = "amazon_catalog_items"
_APIS = ("amazon_catalog_items", "amazon_jwo_catalog")
_MADE = "models,apis,supportingFiles,modelTests=false,apiTests=false,modelDocs=false,apiDocs=false"
_LOCKS = ("generate.txt", "bench.txt")


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


def measure_imports() -> Comparison:
    """Time the import statement alone, without the start of the interpreter, which would make every ratio look better."""
    imported = {
        _BASE: "httpx2, msgspec",
        **{name: name for name in apis()},
        "openapi-python-client, its client and search": f"{STOCK}_{_MEASURED}, {STOCK}_{_MEASURED}.api.items.search_catalog_items",
        "openapi-generator": f"{OPENAPI_GENERATOR}_{_MEASURED}.api.items_api",
    }
    paths = [*source_folders(), peers()]

    def time(modules: str) -> float:
        return float(run(PEERS_PYTHON, "-c", _TIMED.format(modules=modules), paths=paths))

    return Comparison(
        title="import a package in a fresh interpreter",
        timings=take_turns({name: partial(time, modules) for name, modules in imported.items()}, Plan(rounds=21, budget=45)),
        targets=tuple(Target(subject=name, baseline=_BASE, at_most=1.3) for name in apis()),
    )


def digest() -> str:
    """Return a digest of all that the peers' packages depend on."""
    found = hashlib.sha256(Path(__file__).read_bytes())
    for path in [SPECS / f"{api}.yaml" for api in _APIS] + [ROOT / "scripts" / "tools" / "requirements" / name for name in _LOCKS]:
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _generate(api: str, folder: Path) -> None:
    spec, settings = folder / f"{api}.json", folder / f"{api}.config.json"
    spec.write_text(json.dumps(read(SPECS / f"{api}.yaml").resolved.data), encoding="utf-8")
    settings.write_text(json.dumps({"package_name_override": f"{STOCK}_{api}"}), encoding="utf-8")
    python = (sys.executable, "-m")
    stock = ("--path", spec, "--config", settings, "--output-path", folder / f"{STOCK}_{api}")
    run(*python, "openapi_python_client", "generate", "--meta", "none", *stock)
    models = ("--input", spec, "--output-model-type", "pydantic_v2.BaseModel", "--output", folder / f"{PYDANTIC}_{api}.py")
    run(*python, "datamodel_code_generator", "--input-file-type", "openapi", "--formatters", "ruff-format", *models)
    made, package = folder / f"{api}.openapi-generator", f"{OPENAPI_GENERATOR}_{api}"
    java = (PEERS_PYTHON, "-c", "import openapi_generator_cli as it; it.cli()")
    generator = ("--input-spec", spec, "--package-name", package, "--output", made, "--global-property", _MADE)
    # Its validation takes the request body of a link for a string, where OpenAPI allows any value.
    run(*java, "generate", "--generator-name", "python", "--skip-validate-spec", *generator)
    (made / package).rename(folder / package)
