"""The values of YAML and JSON as OpenAPI has them."""

from __future__ import annotations

import re
from typing import Any

import yaml

_LONGEST_INTEGER = 400


class Loader(yaml.CSafeLoader):
    """YAML 1.2 core schema, which OpenAPI requires: `no` and `2022-04-01` are strings, unlike in PyYAML's YAML 1.1."""


Loader.yaml_implicit_resolvers = {}
# Other tags, which JSON does not have, make nothing but the text, the list or the object that is written.
Loader.yaml_constructors = {
    f"tag:yaml.org,2002:{kind}": yaml.SafeLoader.yaml_constructors[f"tag:yaml.org,2002:{kind}"]
    for kind in ("null", "bool", "float", "str", "seq", "map")
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))
Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$"), list("-+0123456789"))
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"),
    list("-+0123456789."),
)
Loader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile("^(?:<<)$"), ["<"])


def integer(text: str) -> int | float:
    """Return an integer; one of very many digits, which no client can use, as a float, perhaps an infinite one."""
    return float(text) if len(text) > _LONGEST_INTEGER else int(text, 10)


def _construct_int(loader: Loader, node: yaml.ScalarNode) -> int | float:
    text = loader.construct_scalar(node)
    return int(text, 0) if text[:2] in ("0o", "0x") else integer(text)


def _construct_tagged(loader: Loader, node: yaml.Node) -> Any:
    kind = "map" if isinstance(node, yaml.MappingNode) else "seq" if isinstance(node, yaml.SequenceNode) else "str"
    return loader.yaml_constructors[f"tag:yaml.org,2002:{kind}"](loader, node)


Loader.add_constructor("tag:yaml.org,2002:int", _construct_int)
Loader.add_constructor(None, _construct_tagged)
