"""Read files as rows of items: CSV, TSV, text, JSON, JSON Lines, Parquet and workbooks.

    with open_input(["items.csv"], item_fields(amazing_shop, "uploadItems")) as rows:
        for row in rows:
            ...  # a Row or a BadRow

A fault of a whole file raises an `InputError`; a fault of one row yields a `BadRow`.
"""

from .reading import Input, open_input
from .sources import Form

__all__ = ["Form", "Input", "open_input"]
