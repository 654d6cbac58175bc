"""The peers' packages: generate them from our specs, cached by the digest of specs and lock files, and import them beside ours."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from scripts.apis import apis, source_folders
from scripts.bench.comparison import Comparison, Target
from scripts.bench.environment import CACHE, OPENAPI_GENERATOR, PEERS_PYTHON, PYDANTIC, SPECS, STOCK, options, run
from scripts.bench.measure import Plan, take_turns
from scripts.command import ROOT
from scripts.spec.document import read

_BASE = "httpx2 and msgspec alone"
_TIMED = "from time import perf_counter as now; start = now(); {statement}; print(now() - start)"
_MEASURED = "amazon_catalog_items"
_APIS = ("amazon_catalog_items", "amazon_jwo_catalog")
_MADE = "models,apis,supportingFiles,modelTests=false,apiTests=false,modelDocs=false,apiDocs=false"
_LOCKS = ("generate.txt", "bench.txt")


def peers() -> Path:
    """Return the folder of the peers' packages, `<generator>_<api>`; generate them if they are missing.

    Raises:
        BenchError: a generator failed.
    """
    folder = CACHE / f"peers-{_digest()}"
    if not folder.is_dir():
        for old in CACHE.glob("peers-*"):
            shutil.rmtree(old)
        staged = CACHE / "tmp" / "peers"
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir(parents=True)
        for api in _APIS:
            _generate(api, staged)
        staged.rename(folder)
    return folder


def measure_imports() -> Comparison:
    """Time the import statement alone, without the start of the interpreter, which would make every ratio look better."""
    paths = [*source_folders(), peers()]

    def importing(statement: str) -> Callable[[], float]:
        return lambda: float(run([str(PEERS_PYTHON), "-c", _TIMED.format(statement=statement)], paths=paths))

    goes = {_BASE: importing("import httpx2, msgspec")}
    goes |= {name: importing(f"import {name}") for name in apis()}
    goes["openapi-python-client, its client and search"] = importing(
        f"import {STOCK}_{_MEASURED}; import {STOCK}_{_MEASURED}.api.items.search_catalog_items"
    )
    goes["openapi-generator"] = importing(f"import {OPENAPI_GENERATOR}_{_MEASURED}.api.items_api")
    return Comparison(
        name="import",
        title="import a package in a fresh interpreter",
        timings=take_turns(goes, Plan(rounds=21, budget=45)),
        targets=tuple(Target(subject=name, baseline=_BASE, limit=1.3) for name in apis()),
    )


def _generate(api: str, folder: Path) -> None:
    spec = folder / f"{api}.json"
    spec.write_text(json.dumps(read(SPECS / f"{api}.yaml").resolved.data), encoding="utf-8")
    settings = folder / f"{api}.config.json"
    settings.write_text(json.dumps({"package_name_override": f"{STOCK}_{api}"}), encoding="utf-8")
    python = [sys.executable, "-m"]
    stock = options(path=spec, meta="none", config=settings, output_path=folder / f"{STOCK}_{api}")
    run([*python, "openapi_python_client", "generate", *stock])
    models = options(input=spec, input_file_type="openapi", output_model_type="pydantic_v2.BaseModel", formatters="ruff-format")
    run([*python, "datamodel_code_generator", *models, *options(output=folder / f"{PYDANTIC}_{api}.py")])
    made, package = folder / f"{api}.openapi-generator", f"{OPENAPI_GENERATOR}_{api}"
    generator = options(generator_name="python", input_spec=spec, package_name=package, output=made, global_property=_MADE)
    # Its validation takes the request body of a link for a string, where OpenAPI allows any value.
    run([str(PEERS_PYTHON), "-c", "import openapi_generator_cli as it; it.cli()", "generate", "--skip-validate-spec", *generator])
    (made / package).rename(folder / package)


def _digest() -> str:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in [SPECS / f"{api}.yaml" for api in _APIS] + [ROOT / "scripts" / "tools" / "requirements" / name for name in _LOCKS]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
