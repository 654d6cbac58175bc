"""What a named value says of a failure or of the state of an item, where no spec describes it: a field, or a cell of a column."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog_clients._engine.flows.effects import texts_in

from . import words

_BAD_CODES = range(400, 600)  # of HTTP
_SHARE, _ALL = re.compile(r"(\d{1,9}(?:\.\d{1,9})?) ?%?"), 100


def failures_in(value: object, most: range, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield the fields below a field that say of failures, at any depth, as dotted names and values; lists have no name.

    A list or a number of what has succeeded that is not of all items says nothing of the others, and has no value.

    Args:
        value: value of the field.
        most: numbers of successes that leave no failure unexplained: from all items without those known to be refused, up to all.
        path: dotted name of the field.
    """
    for each in value if isinstance(value, list) else ():
        yield from failures_in(each, most, path)
    for name, each in value.items() if isinstance(value, dict) else ():
        at = f"{path}.{name}" if path else name
        if says_of_failure(name, each):
            yield at, each
        elif _lacks_some(name, each, most):
            yield at, None
        else:
            yield from failures_in(each, most, at)


def may_report_failure(name: str) -> bool:
    """Return whether the values of a field may report a failure, by its name."""
    plain = _plain(name)
    is_reporting = any(each.search(plain) for each in (words.PROBLEMS, words.COUNTING, words.STATES)) or words.NOT_DONE.match(name)
    return bool(is_reporting) or _fits(plain, words.UNFINISHED, words.SHARES, words.SUCCESSES)


def counts_failures(name: str) -> bool:
    """Return whether a number in a field is that of items that have failed, by the name of the field."""
    return _fits(_plain(name), words.FAILURE_COUNTS)


def is_unfinished(name: str, value: object) -> bool:
    """Return whether a field says that something is not done yet, or not as a whole, or only as a test."""
    return _fits(_plain(name), words.UNFINISHED, words.SHARES) and says_of_failure(name, value)


def has_only_begun(name: str, value: object) -> bool:
    """Return whether a field of a response names work that may not have ended."""
    return _fits(_plain(name), words.BEGUN) and _says_something(value)


def is_denied(name: str, value: object) -> bool:
    """Return whether a flag says that there is no success, as `success: false` does."""
    return _fits(_plain(name), words.SUCCESSES) and str(value).strip().lower() in ("false", "no", "n")


def is_refused(name: str, value: object) -> bool:
    """Return whether a flag says that a request has not succeeded, whatever it is about."""
    return _fits(_plain(name), words.FLAGS) and says_of_failure(name, value)


def lists_failures(name: str, value: object) -> bool:
    """Return whether a list has something, and is of what has failed or was not done, by its name."""
    plain = _plain(name)
    is_named = words.PROBLEMS.search(plain) or words.COUNTING.search(plain) or words.NOT_DONE.match(name)
    return isinstance(value, list) and bool(is_named) and _says_something(value) and not words.WARNINGS.search(plain)


def says_of_failure(name: str, value: object) -> bool:
    """Return whether a field says of a failure, or of something that may be one."""
    plain = _plain(name)
    if words.PROBLEMS.search(plain) or words.UNFINISHED.fullmatch(plain):
        is_no = str(value).strip().lower() in words.NO and not words.PROBLEMS.search(plain)
        return not is_no and _says_something(value)
    if words.SHARES.fullmatch(plain):
        return isinstance(value, int | float | str) and _is_less_than_all(value)
    if words.COUNTING.search(plain) or words.NOT_DONE.match(name):
        is_flag = isinstance(value, bool) and not words.COUNTING.search(plain)  # such as notForSale
        return not is_flag and (bool(words.SOME.fullmatch(value)) if isinstance(value, str) else _says_something(value))
    if words.SUCCESSES.fullmatch(plain):
        return value is False or str(value).strip().lower() in words.NO or (isinstance(value, str) and _is_bad_state(value))
    if words.STATES.search(plain):
        is_bad_text = isinstance(value, str) and _is_bad_state(value)
        return is_bad_text or value is False or (isinstance(value, int) and value in _BAD_CODES)
    return bool(words.MESSAGES.search(plain)) and any(words.BAD_MESSAGE.search(each) or _are_some(each) for each in texts_in(value))


def is_state(name: str) -> bool:
    """Return whether a column has the state of an item, by its name."""
    return _fits(_plain(name), words.STATE_NAMES)


def contradicts(name: str, value: str, *, retires: bool) -> bool:
    """Return whether the value of a column contradicts the success of an operation, or may do so.

    Args:
        name: of the column.
        value: of the column, as text.
        retires: whether a success takes the item out of the catalog, as an archiving does; otherwise it is there afterwards.
    """
    column, word = words.STATE_NAMES.fullmatch(_plain(name)), _plain(value)
    if column and word in (*words.YES, *words.NO):
        return (column["there"] is not None) is ((word in words.YES) is retires)
    if said := words.STATE_TEXTS.fullmatch(word):
        return (said["there"] is not None) is retires
    return column is not None and bool(word)


def is_of_other_work(name: str, value: object, *, retires: bool) -> bool:
    """Return whether a value beside the rows of a report says that it is about an upload after an archiving, or the reverse."""
    said = words.STATE_TEXTS.fullmatch(_plain(str(value))) if _fits(_plain(name), words.WORK) else None
    return bool(said and said["adding" if retires else "removing"])


def is_there(name: str, value: object) -> bool:
    """Return whether a field of a response says that an item is in the catalog, or came back to it.

    An item that is archived may well be said not to be deleted or hidden.
    """
    column, word = words.STATE_NAMES.fullmatch(_plain(name)), _plain(str(value))
    if _fits(_plain(name), words.BACK):
        return value not in (None, "", False)
    said = words.STATE_TEXTS.fullmatch(word)
    return bool(column and column["there"] and word in words.YES) or bool(
        said and said["there"] and (column or may_report_failure(name))
    )


def _fits(plain: str, *patterns: re.Pattern[str]) -> bool:
    return any(each.fullmatch(plain) for each in patterns)


def _lacks_some(name: str, value: object, most: range) -> bool:
    """Return whether a field has or counts what has succeeded, and that is not all items."""
    if not _fits(_plain(name), words.NUMBERS) or isinstance(value, bool) or not isinstance(value, int | list):
        return False
    return (value if isinstance(value, int) else len(value)) not in most


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text).lower()


def _is_less_than_all(share: float | str) -> bool:
    """Return whether a share, in percent, is a number that is less than 100."""
    found = _SHARE.fullmatch(str(share).strip())
    return found is not None and not isinstance(share, bool) and float(found[1]) < _ALL


def _are_some(text: str) -> bool:
    """Return whether a text says `5 of 6`, and not `6 of 6`."""
    return any(int(some) < int(whole) for some, whole in words.SOME_OF_ALL.findall(text))


def _is_bad_state(text: str) -> bool:
    spaced = re.sub(r"[\W_]+", " ", text)
    return bool(words.BAD_STATE.search(spaced)) or (spaced.isdecimal() and int(spaced) in _BAD_CODES)


def _says_something(value: object) -> bool:
    """Return whether a value is more than an empty one, a zero, or a word for nothing."""
    if isinstance(value, str):
        return not words.NOTHING.fullmatch(value.strip())
    if isinstance(value, dict):
        return any(map(_says_something, value.values()))
    if isinstance(value, list):
        return any(each not in (None, "", [], {}) for each in value)
    return bool(value)
