"""The engine of all facades. It has no code for single vendors: their differences are in the tables of their generated clients.

From the bottom up:

- `tables`, `generated`: the part of a generated client that is used here; `shapes`: its models; `effects`: what flows yield;
  `headers`: numbers and dates of responses
- `limits`, `retries`, `calls`: one request, sent within its limit and again where that can help
- `chunking`, `seen`, `requests`, `confirming`, `outcomes`: items become chunks, chunks become requests, responses become outcomes
- `report`, `download`, `polling`, `ingestions`: work that a vendor does later, and its report
- `paging`, `matching`: pages, and the items that belong to identifiers
- `drivers`: perform the effects, sync and async
- `plans`: what is done with the items of an operation, by its tables; `facades`: what `Bulk` and all facades have in common
"""
