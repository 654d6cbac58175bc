# Generated from specs/amazon_jwo_catalog.yaml; do not edit. Change the spec and run make generate.
"""Parameters of the operations of Amazon Just Walk Out Catalog API, one TypedDict each.

They annotate functions that pass parameters on to an operation: `**parameters: Unpack[...]`.
"""

from __future__ import annotations
