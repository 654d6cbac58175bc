"""What has changed in a schema, in words, and what it means for those who use the client."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.api_diff.changes import Change, Topic
from scripts.api_diff.spec_place import SpecPlace, number, shown
from scripts.generate.text.names import module_name
from scripts.packages.versions import Bump
from scripts.spec.document import SCHEMAS, join, split

# For each limit of a value: in words, what there is without it, and whether a higher number allows more.
_LIMITS = {
    "maxItems": ("at most {} items", "any number of items", True),
    "minItems": ("at least {} items", "any number of items", False),
    "maxLength": ("at most {} characters", "any number of characters", True),
    "minLength": ("at least {} characters", "any number of characters", False),
    "maximum": ("at most {}", "any number", True),
    "minimum": ("at least {}", "any number", False),
    "exclusiveMaximum": ("less than {}", "any number", True),
    "exclusiveMinimum": ("more than {}", "any number", False),
    "maxProperties": ("at most {} fields", "any number of fields", True),
    "minProperties": ("at least {} fields", "any number of fields", False),
    "pattern": ("only what matches `{}`", "any text", None),
    "multipleOf": ("only multiples of {}", "any number", None),
}


class SchemaWords(SpecPlace):
    """Tells a change of a schema."""

    def schema(self) -> Iterator[Change]:
        """Yield the change in words."""
        each = self.difference
        if each.property == "required":
            yield from self._required()
        elif self._is_class():
            return  # Python tells of it
        elif each.kind != "modified":
            in_properties = "properties" in (*split(each.place)[-2:-1], *split(self.pointer)[-2:-1])
            yield from [self._whole_field(*self.field())] if in_properties else self.other()
        elif each.property == "enum":
            yield from self._values(*self.field())
        else:
            yield self._keyword(*self.field())

    def _is_class(self) -> bool:
        """Tell whether a schema with a name, which is that of a class, is new, gone or renamed."""
        each = self.difference
        if each.kind != "modified":
            return self.pointer.startswith(SCHEMAS) and len(split(self.pointer)) == 3
        return each.property == "key" and split(each.place)[:2] == ("components", "schemas")

    def _keyword(self, name: str, topics: list[Topic]) -> Change:
        """Tell of another value of a keyword."""
        each = self.difference
        subject, bump = self.subject(), each.bump
        if each.property in _LIMITS:
            return self._limit(name, topics)
        if each.property == "key":
            was = split(each.old_pointer)[-1]
            topics = [*topics, *((*topic[:-1], module_name(was)) for topic in topics)]
            return self.change(f"{subject}: `{was}` is now called {name}", *topics, bump=Bump.MAJOR)
        if each.property == "x-client-enum":
            closed = each.new == "closed"
            text = f"{name} {'refuses' if closed else 'passes on'} values that are not listed"
            bump = Bump.MAJOR if closed else Bump.MINOR
        elif each.property == "uniqueItems":
            text = f"{name} {'takes each item once' if each.new else 'may repeat items'}"
            bump = Bump.MAJOR if each.new and self.is_sent() else Bump.MINOR
        elif each.property == "type":
            text = f"{name} is {shown(each.new)} instead of {shown(each.old)}"
        else:
            text = f"{name}: `{each.property}` is {shown(each.new)} instead of {shown(each.old)}"
        return self.change(f"{subject}: {text}", *topics, bump=bump)

    def _whole_field(self, name: str, topics: list[Topic]) -> Change:
        each = self.difference
        owner = self.view.get(join(*split(self.pointer)[:-2])) or {}
        required = split(self.pointer)[-1] in owner.get("required", ())
        sent = self.is_sent()
        if each.kind == "removed":
            return self.change(f"{self.subject()}: the field {name} is gone", *topics, bump=Bump.MAJOR)
        kind = f"new {'required' if required else 'optional'} field {name}" if sent else f"new field {name} in responses"
        bump = Bump.MAJOR if required and sent else Bump.MINOR
        return self.change(f"{self.subject()}: {kind}", *topics, bump=bump)

    def _required(self) -> Iterator[Change]:
        """Tell of each field that had to be there, or has to be there now."""
        each = self.difference
        was, now = set(each.old or ()), set(each.new or ())
        place = each.new_pointer if "properties" in str(self.after.get(each.new_pointer)) else each.new_pointer.rpartition("/")[0]
        fields = (self.after.get(place) or {}).get("properties", {})
        old_place = each.old_pointer if isinstance(self.before.get(each.old_pointer), dict) else each.old_pointer.rpartition("/")[0]
        old_fields = (self.before.get(old_place) or {}).get("properties", {})
        of, topics = self.field()
        alone = len(self.users()) <= 1 and "properties" not in split(each.place)
        inside = "" if alone or of == "the body" else f"{of.strip('`')}."
        for field in sorted(was ^ now):
            if field not in fields or field not in old_fields:
                continue  # the field itself is new or gone, and that is told
            if self.is_sent():
                text, bump = ("is required", Bump.MAJOR) if field in now else ("is optional", Bump.MINOR)
            else:
                text, bump = ("is always there", Bump.MINOR) if field in now else ("may be absent", Bump.MAJOR)
            about = [(*topic[:2], module_name(field)) for topic in topics]
            yield self.change(f"{self.subject()}: `{inside}{field}` {text}", *about, bump=bump, heading="Changed")

    def _limit(self, name: str, topics: list[Topic]) -> Change:
        """Tell of a limit. Responses are read whether or not they keep to it, so there it breaks nothing."""
        each = self.difference
        text, without, higher = _LIMITS[each.property]
        texts = (text.removesuffix("s") if limit == 1 else text for limit in (each.new, each.old))
        now, was = (
            without if limit is None else words.format(number(limit))
            for limit, words in zip((each.new, each.old), texts, strict=True)
        )
        if None not in (each.new, each.old) and higher is not None:
            was = number(each.old)
        if each.new is None:
            looser = True
        elif each.old is None or higher is None:
            looser = False
        else:
            looser = (each.new > each.old) is higher
        sent = self.is_sent()
        words = f"{name} {'takes' if sent else 'has'} {now} instead of {was}"
        bump = Bump.MINOR if looser or not sent else Bump.MAJOR
        return self.change(f"{self.subject()}: {words}", *topics, ("behaviour",), bump=bump, heading="Changed")

    def _values(self, name: str, topics: list[Topic]) -> Iterator[Change]:
        each = self.difference
        was, now = each.old or [], each.new or []
        whole = [topic[:2] for topic in topics]
        for value in (value for value in now if value not in was):
            about = [(*topic, str(value)) for topic in whole]
            yield self.change(f"{self.subject()}: new value `{value}` of {name}", *about, bump=Bump.MINOR, heading="Added")
        for value in (value for value in was if value not in now):
            bump = Bump.MAJOR if self.is_sent() else max(each.bump, Bump.MINOR)
            about = [(*topic, str(value)) for topic in whole]
            yield self.change(f"{self.subject()}: the value `{value}` of {name} is gone", *about, bump=bump, heading="Removed")
