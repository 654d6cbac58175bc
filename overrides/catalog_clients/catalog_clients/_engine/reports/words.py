"""The words that leave an outcome in doubt, where no spec describes a column of a report or a field of a response.

This is the only place for such words. None of them confirms or rejects an item: the words that do so are in the specs.

Three things are searched: texts as they are; plain texts, in lower case and without separators, such as `notarchived` for
`Not archived`; and plain names, which are the same of the names of columns and fields.
"""

from __future__ import annotations

import re

# Parts of words in texts and names. They contain no other expressions, as texts are searched for each of them first.
_SPACELESS = "失败|失敗|错误|錯誤|エラー|拒|실패|오류"  # in languages that do not separate words, or not all
_ELSEWHERE = (  # in other languages
    f"{_SPACELESS}|fehler|fehlgeschlagen|gescheitert|abgelehnt|abgebrochen|übersprungen|erreur|échec|échou|rejet|ignoré|fallid|fallos|rechazad|omitid"
    "|erros|falha|falhou|rejeitad|ignorad|fallit|rifiutat|fouten|mislukt|geweigerd|overgeslagen|misslyck|mislyk"
    "|błąd|błęd|odrzucon|nieudan|niepowodze|pominięt|ошиб|отклон|отказ|неудач|пропущ|помил|відхил"
)
_FAILED = f"fail|error|reject|exception|abort|fatal|cancel|warn|{_ELSEWHERE}"
STEMS = (
    f"{_FAILED}|invalid|denied|refus|forbid|conflict|missing|unable|unknown|critical|partial|skipped|ignored|incomplete|pending|queued"
    "|postponed|deferred|unprocessed|unsuccess|expired|simulat|dry run|dry-run|dry_run|dryrun|rollback|rolled back"
)
_SUBJECTS = "errors?|warnings?|failures?|rejections?|problems?|exceptions?|faults?|issues?|violations?|conflicts?|alerts?"
_NOT_AFTER = "".join(rf"(?<!\b{each} )" for each in ("no", "0", "without", "keine", "ohne", "sans", "sin", "sem", "senza", "без"))

