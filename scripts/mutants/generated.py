"""Kinds of mutations of what is generated for one API: operations, clients, credentials, models."""

from __future__ import annotations

import re

from scripts.mutants.source import Kind, Replacement

_UNSET = "__import__('msgspec').UNSET"
_OTHER_TYPES = {"str": "int", "int": "str", "float": "str", "bool": "int"}
# An argument of an operation, in the second alternative: the first one skips those that are fields of a body.
_ARGUMENT = r'fields=\{[^}]*\}|("(\w+)": )\2\b'
_QUERY = r'"\w+",\s*location="query"'
_BODY = r"(OPERATION\.request\(\s*\{[^}]*\},\s*)body\b"
# A field of a class, also one of several lines.
_FIELD = r"^    (\w+): .*(?:\n {8}.*\S|\n    [\])].*)*"
_LIMIT = r"\b((?:[gl][et]|max_length|min_length)=)"


def _either(one: str, other: str) -> Replacement:
    """Replace the one by the other, and all else by the one."""
    return lambda found: other if found[0] == one else one


def _without_argument(found: re.Match[str]) -> str:
    return f"{found[1]}None" if found[1] else found[0]


def _result(found: re.Match[str]) -> str:
    types: list[str] = re.findall(r"Operation\[(.*)\]", found.string)
    return types[0]


def _made_optional(found: re.Match[str]) -> str:
    field = found[0]
    if "UnsetType" in field or ": TypeAlias" in field:
        return field
    return f"{field[:-1]}, default={_UNSET})" if " = field(" in field else f"{field} = {_UNSET}"


def _of_another_type(found: re.Match[str]) -> str:
    return f"{found[1]}{_OTHER_TYPES[found[3]]}"


# By the modules: what is wrong, the pattern of the code that is replaced, and the code that replaces it.
_BY_MODULE: dict[str, tuple[tuple[str, str, Replacement], ...]] = {
    r"api/.*\.py": (
        ("wrong method", r'method="\w+"', _either('method="POST"', 'method="PUT"')),
        ("wrong path", r'^    path="/', '    path="/x/'),
        ("wrong operationId", r'^    name=".*"', '    name="operation"'),
        ("wrong Accept", r'^    accept=".*"', '    accept="text/html"'),
        ("wrong content type", r'media_type=".*?"', 'media_type="text/plain"'),
        ("parameters unchecked", r"^    strict=.*", "    strict=None,"),
        ("body unchecked", r"(Content\([^()]*strict=)[\w.]+(?:\[[^()]*\])?", r"\1object"),
        ("unique check ignored", r"unique=\(", "unique=() and ("),
        ("required body made optional", "body_required=True", "body_required=False"),
        ("request id header lost", r"request_id=\([^)]*\)", 'request_id=("X-Request-Id",)'),
        ("a rule without one of its parameters", r"(others=\([^)]*\))", r"\1[1:]"),
        ("a rule says the opposite", r'kind="(?:requires|excludes)"', _either('kind="excludes"', 'kind="requires"')),
        ("a rule holds for another value", r'equals=".*?"', 'equals="no such value"'),
        ("wrong parameter name", r'(Parameter\(\s*name=".*?)"', r'\1X"'),
        ("wrong location", r'location="\w+"', _either('location="query"', 'location="header"')),
        ("wrong style", r'style="form"(?=,\s*explode=False)', 'style="pipeDelimited"'),
        ("lost explode: false", r'(style="form",\s*explode=)False', r"\1True"),
        ("parameter filled from another argument", rf"argument={_QUERY}(?=[\s\S]*?(argument={_QUERY}))", r"\1"),
        ("argument dropped", _ARGUMENT, _without_argument),
        ("body dropped", _BODY, r"\1None"),
        ("wrong status map", r'"\w+"(?=: DocumentedResponse)', '"299"'),
        ("error status without an error", r"error=errors\.\w+", "error=None"),
        ("error class of another status", r"error=errors\.\w+(?=[\s\S]*?(error=errors\.\w+))", r"\1"),
        ("body of the response ignored", r"(DocumentedResponse\(\s*)content=\{[^}]*\}", r"\1content={}"),
        ("result of the type of an error", r'(?<=": )(models\.\w+)(?=\}[\s\S]*": (?!\1\b)(models\.\w+)\})', r"\2"),
        ("data of an error of the type of the result", r"models\.\w+(?=\},\s*error=)", _result),
    ),
    r"client\.py": (
        ("wrong server URL", r'(: "https?://.*)"', r'\1/x"'),
        (r"client method without \2", _ARGUMENT, _without_argument),
        ("client method without body", _BODY, r"\1None"),
        ("client method calls another operation", r"\b(\w+)(?=\.OPERATION\b[\s\S]*?\b(?!\1\b)(\w+)\.OPERATION\b)", r"\2"),
        (r"client ignores \1", r"\b(auth|transport|http_client)=\1,", r"\1=None,"),
        ("wrong User-Agent", "agent=_USER_AGENT", "agent='python'"),
    ),
    r"auth\.py": (
        ("credential in another header", r'(__init__\()".*?"', r"\1'X-Credential'"),
        ("credential is another text", r'(__init__\(".*?", ).*(?=\)$)', r"\1'text'"),
    ),
    r"models\.py": (
        ("wrong name on the wire", r'(\bname=".*?)"', r'\1X"'),
        ("swapped fields", r"^    (\w+)(: .*\bname=.*\n(?: *\n)*    )(\w+)(?=: )", r"    \3\2\1"),
        (r"field \1 dropped", _FIELD, "    pass"),
        (r"null in \2 not read", r"^(    (\w+): .*) \| None(?= \| UnsetType)", r"\1"),
        (r"enum \1 closed", r"^class (\w+)\(OpenStrEnum\)", r"class \1(__import__('enum').StrEnum)"),
        (r"\1 narrowed", r"^(\w+)(: TypeAlias = )dict\[str, Any\]", r"\1\2dict[str, str]"),
    ),
    r"(models|_strict)\.py": (
        (r"required \1 made optional", _FIELD, _made_optional),
        (r"\2 read as another type", r"^(    (\w+): (?:[^=\n]|\n {8})*?)\b(str|int|float|bool)\b", _of_another_type),
        (r"lost \1", r'\b((?:[gl][et]|max_length|min_length)=-?[\d.]+|pattern="(?:[^"\\]|\\.)*")(?:,\s*)?', ""),
        (r"\1\2 taken for one less", _LIMIT + r"(-?[1-9]\d*)\b(?!\.)", lambda found: f"{found[1]}{int(found[2]) - 1}"),
        # msgspec takes no limit beyond that of int64
        (
            r"\1\2 taken for one more",
            _LIMIT + r"(?!9223372036854775807\b)(-?\d+)\b(?!\.)",
            lambda found: f"{found[1]}{int(found[2]) + 1}",
        ),
        ("wrong value in enum", r"^(    \w+ = ).*", r"\1'WRONG'"),
        ("value of enum dropped", r"^    \w+ = .*", "    pass"),
    ),
    r"_strict\.py": ((r"format \2 unchecked", r"([:=] |\[)(Uuid|Date|DateTime)\b", r"\1str"),),
}
KINDS = tuple(Kind(label, module, pattern, new) for module, kinds in _BY_MODULE.items() for label, pattern, new in kinds)
