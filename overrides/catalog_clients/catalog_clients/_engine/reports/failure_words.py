"""Whether a field of a response of which its spec says nothing says of a failure or gives a warning, by its name and its value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog_clients._engine.flows.effects import texts_in

_SUBJECTS = "errors?|warnings?|failures?|rejections?|problems?|exceptions?|faults?|issues?|violations?|conflicts?|alerts?"
_ASPECTS = "codes?|counts?|descriptions?|details?|infos?|items?|lists?|messages?|reasons?|texts?|types?"
_TELLING = re.compile(f"({_SUBJECTS})({_ASPECTS})?$")  # at the end of names, whatever says something there
_COUNTING = re.compile(
    "fail(ed|ure)|reject(ed|ion)|refused|skipped|partial|ignored|denied|invalid|missing|unprocessed|excluded|^pending|(exit|return)code"
)
_NOT_DONE = re.compile("not(?=[A-Z_])")  # at the start of names of what lists or counts them, such as notArchived
_UNFINISHED = re.compile(
    "(is|was)?(dryrun|simulat(ed|ion)|testmode|validat(e|ion)only|pending|queued|deferred|postponed|scheduled|truncated|incomplete"
    "|rolledback|rollback|reverted|undone|noop|unchanged|async(hronous)?|inprogress|throttled)|(will)?retry|has(more|next)|next(page)?(token|cursor)?"
)
_SUCCESSES = re.compile(  # false then, or zero
    "(is|was)?(success|ok|succeeded|successful|done|completed?|processed|applied|accepted|archived)"
    "|(is|was|rows)?(affected|changed|modified)(rows|items|count)?"
)
_SHARES = re.compile("(completion|progress)?percent(age)?(complete(d)?|done)?|progress")  # of what is done; all of it is 100
_NUMBERS = re.compile(
    r"(num(ber)?|total)?(archived|processed|succe\w*|completed|accepted|applied)(offers?|items?|products?|skus?)?(ids?|counts?)?"
)
_STATES = re.compile("(state|status|outcome|result)(code|text)?$|^((http|response)?code)$")  # which are one of the words then
_BAD_STATE = re.compile(
    "error|fail|partial|reject|refus|skip|ignor|denied|invalid|warn|cancel|abort|incomplete|pending|queued|scheduled|deferred"
    r"|postponed|submitted|started|running|waiting|progress|processing|simulat|dry ?run|\bnot\b|\bun(processed|successful)",
    re.IGNORECASE,
)
_BAD_CODES = range(400, 600)  # of HTTP
_MESSAGES = re.compile("(messages?|msg|details?|reasons?|notices?|notes?|hints?|descriptions?|remarks?)$")  # whose words decide
_BAD_WORDS = re.compile(
    rf"\b(no|0) (?!{_SUBJECTS})\w|"
    r"(?<!\bno )(?<!\b0 )(?<!without )\b(errors?|fail\w*|reject\w*|refus\w*|skip\w*|partial\w*|ignored|denied|invalid|incomplete"
    r"|exceed\w*|not|nothing|none|cannot|unable"
    r"|pending|queued|scheduled|deferred|postponed|in progress|later|unavailable|time(?:d )?out|throttled|dry.run|simulat\w*"
    r"|\w+n[^\w\s]t|\u043d\u0435|\u043e\u0448\u0438\u0431\w*)\b",  # the last two are Russian
    re.IGNORECASE,
)
_OF = re.compile(r"\b(\d{1,9}) (?:out )?of (\d{1,9})\b", re.IGNORECASE)
_NOTHING = re.compile("none|null|nil|n/?a|ok|success(ful)?|false|0*|-*|(no|without) (errors?|warnings?)", re.IGNORECASE)
_COUNT = re.compile(r"true|yes|0*[1-9]\d*", re.IGNORECASE)
_NO = ("false", "no", "n", "0")
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


def tells(name: str) -> bool:
    """Return whether a field with a name may say of a failure, by its value."""
    plain = _plain(name)
    is_telling = _TELLING.search(plain) or _COUNTING.search(plain) or _NOT_DONE.match(name) or _STATES.search(plain)
    return bool(is_telling) or _fits(plain, _UNFINISHED, _SHARES, _SUCCESSES)


def is_unfinished(name: str, value: object) -> bool:
    """Return whether a field says that something is not done yet, or not as a whole, or only as a test."""
    return _fits(_plain(name), _UNFINISHED, _SHARES) and says_of_failure(name, value)


def is_denied(name: str, value: object) -> bool:
    """Return whether a flag says that there is no success, as `success: false` does."""
    return _fits(_plain(name), _SUCCESSES) and str(value).strip().lower() in ("false", "no", "n")


def says_of_failure(name: str, value: object) -> bool:
    """Return whether a field says of a failure, or of something that may be one."""
    plain = _plain(name)
    if _TELLING.search(plain) or _UNFINISHED.fullmatch(plain):
        is_no = str(value).strip().lower() in _NO and not _TELLING.search(plain)
        return not is_no and _says_something(value)
    if _SHARES.fullmatch(plain):
        return isinstance(value, int | float | str) and _is_less_than_all(value)
    if _COUNTING.search(plain) or _NOT_DONE.match(name):
        is_flag = isinstance(value, bool) and not _COUNTING.search(plain)  # such as notForSale
        return not is_flag and (bool(_COUNT.fullmatch(value)) if isinstance(value, str) else _says_something(value))
    if _SUCCESSES.fullmatch(plain):
        return value is False or str(value).strip().lower() in _NO or (isinstance(value, str) and _is_bad_state(value))
    if _STATES.search(plain):
        is_bad_text = isinstance(value, str) and _is_bad_state(value)
        return is_bad_text or value is False or (isinstance(value, int) and value in _BAD_CODES)
    return bool(_MESSAGES.search(plain)) and any(_BAD_WORDS.search(each) or _are_some(each) for each in texts_in(value))


def _fits(plain: str, *patterns: re.Pattern[str]) -> bool:
    return any(each.fullmatch(plain) for each in patterns)


def _lacks_some(name: str, value: object, most: range) -> bool:
    """Return whether a field has or counts what has succeeded, and that is not all items."""
    if not _NUMBERS.fullmatch(_plain(name)) or isinstance(value, bool) or not isinstance(value, int | list):
        return False
    return (value if isinstance(value, int) else len(value)) not in most


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _is_less_than_all(share: float | str) -> bool:
    """Return whether a share, in percent, is a number that is less than 100."""
    found = _SHARE.fullmatch(str(share).strip())
    return found is not None and not isinstance(share, bool) and float(found[1]) < _ALL


def _are_some(text: str) -> bool:
    """Return whether a text says `5 of 6`, and not `6 of 6`."""
    return any(int(some) < int(whole) for some, whole in _OF.findall(text))


def _is_bad_state(text: str) -> bool:
    words = re.sub(r"[\W_]+", " ", text)
    return bool(_BAD_STATE.search(words)) or (words.isdecimal() and int(words) in _BAD_CODES)


def _says_something(value: object) -> bool:
    """Return whether a value is more than an empty one, a zero, or a word for nothing."""
    if isinstance(value, str):
        return not _NOTHING.fullmatch(value.strip())
    if isinstance(value, dict):
        return any(map(_says_something, value.values()))
    if isinstance(value, list):
        return any(each not in (None, "", [], {}) for each in value)
    return bool(value)