# Texts
FAILED = re.compile(_FAILED, re.IGNORECASE)
DOUBT = re.compile(rf"{STEMS}|(?<![a-z])not(?![a-z])", re.IGNORECASE)
MARKS = (*STEMS.split("|"), "not")  # a text without any of them says nothing of a failure
NEGATION = re.compile(
    r"\b(not|no|nor|neither|never|cannot|without|if|unless|whether|false|but|except|however|may|might|partial\w*|partly|restored"
    r"|re-?activated)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
OPEN = re.compile(r"pending|queue|progress|processing|running|waiting", re.IGNORECASE)  # states of work that has not ended
NOT_REAL = re.compile(
    r"dry[\W_]?run|simulat|validat\w*[\W_]only|test[\W_]run|roll(ed)?[\W_]?back"
    r"|(job|batch|run|import|ingestion) (was |has )?(fail|abort|cancel)",
    re.IGNORECASE,
)
BAD_STATE = re.compile(
    rf"{STEMS}|skip|ignor|scheduled|submitted|started|running|waiting|progress|processing|\bnot\b", re.IGNORECASE
)
_BAD_WORDS = (
    rf"{STEMS}|(skip\w*|exceed\w*|not|nothing|none|cannot|scheduled|in progress|later|unavailable|time(?:d )?out|throttled"
    r"|nicht|niet|nie|inte|ikke|não|не|\w+n[^\w\s]t)\b"
)
BAD_MESSAGE = re.compile(rf"\b(no|0) (?!{_SUBJECTS})\w|{_SPACELESS}|\b(?={_BAD_WORDS}){_NOT_AFTER}", re.IGNORECASE)
NOTHING = re.compile(
    "none|keine?|aucune?|null|nil|n/?a|ok|success(ful)?|false|0*|-*|(no|without) (errors?|warnings?)", re.IGNORECASE
)
SOME = re.compile(r"true|yes|0*[1-9]\d*", re.IGNORECASE)
SOME_OF_ALL = re.compile(r"\b(\d{1,9}) (?:out )?of (\d{1,9})\b", re.IGNORECASE)
YES, NO = ("true", "yes", "y", "1"), ("false", "no", "n", "0")

# Numbers in texts, which a report states beside its rows
_UNITS = r"items?|rows?|records?|skus?|products?|offers?|lines?|entries|counts?|numbers?|total"
PARTLY = re.compile(r"[:=] partial|\bpartial\w*(?:[\s:=]+true| \w)|\bwith (?:errors|failures|warnings)", re.IGNORECASE)
TOTAL = re.compile(r"\b(?:total|sum|summary|counts?|overall|all|result)\b", re.IGNORECASE)


def _counting(words: str) -> re.Pattern[str]:
    """Return the expression of words with a number before or after them."""
    before = rf"(?:(?<![\w.:/-])(?P<before>\d{{1,9}})(?: of \d+)?(?: (?:{_UNITS}))?(?: (?:was|were|has|have|had))? )?"
    after = rf"(?:[\s:=]+(?:{_UNITS}))*(?:(?P<mark>[\s:=,;|]+)(?P<after>\d{{1,9}})(?!\w|[.:/-]\d))?"
    return re.compile(f"{before}(?:{words}){after}", re.IGNORECASE)


FAILURES_COUNTED = _counting(rf"\w*(?:{STEMS})\w*|\bnot \w+")
SUCCESSES_COUNTED = _counting(
    r"(?<!not )\b(?:succe\w*|processed|archived|accepted|applied|completed"
    r"|erfolgreich\w*|réussi\w*|exitos\w*|sucesso\w*|riuscit\w*|geslaagd\w*|udan\w*|успешн\w*|успішн\w*|成功|성공)"
)

# Plain names
_UNIT = r"(items?|rows?|records?|skus?|products?|offers?|lines?|entries)?"
FAILURE_COUNTS = re.compile(
    rf"(num(ber)?(of)?|total|count(of)?)?{_UNIT}(failed|failures?|rejected|rejections?|refused|errors?){_UNIT}(count|number|total)?"
)
_ASPECTS = "codes?|counts?|descriptions?|details?|infos?|items?|lists?|messages?|reasons?|texts?|types?"
PROBLEMS = re.compile(f"({_SUBJECTS})({_ASPECTS})?$|{_ELSEWHERE}")  # whatever says something there
WARNINGS = re.compile("warn|alert")  # which may be about what has succeeded
COUNTING = re.compile(
    "fail(ed|ure)|reject(ed|ion)|refused|skipped|partial|ignored|denied|invalid|missing|unprocessed|excluded|^pending|(exit|return)code"
)
NOT_DONE = re.compile(
    "not(?=[A-Z_])"
)  # the beginning of a name that is not plain, such as notArchived, of what lists or counts them
UNFINISHED = re.compile(
    "(is|was)?(dryrun|simulat(ed|ion)|testmode|validat(e|ion)only|pending|queued|deferred|postponed|scheduled|truncated|incomplete"
    "|rolledback|rollback|reverted|undone|noop|unchanged|async(hronous)?|inprogress|throttled)|(will)?retry|has(more|next)|next(page)?(token|cursor)?"
)
BEGUN = re.compile(
    "(job|task|workflow|execution)(id|uuid|key|number|ref(erence)?|url|uri|link|href)|(status|poll(ing)?)(url|uri|link|href)"
)
SUCCESSES = re.compile(  # false then, or zero
    "(is|was)?(success|ok|succeeded|successful|done|completed?|processed|applied|accepted|archived)"
    "|(is|was|rows)?(affected|changed|modified)(rows|items|count)?"
)
FLAGS = re.compile("(is|was|has)?(success|ok|okay|succeeded|successful)")  # of a request, whatever its spec has
SHARES = re.compile("(completion|progress)?percent(age)?(complete(d)?|done)?|progress")  # of what is done; all of it is 100
NUMBERS = re.compile(
    r"(num(ber)?|total)?(archived|processed|succe\w*|completed|accepted|applied)(offers?|items?|products?|skus?)?(ids?|counts?)?"
)
STATES = re.compile("(state|status|outcome|result)(code|text)?$|^((http|response)?code)$")  # which are one of the bad states then
MESSAGES = re.compile("(messages?|msg|details?|reasons?|notices?|notes?|hints?|descriptions?|remarks?)$")  # whose words decide
WORK = re.compile("(operation|action|command|job|task|ingestion|report|batch)(type|kind|name|mode)?|type|kind")  # that was done

# Plain names and texts that say whether an item is in the catalog
_BEGINNING = "(?:is|was|are|now|still|currently|item|product|offer|sku|store|catalog)*"
_THERE = "active|enabled|visible|published|listed|sellable|purchasable|searchable|onsale|forsale|incatalog|unarchived|restored"
_GONE = (
    "archived|inactive|disabled|hidden|invisible|unpublished|unlisted|delisted|deleted|removed|purged|retired|discontinued"
    "|deactivated|withdrawn|soft_?deleted"
)
_ADDING = "upload|create[ds]?|insert|add|publish|activate|unarchive|restore"
_REMOVING = "archiv(?:e|ing)|delete|remove|deactivate|retire"
# As a text, `live` and `online` may also mean a kind of work or a channel.
STATE_NAMES = re.compile(f"{_BEGINNING}(?:(?P<there>{_THERE}|live|online)|(?P<gone>{_GONE}|offline))(?:flag|yn|instore|incatalog)?")
STATE_TEXTS = re.compile(
    f"{_BEGINNING}(?:(?P<there>{_THERE}|(?P<adding>{_ADDING}))|(?P<gone>{_GONE}|(?P<removing>{_REMOVING})))(?:items?|products?|offers?|skus?)?"
)
BACK = re.compile(f"{_BEGINNING}(?:unarchived|restored|reactivated)(?:at|on|date|time)")
