"""A package with all kinds of objects that the comparison of the Python API knows."""

from msgspec import UNSET

from . import errors, models, results, tables
from ._version import VERSION
from .client import AsyncClient, Client
from .errors import ApiError

__version__ = VERSION
__all__ = ["UNSET", "ApiError", "AsyncClient", "Client", "errors", "models", "results", "tables"]
