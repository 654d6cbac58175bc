"""Properties of the generated packages, from the specs alone.

`contract` reads a spec, `schemas` its JSON Schemas, `cases` makes requests and responses of them with Schemathesis, `breaks` breaks
their constraints one at a time, `wire` reads a sent request back to its values, `refusals` says which requests cannot be sent,
`package` drives the generated package. Nothing here uses the generator or its runtime, so both are found by the spec.

`PROPERTY_EXAMPLES=1000 pytest tests/properties` tries more examples of each property than the default, and
`pytest tests/properties --package NAME --package-path DIR` judges a copy of one package that stands in another folder.
"""
