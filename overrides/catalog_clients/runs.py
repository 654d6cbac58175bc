"""Carry out chunk after chunk: check the items, send the request, and say of each item what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

import httpx2
import msgspec

from .chunks import Chunk, Sent
from .effects import Answer, Call, Flow, Request, find
from .errors import AccessError, InvalidItem
from .outcomes import Done, Outcome, Status

Judge: TypeAlias = Callable[[Sequence[Sent], Answer[Any]], Done[Outcome] | Flow[Done[Outcome]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """How an operation is used for many items.

    Attributes:
        chunking: its `Chunking`, if it takes several items.
        build: makes the request for some items, or raises what the spec forbids.
        judge: says what became of the items of a request that was accepted.
        strict: whether an invalid item ends the run.
    """

    chunking: Any
    build: Callable[[list[Any]], Request]
    judge: Judge
    strict: bool = False

    def carry_out(self, chunk: Chunk, ended: Exception | None = None) -> Flow[Done[Outcome]]:
        """Send a chunk unless the run has ended, and return an outcome for each of its items, whatever happens."""
        done: Done[Outcome] = Done(fatal=ended)
        begun = False
        try:
            for each in chunk.sent:
                if each.fault:
                    self._reject(each, ValueError(each.fault), done)
            requests = [*self._requests([each for each in chunk.sent if not (each.fault or ended)], done)]
            for each in chunk.sent:
                each.item = None  # while the vendor works, nothing is kept but what the items are called
            while requests and not done.fatal:
                sent, request = requests.pop(0)
                begun = True
                answer: Answer[Any] = yield Call(request, len(sent))
                del request
                part, attempt = _refused(sent, answer) if answer.error else self.judge(sent, answer), answer.attempts
                del answer
                if not isinstance(part, Done):
                    part = yield from part
                done.results += [msgspec.structs.replace(each, attempt=attempt) for each in part.results]
                done.strangers, done.fatal, done.failure = done.strangers + part.strangers, part.fatal, part.failure
        except Exception as error:  # noqa: BLE001 - it ends the run, after what is known was told
            done.fatal = error
        known = {each.item for each in done.results}
        reason = f"{'' if begun else 'not sent: '}the run was ended by {type(done.fatal).__name__}"
        done.results += [each.outcome("unknown", reason) for each in chunk.sent if each.position not in known]
        return done

    def _requests(self, sent: list[Sent], done: Done[Outcome]) -> Iterator[tuple[list[Sent], Request]]:
        """Yield requests for all valid items, within the largest body. Invalid items are rejected."""
        if not sent:
            return
        half, most = len(sent) // 2, self.chunking and self.chunking.max_body_bytes
        try:
            request = self.build([each.item for each in sent])
        except ValueError as error:
            if not self._is_of_items(error):
                raise
            if half:  # each is checked alone, so that all others are sent
                yield from self._requests([each for one in sent for (each,), _ in self._requests([one], done)], done)
            else:
                self._reject(sent[0], error, done)
            return
        size = len(request.content or b"")
        if most is None or size <= most:
            yield sent, request
        elif half:
            yield from self._requests(sent[:half], done)
            yield from self._requests(sent[half:], done)
        else:
            self._reject(sent[0], ValueError(f"its request has {size} bytes, and the most are {most}"), done)

    def _is_of_items(self, error: Exception) -> bool:
        """Tell whether it is an item that the spec forbids, and not what all requests have in common."""
        path, location = getattr(error, "path", None), getattr(error, "location", "path")
        if path is None or self.chunking is None:
            return bool(location == "path")
        return bool(path.startswith(f"$.{'.'.join(self.chunking.array.path)}["))

    def _reject(self, sent: Sent, error: Exception, done: Done[Outcome]) -> None:
        done.results.append(sent.outcome("rejected", f"not sent: {error}"))
        if self.strict:
            raise InvalidItem(f"item {sent.position}: {error}") from error


def judge_by_failures(chunking: Any) -> Judge:
    """Return a judge for answers that list the items that were refused: all others are confirmed.

    Where an item is listed that was not sent, the vendor reads keys in another way than we, and nothing is confirmed.
    """
    rejections = chunking.rejections

    def judge(sent: Sequence[Sent], answer: Answer[Any]) -> Done[Outcome]:
        listed = answer.find(rejections.items.path) or []
        reasons = {find(each, rejections.key) if rejections.key else each: each for each in listed}
        strangers = reasons.keys() - {each.sku for each in sent}
        done = Done[Outcome](strangers=len(strangers))
        for each in sent:
            if each.sku in reasons:
                reason = find(reasons[each.sku], rejections.reason) if rejections.reason else "listed as a failure"
                done.results.append(each.outcome("rejected", str(reason)))
            elif strangers:
                done.results.append(each.outcome("unknown", f"the answer refuses {min(strangers)!r}, which was not sent"))
            else:
                done.results.append(each.outcome("confirmed"))
        return done

    return judge


def _refused(sent: Sequence[Sent], answer: Answer[Any]) -> Done[Outcome]:
    """Return what became of the items of a request that was not accepted: nothing, if each attempt at it was refused."""
    status: Status = "rejected" if answer.refused and not answer.lost else "unknown"
    reason, fatal = told(answer.error), answer.error if isinstance(answer.error, AccessError) else None
    return Done(results=[each.outcome(status, reason) for each in sent], fatal=fatal, failure=answer.error)


def told(error: Exception | None) -> str:
    """Return an error in one line, with the whole text of the vendor's answer or, where none came, with the host that was asked."""
    body = getattr(error, "body", b"").decode(errors="replace")
    text = f"{getattr(error, 'status', '')}: {body}" if body else f"{type(error).__name__}: {error}"
    if isinstance(error, httpx2.TransportError):
        with suppress(RuntimeError):  # it knows of no request
            text += f" ({origin(error.request.url)})"
    return " ".join(text.split())


def origin(url: httpx2.URL) -> str:
    """Return scheme, host and port of a URL."""
    return f"{url.scheme}://{url.netloc.decode()}"
