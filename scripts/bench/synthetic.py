"""OpenAPI documents of any size, in which every operation is much like the next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

_PAIR = Path(__file__).with_name("synthetic.yaml")
_OPERATIONS_IN_TAG = 10


def document(operations: int) -> dict[str, Any]:
    """Return an OpenAPI 3.1 document with an even number of operations: one reads a page of things, the next one writes a thing."""
    pair = json.dumps(yaml.safe_load(_PAIR.read_text(encoding="utf-8")))
    groups = range(-(-operations // _OPERATIONS_IN_TAG))
    found: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": f"Synthetic {operations}", "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "tags": [{"name": f"group{number}", "description": f"The operations of group{number}."} for number in groups],
        "paths": {},
        "components": {"schemas": {}},
    }
    for number in range(0, operations, 2):
        numbered = pair.replace("EVEN", str(number)).replace("ODD", str(number + 1))
        made = json.loads(numbered.replace("GROUP", str(number // _OPERATIONS_IN_TAG)))
        found["paths"] |= made["paths"]
        found["components"]["schemas"] |= made["schemas"]
    return found
