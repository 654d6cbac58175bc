"""Make generated cases meaningful: with known values where the vendor checks more than the schema, and within the rules.

With random identifiers alone, a vendor would only ever respond that it does not know them. So most cases are settled before they
are sent; one in some stays as it was generated, and may then be refused as documented. A case that violates the schema on purpose
is settled only in its other parts, so that it is refused for this violation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from copy import deepcopy
from random import Random
from typing import Any
from urllib.parse import quote, unquote
from zlib import crc32

import jsonschema_rs
from schemathesis import Case, GenerationMode
from schemathesis.core.parameters import DelimitedValue, EncodedPath, ParameterLocation
from schemathesis.core.transport import Response
from schemathesis.generation.meta import ComponentInfo

from scripts.fuzz.known_values import Known, fill, fitting, steps
from scripts.fuzz.worker.forms import FORMS, is_valid_as_sent
from scripts.fuzz.worker.rules import broken, read_rule, repair
from scripts.mock.generic.ingestions import identifying
from scripts.runtime.behaviour import Behaviour, Expression, Polling

# One case in so many stays as it was generated.
_UNTOUCHED = 6
_LONGEST = 200


def chance_of(*parts: object) -> Random:
    """Return random choices that are the same for the same parts in each run."""
    return Random(crc32(repr(parts).encode(errors="surrogatepass")))  # noqa: S311 - not for secrets


def reached(expression: Expression, document: Any) -> Any:
    """Return the value that an expression points to in the body of a response, or None."""
    for part in expression.path:
        document = document.get(part) if isinstance(document, dict) else None
    return document


def begun(polling: Polling, name: str, expression: Expression, response: Response) -> Any:
    """Return what identifies work in the response that has begun it, by the name of a parameter; None if that is not there.

    A URL of the status has it in its path, which may be below another one.
    """
    if expression.part == "header":
        found = next(iter(response.headers.get(expression.path[0].lower(), ())), None)
    else:
        found = reached(expression, decoded(response))
    if polling.location is None or not isinstance(found, str):
        return found
    pattern = re.sub(r"\\{[^{}]+\\}", "([^/]+)", re.escape(polling.path))
    matched = re.search(f"{pattern}$", re.split("[?#]", found)[0])
    names = re.findall(r"\{([^{}]+)\}", polling.path)
    return unquote(matched[1 + names.index(name)]) if matched else None


def decoded(response: Response) -> Any:
    """Return the body of a response as JSON, or None if it is not JSON."""
    try:
        return json.loads(response.content)
    except ValueError:
        return None


def texts_of(case: Case[Any]) -> dict[str, str]:
    """Return the texts of a case's query by parameter."""
    return {name: str(value) for name, value in case.query.items()}


def _identifiers(polling: Polling) -> dict[str, Expression]:
    """Return where requests have what identifies work, and where the response that began the work has it."""
    body = {f"body.{name}": expression for name, expression in polling.body.items() if expression.message == "response"}
    return body | {f"path.{name}": expression for part, name, expression in identifying(polling) if part in ("", "path")}


def _of_results(polling: Polling) -> dict[str, Expression]:
    """Return where requests have what identifies the results of work, and where the response with its status has it."""
    places = polling.results_arguments.items()
    return {f"path.{name.rpartition('.')[2]}": place for name, place in places if place.message == "response"}


def _token_parameter(behaviour: Behaviour) -> str:
    """Return the parameter of the query that takes a token of a page; empty if there is none."""
    place = behaviour.pagination.parameter if behaviour.pagination is not None else None
    return place.path[-1] if place is not None and place.part == "query" else ""


def _size(body: Any) -> int:
    """Return the bytes of a body that is sent as JSON, with white space."""
    return len(json.dumps(body, ensure_ascii=False).encode(errors="surrogatepass")) if isinstance(body, (dict, list)) else 0


