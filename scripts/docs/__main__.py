"""Build the documentation: a site that is read from disk, without a network, in `.cache/site`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from scripts.command import ROOT, Parser, exit_with
from scripts.docs.guides import LinkError
from scripts.docs.site import BuildError, build, write_pages

_SITE = ROOT / ".cache" / "site"


def main() -> int:
    """Build the site, and say where it is; one that cannot be built leaves the present one as it is."""
    Parser(prog="make docs", description=__doc__).parse_args()
    _SITE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="docs-", dir=_SITE.parent) as folder:
        try:
            write_pages(Path(folder))
            built = build(Path(folder))
        except (BuildError, LinkError) as error:
            print(error, file=sys.stderr)
            return 1
        shutil.rmtree(_SITE, ignore_errors=True)
        built.rename(_SITE)
    print(f"Open {_SITE / 'index.html'}")
    return 0


if __name__ == "__main__":
    exit_with(main)
