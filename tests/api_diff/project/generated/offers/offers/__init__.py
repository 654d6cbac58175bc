"""A generated client, as far as the comparison of both the spec and the Python API needs one."""

from . import models

__version__ = "0.1.0"
__all__ = ["models"]
