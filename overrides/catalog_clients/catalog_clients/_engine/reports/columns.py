"""Find the columns of a report by their names. No document describes them, so an ambiguous name is not used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from catalog_clients.options import Reports

from .named_values import is_state, may_report_failure

_NOT_PLAIN = re.compile(r"\W|_")
_SKU = re.compile(r"\w*skus?(id)?", re.IGNORECASE)
_STATUS = re.compile(r"\w*(status|result)", re.IGNORECASE)
_STORE = re.compile(r"\w*store(id)?", re.IGNORECASE)
_MESSAGE = re.compile(
    r"\w*(message|msg|reason|error|fail|exception|warn|cause|problem|issue|comment|remark|(?<!de)fault|diagnos|explan|feedback)\w*"
    r"|\w*(details?|err|notes?|hints?|alerts?|violations?|rejection|conflicts?)|(status)?(code|description|info|text|response)"
    r"|\w*(fehler|erreur|motiv|bemerkung|anmerkung|hinweis|meldung|observac|remarque|raison|mensaje|mensagem|messaggio|komment)\w*|nota"
    r"|.*[^\x00-\x7f].*",  # and letters of scripts that the names below do not have
    re.IGNORECASE,
)
# Columns about another item, a number of items or a time; columns that could be another status; columns about a place.
_OTHER_SKU = re.compile(r"\w*(num|count|total|quant|qty|amount|parent|child|old|new|prev|replac|relat|dup)\w*", re.IGNORECASE)
_OTHER_STATUS = re.compile(
    r"\w*(old|prev|former|initial|original|store|http|valid|parent|expect|desire|target|next|request|simul|dryrun|test)\w*",
    re.IGNORECASE,
)
_LIKE_STATUS = re.compile(
    r"\w*(status|result|outcome|state|succe|accepted|rejected|processed|applied|skipped|ignored|valid|archived|uploaded|ingested"
    r"|verdict|decision|disposition|complet|passed|done|statut|estado|ergebnis)\w*|(is)?ok",
    re.IGNORECASE,
)
_MOMENT = re.compile(r".*([\W_](?i:at|on|by)|[a-z](At|On|By)|(?i:date|time|timestamp))")  # time or author, such as `archivedAt`
_OF_ITEM = re.compile(r"(item|product|offer)\w*|\w*(name|title|description|brand|category|label|url)", re.IGNORECASE)
_PLACE = re.compile(r"\w*(store|shop|location)\w*", re.IGNORECASE)


class Columns(NamedTuple):
    """Indexes of columns, from 0; None for a column that a row does not have.

    Attributes:
        sku, status, store: the columns with these values.
        messages: columns with a message, an error or another remark.
        others: unknown columns; their values can be messages, too.
        is_store_certain: whether there is a store column, or certainly none.
    """

    sku: int | None
    status: int | None
    store: int | None
    messages: tuple[int, ...]
    others: tuple[int, ...]
    is_store_certain: bool

    @property
    def missing(self) -> str | None:
        """The column that is missing or not certain: `sku` or `status`; None if both are certain."""
        return "sku" if self.sku is None else "status" if self.status is None else None


def find_columns(names: Sequence[str], options: Reports) -> Columns:
    """Return the indexes of columns; None if no column fits, or several."""
    plain = _plain(names)
    said = _fitting(plain, _MESSAGE)
    sku = _sku(names, plain, options)
    states = {number for number, each in enumerate(names) if is_state(each)}
    like = [
        each
        for each in _fitting(plain, _LIKE_STATUS)
        if (each not in (*said, *states) and not _MOMENT.fullmatch(names[each])) or _STATUS.fullmatch(plain[each])
    ]
    status = _only(names, options.status, like)
    if status is not None and options.status is None and not _is_status(plain[status]):
        status = None
    store = _only(names, options.store, [each for each in _fitting(plain, _STORE) if each not in states])
    places = [each for each in _fitting(plain, _PLACE) if each not in (sku, status, *said, *states)]
    is_certain = store is not None or options.store == "" or not (places or options.store)
    messages = _named(names, options.message) if options.message is not None else said
    plain_places = [each for each in places if not may_report_failure(names[each])]
    unread = {*plain_places, *_fitting(plain, _SKU), *_fitting(plain, _OF_ITEM)} - states
    known = {sku, status, store, *messages, *like, *unread}
    others = [] if options.message is not None else [each for each in range(len(names)) if each not in known]
    found = tuple(each for each in messages if each not in (sku, status, store))
    return Columns(sku, status, store, found, tuple(others), is_certain)


def has_columns(names: Sequence[str], options: Reports) -> bool:
    """Return whether there are certain columns of the SKU and of the status; this is quick for a row that is not a header."""
    return _sku(names, _plain(names), options) is not None and find_columns(names, options).missing is None


def _plain(names: Sequence[str]) -> list[str]:
    return [_NOT_PLAIN.sub("", each) for each in names]


def _sku(names: Sequence[str], plain: Sequence[str], options: Reports) -> int | None:
    return _only(names, options.sku, [each for each in _fitting(plain, _SKU) if not _OTHER_SKU.fullmatch(plain[each])])


def _is_status(name: str) -> bool:
    return _STATUS.fullmatch(name) is not None and _OTHER_STATUS.fullmatch(name) is None


def _only(names: Sequence[str], given: str | None, fitting: Sequence[int]) -> int | None:
    """Return the index of the column with the given name or, if none is given, of the only column that fits."""
    found = fitting if given is None else _named(names, given)
    return found[0] if len(found) == 1 else None


def _named(names: Sequence[str], given: str) -> list[int]:
    return [number for number, each in enumerate(names) if each == given]


def _fitting(names: Sequence[str], pattern: re.Pattern[str]) -> list[int]:
    return [number for number, each in enumerate(names) if pattern.fullmatch(each)]
