"""Names of Python things, from names of an OpenAPI document."""

from __future__ import annotations

import builtins
import keyword
import re

from openapi_python_client.strings import PythonIdentifier

# Names that the generated modules import; a schema of the same name would hide them.
_TAKEN = frozenset(
    "Annotated Any Literal Meta Model OpenIntEnum OpenStrEnum IntEnum StrEnum Enum Sequence Struct TypeAlias Union Optional UNSET UnsetType UUID".split()
)


def class_name(name: str) -> str:
    """Turn any text into a class name; a valid one with a capital first letter stays as it is."""
    words = re.findall(r"[A-Za-z0-9]+", name)
    joined = "".join(word[0].upper() + word[1:] for word in words) or "Schema"
    if joined[0].isdigit():
        joined = f"Schema{joined}"
    if joined in _TAKEN or keyword.iskeyword(joined) or hasattr(builtins, joined):
        joined = f"{joined}Model"
    return joined


def module_name(name: str) -> str:
    """Turn any text into a package, module or function name, in lower case with underscores."""
    return str(PythonIdentifier(name.strip("/").replace("{", "").replace("}", "").replace("/", "_"), prefix="api_"))


def unique(name: str, taken: set[str]) -> str:
    """Return the name, with the first free number behind it where it is taken, and take it."""
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name}{number}", number + 1
    taken.add(candidate)
    return candidate
