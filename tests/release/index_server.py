"""A package index on loopback, in a separate process, as pypiserver imports modules that Python is about to remove.

Its argument is the folder of its files, its password comes from the environment; it prints its port.
"""

from __future__ import annotations

import hmac
import os
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pypiserver


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: object) -> None:
        """Print nothing."""


def _is_known(user: str, password: str) -> bool:
    return user == "publisher" and hmac.compare_digest(password, os.environ["INDEX_PASSWORD"])


app = pypiserver.app(
    roots=[sys.argv[1]], authenticate=["update"], disable_fallback=True, backend_arg="simple-dir", auther=_is_known
)
with make_server("127.0.0.1", 0, app, handler_class=_Silent) as server:
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
