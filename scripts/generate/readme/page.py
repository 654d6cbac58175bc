"""What the README of a generated package says: programs to run, errors, limits, links. All of it follows from the document.

Each program is complete. It has a request that the document gives as an example (see `examples`), takes credentials, and a base
URL if the document has none, from the environment, and prints something of the result. What it prints is not shown: only a vendor
knows that, and no response is made up here. The tests run each of them against a vendor instead, and compare nothing but their end.
A document without examples gets one program with `...` instead of arguments, which is not meant to be run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import structs

from scripts.generate.parse.api import Api, ApiOperation
from scripts.generate.readme.examples import EndlessError, UnwritableError, sample
from scripts.generate.readme.in_bulk import in_bulk
from scripts.generate.readme.limits_in_words import limits
from scripts.generate.readme.printing import attribute, printing, results
from scripts.generate.render.auth import SchemeView
from scripts.generate.render.context import PackageContext
from scripts.generate.render.operations import OperationView, StatusView
from scripts.generate.text.escapes import literal
from scripts.generate.text.markdown import cell, code, first_sentence, inline, prose, wrapped
from scripts.generate.types.loading import Package
from scripts.runtime.behaviour import Polling

_MOST_EXAMPLES = 12
_MOST_MEANINGS = 3


@dataclass(frozen=True, kw_only=True)
class Passage:
    """Markdown, and a program that it is about, or none where there is nothing to show."""

    title: str = ""
    text: str
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class Readme:
    """What the template of the README writes; all texts are Markdown.

    Attributes:
        introduction: what the API is, where the document says more than the title.
        endpoint: the text where there are no named servers.
        credentials: ways to authenticate.
        servers: named servers, as lines of a list.
        variables: variables in their URLs, as lines of a list.
        elsewhere: base URLs that only some operations have, with these operations, as lines of a list.
        examples: programs, one for each operation that the document has an example for, up to some number.
        stream, download, upload, form: programs for what is not JSON; each is empty where no operation has it.
        placeholder, asynchronous, raw: further programs; the first only where there are no examples.
        errors: rows of a table.
        limits: lines of a list.
    """

    introduction: str
    endpoint: str
    credentials: Sequence[Passage]
    servers: Sequence[str]
    variables: Sequence[str]
    elsewhere: Sequence[str]
    examples: Sequence[Passage]
    placeholder: str
    asynchronous: str
    raw: str
    stream: str
    download: str
    upload: str
    form: str
    errors: Sequence[tuple[str, str, str]]
    limits: Sequence[str]
    bulk: Sequence[str]

    @property
    def programs(self) -> list[str]:
        """All programs; the template writes them as they are when they have been formatted."""
        passages = [each.code for each in (*self.examples, *self.credentials)]
        others = (self.placeholder, self.asynchronous, self.raw, self.stream, self.download, self.upload, self.form)
        return [each for each in (*passages, *others) if each]


def readme(subject: PackageContext, package: Package) -> Readme:
    """Return what the README of a package says; the package has been written but for the README."""
    by_id = {operation.id: operation for operation in subject.api.operations}
    programs = _Programs(subject)
    bodies: dict[str, list[str]] = {}
    found = _samples(subject, subject.operations, package, _MOST_EXAMPLES)
    streams = [each for each in subject.operations if each.is_stream][:_MOST_EXAMPLES]
    downloads = [each for each in subject.operations if each.is_streamed and not each.is_open][:_MOST_EXAMPLES]
    views = {view.id: view for view in subject.operations}
    for name, given in found.items():
        before, arguments = _started(subject, by_id, found, name, package) or ([], given)
        shown = printing(by_id[name], subject.behaviours[name], package)
        bodies[name] = [*before, *_called(f"{views[name].name}({arguments})", shown, subject.behaviours[name].polling)]
    # The shortest of those that need nothing of another operation.
    first = min(found, key=lambda name: (bodies[name][0].startswith("started = "), len(found[name])), default=None)
    shown_first = subject.operations[0] if first is None else views[first]
    return Readme(
        introduction=wrapped(_introduction(subject.api)),
        endpoint=wrapped(_endpoint(subject)),
        examples=[
            Passage(title=views[name].title, text=wrapped(_description(views[name])), code=programs.whole(lines))
            for name, lines in bodies.items()
        ],
        placeholder=programs.placeholder(shown_first) if first is None else "",
        asynchronous="" if first is None else programs.asynchronous(_awaited(bodies[first])),
        raw=programs.raw(shown_first, None if first is None else found[first]),
        stream=programs.stream(*_shown(streams, _samples(subject, streams, package, 1))) if streams else "",
        download=programs.download(*_shown(downloads, _samples(subject, downloads, package, 1))) if downloads else "",
        upload=next((programs.upload(each) for each in subject.operations if each.is_upload), ""),
        form=programs.form() if any(body.form == "multipart" for each in subject.api.operations for body in each.bodies) else "",
        credentials=[Passage(text=wrapped(each.text), code=each.code) for each in programs.credentials()],
        servers=_servers(subject),
        variables=_variables(subject),
        elsewhere=_elsewhere(subject),
        errors=_errors(subject.statuses),
        limits=[wrapped(each, indent="  ") for each in limits(subject.behaviours, {view.id: view.name for view in views.values()})],
        bulk=[wrapped(each, indent="  ") for each in in_bulk(subject, by_id, package)],
    )


def _samples(subject: PackageContext, views: Sequence[OperationView], package: Package, most: int) -> dict[str, str]:
    """Return the arguments of documented examples of the first operations that have one, by the id of the operation."""
    by_id = {operation.id: operation for operation in subject.api.operations}
    found: dict[str, str] = {}
    for view in views:
        if len(found) == most:
            break
        try:
            given = sample(subject.api, by_id[view.id], [each.name for each in view.fields], package)
        except EndlessError:
            break
        if given is not None:
            found[view.id] = given
    return found


def _shown(views: Sequence[OperationView], samples: Mapping[str, str]) -> tuple[OperationView, str]:
    """Return an operation that has an example, with its arguments; the first one without their values where none has."""
    view = next((each for each in views if each.id in samples), views[0])
    return view, samples.get(view.id, _placeholders(view))


def _placeholders(view: OperationView) -> str:
    """Return the arguments that an operation needs, without their values."""
    arguments = view.overloads[0] if any(each.required for each in view.fields) else view.arguments
    return ", ".join(f"{each.name}=..." for each in arguments if each.required)


class _Programs:
    """Writes programs that use a package."""

    def __init__(self, subject: PackageContext) -> None:
        self.subject = subject
        self.prefix = subject.package.upper()
        self.sends = [each for each in subject.schemes if each.base != "_auth.CombinedAuth"]
        self.auth = "auth.from_environment()" if subject.environment else self._auth(self.sends[0]) if self.sends else None

    def whole(self, lines: Sequence[str], auth: str | None = None) -> str:
        """Return a sync program; with other credentials, if these are given."""
        return self._program(["", f"with Client({self._arguments(auth or self.auth)}) as client:", *_indented(lines)])

    def asynchronous(self, lines: Sequence[str]) -> str:
        """Return an async program."""
        inner = [f"async with AsyncClient({self._arguments(self.auth)}) as client:", *_indented(lines)]
        return self._program(["", "async def main() -> None:", *_indented(inner), "", "asyncio.run(main())"])

    def raw(self, view: OperationView, arguments: str | None) -> str:
        """Return a program that shows the raw response to an operation."""
        given = _placeholders(view) if arguments is None else arguments
        lines = [
            f"response = client.with_raw_response.{view.name}({given})",
            "print(response.raw.status_code, response.raw.headers, response.raw.content)",
            "result = response.parse()",
        ]
        return self.whole(lines)

    def placeholder(self, view: OperationView) -> str:
        """Return what a call looks like, without its arguments."""
        return self.whole([f"result = client.{view.name}({_placeholders(view)})"])

    def stream(self, view: OperationView, arguments: str) -> str:
        """Return a program that reads the values of a response one by one."""
        return self.whole([f"with client.{view.name}({arguments}) as stream:", "    for value in stream:", "        print(value)"])

    def download(self, view: OperationView, arguments: str) -> str:
        """Return a program that writes a response to a file."""
        opened = f'with client.with_streamed_response.{view.name}({arguments}) as response, open("download", "wb") as file:'
        return self.whole([opened, "    for part in response.iter_bytes():", "        file.write(part)"])

    def upload(self, view: OperationView) -> str:
        """Return a program that sends a file as a body."""
        needed = [f"{each.name}=..." for each in view.arguments if each.required and each.name != "body"]
        arguments = ", ".join([*needed, 'body=Path("file")'])
        return self.whole([f"client.{view.name}({arguments})"])

    def form(self) -> str:
        """Return a program that makes a file for a form."""
        return self._program(["", 'picture = File(Path("picture.png"), name="portrait.png", media_type="image/png")'])

    def credentials(self) -> list[Passage]:
        """Return the ways to authenticate."""
        found = [self._sent(each) for each in self.sends]
        if len(self.subject.schemes) > len(self.sends):
            classes = " and ".join(code(f"auth.{each.class_name}") for each in self.sends if each.needs != "signing")
            combined = code(f"auth.{self.subject.schemes[-1].class_name}(...)")
            found.append(Passage(text=f"{combined} sends several of {classes} together."))
        for name, description in self.subject.unknown.items():
            words = f" {inline(description)}" if description else ""
            text = f"{code(name)}:{words} There is no class for it: `auth` takes any `httpx2.Auth`."
            found.append(Passage(text=text))
        return found

    def _sent(self, scheme: SchemeView) -> Passage:
        needed = ", ".join(f"{name}=" if scheme.takes_names else name for name in scheme.needed)
        call = code(f"auth.{scheme.class_name}({needed})")
        if scheme.renewed_by:
            return Passage(text=f"{call} sends an existing token, and does not renew it.")
        text = f"{call}: {inline(scheme.description.partition(chr(10))[0])}"
        if scheme.needs == "signing":
            text += " The keys are those of the AWS chain (environment, profile, role), or of a role that it assumes (`role_arn=`)."
        if scheme.needs == "tokens":
            text += " It gets a token with the first request, and renews it before it expires."
        environment = self.subject.environment
        if environment and scheme.scheme in environment.schemes:
            together = " and those of what is sent together with it" if environment.parts else ""
            text += f" `auth.from_environment()` reads the same environment variables{together}:"
        return Passage(text=text, code=self.whole(["print(client.base_url)"], self._auth(scheme)))

    def _auth(self, scheme: SchemeView) -> str:
        values = {name: f"os.environ[{literal(variable)}]" for name, variable in scheme.environment.items()}
        given = ", ".join(f"{name}={value}" if scheme.takes_names else value for name, value in values.items())
        return f"auth.{scheme.class_name}({given})"

    def _arguments(self, auth: str | None) -> str:
        everywhere = self.subject.servers or all(each.servers for each in self.subject.operations)
        base_url = [] if everywhere else [f"base_url=os.environ['{self.prefix}_URL']"]
        needed = [f"{each}=os.environ['{self.prefix}_{each.upper()}']" for each in self.subject.needed_variables]
        return ", ".join([*base_url, *needed, *([f"auth={auth}"] if auth else [])])

    def _program(self, lines: Sequence[str]) -> str:
        # All that a program can use; the formatter removes what it does not.
        names = "AsyncClient, Client, File, auth, models"
        return "\n".join(
            ["import asyncio", "import os", "from pathlib import Path", f"from {self.subject.package} import {names}", *lines]
        )


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _awaited(lines: Sequence[str]) -> list[str]:
    return [re.sub(r"^(\w+ = )?client\.", lambda found: f"{found[1] or ''}await client.", line) for line in lines]


def _called(call: str, shown: Sequence[str], polling: Polling | None) -> list[str]:
    """Return the lines of a call and of what is shown of its response, also of a header that has the URL of the status."""
    if polling is not None and polling.location is not None and polling.location.part == "header":
        url = f"print(response.raw.headers[{literal(polling.location.path[0])}])  # the URL of the status"
        parsed = ["result = response.parse()", *shown] if shown else []
        return [f"response = client.with_raw_response.{call}", url, *parsed]
    return [f"result = client.{call}" if shown else f"client.{call}", *shown]


def _started(
    subject: PackageContext, by_id: Mapping[str, ApiOperation], found: Mapping[str, str], status: str, package: Package
) -> tuple[list[str], str] | None:
    """Return how work is started, and the arguments for the operation that returns its status; None if it returns no status."""
    tables = {name: each for name in found if (each := subject.behaviours[name].polling) and each.operation == status}
    polled = [(name, each) for name, each in tables.items() if each.location is None]  # a URL is no argument
    for name, polling in sorted(polled, key=lambda each: len(found[each[0]])):
        arguments = _status_arguments(subject, by_id[status], polling, results(by_id[name], package), package)
        if arguments is not None:
            return [f"started = client.{by_id[name].name}({found[name]})"], arguments
    return None


def _status_arguments(
    subject: PackageContext, status: ApiOperation, polling: Polling, started: list[Any], package: Package
) -> str | None:
    """Return the arguments for the status of work, from a result of the one type `started`; None if they cannot be written."""
    if len(started) != 1 or (polling.body and status.bodies[0].schema is None):
        return None
    may_be_given = {field.name for view in subject.operations if view.id == status.id for field in view.fields}

    def value(path: tuple[str, ...]) -> str:
        found = attribute(started[0], path)
        if found is None:
            raise UnwritableError(f"{'.'.join(path)} has no attribute")
        return ".".join(("started", *found))

    try:
        arguments = [
            f"{each.argument}={value(polling.arguments[each.name].path)}"
            for each in status.parameters
            if each.name in polling.arguments or each.required
        ]
        if polling.body:
            model = package.type_of(status.bodies[0].schema or {})
            fields = {each.encode_name: each for each in structs.fields(model)}
            if any(each.required and name not in polling.body for name, each in fields.items()):
                return None
            given = {fields[name].name: value(expression.path) for name, expression in polling.body.items()}
            written = [f"{name}={text}" for name, text in given.items()]
            arguments += written if may_be_given.issuperset(given) else [f"body=models.{model.__name__}({', '.join(written)})"]
    except (KeyError, TypeError, UnwritableError):
        return None
    return ", ".join(arguments)


def _introduction(api: Api) -> str:
    """Return the summary of an API and, where it is another text, how its description begins."""
    info = api.document.data["info"]
    texts = [prose(info.get("summary") or ""), prose(info.get("description") or "")]
    sentences = list(dict.fromkeys(each for each in texts if each))
    return " ".join(inline(each if each.endswith((".", "!", "?")) else f"{each}.") for each in sentences)


def _endpoint(subject: PackageContext) -> str:
    described = (str(each.get("description", "")) for each in subject.api.document.data.get("servers", []))
    sentence = next((first_sentence(text) for text in described if text), "")
    needed = "The spec names no server to send to: give yours as `base_url`."
    if subject.root:
        needed = f"The spec names the path {code(subject.root)} of its server, but no host: give the URL of yours as `base_url`, to"
        needed += " which the path is added, unless it ends so."
    return needed + (f" It says: “{inline(sentence)}”" if sentence else "")


def _variables(subject: PackageContext) -> list[str]:
    """Return a line for each part of the URL of a server that the caller chooses."""
    lines = []
    said = {each.name: inline(first_sentence(each.description)) for each in subject.variable_arguments}
    for server, variables in subject.variables.items():
        for each in variables:
            values = f" one of {', '.join(map(code, each.values))};" if each.values else ""
            default = "it has to be given" if each.default is None else f"default: {code(each.default)}"
            text = f"{code(each.argument)} of the server {code(server)}:{values} {default}. {said[each.argument]}"
            lines.append(wrapped(text.strip(), indent="  "))
    return lines


def _elsewhere(subject: PackageContext) -> list[str]:
    """Return a line for each base URL that only some operations have."""
    names: dict[str, list[str]] = {}
    for view in subject.operations:
        if view.servers:
            names.setdefault(next(iter(view.servers.values())), []).append(code(view.name))
    return [wrapped(f"{code(url)}: {', '.join(several)}", indent="  ") for url, several in names.items()]


def _description(view: OperationView) -> str:
    """Return how the description of an operation begins, its request and its result."""
    begins = inline(first_sentence(prose(view.details)))
    nothing = "has no documented result" if view.is_open else "has no result"
    result = nothing if view.result == "None" else f"returns {code(view.result)}"
    return f"{begins} {code(f'{view.method} {view.path}')} {result}.".strip()


def _servers(subject: PackageContext) -> list[str]:
    given = subject.api.document.data.get("servers", [])
    described = {str(each["url"]).rstrip("/"): str(each.get("description", "")) for each in given}
    lines = []
    for name, url in subject.servers.items():
        sentence = first_sentence(described.get(url, ""))
        lines.append(wrapped(f"{code(name)}, {code(url)}" + (f": {inline(sentence)}" if sentence else ""), indent="  "))
    return lines


def _errors(statuses: Sequence[StatusView]) -> list[tuple[str, str, str]]:
    rows = []
    for each in statuses:
        sentences = list(dict.fromkeys(first_sentence(text) for text in each.meanings))
        meanings = [
            text for text in sentences if not any(other is not text and other.startswith(text.rstrip(".")) for other in sentences)
        ]
        text = " ".join(meanings[:_MOST_MEANINGS]) + (" ..." if len(meanings) > _MOST_MEANINGS else "")
        rows.append(("any other" if each.key == "default" else each.key, each.class_name, cell(text)))
    return rows
