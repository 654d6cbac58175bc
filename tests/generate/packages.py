"""The packages that are generated from the documents beside the tests, and their files that depend on the documents.

`python -m tests.generate.packages` rewrites the golden files. Review their diff before it is committed.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from scripts.generate.output import generate_one

SPECS = Path(__file__).parent / "specs"
GOLDEN = Path(__file__).parent / "golden"
PACKAGES = {
    "workshop.yaml": "workshop",
    "zoo.json": "zoo",
    "pets.yaml": "pet_shop",
    "billing.yaml": "billing",
    "forge.json": "forge_rest",
}


def golden_files(folder: Path) -> dict[str, str]:
    """Return the files of a distribution that depend on its document, under the names of their golden files."""
    found = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not {"_runtime", "__pycache__"} & {*inside.parts} and path.suffix in (".py", ".toml", ".md"):
            found[f"{inside}.golden"] = path.read_text(encoding="utf-8")
    return found


def refresh() -> None:
    """Write all golden files."""
    shutil.rmtree(GOLDEN, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        for spec in PACKAGES:
            out = Path(folder) / spec
            generate_one(SPECS / spec, out)
            for name, text in golden_files(out).items():
                path = GOLDEN / spec / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    refresh()
