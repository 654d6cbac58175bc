"""The engine of all facades. It has no code for single vendors: their differences are in the tables of their generated clients.

From the bottom up; a folder imports only what is above it in this list:

- `ledger/`: items and their outcomes, and the file that keeps them
- `tables/`: the part of a generated client that is used here
- `responses/`: JSON, its paths, and headers of responses; `flows/`: the effects that flows yield
- `items/`: inputs, what identifies an item, and the requests that are built for items
- `limits/`: rate limits, of one process or of several
- `run/`: what the parts of a run share
- `chunks/`: items become chunks
- `reports/`: what a vendor reports of work that it does later
- `calls/`: one request, sent within its limit and again where that can help; the drivers, sync and async
- `outcomes/`: responses, statuses and reports become outcomes
- `pages/`: pages, and the items that belong to identifiers
- `plans`: what is done with the items of an operation, by its tables; `facades`: what `Bulk` and all facades have in common
"""
