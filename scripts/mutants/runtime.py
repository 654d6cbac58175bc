"""Defects of the runtime, which is the same in every package: each stands where the package uses what it breaks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scripts.mutants.source import Mutation, Sources, calls, constant, fields, keyword


@dataclass(frozen=True, kw_only=True)
class Defect:
    """A text of the runtime, and what stands there instead.

    Attributes:
        name: what is wrong.
        module: the module of the runtime.
        old: the text.
        new: what stands there instead.
        times: how often the text stands there.
        nth: which of them is replaced, from 0.
        needs: whether a package uses what is broken; to any other one the defect makes no difference.
    """

    name: str
    module: str
    old: str
    new: str
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

DEFECTS = (
    Defect(
        name="unescaped path", module="parameters", old="written = _quote(parts)", new="written = parts", needs=_has_text_in_path
    ),
    Defect(
        name="slash unescaped",
        module="parameters",
        old="return quote(text, safe=_UNRESERVED)",
        new='return quote(text, safe=_UNRESERVED + "/")',
        needs=_has_text_in_path,
    ),
    Defect(
        name="space written as plus",
        module="parameters",
        old="return quote(text, safe=_UNRESERVED)",
        new='return quote(text, safe=_UNRESERVED + " ").replace(" ", "+")',
        needs=_QUERY,
    ),
    Defect(
        name="ampersand unescaped",
        module="parameters",
        old="return quote(text, safe=_UNRESERVED)",
        new='return quote(text, safe=_UNRESERVED + "&")',
        needs=_QUERY,
    ),
    Defect(
        name="list joined by semicolons",
        module="parameters",
        old='joiner = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}.get(self.style, ",")',
        new='joiner = ";"',
        needs=_JOINED,
    ),
    Defect(
        name="comma in a list sent",
        module="checks",
        old="if many and parameter.joiner is not None and parameter.joiner in text:",
        new="if False:",
        needs=_JOINED,
    ),
    Defect(
        name="unwritable header sent",
        module="checks",
        old='if parameter.location == "header" and (',
        new='if parameter.location == "nowhere" and (',
        needs=_uses(r'location="header"'),
    ),
    Defect(name="dot segments sent", module="checks", old='in ("", ".", ".."):', new='in ("",):', needs=_has_text_in_path),
    Defect(name="rules lost", module="checks", old="    for rule in rules:", new="    for rule in ():", needs=_RULES),
    Defect(
        name="rules turned round",
        module="checks",
        old='given == (rule.kind == "excludes")',
        new='given != (rule.kind == "excludes")',
        needs=_RULES,
    ),
    Defect(
        name="requires-when always applies",
        module="checks",
        old='(rule.kind == "requires-when" and scalar(value) != rule.equals)',
        new="False",
        needs=_uses('kind="requires-when"'),
    ),
    Defect(name="equal elements sent", module="checks", old="if len(set(items)) == len(items):", new="if True:", needs=_UNIQUE),
    Defect(
        name="path of a missing field lost",
        module="checks",
        old='f"${path}.{missing[1]}" if missing else',
        new='f"${path}" if missing else',
    ),
    Defect(name="offending value lost", module="checks", old="value=_find(content, path)", new="value=None", needs=_BODY),
    Defect(
        name="wrong location of a broken parameter",
        module="checks",
        old='location=parameter.location, path=f"$.{parameter.name}{rest}"',
        new='location="body", path=f"$.{parameter.name}{rest}"',
        needs=_uses(r"parameters=\("),
    ),
    Defect(
        name="Accept lost",
        module="operations",
        old='headers = [("Accept", self.accept)]',
        new="headers: list[tuple[str, str]] = []",
    ),
    Defect(
        name="Content-Type lost",
        module="operations",
        old='headers.append(("Content-Type", chosen.media_type))',
        new="",
        needs=_BODY,
    ),
    Defect(name="query separator", module="operations", old="{'&'.join(query)}", new="{';'.join(query)}", needs=_QUERY),
    Defect(
        name="what is no JSON raises another exception",
        module="operations",
        old="except (ValueError, RecursionError) as error:",
        new="except msgspec.ValidationError as error:",
    ),
    Defect(
        name="an error that is no JSON raises another exception",
        module="operations",
        old="except (ValueError, RecursionError):",
        new="except msgspec.ValidationError:",
    ),
    Defect(
        name="deep JSON raises another exception",
        module="operations",
        old="except (ValueError, RecursionError) as error:",
        new="except ValueError as error:",
    ),
    Defect(name="data of an error lost", module="operations", old="data=data,", new="data=None,"),
    Defect(
        name="request id lost",
        module="operations",
        old="for name in self.request_id if",
        new="for name in () if",
        needs=_REQUEST_ID,
    ),
    Defect(
        name="credentials in the URL of an error",
        module="operations",
        old="url = describe_url(response.request.url, self.secret_parameters)",
        new="url = str(response.request.url)",
    ),
    Defect(name="method of an error lost", module="operations", old='"method": self.method', new='"method": self.name'),
    Defect(
        name="credentials in a pickled error", module="errors", old='{**self.__dict__, "response": None}', new="{**self.__dict__}"
    ),
    Defect(name="body of an error lost", module="errors", old="self.body = response.content", new='self.body = b""'),
    Defect(name="status of an error lost", module="errors", old="self.status = response.status_code", new="self.status = 0"),
    Defect(
        name="response of an error lost",
        module="errors",
        old="self.response = response",
        new="self.response = httpx2.Response(200)",
    ),
    Defect(
        name="message without the body",
        module="errors",
        old="{self.status}: {reason}: {shown or 'empty body'}",
        new="{reason}: {shown or 'empty body'}",
    ),
    Defect(name="user information shown", module="errors", old='url.copy_with(userinfo=b"")', new="url.copy_with()"),
    Defect(
        name="credentials in repr",
        module="auth",
        old='return f"{type(self).__name__}(***)"',
        new="return repr(vars(self))",
        times=3,
        needs=_has_credentials,
    ),
    Defect(
        name="credential not sent",
        module="auth",
        old="request.headers[self._name] = self._value",
        new="pass",
        needs=_has_credentials,
    ),
    Defect(
        name="sync client sends elsewhere",
        module="client",
        old="self.base_url + request.target",
        new='self.base_url + "/x" + request.target',
        times=2,
    ),
    Defect(
        name="async client sends elsewhere",
        module="client",
        old="self.base_url + request.target",
        new='self.base_url + "/x" + request.target',
        times=2,
        nth=1,
    ),
    Defect(name="slash of the base URL doubled", module="client", old='base_url.rstrip("/")', new="base_url"),
    Defect(name="base URL not checked", module="client", old='url.scheme not in ("http", "https") or', new="False and"),
    Defect(
        name="credentials in the client's repr",
        module="client",
        old="{describe_url(httpx2.URL(self.base_url), ())!r}",
        new="{self.base_url!r}",
        times=2,
    ),
    Defect(name="sync client ignores auth", module="client", old=", auth=self._auth", new="", times=2, needs=_has_credentials),
    Defect(
        name="async client ignores auth", module="client", old=", auth=self._auth", new="", times=2, nth=1, needs=_has_credentials
    ),
    Defect(
        name="async client drops the body",
        module="client",
        old="content=request.content",
        new="content=None",
        times=2,
        nth=1,
        needs=_BODY,
    ),
    Defect(
        name="async client drops the headers",
        module="client",
        old="headers=list(request.headers)",
        new="headers=[]",
        times=2,
        nth=1,
    ),
    Defect(name="a client given is closed", module="client", old="if self._own:", new="if True:", times=2),
    Defect(name="an own client is not closed", module="client", old="if self._own:", new="if False:", times=2, nth=1),
    Defect(
        name="another default server",
        module="client",
        old="next(iter(servers.values()))",
        new="[*servers.values()][-1]",
        needs=_uses(r'SERVERS: dict\[str, str\] = \{\n    "[^\n]+\n    "'),
    ),
    Defect(
        name="unknown enum value changed",
        module="models",
        old="member._value_ = value",
        new="member._value_ = value.upper()",
        times=2,
        needs=_uses("OpenStrEnum"),
    ),
)


def runtime_defects(sources: Sources) -> Iterator[Mutation]:
    """Yield the defects that a package can show.

    Raises:
        MutationError: the text of one no longer stands in the runtime.
    """
    for defect in DEFECTS:
        mutation = sources.module(f"_runtime/{defect.module}.py").substitute(
            defect.name, defect.old, defect.new, times=defect.times, nth=defect.nth
        )
        if defect.needs(sources):
            yield mutation
