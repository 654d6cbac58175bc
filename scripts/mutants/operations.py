"""Mutations of the operations: requests, responses and errors."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise

from scripts.mutants.source import Mutation, Source, Sources, calls, constant, keyword

Mutator = Callable[[Sources], Iterator[Mutation]]


def lost_rules(sources: Sources) -> Iterator[Mutation]:
    """Drop one rule between parameters, or one parameter of a rule."""
    for source in sources.operations:
        for rule in calls(source, "Rule"):
            others = keyword(rule, "others")
            if isinstance(others, ast.Tuple):
                yield source.replace("a rule spares a parameter", others, f"({', '.join(map(source.text, others.elts[1:]))})")


def wrong_rules(sources: Sources) -> Iterator[Mutation]:
    """Turn a rule round, or let it hold for another value."""
    for source in sources.operations:
        for rule in calls(source, "Rule"):
            kind, value = keyword(rule, "kind"), keyword(rule, "equals")
            if kind is not None and value is None:
                yield source.replace(
                    "a rule says the opposite", kind, "'requires'" if constant(kind) == "excludes" else "'excludes'"
                )
            elif value is not None:
                yield source.replace("a rule holds for another value", value, "'no such value'")


def wrong_parameter_name(sources: Sources) -> Iterator[Mutation]:
    """Send a parameter under another name."""
    for source in sources.operations:
        for parameter in calls(source, "Parameter"):
            name = keyword(parameter, "name")
            if name is not None:
                yield source.replace("wrong parameter name", name, repr(f"{constant(name)}X"))


def swapped_parameters(sources: Sources) -> Iterator[Mutation]:
    """Send one parameter as another one."""
    for source in sources.operations:
        found = [each for each in calls(source, "Parameter") if constant(keyword(each, "location")) == "query"]
        for one, other in pairwise(found):
            argument, wrong = keyword(one, "argument"), keyword(other, "argument")
            if argument is not None and wrong is not None:
                yield source.replace("parameter filled from another argument", argument, source.text(wrong))


def wrong_location(sources: Sources) -> Iterator[Mutation]:
    """Send a parameter elsewhere."""
    for source in sources.operations:
        for parameter in calls(source, "Parameter"):
            location = keyword(parameter, "location")
            if location is not None:
                yield source.replace("wrong location", location, "'header'" if constant(location) == "query" else "'query'")


def wrong_style(sources: Sources) -> Iterator[Mutation]:
    """Join a list with another character, or not at all."""
    for source in sources.operations:
        for parameter in calls(source, "Parameter"):
            style, explode = keyword(parameter, "style"), keyword(parameter, "explode")
            if style is not None and explode is not None and constant(style) == "form" and constant(explode) is False:
                yield source.replace("lost explode: false", explode, "True")
                yield source.replace("wrong style", style, "'pipeDelimited'")


def dropped_arguments(sources: Sources) -> Iterator[Mutation]:
    """Do not pass an argument on."""
    for source, call in _request_calls(sources):
        given = call.args[0]
        if isinstance(given, ast.Dict):
            yield from (source.replace("argument dropped", value, "None") for value in given.values)


def dropped_body(sources: Sources) -> Iterator[Mutation]:
    """Send no body."""
    for source, call in _request_calls(sources):
        if len(call.args) > 1:
            yield source.replace("body dropped", call.args[1], "None")


def wrong_status(sources: Sources) -> Iterator[Mutation]:
    """Give a response another status."""
    for source in sources.operations:
        for status, _ in _responses(source):
            yield source.replace("wrong status map", status, "'299'")


def wrong_error(sources: Sources) -> Iterator[Mutation]:
    """Raise the class of another status."""
    for source in sources.operations:
        errors = [error for _, response in _responses(source) if (error := keyword(response, "error")) is not None]
        for one, other in zip(errors, [*errors[1:], *errors[:1]], strict=True):
            if source.text(one) != source.text(other):
                yield source.replace("error class of another status", one, source.text(other))


def wrong_response_type(sources: Sources) -> Iterator[Mutation]:
    """Read a response as the type of another one."""
    for source in sources.operations:
        contents = [content for _, response in _responses(source) if isinstance(content := keyword(response, "content"), ast.Dict)]
        types = [content.values[0] for content in contents]
        for one in types:
            other = next((each for each in types if source.text(each) != source.text(one)), None)
            if other is not None:
                yield source.replace("data of another response's type", one, source.text(other))


def wrong_server(sources: Sources) -> Iterator[Mutation]:
    """Send to another server."""
    source = sources.module("client.py")
    for node in source.tree.body:
        if isinstance(node, ast.AnnAssign) and source.text(node.target) == "SERVERS" and isinstance(node.value, ast.Dict):
            for each in node.value.values:
                yield source.replace("wrong server URL", each, repr(f"{constant(each)}/x"))


def wrong_call(sources: Sources) -> Iterator[Mutation]:
    """Let a method of a client leave an argument out, or give it another one's value."""
    source = sources.module("client.py")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "request":
            parameters, *others = node.args
            values = parameters.values if isinstance(parameters, ast.Dict) else []
            for each in (*values, *others):
                yield source.replace(f"client method without {source.text(each)}", each, "None")


