"""Mutations of the runtime, which every package carries: a package gets those of the code that it uses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import KW_ONLY, dataclass

from scripts.mutants.source import Mutation, Sources, calls, constant, fields, keyword


@dataclass(frozen=True)
class Replacement:
    """A mutant: other text in place of a text of the runtime.

    Attributes:
        name: what is wrong.
        module: the module of the runtime.
        old: the text that is replaced.
        new: the text that replaces it.
        times: how often the old text occurs in the module.
        nth: which occurrence is replaced, from 0.
        needs: whether a package uses the replaced code; other packages do not get the mutant.
    """

    name: str
    module: str
    old: str
    new: str
    _: KW_ONLY
    times: int = 1
    nth: int = 0
    needs: Callable[[Sources], bool] = lambda _: True


def _uses(pattern: str) -> Callable[[Sources], bool]:
    return lambda sources: re.search(pattern, sources.everything) is not None


def _has_text_in_path(sources: Sources) -> bool:
    located = [
        call
        for source in sources.operations
        for call in calls(source, "Parameter")
        if constant(keyword(call, "location")) == "path"
    ]
    arguments = {constant(keyword(call, "argument")) for call in located}
    strict = sources.module("_strict.py")
    texts = [field for _, field in fields(strict) if re.match(r"(Annotated\[)?str\b", strict.text(field.annotation))]
    return any(strict.text(field.target) in arguments for field in texts)


def _has_credentials(sources: Sources) -> bool:
    return (sources.folder / sources.package / "auth.py").exists()


_QUERY = _uses(r'location="query"')
_JOINED = _uses(r'style="form",\s+explode=False')
_BODY = _uses(r"contents=\(")
_UNIQUE = _uses(r"unique=\(")
_RULES = _uses(r"rules=\(")
_REQUEST_ID = _uses("request_id=")

REPLACEMENTS = (
    Replacement("unescaped path", "parameters", "written = _quote(parts)", "written = parts", needs=_has_text_in_path),
    Replacement(
        "slash unescaped",
        "parameters",
        "return quote(text, safe=_UNRESERVED)",
        'return quote(text, safe=_UNRESERVED + "/")',
        needs=_has_text_in_path,
    ),
    Replacement(
        "space written as plus",
        "parameters",
        "return quote(text, safe=_UNRESERVED)",
        'return quote(text, safe=_UNRESERVED + " ").replace(" ", "+")',
        needs=_QUERY,
    ),
    Replacement(
        "ampersand unescaped",
        "parameters",
        "return quote(text, safe=_UNRESERVED)",
        'return quote(text, safe=_UNRESERVED + "&")',
        needs=_QUERY,
    ),
    Replacement(
        "list joined by semicolons",
        "parameters",
        'joiner = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}.get(self.style, ",")',
        'joiner = ";"',
        needs=_JOINED,
    ),
    Replacement(
        "comma in a list sent",
        "checks",
        "if many and parameter.joiner is not None and parameter.joiner in text:",
        "if False:",
        needs=_JOINED,
    ),
    Replacement(
        "unwritable header sent",
        "checks",
        'if parameter.location == "header" and (',
        'if parameter.location == "nowhere" and (',
        needs=_uses(r'location="header"'),
    ),
    Replacement("dot segments sent", "checks", 'in ("", ".", ".."):', 'in ("",):', needs=_has_text_in_path),
    Replacement("rules lost", "checks", "    for rule in rules:", "    for rule in ():", needs=_RULES),
    Replacement(
        "rules inverted", "checks", 'given == (rule.kind == "excludes")', 'given != (rule.kind == "excludes")', needs=_RULES
    ),
    Replacement(
        "requires-when always applies",
        "checks",
        '(rule.kind == "requires-when" and scalar(value) != rule.equals)',
        "False",
        needs=_uses('kind="requires-when"'),
    ),
    Replacement("equal elements sent", "checks", "if len(set(items)) == len(items):", "if True:", needs=_UNIQUE),
    Replacement("path of a missing field lost", "checks", 'f"${path}.{missing[1]}" if missing else', 'f"${path}" if missing else'),
    Replacement("offending value lost", "checks", "value=_find(content, path)", "value=None", needs=_BODY),
    Replacement(
        "wrong location of a broken parameter",
        "checks",
        'location=parameter.location, path=f"$.{parameter.name}{rest}"',
        'location="body", path=f"$.{parameter.name}{rest}"',
        needs=_uses(r"parameters=\("),
    ),
    Replacement("Accept lost", "operations", 'headers = [("Accept", self.accept)]', "headers: list[tuple[str, str]] = []"),
    Replacement("Content-Type lost", "operations", 'headers.append(("Content-Type", chosen.media_type))', "", needs=_BODY),
    Replacement("query separator", "operations", "{'&'.join(query)}", "{';'.join(query)}", needs=_QUERY),
    Replacement(
        "invalid JSON raises another exception",
        "operations",
        "except (ValueError, RecursionError) as error:",
        "except msgspec.ValidationError as error:",
    ),
    Replacement(
        "an error with invalid JSON raises another exception",
        "operations",
        "except (ValueError, RecursionError):",
        "except msgspec.ValidationError:",
    ),
    Replacement(
        "deep JSON raises another exception",
        "operations",
        "except (ValueError, RecursionError) as error:",
        "except ValueError as error:",
    ),
    Replacement("data of an error lost", "operations", "data=data,", "data=None,"),
    Replacement("request id lost", "operations", "for name in self.request_id if", "for name in () if", needs=_REQUEST_ID),
    Replacement(
        "credentials in the URL of an error",
        "operations",
        "url = describe_url(response.request.url, self.secret_parameters)",
        "url = str(response.request.url)",
    ),
    Replacement("method of an error lost", "operations", '"method": self.method', '"method": self.name'),
    Replacement("credentials in a pickled error", "errors", '{**self.__dict__, "response": None}', "{**self.__dict__}"),
    Replacement("body of an error lost", "errors", "self.body = response.content", 'self.body = b""'),
    Replacement("status of an error lost", "errors", "self.status = response.status_code", "self.status = 0"),
    Replacement("response of an error lost", "errors", "self.response = response", "self.response = httpx2.Response(200)"),
    Replacement(
        "message without the body",
        "errors",
        "{self.status}: {reason}: {shown or 'empty body'}",
        "{reason}: {shown or 'empty body'}",
    ),
    Replacement("user information shown", "errors", 'url.copy_with(userinfo=b"")', "url.copy_with()"),
    Replacement(
        "credentials in repr",
        "auth",
        'return f"{type(self).__name__}(***)"',
        "return repr(vars(self))",
        needs=_has_credentials,
    ),
    Replacement("credential not sent", "auth", "request.headers[self._name] = self._value", "pass", needs=_has_credentials),
    Replacement("sync client sends elsewhere", "client", "(request, self.base_url,", '(request, self.base_url + "/x",', times=2),
    Replacement(
        "async client sends elsewhere", "client", "(request, self.base_url,", '(request, self.base_url + "/x",', times=2, nth=1
    ),
    Replacement("slash of the base URL doubled", "client", 'base_url.rstrip("/")', "base_url"),
    Replacement("base URL not checked", "client", 'url.scheme not in ("http", "https") or', "False and"),
    Replacement(
        "credentials in the repr of a client",
        "client",
        "{describe_url(httpx2.URL(self.base_url), ())!r}",
        "{self.base_url!r}",
    ),
    Replacement("sync client ignores auth", "client", ", auth=self._auth", "", times=2, needs=_has_credentials),
    Replacement("async client ignores auth", "client", ", auth=self._auth", "", times=2, nth=1, needs=_has_credentials),
    Replacement("clients drop the body", "client", '"content": request.content', '"content": None', needs=_BODY),
    Replacement("clients drop the headers", "client", "list(request.headers)", "[]"),
    Replacement("an http_client of the caller is closed", "client", "if self._own:", "if True:", times=2),
    Replacement("the default http_client is not closed", "client", "if self._own:", "if False:", times=2, nth=1),
    Replacement(
        "another default server",
        "client",
        "next(iter(servers.values()))",
        "[*servers.values()][-1]",
        needs=_uses(r'SERVERS: dict\[str, str\] = \{\n    "[^\n]+\n    "'),
    ),
    Replacement(
        "unknown enum value changed",
        "models",
        "member._value_ = value",
        "member._value_ = value.upper()",
        times=2,
        needs=_uses("OpenStrEnum"),
    ),
)


def runtime_mutations(sources: Sources) -> Iterator[Mutation]:
    """Yield the mutations of the runtime that change what a package does.

    Raises:
        MutationError: the text that one replaces no longer occurs in the runtime.
    """
    for each in REPLACEMENTS:
        mutation = sources.module(f"_runtime/{each.module}.py").substitute(
            each.name, each.old, each.new, times=each.times, nth=each.nth
        )
        if each.needs(sources):
            yield mutation
