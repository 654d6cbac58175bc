"""Properties of the generated packages, from the specs alone.

`contract` reads a spec, `normal` writes its schemas in one form, `schemas` validates by them, `cases` makes requests and responses
with Schemathesis, `samples` makes one that lacks nothing, `gaps` names what nothing here tries,
`violations` breaks their constraints one at a time, `wire` reads a sent request back to its values, `refusals` lists the valid
requests that are not sendable, `credentials` makes credentials for each security scheme, `package` calls the generated package.
Nothing here uses the generator or its runtime, so that both are tested by the spec.

`PROPERTY_EXAMPLES=1000 pytest tests/properties` tries more examples of each property than the default, and
`pytest tests/properties --package NAME --package-path DIR` tests a copy of one package in another folder.
"""
