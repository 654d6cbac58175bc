"""Whether a field of a response of which its spec says nothing says of a failure or gives a warning, by its name and its value."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .effects import texts_in

_SUBJECTS = "errors?|warnings?|failures?|rejections?|problems?|exceptions?|faults?"
_ASPECTS = "codes?|counts?|descriptions?|details?|infos?|items?|lists?|messages?|reasons?|texts?|types?"
_TELLING = re.compile(f"({_SUBJECTS})({_ASPECTS})?$")  # at the end of names, whatever says something there
_COUNTING = re.compile("fail(ed|ure)|reject(ed|ion)|refused|skipped|partial|ignored|denied|invalid|missing|unprocessed")
_NOT_DONE = re.compile("not(?=[A-Z_])")  # at the start of names of what lists or counts them, such as notArchived
_SUCCESSES = re.compile("(is)?(success|ok|succeeded|successful)")  # which are false then
_STATES = re.compile("(http)?(state|status|outcome|result)(code)?")  # which are one of the words then
_BAD_STATE = re.compile(
    "error|fail|partial|reject|refus|skip|ignor|denied|invalid|warn|cancel|abort|incomplete|pending|queued|progress|processing"
    r"|\bnot\b|\bun(processed|successful)",
    re.IGNORECASE,
)
_BAD_CODES = range(400, 600)  # of HTTP
_MESSAGES = re.compile("(messages?|msg|details?|reasons?|notices?|alerts?)$")  # whose words decide
_BAD_WORDS = re.compile(
    r"(?<!\bno )(?<!\b0 )(?<!without )\b(errors?|fail\w*|reject\w*|refus\w*|skip\w*|partial\w*|ignored|denied|invalid|incomplete"
    r"|not|cannot|unable|\w+n[^\w\s]t)\b",
    re.IGNORECASE,
)
_NOTHING = re.compile("none|null|nil|n/?a|ok|success(ful)?|false|0*|-*|(no|without) (errors?|warnings?)", re.IGNORECASE)
_COUNT = re.compile(r"true|yes|0*[1-9]\d*", re.IGNORECASE)
_NO = ("false", "no", "0")


def failures_in(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Yield the fields below a field that say of failures, at any depth, as dotted names and values; lists have no name."""
    for each in value if isinstance(value, list) else ():
        yield from failures_in(each, path)
    for name, each in value.items() if isinstance(value, dict) else ():
        at = f"{path}.{name}" if path else name
        yield from ((at, each),) if says_of_failure(name, each) else failures_in(each, at)


def says_of_failure(name: str, value: object) -> bool:
    """Return whether a field says of a failure, or of something that may be one."""
    plain = re.sub(r"[\W_]", "", name).lower()
    if _TELLING.search(plain):
        return _says_something(value)
    if _COUNTING.search(plain) or _NOT_DONE.match(name):
        is_flag = isinstance(value, bool) and not _COUNTING.search(plain)  # such as notForSale
        return not is_flag and (bool(_COUNT.fullmatch(value)) if isinstance(value, str) else _says_something(value))
    if _SUCCESSES.fullmatch(plain):
        return value in (False, 0) if isinstance(value, int) else str(value).strip().lower() in _NO
    if _STATES.fullmatch(plain):
        return value in _BAD_CODES if isinstance(value, int) else isinstance(value, str) and _is_bad_state(value)
    return bool(_MESSAGES.search(plain)) and any(map(_BAD_WORDS.search, texts_in(value)))


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