def _negated(case: Case[Any]) -> set[ParameterLocation | None]:
    """Return the parts of a case that violate the spec on purpose: those of its mutations, where they are known."""
    if case.meta is None:
        return set()
    mutations = getattr(case.meta.phase.data, "mutations", ())
    if mutations:
        return {each.parameter_location for each in mutations}
    return {location for location, part in case.meta.components.items() if part.mode is GenerationMode.NEGATIVE}


class Query:
    """The parameters of an operation's query as they are sent, and their schemas and rules.

    Attributes:
        lists: the names of lists whose elements are separated by commas; those of others are parameters of their own.
    """

    def __init__(self, operation: Any) -> None:
        self.schemas: dict[str, dict[str, Any]] = {each.name: each.optimized_schema for each in operation.query}
        self.lists = {
            each.name
            for each in operation.query
            if self.schemas[each.name].get("type") == "array"
            and each.definition.get("style", "form") == "form"
            and not each.definition.get("explode", True)
        }
        self.has_objects = any(schema.get("type") == "object" for schema in self.schemas.values())
        self.required = {each.name for each in operation.query if each.is_required}
        self.rules = tuple(map(read_rule, operation.definition.raw.get("x-client-rules", ())))

    def read(self, name: str, text: str) -> Any:
        """Return the value of a text, by the type of the parameter."""
        if name in self.lists:
            return text.split(",")
        if self.schemas[name].get("type") in ("integer", "number", "boolean"):
            try:
                return json.loads(text)
            except ValueError:
                return text
        return text

    def valid(self, name: str, text: Any) -> bool:
        """Return whether the operation has a parameter and its schema allows a text."""
        return name in self.schemas and isinstance(text, str) and jsonschema_rs.is_valid(self.schemas[name], self.read(name, text))

    def tidied(self, name: str, text: str) -> str:
        """Return a list that every server reads alike: no element is empty or has a comma, and there are not too many."""
        if name not in self.lists:
            return text
        most = self.schemas[name].get("maxItems", _LONGEST)
        return ",".join([part or "a" for part in text.split(",")][:most])

    def wire(self, name: str, value: Any) -> str:
        """Write a value as the text of a parameter."""
        if isinstance(value, list):
            return self.tidied(name, ",".join(str(each) for each in value))
        return str(value)

    def encoded(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Return texts in the form in which Schemathesis sends them unchanged."""
        return {
            name: DelimitedValue(text, ",".join(quote(part, safe="") for part in text.split(","))) if name in self.lists else text
            for name, text in texts.items()
        }


class Editor:
    """Settles cases before they are sent, and learns from the responses.

    Args:
        known: values that the vendor accepts, by selector.
        operations: tables of the operations, by operationId.
        seed: of the run.
    """

    def __init__(self, *, known: Known, operations: Mapping[str, Behaviour], seed: int) -> None:
        self.known = {selector: list(values) for selector, values in known.items()}
        self.operations = operations
        self._settles = bool(known)
        self._seed = seed
        self._queries: dict[str, Query] = {}
        self._tokens: dict[str, dict[str, str]] = {}
        self._untouched: set[str] = set()
        self._in_status: dict[str, dict[str, Expression]] = {}
        for each in operations.values():
            if each.polling is not None:
                self._in_status[each.polling.operation] = _of_results(each.polling)
                for selector in (*_identifiers(each.polling), *_of_results(each.polling)):
                    self.known.setdefault(selector, [])

    def behaviour(self, case: Case[Any]) -> Behaviour:
        """Return the table of a case's operation."""
        return self.operations.get(case.operation.definition.raw.get("operationId", ""), Behaviour())

    def query(self, case: Case[Any]) -> Query:
        """Return the query parameters of a case's operation."""
        label = case.operation.label
        if label not in self._queries:
            self._queries[label] = Query(case.operation)
        return self._queries[label]

    def may_be_refused(self, case: Case[Any]) -> bool:
        """Return whether a valid case may get a documented refusal: it was not settled, or no value is known that is accepted."""
        return not self._settles or case.id in self._untouched

    def only_adds_parameters(self, case: Case[Any]) -> bool:
        """Return whether a case violates the spec by nothing but parameters of its query that the spec does not name.

        Schemathesis does not recognize that once a query is settled, for its values are texts then.
        """
        query, texts = self.query(case), texts_of(case)
        if _negated(case) != {ParameterLocation.QUERY} or query.has_objects or not texts.keys() - query.schemas.keys():
            return False
        named = {name: text for name, text in texts.items() if name in query.schemas}
        is_valid = query.required <= named.keys() and all(query.valid(name, text) for name, text in named.items())
        return is_valid and not broken(query.rules, named)

    def is_sent_as_valid(self, case: Case[Any]) -> bool:
        """Return whether a case violates the spec by nothing but values of a form that are sent as valid ones are."""
        form = case.operation.get_body_for_media_type(case.media_type) if case.media_type in FORMS else None
        if form is None or not isinstance(case.body, dict) or _negated(case) != {ParameterLocation.BODY}:
            return False
        return is_valid_as_sent(form.optimized_schema, case.body)

    def edit(self, case: Case[Any]) -> None:
        """Settle a case in place, unless a check has made it."""
        if case.meta is None:
            return
        body = case.body if isinstance(case.body, (dict, list, str)) else None
        chance = chance_of(self._seed, case.operation.label, case.path_parameters, dict(case.query), body)
        generated = case.meta.phase.name.value in ("fuzzing", "stateful")
        if generated and chance.randrange(_UNTOUCHED) == 0:
            self._untouched.add(case.id)
            return
        self._settle_path(case, chance)
        self._settle_query(case, chance)
        self._settle_body(case, chance)
        chunking = self.behaviour(case).chunking
        if chunking is not None and chunking.max_body_bytes is not None and _size(case.body) > chunking.max_body_bytes:
            self._untouched.add(case.id)

    def learn(self, case: Case[Any], response: Response) -> None:
        """Keep what later cases need of a response: identifiers of work, tokens of pages."""
        if not 200 <= response.status_code < 300:
            return
        behaviour, body = self.behaviour(case), decoded(response)
        if behaviour.polling is not None:
            for selector, expression in _identifiers(behaviour.polling).items():
                self._keep(selector, begun(behaviour.polling, selector.partition(".")[2], expression, response))
        for selector, place in self._in_status.get(case.operation.definition.raw.get("operationId", ""), {}).items():
            self._keep(selector, reached(place, body))
        name, found = _token_parameter(behaviour), behaviour.pagination.token if behaviour.pagination is not None else None
        if name and found is not None and isinstance(token := reached(found, body), str):
            self._tokens[token] = {key: text for key, text in texts_of(case).items() if key != name}

    def _keep(self, selector: str, identifier: object) -> None:
        if isinstance(identifier, str | int):
            self.known[selector] = [*self.known[selector][-9:], identifier]

    def supply(self, query: Query, name: str, chance: Random) -> str | None:
        """Return a text for a parameter that a rule requires, or None if the operation has no such parameter."""
        if values := self.known.get(f"query.{name}"):
            return query.wire(name, values if name in query.lists else chance.choice(values))
        schema = query.schemas.get(name)
        if schema is None:
            return None
        return str(chance.choice(schema["enum"])) if "enum" in schema else "a"

    def _mode(self, case: Case[Any], location: ParameterLocation) -> GenerationMode | None:
        part = case.meta.components.get(location) if case.meta else None
        return part.mode if part else None

    def _settle_path(self, case: Case[Any], chance: Random) -> None:
        if self._mode(case, ParameterLocation.PATH) is GenerationMode.NEGATIVE:
            return
        schemas = {each.name: each.optimized_schema for each in case.operation.path_parameters}
        for name in case.path_parameters:
            values = self.known.get(f"path.{name}")
            if values:  # they may be those of parameters with this name in several paths, each with a schema of its own
                able = [each for each in values if jsonschema_rs.is_valid(schemas.get(name, True), each)]
                case.path_parameters[name] = EncodedPath(quote(str(chance.choice(able or values)), safe=""))
            elif values is not None:
                self._untouched.add(case.id)

    def _settle_body(self, case: Case[Any], chance: Random) -> None:
        if not isinstance(case.body, (dict, list)):
            return
        negative = self._mode(case, ParameterLocation.BODY) is GenerationMode.NEGATIVE
        for selector, values in self.known.items():
            location, path = steps(selector)
            if location != "body":
                continue
            if not values:
                if path[0] in case.body:
                    self._untouched.add(case.id)
                continue
            before = deepcopy(case.body)
            fill(case.body, selector, values, chance)
            if negative and self._mode(case, ParameterLocation.BODY) is not GenerationMode.NEGATIVE:
                case.body = before

    def _settle_query(self, case: Case[Any], chance: Random) -> None:
        query = self.query(case)
        if not query.schemas or any(isinstance(value, (list, dict)) for value in case.query.values()):
            return
        before = dict(case.query)
        texts = texts_of(case)
        negative = self._mode(case, ParameterLocation.QUERY) is GenerationMode.NEGATIVE
        kept = {name for name, text in texts.items() if not query.valid(name, query.tidied(name, text) if not negative else text)}
        taker = _token_parameter(self.behaviour(case))
        token = texts.pop(taker, None)
        if token is not None and token in self._tokens and not negative:
            texts = {**self._tokens[token], taker: token}
        else:
            for name, text in texts.items():
                if name not in kept:
                    texts[name] = self._known_text(query, name, chance) or query.tidied(name, text)
            repair(
                query.rules,
                texts,
                keep=kept | query.required,
                supply=lambda name: self.supply(query, name, chance),
                chance=chance,
            )
            self.fit(query, texts, kept, chance)
            if broken(query.rules, texts):
                self._untouched.add(case.id)
        case.query.clear()
        case.query.update(query.encoded(texts))
        if not negative:
            self._mark_valid(case, query, texts)
        elif self._mode(case, ParameterLocation.QUERY) is not GenerationMode.NEGATIVE:
            case.query.clear()
            case.query.update(before)

    def _mark_valid(self, case: Case[Any], query: Query, texts: Mapping[str, str]) -> None:
        """Mark a settled query as valid if it is: Schemathesis does not recognize a list that is written as a text."""
        meta = case.meta
        valid = query.required <= texts.keys() and all(query.valid(name, text) for name, text in texts.items())
        if meta is None or ParameterLocation.QUERY not in meta.components or not valid:
            return
        meta.components[ParameterLocation.QUERY] = ComponentInfo(mode=GenerationMode.POSITIVE)
        if all(part.mode is GenerationMode.POSITIVE for part in meta.components.values()):
            meta.generation.mode = GenerationMode.POSITIVE

    def fit(self, query: Query, texts: dict[str, str], kept: Collection[str], chance: Random) -> None:
        """Put known values in that belong to the value of another parameter."""
        for selector, values in self.known.items():
            name, condition, value = fitting(selector)
            if name in texts and name not in kept and condition and texts.get(condition) == value:
                texts[name] = self._some(query, name, values, chance)

    def _some(self, query: Query, name: str, values: list[Any], chance: Random) -> str:
        most = query.schemas[name].get("maxItems", len(values))
        return query.wire(name, chance.sample(values, chance.randint(1, min(most, len(values)))))

    def _known_text(self, query: Query, name: str, chance: Random) -> str | None:
        if values := self.known.get(f"query.{name}"):
            return self.supply(query, name, chance)
        if values := self.known.get(f"query.{name}[*]"):
            return self._some(query, name, values, chance)
        return None
