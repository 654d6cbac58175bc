"""Archive the items of a vendor without ingestions, for a test that kills this process.

Arguments: the API, sync or async, its URL, the ledger, `resume` or an empty text, and the items as JSON.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing

from tests.clients.access import YANDEX
from tests.clients.causes import BUSINESS
from tests.overrides.ways import Way


def main() -> None:
    api, name, url, ledger, resume, items = sys.argv[1:]
    with closing(Way(name)) as way:
        facade = way.facade(api, url)
        given = {"business_id": BUSINESS} if api == YANDEX else {}
        result = facade.archive(json.loads(items), resume=ledger if resume else None, **given)
        path = None if resume else ledger
        way.finish(result.write(path) if name == "sync" else result.awrite(path))


if __name__ == "__main__":
    main()
