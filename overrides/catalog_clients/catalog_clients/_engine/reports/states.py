"""Columns of a report, and values, that say whether an item is in the catalog: some contradict a success of the operation."""

from __future__ import annotations

import re

from .failure_words import tells

_THERE = "active|enabled|visible|published|listed|sellable|purchasable|searchable|onsale|forsale|incatalog|unarchived|restored"
_GONE = (
    "archived|inactive|disabled|hidden|invisible|unpublished|unlisted|delisted|deleted|removed|purged|retired|discontinued"
    "|deactivated|withdrawn|soft_?deleted"
)
_BEGINNING = "(?:is|was|are|now|still|currently|item|product|offer|sku|store|catalog)*"
_END = "(?:flag|yn|instore|incatalog)?"
# Of a value, `live` and `online` may also mean a kind of work or a channel.
_NAMES = re.compile(f"{_BEGINNING}(?:(?P<there>{_THERE}|live|online)|(?P<gone>{_GONE}|offline)){_END}")
# They may also name what was done.
_ADDING, _REMOVING = (
    "upload|create[ds]?|insert|add|publish|activate|unarchive|restore",
    "archiv(?:e|ing)|delete|remove|deactivate|retire",
)
_VALUES = re.compile(f"{_BEGINNING}(?:(?P<there>{_THERE}|{_ADDING})|(?P<gone>{_GONE}|{_REMOVING}))")
_BACK = re.compile(f"{_BEGINNING}(?:unarchived|restored|reactivated)(?:at|on|date|time)")
_YES, _NO = ("true", "yes", "y", "1"), ("false", "no", "n", "0")


def is_state(name: str) -> bool:
    """Return whether a column has the state of an item, by its name."""
    return _NAMES.fullmatch(_plain(name)) is not None


def contradicts(name: str, value: str, *, retires: bool) -> bool:
    """Return whether the value of a column contradicts the success of an operation, or may do so.

    Args:
        name: of the column.
        value: of the column, as text.
        retires: whether a success takes the item out of the catalog, as an archiving does; otherwise it is there afterwards.
    """
    column, word = _NAMES.fullmatch(_plain(name)), _plain(value)
    said = _VALUES.fullmatch(word)
    if column and word in (*_YES, *_NO):
        return (column["there"] is not None) is ((word in _YES) is retires)
    if said:
        return (said["there"] is not None) is retires
    return column is not None and bool(word)


def is_there(name: str, value: object) -> bool:
    """Return whether a field of a response says that an item is in the catalog, or came back to it.

    An item that is archived may well be said not to be deleted or hidden.
    """
    column, word = _NAMES.fullmatch(_plain(name)), _plain(str(value))
    if _BACK.fullmatch(_plain(name)):
        return value not in (None, "", False)
    said = _VALUES.fullmatch(word)
    return bool(column and column["there"] and word in _YES) or bool(said and said["there"] and (column or tells(name)))


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text).lower()
