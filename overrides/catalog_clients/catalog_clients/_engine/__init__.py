"""The engine of all facades. It has no code for single vendors: their differences are in the tables of their generated clients.

From the bottom up:

- `tables`: the part of a generated client that is used here; `effects`: what flows yield; `headers`: numbers and dates of responses
- `limits`, `retries`, `calls`: one request, sent within its limit and again where that can help
- `chunking`, `seen`, `outcomes`: items become chunks, chunks become requests, responses become outcomes
- `report`, `download`, `ingestions`: work that a vendor does later, and its report
- `drivers`: perform the effects, sync and async; `facades`: what the facades of all vendors have in common
"""