def wrong_operation(sources: Sources) -> Iterator[Mutation]:
    """Let a method of a client be another operation."""
    source = sources.module("client.py")
    found = [
        node.func.value
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "request"
    ]
    for one in found:
        other = next((each for each in found if source.text(each) != source.text(one)), None)
        if other is not None:
            yield source.replace("client method calls another operation", one, source.text(other))


def lost_settings(sources: Sources) -> Iterator[Mutation]:
    """Let a client ignore what it is given."""
    source = sources.module("client.py")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and source.text(node.func) == "super().__init__":
            for each in node.keywords:
                if each.arg in ("auth", "transport", "http_client"):
                    yield source.replace(f"client ignores {each.arg}", each.value, "None")
                elif each.arg == "agent":
                    yield source.replace("wrong User-Agent", each.value, "'python'")


def wrong_credentials(sources: Sources) -> Iterator[Mutation]:
    """Put a credential into another header, or another text into the header."""
    if not (sources.folder / sources.package / "auth.py").exists():
        return
    source = sources.module("auth.py")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and source.text(node.func) == "super().__init__" and isinstance(node.args[0], ast.Constant):
            yield source.replace("credential in another header", node.args[0], "'X-Credential'")
            yield source.replace("credential is another text", node.args[1], "'text'")


def _changed_keyword(function: str, name: str, label: str, change: Callable[[str], str], sources: Sources) -> Iterator[Mutation]:
    """Change the value of one keyword of the calls of a function."""
    for source in sources.operations:
        for call in calls(source, function):
            value = keyword(call, name)
            if value is not None:
                yield source.replace(label, value, change(source.text(value)))


def _responses(source: Source) -> Iterator[tuple[ast.expr, ast.Call]]:
    for call in calls(source, "Operation"):
        responses = keyword(call, "responses")
        if isinstance(responses, ast.Dict):
            for status, response in zip(responses.keys, responses.values, strict=True):
                if status is not None and isinstance(response, ast.Call):
                    yield status, response


def _request_calls(sources: Sources) -> Iterator[tuple[Source, ast.Call]]:
    for source in sources.operations:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and source.text(node.func) == "OPERATION.request":
                yield source, node


# Function, keyword, what is wrong, the other value.
_KEYWORDS: tuple[tuple[str, str, str, Callable[[str], str]], ...] = (
    ("Operation", "method", "wrong method", lambda text: "'PUT'" if "POST" in text else "'POST'"),
    ("Operation", "path", "wrong path", lambda text: text.replace("/", "/x/", 1)),
    ("Operation", "name", "wrong operationId", lambda _: "'operation'"),
    ("Operation", "strict", "parameters unchecked", lambda _: "None"),
    ("Operation", "body_required", "required body made optional", lambda _: "False"),
    ("Content", "media_type", "wrong content type", lambda _: "'text/plain'"),
    ("Content", "strict", "body unchecked", lambda _: "object"),
    ("Content", "unique", "unique check ignored", lambda _: "()"),
    ("DocumentedResponse", "error", "error status without an error", lambda _: "None"),
    ("DocumentedResponse", "content", "body of the response ignored", lambda _: "{}"),
    ("Operation", "accept", "wrong Accept", lambda _: "'text/html'"),
    ("Operation", "request_id", "request id header lost", lambda _: "('X-Request-Id',)"),
)

MUTATORS: tuple[Mutator, ...] = (
    *(partial(_changed_keyword, *row) for row in _KEYWORDS),
    lost_rules, wrong_rules, wrong_parameter_name, swapped_parameters, wrong_location, wrong_style, dropped_arguments,
    dropped_body, wrong_status, wrong_error, wrong_response_type, wrong_server, wrong_call, wrong_operation, lost_settings,
    wrong_credentials,
)  # fmt: skip
