"""Short names of operations for operators. No other module of the command knows a vendor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Short(NamedTuple):
    """A short name of an operation: `catalog VERB VENDOR`; or VENDOR.VERB, where a command takes an operation.

    Attributes:
        verb, vendor: the two words.
        api: name of the module of the generated client.
        operation: operationId.
        use: `run`, `lookup` or `search`.
        file: name of the input in examples.
        options: required options in examples.
    """

    verb: str
    vendor: str
    api: str
    operation: str
    use: str
    file: str
    options: str


_JWO, _YANDEX, _AMAZON, _SHIPSIDEKICK = (
    "amazon_jwo_catalog",
    "yandex_market_offers",
    "amazon_catalog_items",
    "shipsidekick_products",
)
_MARKETPLACE = "--marketplace A1PA6795UKMFR9"

SHORT = (
    Short("archive", "jwo", _JWO, "archiveCatalog", "run", "skus.csv", "--store S1 --store S2"),
    Short("archive", "yandex", _YANDEX, "addOffersToArchive", "run", "skus.txt", "--business-id 7"),
    Short("archive", "shipsidekick", _SHIPSIDEKICK, "archiveProduct", "run", "products.txt", ""),
    Short("unarchive", "yandex", _YANDEX, "deleteOffersFromArchive", "run", "skus.txt", "--business-id 7"),
    Short("upload", "jwo", _JWO, "uploadCatalog", "run", "items.xlsx", ""),
    Short("lookup", "amazon", _AMAZON, "searchCatalogItems", "lookup", "eans.txt", f"--type EAN {_MARKETPLACE}"),
    Short("search", "amazon", _AMAZON, "searchCatalogItems", "search", "", f"--keywords kettle {_MARKETPLACE}"),
)
APIS: Mapping[str, str] = {each.vendor: each.api for each in SHORT}
"""The API of each vendor."""
VERBS: Mapping[str, str] = {
    "archive": "Archive items, so that they are no longer on sale.",
    "unarchive": "Unarchive items.",
    "upload": "Create or replace items.",
    "lookup": "Find the items of identifiers; nothing is changed.",
    "search": "Search for items; nothing is changed.",
}
"""The help text of each verb."""
_FILES: Mapping[str, str] = {"lookup": "identifiers.txt", "search": ""}
FINDING = ("lookup", "search")
"""The verbs that change no data of the vendor."""
OPTIONS: Mapping[tuple[str, str], Mapping[str, str]] = {
    (_JWO, "archiveCatalog"): {"all_applicable_stores": "--store"},
    (_AMAZON, "searchCatalogItems"): {
        "marketplace_ids": "--marketplace",
        "identifiers_type": "--type",
        "included_data": "--include",
    },
}
"""Short options of arguments, in addition to those with the name of the argument."""
DEFAULTS: Mapping[tuple[str, str, str], Mapping[str, object]] = {
    (_AMAZON, "searchCatalogItems", "lookup"): {"included_data": ["summaries"]},
}
"""Default arguments by operation and use, if neither options nor the profile have them."""


def short_of(verb: str, vendor: str) -> Short | None:
    """Return the short name with a verb and a vendor; None if there is none."""
    return next((each for each in SHORT if (each.verb, each.vendor) == (verb, vendor)), None)


def shorts_of(verb: str) -> list[Short]:
    """Return the short names with a verb."""
    return [each for each in SHORT if each.verb == verb]


def example(verb: str, short: Short | None, name: str, options: str = "") -> str:
    """Return an example of a call.

    Args:
        verb: the first word.
        short: the short name; None if there is none.
        name: the second word.
        options: the required options, if there is no short name.
    """
    file = _FILES.get(verb, "items.csv")
    return " ".join(filter(None, ["Example: catalog", verb, name, *((short.file, short.options) if short else (file, options))]))
