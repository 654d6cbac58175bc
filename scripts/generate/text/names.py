"""Names of Python things, from names of an OpenAPI document."""

from __future__ import annotations

import builtins
import keyword
import re
import sys
import unicodedata

# Names that the generated modules import; a schema of the same name would hide them.
_TAKEN = frozenset(
    [
        *("Annotated", "Any", "ClassVar", "Enum", "IntEnum", "Literal", "Meta", "Optional", "Sequence", "StrEnum", "Struct"),
        *("TypeAlias", "UNSET", "Union", "UnsetType", "UUID"),
        *("AnyOf", "Checked", "Date", "DateTime", "Extended", "File", "Model", "OpenIntEnum", "OpenModel", "OpenStrEnum", "Uuid"),
    ]
)
_LONGEST = 100  # a module is a file, whose name has at most 255 bytes
_TAKEN_METHODS = frozenset(
    [
        *("aclose", "base_url", "close", "fetch", "httpx2", "max_response_bytes", "models", "overload", "send", "strict"),
        *("with_raw_response", "with_streamed_response"),
    ]
)


def class_name(name: str) -> str:
    """Turn any text into a class name; a valid one with a capital first letter stays unchanged."""
    joined = words(name) or "Schema"
    if joined[0].isdigit():
        joined = f"Schema{joined}"
    if joined in _TAKEN or keyword.iskeyword(joined) or hasattr(builtins, joined):
        joined = f"{joined}Model"
    return joined


def words(name: str) -> str:
    """Join the words of any text, each with a capital first letter, to a part of a class name."""
    return "".join(word[0].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", _ascii(name)))[:_LONGEST]


def module_name(name: str) -> str:
    """Turn any text into a package, module or function name, in lower case with underscores."""
    found = _identifier(python_name(name).strip("/").replace("{", "").replace("}", "").replace("/", "_"))
    return python_name(found)[:_LONGEST]


def python_name(name: str) -> str:
    """Return an identifier as Python reads it, in the normal form NFKC."""
    return unicodedata.normalize("NFKC", name)


def package_name(title: str) -> str:
    """Return the import name of a package, in ASCII, that hides no module which it needs itself."""
    found = _identifier(_ascii(title))[:_LONGEST]
    return f"{found}_client" if found in sys.stdlib_module_names or found in ("httpx2", "msgspec") else found


def method_name(name: str) -> str:
    """Turn any text into the name of a client's method that hides nothing of the client, and no type in its annotations."""
    found = module_name(name)
    return f"{found}_" if found in _TAKEN_METHODS else found


def unique(name: str, taken: set[str]) -> str:
    """Return the name, with the first free number behind it where it is taken, and take it."""
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name}{number}", number + 1
    taken.add(candidate)
    return candidate


def _ascii(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()


def _identifier(text: str) -> str:
    from openapi_python_client.strings import PythonIdentifier  # noqa: PLC0415 - it loads a generator, which not all commands need

    return str(PythonIdentifier(text, prefix="api_"))
