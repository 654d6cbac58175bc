"""Kinds of mutations of the runtime, which every package carries: a package gets those of the code that it uses."""

from __future__ import annotations

import re

from scripts.mutants.source import Kind

# What a package has in its own code that uses some of the runtime.
_QUERY = r'location="query"'
_JOINED = r'style="form",\s+explode=False'
_BODY = r"contents=\("
_RULES = r"rules=\("
_CREDENTIALS = "import auth as _auth"
_HEADER = r"_auth\.HeaderAuth"
_HIDDEN = r"class \w+\(_(auth|tokens)\."  # what has no repr of its own
# A field that is a text in `_strict.py`, and further on the path parameter that it is for.
_TEXT_IN_PATH = r'^    (\w+): (?:Annotated\[)?str\b.*[^,\n]$[\s\S]*argument="\1",\s*location="path"'
_TWO_SERVERS = r'SERVERS: dict\[str, str\] = \{\n    "[^\n]+\n    "'

# By the modules of the runtime: what is wrong, the text that is replaced, the text that replaces it, and which packages use it.
_BY_MODULE: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "parameters": (
        (
            "unescaped path",
            "written = quote(parts, safe=_KEPT_IN_PATH if self.allow_reserved else _UNRESERVED)",
            "written = parts",
            _TEXT_IN_PATH,
        ),
        ("slash unescaped", "else _UNRESERVED)", 'else _UNRESERVED + "/")', _TEXT_IN_PATH),
        ("space written as plus", "safe=_UNRESERVED)", 'safe=_UNRESERVED + " ").replace(" ", "+")', _QUERY),
        ("ampersand unescaped", "safe=_UNRESERVED)", 'safe=_UNRESERVED + "&")', _QUERY),
        ("list joined by semicolons", '"%7C"}.get(self.style, ",")', '"%7C"}.get(self.style, ";")', _JOINED),
    ),
    "checks": (
        ("comma in a list sent", "if many and parameter.joiner is not None and parameter.joiner in text:", "if False:", _JOINED),
        ("unwritable header sent", 'location == "header" and (', 'location == "nowhere" and (', 'location="header"'),
        ("dot segments sent", 'if {".", ".."} & {*parameter.in_path(value).split("/")}:', "if False:", _TEXT_IN_PATH),
        ("rules lost", "    for rule in rules:", "    for rule in ():", _RULES),
        ("rules inverted", 'given == (rule.kind == "excludes")', 'given != (rule.kind == "excludes")', _RULES),
        ("requires-when always applies", "and scalar(value) != rule.equals", "and False", 'kind="requires-when"'),
        ("equal elements sent", "if len(set(items)) == len(items):", "if True:", r"unique=\("),
        ("path of a missing field lost", 'f"${path}.{missing[1]}" if missing else', 'f"${path}" if missing else', ""),
        ("offending value lost", "given = _find(content, path)", "given = None", _BODY),
        (
            "wrong location of a parameter",
            "\n    return InvalidRequest(operation=operation, location=parameter.location",
            '\n    return InvalidRequest(operation=operation, location="body"',
            r"parameters=\(",
        ),
    ),
    "operations": (
        ("Accept lost", 'headers = [("Accept", self.accept)]', "headers: list[tuple[str, str]] = []", ""),
        ("Content-Type lost", 'headers.append(("Content-Type", media_type))', "", _BODY),
        ("query separator", "{'&'.join(query)}", "{';'.join(query)}", _QUERY),
        ("a success that cannot be read is no error", "if not is_read or (strict and breaches):", "if strict and breaches:", ""),
        ("a strict client reads what breaks the spec", "(strict and breaches)", "False", ""),
        ("data of an error lost", "data=data,", "data=None,", ""),
        ("request id lost", "for name in self.request_id if", "for name in () if", "request_id="),
        ("secrets in the URL of an error", "describe_url(response.request.url, self.secret_parameters)", "str(response.url)", ""),
        ("method of an error lost", '"method": self.method', '"method": self.name', ""),
    ),
    "reading": (
        ("invalid JSON raises another exception", "except ValueError:\n        pass", "except TypeError:\n        pass", ""),
        ("deep JSON raises another exception", "except RecursionError:", "except OverflowError:", ""),
        ("what cannot be read loses what is around it", "            return msgspec.UNSET", "            raise", ""),
        ("a breach is not listed", "        self.breaches.append(", "        _ = (", ""),
    ),
    "errors": (
        ("credentials in a pickled error", '{**self.__dict__, "response": None}', "{**self.__dict__}", ""),
        ("body of an error lost", "self.body = hidden_bytes(response.content, secrets)", 'self.body = b""', ""),
        ("status of an error lost", "self.status = response.status_code", "self.status = 0", ""),
        ("response of an error lost", "self.response = response", "self.response = httpx2.Response(200)", ""),
        ("message without the status", "{self.status}: {reason}: {shown or", "{reason}: {shown or", ""),
        ("user information shown", 'url.copy_with(userinfo=b"")', "url.copy_with()", ""),
    ),
    "auth": (
        ("credential not sent", "request.headers[self._name] = self._value", "pass", _HEADER),
        ("credentials in repr", 'return f"{type(self).__name__}(***)"', "return repr(vars(self))", _HIDDEN),
    ),
    "client": (
        ("client sends elsewhere", "(request, self._base_url_of(request.operation),", '(request, self.base_url + "/x",', ""),
        ("client ignores auth", ", auth=self._auth", "", _CREDENTIALS),
        ("clients drop the body", "request.upload or request.content", "None", _BODY),
        ("clients drop the headers", "list(request.headers)", "[]", ""),
        ("credentials in the repr of a client", "{describe_url(httpx2.URL(self.base_url), ())!r}", "{self.base_url!r}", ""),
    ),
    "servers": (
        ("slash of the base URL doubled", "= trim(base_url)", "= base_url", ""),
        ("base URL not checked", 'url.scheme not in ("http", "https") or', "False and", ""),
        ("another default server", "server = next(iter(servers))", "server = [*servers][-1]", _TWO_SERVERS),
    ),
    "connections": (
        ("an http_client of the caller is closed", "if self._is_own and", "if True and", ""),
        ("the default http_client is not closed", "if self._is_own and", "if False and", ""),
    ),
    "models": (("unknown enum value changed", "member._name_ = value", "member._name_ = value = value.upper()", "OpenStrEnum"),),
}
KINDS = tuple(
    Kind(label, rf"_runtime/{module}\.py", re.escape(old), new, needs)
    for module, kinds in _BY_MODULE.items()
    for label, old, new, needs in kinds
)
